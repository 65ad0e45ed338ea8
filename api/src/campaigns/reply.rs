//! A campaign as it is answered.

use domain::call::{AmdMode, RecordingPolicy};
use domain::campaign::pacing::{Abandonment, Pacing};
use domain::campaign::{
    Announcement, Budget, Campaign, CampaignMode, CampaignStatus, CompletionReason, Goal,
    KnownCampaign, PauseReason, Recency, Schedule,
};
use domain::contact::AttemptRules;
use domain::{OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

/// A campaign.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Campaign)]
pub struct CampaignReply {
    /// The id.
    pub id: Uuid,
    name: String,
    description: Option<String>,
    #[schema(inline)]
    status: CampaignStatus,
    /// Since when.
    status_since: Timestamp,
    /// Why it does not call now, where it is paused.
    #[schema(inline)]
    paused: Option<PauseReason>,
    /// Why it is complete, where it is.
    #[schema(inline)]
    completed: Option<CompletionReason>,
    #[schema(inline)]
    mode: CampaignMode,
    language: Option<String>,
    time_zone: String,
    /// The number that is shown.
    caller_id: Option<String>,
    /// What an agent says.
    script: Option<String>,
    schedule: Schedule,
    ring_timeout_seconds: u16,
    preview_seconds: u16,
    attempts: AttemptRules,
    pacing: Pacing,
    abandonment: Abandonment,
    /// What whoever answers is told, where nobody speaks.
    announcement: Option<Announcement>,
    /// What it may cost.
    budget: Option<Budget>,
    /// What it is to reach.
    goal: Option<Goal>,
    #[schema(inline)]
    recency: Recency,
    #[schema(inline)]
    amd: AmdMode,
    #[schema(inline)]
    record: RecordingPolicy,
    /// What calls of it can come to; `null`: every active code of the catalog.
    dispositions: Option<Vec<String>>,
    teams: Vec<Uuid>,
    agents: Vec<Uuid>,
    /// Who of them, and of the members of its teams, takes none of its calls for now.
    away: Vec<Uuid>,
    metadata: Map<String, Value>,
    /// Which edition of the settings this is, from 1; a call keeps the one that it began under.
    revision: u32,
    /// How often it has begun to call.
    activations: u32,
    first_activated_at: Option<Timestamp>,
    created_at: Timestamp,
    /// How many facts it has.
    pub version: u64,
}

impl CampaignReply {
    pub(super) fn known(id: Uuid, campaign: &KnownCampaign, version: u64) -> Self {
        let settings = campaign.settings.clone();
        Self {
            id,
            name: settings.name,
            description: settings.description,
            status: campaign.status,
            status_since: campaign.status_since,
            paused: campaign.paused,
            completed: campaign.completed,
            mode: settings.mode,
            language: settings.language,
            time_zone: settings.time_zone,
            caller_id: settings.caller_id,
            script: settings.script,
            schedule: settings.schedule,
            ring_timeout_seconds: settings.ring_timeout_seconds,
            preview_seconds: settings.preview_seconds,
            attempts: settings.attempts,
            pacing: settings.pacing,
            abandonment: settings.abandonment,
            announcement: settings.announcement,
            budget: settings.budget,
            goal: settings.goal,
            recency: settings.recency,
            amd: settings.amd,
            record: settings.record,
            dispositions: settings.dispositions,
            teams: settings.teams.iter().map(|team| team.uuid()).collect(),
            agents: settings.agents.iter().map(|agent| agent.uuid()).collect(),
            away: campaign.away.iter().map(|agent| agent.uuid()).collect(),
            metadata: settings.metadata,
            revision: campaign.revision,
            activations: campaign.activations,
            first_activated_at: campaign.first_activated_at,
            created_at: campaign.created_at,
            version,
        }
    }
}

impl Resource for CampaignReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<Campaign> for CampaignReply {
    fn of(id: Uuid, campaign: &Campaign, version: u64) -> Option<Self> {
        campaign.known().map(|known| Self::known(id, known, version))
    }
}
