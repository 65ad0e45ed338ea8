//! Has a campaign call otherwise.

use axum::extract::State;
use axum::response::Response;
use domain::call::{AmdMode, RecordingPolicy};
use domain::campaign::pacing::{Abandonment, Pacing};
use domain::campaign::{
    Announcement, Budget, CampaignChanges, CampaignMode, Goal, Recency, Schedule,
};
use domain::contact::AttemptRules;
use domain::{AgentId, TeamId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::own::OwnCampaign;
use super::reply::CampaignReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, present, stated};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// What is different from now on; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCampaign {
    /// Unique among those that are not archived.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// `null`: none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// Who chooses whom to call. Not while it calls.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false)]
    mode: Option<CampaignMode>,
    /// `null`: none. Not while it calls.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// A name of the IANA database. Not while it calls.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    time_zone: Option<String>,
    /// `null`: none. Not while it calls.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    caller_id: Option<Option<String>>,
    /// `null`: none. Not while it calls.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    script: Option<Option<String>>,
    /// When it calls; the whole of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    schedule: Option<Schedule>,
    /// 5 to 120.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    ring_timeout_seconds: Option<u16>,
    /// 10 to 600.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    preview_seconds: Option<u16>,
    /// How often somebody is tried, and when again; the whole of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    attempts: Option<AttemptRules>,
    /// How fast it dials; the whole of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pacing: Option<Pacing>,
    /// How many who answer may find no agent; the whole of it. Not while it calls.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    abandonment: Option<Abandonment>,
    /// What whoever answers is told where nobody speaks; the whole of it, or `null` for nothing.
    /// Not while it calls.
    #[serde(default, deserialize_with = "stated")]
    announcement: Option<Option<Announcement>>,
    /// What it may cost; the whole of it, or `null` for whatever it likes.
    #[serde(default, deserialize_with = "stated")]
    budget: Option<Option<Budget>>,
    /// What it is to reach; the whole of it, or `null` for nothing in particular.
    #[serde(default, deserialize_with = "stated")]
    goal: Option<Option<Goal>>,
    /// Whom it calls first of those who are as urgent, and were tried as often.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false)]
    recency: Option<Recency>,
    /// Whether to find out if a machine answers. Not while it calls.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false)]
    amd: Option<AmdMode>,
    /// Whether to record. Not while it calls.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false)]
    record: Option<RecordingPolicy>,
    /// What calls of it can come to; `null`: every active code of the catalog. Not while it calls.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<Vec<String>>)]
    dispositions: Option<Option<Vec<String>>>,
    /// Whose members call for it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<uuid::Uuid>, nullable = false)]
    teams: Option<Vec<TeamId>>,
    /// And who else.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<uuid::Uuid>, nullable = false)]
    agents: Option<Vec<AgentId>>,
    /// Your own fields; the whole of it. Not while it calls.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    metadata: Option<Map<String, Value>>,
}

/// Has a campaign call otherwise. While it calls, its name, description, schedule, rules, times,
/// pace and people can be changed; the rest when it is paused.
#[utoipa::path(
    patch,
    path = "/api/v1/campaigns/{id}",
    operation_id = "changeCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    request_body = ChangeCampaign,
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    OwnCampaign(id): OwnCampaign,
    Body { value, canonical }: Body<ChangeCampaign>,
) -> Result<Response, Problem> {
    let order = head.order(&canonical, Accepted::<CampaignReply>::changed(id.uuid()));
    let done = app.campaigns().update(order, id, value.changes(), head.caller.user).await;
    respond::<CampaignReply>(&app, head.caller.org, done.map_err(not_done)?).await
}

impl ChangeCampaign {
    fn changes(self) -> CampaignChanges {
        CampaignChanges {
            name: self.name,
            description: self.description,
            mode: self.mode,
            language: self.language,
            time_zone: self.time_zone,
            caller_id: self.caller_id,
            script: self.script,
            schedule: self.schedule,
            ring_timeout_seconds: self.ring_timeout_seconds,
            preview_seconds: self.preview_seconds,
            attempts: self.attempts,
            pacing: self.pacing,
            abandonment: self.abandonment,
            announcement: self.announcement,
            budget: self.budget,
            goal: self.goal,
            recency: self.recency,
            amd: self.amd,
            record: self.record,
            dispositions: self.dispositions,
            teams: self.teams,
            agents: self.agents,
            metadata: self.metadata,
        }
    }
}
