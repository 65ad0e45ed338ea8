//! The facts of an agent, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::profile::Skill;
use super::words::{
    DeactivationReason, Presence, PresenceBy, ReleaseOutcome, SignOutReason, WrapUpEndedBy,
};
use crate::call::WrapUp;
use crate::personal::present;
use crate::{
    CallId, DecidedEvent, FreeText, OfferId, Personal, Sealer, SessionId, SubjectId, Timestamp,
    UserId,
};

/// One fact of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum AgentEvent {
    /// A user takes calls from now on.
    AgentCreated {
        user_id: UserId,
        subject_key: SubjectId,
        display_name: Personal<FreeText>,
        address: Personal<FreeText>,
        max_concurrent_calls: u8,
        wrap_up: WrapUp,
        at: Timestamp,
    },
    /// Something of the profile is different; what is not named stays.
    AgentProfileUpdated {
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        display_name: Option<Personal<FreeText>>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        address: Option<Personal<FreeText>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_concurrent_calls: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wrap_up: Option<WrapUp>,
        at: Timestamp,
    },
    /// They can do this and speak that from now on.
    AgentSkillsChanged { skills: Vec<Skill>, languages: Vec<String>, at: Timestamp },
    /// They are there; with the session in which they said so, where it was them.
    AgentSignedIn { session_id: Option<SessionId>, at: Timestamp },
    /// They are not there any more.
    AgentSignedOut { reason: SignOutReason, at: Timestamp },
    /// They do something else.
    AgentPresenceChanged {
        from: Presence,
        to: Presence,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason_code: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        note: Option<Personal<FreeText>>,
        by: PresenceBy,
        at: Timestamp,
    },
    /// They will do something else once no call keeps them; `null` takes that back.
    AgentPresenceDeferred {
        to: Option<Presence>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason_code: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        note: Option<Personal<FreeText>>,
        by: PresenceBy,
        at: Timestamp,
    },
    /// A call is offered to them, until then.
    AgentReserved { offer_id: OfferId, call_id: CallId, until: Timestamp, at: Timestamp },
    /// It is not offered to them any more.
    AgentReservationReleased { offer_id: OfferId, outcome: ReleaseOutcome, at: Timestamp },
    /// They did not say anything to an offer.
    AgentOfferMissed { offer_id: OfferId, at: Timestamp },
    /// They are on a call, from an offer or without one.
    AgentCallStarted { call_id: CallId, segment_no: u32, offer_id: Option<OfferId>, at: Timestamp },
    /// They are not on that call any more.
    AgentCallFinished { call_id: CallId, at: Timestamp },
    /// They wrap up after it, until then where there is an end.
    AgentWrapUpStarted { call_id: CallId, deadline: Option<Timestamp>, at: Timestamp },
    /// They are done with it.
    AgentWrapUpEnded { call_id: CallId, reason: WrapUpEndedBy, at: Timestamp },
    /// They take no calls any more.
    AgentDeactivated { reason: DeactivationReason, at: Timestamp },
    /// They do again.
    AgentReactivated { at: Timestamp },
}

impl DecidedEvent for AgentEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::AgentCreated { at, .. }
            | Self::AgentProfileUpdated { at, .. }
            | Self::AgentSkillsChanged { at, .. }
            | Self::AgentSignedIn { at, .. }
            | Self::AgentSignedOut { at, .. }
            | Self::AgentPresenceChanged { at, .. }
            | Self::AgentPresenceDeferred { at, .. }
            | Self::AgentReserved { at, .. }
            | Self::AgentReservationReleased { at, .. }
            | Self::AgentOfferMissed { at, .. }
            | Self::AgentCallStarted { at, .. }
            | Self::AgentCallFinished { at, .. }
            | Self::AgentWrapUpStarted { at, .. }
            | Self::AgentWrapUpEnded { at, .. }
            | Self::AgentDeactivated { at, .. }
            | Self::AgentReactivated { at } => *at,
        }
    }

    fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        match self {
            Self::AgentCreated { display_name, address, .. } => {
                display_name.seal(seal);
                address.seal(seal);
            }
            Self::AgentProfileUpdated { display_name, address, .. } => {
                let both = display_name.iter_mut().chain(address);
                both.for_each(|field| field.seal(seal));
            }
            Self::AgentPresenceChanged { note, .. } | Self::AgentPresenceDeferred { note, .. } => {
                note.iter_mut().for_each(|note| note.seal(seal));
            }
            Self::AgentSkillsChanged { .. }
            | Self::AgentSignedIn { .. }
            | Self::AgentSignedOut { .. }
            | Self::AgentReserved { .. }
            | Self::AgentReservationReleased { .. }
            | Self::AgentOfferMissed { .. }
            | Self::AgentCallStarted { .. }
            | Self::AgentCallFinished { .. }
            | Self::AgentWrapUpStarted { .. }
            | Self::AgentWrapUpEnded { .. }
            | Self::AgentDeactivated { .. }
            | Self::AgentReactivated { .. } => {}
        }
    }
}
