//! The facts of a campaign, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::settings::{CampaignChanges, CampaignSettings};
use super::words::{CompletionReason, PauseReason};
use crate::contact::ResetFilter;
use crate::{AgentId, DecidedEvent, ResetId, Timestamp, UserId};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum CampaignEvent {
    /// There is a campaign, its revision is 1.
    CampaignCreated { settings: Box<CampaignSettings>, by: UserId, at: Timestamp },
    /// It calls otherwise; what is not named stays, what is `null` is gone.
    CampaignUpdated { changes: Box<CampaignChanges>, revision: u32, by: UserId, at: Timestamp },
    /// It calls, for the first time.
    CampaignActivated { activation_no: u32, by: UserId, at: Timestamp },
    /// It does not call now.
    CampaignPaused {
        reason: PauseReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// It calls again.
    CampaignResumed {
        activation_no: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// It dials so many calls for each free agent from now on.
    CampaignPacingChanged { level_from: f64, level_to: f64, at: Timestamp },
    /// Too many who answered found no agent: it dials one call for each free agent.
    CampaignDialerThrottled { observed: f64, limit: f64, at: Timestamp },
    /// It may dial ahead again.
    CampaignDialerUnthrottled { observed: f64, at: Timestamp },
    /// It has called whom it could.
    CampaignCompleted {
        reason: CompletionReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// It is given up.
    CampaignCanceled { reason: String, by: UserId, at: Timestamp },
    /// It is only read any more.
    CampaignArchived { by: UserId, at: Timestamp },
    /// It was a draft, and is gone.
    CampaignDraftDeleted { by: UserId, at: Timestamp },
    /// Those of its contacts whom the filter means are to be called anew; it is begun with that.
    CampaignContactsResetRequested {
        reset_id: ResetId,
        filter: Box<ResetFilter>,
        by: UserId,
        at: Timestamp,
    },
    /// So many contacts are called anew. Fewer than the filter has meant, where the campaign was
    /// given up meanwhile.
    CampaignContactsReset {
        reset_id: ResetId,
        filter: Box<ResetFilter>,
        count: u64,
        /// When the last of them was told.
        at: Timestamp,
    },
    /// Somebody who is assigned takes its calls again.
    CampaignAgentJoined { agent_id: AgentId, by: UserId, at: Timestamp },
    /// Somebody who is assigned takes none of its calls for now.
    CampaignAgentLeft { agent_id: AgentId, by: UserId, at: Timestamp },
}

impl DecidedEvent for CampaignEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    /// Since version 2 a campaign may name no codes of the catalog, so that it has all of them;
    /// since version 3 it may have something to say itself, since version 4 a goal and an order.
    fn event_version(&self) -> i16 {
        match self {
            Self::CampaignCreated { settings, .. } => settings.version(),
            Self::CampaignUpdated { changes, .. } => changes.version(),
            Self::CampaignActivated { .. }
            | Self::CampaignPaused { .. }
            | Self::CampaignResumed { .. }
            | Self::CampaignPacingChanged { .. }
            | Self::CampaignDialerThrottled { .. }
            | Self::CampaignDialerUnthrottled { .. }
            | Self::CampaignCompleted { .. }
            | Self::CampaignCanceled { .. }
            | Self::CampaignArchived { .. }
            | Self::CampaignDraftDeleted { .. }
            | Self::CampaignContactsResetRequested { .. }
            | Self::CampaignContactsReset { .. }
            | Self::CampaignAgentJoined { .. }
            | Self::CampaignAgentLeft { .. } => 1,
        }
    }

    fn newest(event_type: &str) -> i16 {
        if ["CampaignCreated", "CampaignUpdated"].contains(&event_type) { 4 } else { 1 }
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::CampaignCreated { at, .. }
            | Self::CampaignUpdated { at, .. }
            | Self::CampaignActivated { at, .. }
            | Self::CampaignPaused { at, .. }
            | Self::CampaignResumed { at, .. }
            | Self::CampaignPacingChanged { at, .. }
            | Self::CampaignDialerThrottled { at, .. }
            | Self::CampaignDialerUnthrottled { at, .. }
            | Self::CampaignCompleted { at, .. }
            | Self::CampaignCanceled { at, .. }
            | Self::CampaignArchived { at, .. }
            | Self::CampaignDraftDeleted { at, .. }
            | Self::CampaignContactsResetRequested { at, .. }
            | Self::CampaignContactsReset { at, .. }
            | Self::CampaignAgentJoined { at, .. }
            | Self::CampaignAgentLeft { at, .. } => *at,
        }
    }
}
