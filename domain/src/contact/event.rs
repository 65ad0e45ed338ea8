//! The facts of a contact, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::profile::{Profile, ProfileChanges};
use super::replace::Replacement;
use super::words::{AttemptOutcome, ContactFailure, ContactSource, ScheduleKind};
use crate::dnc::{DncScope, DncSource};
use crate::{
    AgentId, CallId, CampaignId, ContactId, DecidedEvent, Personal, PhoneNumber, Sealer, SubjectId,
    Timestamp, UserId,
};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum ContactEvent {
    /// A campaign is to call somebody.
    ContactCreated {
        subject_key: SubjectId,
        campaign_id: CampaignId,
        number: Personal<PhoneNumber>,
        #[serde(flatten)]
        profile: Box<Profile>,
        source: ContactSource,
        /// In version 2, in whose place, who has another number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<ContactId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// Another system has called them so often before they came in.
    ContactHistoryImported { attempts: u32, at: Timestamp },
    /// Something else is known of them; what is not named stays, what is `null` is gone.
    ContactUpdated {
        changes: Box<ProfileChanges>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// They are called by this call; nobody else calls them until it is over.
    ContactAttemptStarted { attempt_no: u32, call_id: CallId, at: Timestamp },
    /// Somebody speaks with them.
    ContactConnected { call_id: CallId, at: Timestamp },
    /// The call is over, and came to this.
    ContactAttemptEnded { call_id: CallId, outcome: AttemptOutcome, at: Timestamp },
    /// They wait to be called, by anybody; an agreed call back that nobody made ends so.
    ContactReturned { at: Timestamp },
    /// They are called again then: by this agent, and until then, where either is said.
    ContactScheduled {
        due_at: Timestamp,
        kind: ScheduleKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent_id: Option<AgentId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
        at: Timestamp,
    },
    /// Whoever was given them to call does not want to, and says why.
    ContactSkipped { by: UserId, reason: String, at: Timestamp },
    /// It is over with them, and came to this: a code of the catalog of dispositions.
    ContactCompleted {
        outcome: String,
        /// Whether that was a conversion; in version 1, whether the standard code always is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversion: Option<bool>,
        at: Timestamp,
    },
    /// They could not be reached, and nobody tries any more.
    ContactFailed { reason: ContactFailure, at: Timestamp },
    /// They are not to be called.
    ContactMarkedDoNotCall { scope: DncScope, source: DncSource, at: Timestamp },
    /// They may be called again, and this shows that they may.
    ContactReinstated { reason: String, evidence: String, by: UserId, at: Timestamp },
    /// They are called as if they never were; what there was stays.
    ContactReset {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// They are taken off the list.
    ContactRemoved {
        /// In version 2, who comes in their place, because they have another number.
        #[serde(flatten)]
        replacement: Option<Replacement>,
        by: UserId,
        at: Timestamp,
    },
    /// Who it was is forgotten; that they were called still counts.
    ContactErased { at: Timestamp },
}

impl DecidedEvent for ContactEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn event_version(&self) -> i16 {
        match self {
            Self::ContactCompleted { conversion: Some(_), .. }
            | Self::ContactCreated { replaces: Some(_), .. }
            | Self::ContactRemoved { replacement: Some(_), .. } => 2,
            _ => 1,
        }
    }

    fn newest(event_type: &str) -> i16 {
        match event_type {
            "ContactCompleted" | "ContactCreated" | "ContactRemoved" => 2,
            _ => 1,
        }
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::ContactCreated { at, .. }
            | Self::ContactHistoryImported { at, .. }
            | Self::ContactUpdated { at, .. }
            | Self::ContactAttemptStarted { at, .. }
            | Self::ContactConnected { at, .. }
            | Self::ContactAttemptEnded { at, .. }
            | Self::ContactReturned { at }
            | Self::ContactScheduled { at, .. }
            | Self::ContactSkipped { at, .. }
            | Self::ContactCompleted { at, .. }
            | Self::ContactFailed { at, .. }
            | Self::ContactMarkedDoNotCall { at, .. }
            | Self::ContactReinstated { at, .. }
            | Self::ContactReset { at, .. }
            | Self::ContactRemoved { at, .. }
            | Self::ContactErased { at } => *at,
        }
    }

    fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        match self {
            Self::ContactCreated { number, profile, .. } => {
                number.seal(seal);
                profile.each_personal(seal);
            }
            Self::ContactUpdated { changes, .. } => changes.each_personal(seal),
            Self::ContactRemoved { replacement: Some(new), .. } => new.each_personal(seal),
            Self::ContactAttemptStarted { .. }
            | Self::ContactConnected { .. }
            | Self::ContactAttemptEnded { .. }
            | Self::ContactReturned { .. }
            | Self::ContactScheduled { .. }
            | Self::ContactHistoryImported { .. }
            | Self::ContactSkipped { .. }
            | Self::ContactCompleted { .. }
            | Self::ContactFailed { .. }
            | Self::ContactMarkedDoNotCall { .. }
            | Self::ContactReinstated { .. }
            | Self::ContactReset { .. }
            | Self::ContactRemoved { replacement: None, .. }
            | Self::ContactErased { .. } => {}
        }
    }
}
