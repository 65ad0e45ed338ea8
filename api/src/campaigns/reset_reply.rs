//! A reset of many contacts as it is answered.

use domain::campaign::Campaign;
use domain::contact::{ContactStatus, ResetFilter};
use domain::{CampaignId, OrgId, Timestamp};
use processes::resets::Reset;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

/// Contacts of a campaign that are called anew.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactReset)]
pub struct ResetReply {
    /// The id.
    pub id: Uuid,
    campaign_id: Uuid,
    /// `running` or `completed`
    status: String,
    filter: FilterReply,
    /// How many contacts were looked at so far.
    looked_at: u64,
    /// How many of them are called anew.
    reset: u64,
    /// Who has asked for it.
    requested_by: Uuid,
    requested_at: Timestamp,
    ended_at: Option<Timestamp>,
}

/// Which contacts.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactResetFilter)]
pub struct FilterReply {
    #[schema(inline)]
    status: Vec<ContactStatus>,
    /// None: whatever it came to.
    outcome: Vec<String>,
    tag: Option<String>,
    min_attempts: Option<u32>,
    max_attempts: Option<u32>,
}

impl FilterReply {
    fn of(filter: &ResetFilter) -> Self {
        let ResetFilter { outcomes, tag, min_attempts, max_attempts, .. } = filter.clone();
        Self { status: filter.wanted(), outcome: outcomes, tag, min_attempts, max_attempts }
    }
}

impl ResetReply {
    pub(super) fn known(reset: &Reset) -> Self {
        let status = if reset.ended_at.is_some() { "completed" } else { "running" };
        Self {
            id: reset.asked.id.uuid(),
            campaign_id: reset.campaign_id.uuid(),
            status: status.to_owned(),
            filter: FilterReply::of(&reset.asked.filter),
            looked_at: reset.looked_at,
            reset: reset.reset,
            requested_by: reset.asked.by.uuid(),
            requested_at: reset.asked.asked_at,
            ended_at: reset.ended_at,
        }
    }
}

impl Resource for ResetReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<Campaign> for ResetReply {
    fn of(id: Uuid, campaign: &Campaign, _: u64) -> Option<Self> {
        let asked = campaign.known()?.resetting.clone()?;
        Some(Self::known(&Reset::begun(CampaignId::from(id), asked)))
    }
}
