//! What may be asked of an agent.

use super::profile::{Profile, ProfileChanges};
use super::words::{
    DeactivationReason, OnMissed, Presence, PresenceBy, ReleaseOutcome, SignOutReason,
    WrapUpEndedBy,
};
use crate::call::WrapUp;
use crate::{CallId, OfferId, SessionId, Timestamp, UserId};

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants say what their fields are")]
pub enum AgentCommand {
    /// A user takes calls from now on.
    Create {
        user_id: UserId,
        /// Whether they are an active user of the organization whose role takes calls.
        eligible: bool,
        profile: Profile,
        at: Timestamp,
    },
    /// Something of the profile is different.
    Update { changes: ProfileChanges, at: Timestamp },
    /// They want to do something else; at once, or when no call keeps them.
    SetPresence {
        presence: Presence,
        reason_code: Option<String>,
        note: Option<String>,
        /// The reasons that can be given for being busy, on a break or in training; where there are
        /// any, one has to be.
        reason_codes: Vec<String>,
        by: PresenceBy,
        /// Whether they are still an active user whose role takes calls.
        eligible: bool,
        /// The session in which they say so themselves.
        session_id: Option<SessionId>,
        at: Timestamp,
    },
    /// A call is to be offered to them.
    Reserve { offer_id: OfferId, call_id: CallId, until: Timestamp, at: Timestamp },
    /// An offer did not become a call.
    Release { offer_id: OfferId, outcome: ReleaseOutcome, on_missed: OnMissed, at: Timestamp },
    /// They are on a call: of an offer, or one that they have made themselves.
    StartCall { call_id: CallId, segment_no: u32, offer_id: Option<OfferId>, at: Timestamp },
    /// They are not on it any more; the time after it is resolved already.
    FinishCall { call_id: CallId, wrap_up: WrapUp, at: Timestamp },
    /// They are done with it.
    FinishWrapUp { call_id: CallId, reason: WrapUpEndedBy, at: Timestamp },
    /// They are not there any more, whatever they say.
    SignOut { reason: SignOutReason, at: Timestamp },
    /// They take no calls any more.
    Deactivate { reason: DeactivationReason, at: Timestamp },
    /// They do again.
    Reactivate {
        /// Whether they are an active user whose role takes calls.
        eligible: bool,
        at: Timestamp,
    },
}
