//! Makes a campaign.

use axum::extract::State;
use axum::response::Response;
use domain::call::{AmdMode, RecordingPolicy};
use domain::campaign::pacing::{Abandonment, Pacing};
use domain::campaign::{
    Announcement, Budget, CampaignMode, CampaignSettings, Goal, Recency, Schedule,
};
use domain::contact::AttemptRules;
use domain::{AgentId, TeamId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::reply::CampaignReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, keyring_failed};

/// How long a telephone rings where nothing is said.
const RING_SECONDS: u16 = 30;
/// How long an agent may look at a contact where nothing is said.
const PREVIEW_SECONDS: u16 = 60;

/// A campaign to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCampaign {
    /// 1 to 255 characters; unique among those that are not archived, whatever the letters' case.
    #[schema(example = "Spring renewals")]
    name: String,
    /// What it is for, at most 1,000 characters.
    description: Option<String>,
    #[schema(inline)]
    mode: CampaignMode,
    /// A tag of BCP 47.
    #[schema(example = "cs")]
    language: Option<String>,
    /// A name of the IANA database; `UTC` where nothing is said.
    #[schema(example = "Europe/Prague")]
    time_zone: Option<String>,
    /// The number that is shown, in E.164. It has to be there before the campaign calls.
    #[schema(example = "+420777120000")]
    caller_id: Option<String>,
    /// What an agent says, at most 8 KiB.
    script: Option<String>,
    /// When it calls; whenever the law allows, where nothing is said.
    #[serde(default)]
    schedule: Schedule,
    /// 5 to 120; 30 where nothing is said.
    #[schema(minimum = 5, maximum = 120)]
    ring_timeout_seconds: Option<u16>,
    /// How long an agent may look at a contact that they were given, 10 to 600; 60 where nothing
    /// is said.
    #[schema(minimum = 10, maximum = 600)]
    preview_seconds: Option<u16>,
    /// How often somebody is tried, and when again.
    #[serde(default)]
    attempts: AttemptRules,
    /// How fast it dials; where it dials by itself.
    #[serde(default)]
    pacing: Pacing,
    /// How many who answer may find no agent, and what they are told; where it dials by itself.
    #[serde(default)]
    abandonment: Abandonment,
    /// What whoever answers is told, where the mode is `agentless`. It has to be there before the
    /// campaign calls.
    announcement: Option<Announcement>,
    /// What it may cost; whatever it likes, where nothing is said.
    budget: Option<Budget>,
    /// What it is to reach; `getCampaignStats` says how far it has come. It goes on when it has.
    goal: Option<Goal>,
    /// Whom it calls first of those who are as urgent, and were tried as often; `fifo` where
    /// nothing is said.
    #[schema(inline)]
    recency: Option<Recency>,
    /// Whether to find out if a machine answers; `off` where nothing is said.
    #[schema(inline)]
    amd: Option<AmdMode>,
    /// Whether to record; `policy` where nothing is said.
    #[schema(inline)]
    record: Option<RecordingPolicy>,
    /// What calls of it can come to; every active code of the catalog, also those that come later,
    /// where nothing is said.
    dispositions: Option<Vec<String>>,
    /// Whose members call for it.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    teams: Vec<TeamId>,
    /// And who else.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    agents: Vec<AgentId>,
    /// Your own fields, at most 8 kB.
    #[serde(default)]
    metadata: Map<String, Value>,
}

/// Makes a campaign, as a draft.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns",
    operation_id = "createCampaign",
    tag = "campaigns",
    request_body = CreateCampaign,
    responses((
        status = 201,
        description = "The campaign",
        body = CampaignReply,
        headers(("Location" = String, description = "Where the campaign is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateCampaign>,
) -> Result<Response, Problem> {
    let (org, by) = (head.caller.org, head.caller.user);
    let id = app.campaigns().id(org, by, head.key()).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let reply = Accepted::<CampaignReply>::created(id.uuid(), format!("/api/v1/campaigns/{id}"));
    let order = head.creation(&canonical, reply)?;
    let done = app.campaigns().create(order, id, value.settings(), by).await;
    respond::<CampaignReply>(&app, org, done.map_err(not_done)?).await
}

impl CreateCampaign {
    fn settings(self) -> CampaignSettings {
        CampaignSettings {
            name: self.name,
            description: self.description,
            mode: self.mode,
            language: self.language,
            time_zone: self.time_zone.unwrap_or_else(|| "UTC".to_owned()),
            caller_id: self.caller_id,
            script: self.script,
            schedule: self.schedule,
            ring_timeout_seconds: self.ring_timeout_seconds.unwrap_or(RING_SECONDS),
            preview_seconds: self.preview_seconds.unwrap_or(PREVIEW_SECONDS),
            attempts: self.attempts,
            pacing: self.pacing,
            abandonment: self.abandonment,
            announcement: self.announcement,
            budget: self.budget,
            goal: self.goal,
            recency: self.recency.unwrap_or(Recency::Fifo),
            amd: self.amd.unwrap_or(AmdMode::Off),
            record: self.record.unwrap_or(RecordingPolicy::Policy),
            dispositions: self.dispositions,
            teams: self.teams,
            agents: self.agents,
            metadata: self.metadata,
        }
    }
}
