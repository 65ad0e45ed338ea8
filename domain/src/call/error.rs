//! Why a command to a call is refused, in words for a person.

use super::value::{Leg, Stage};
use crate::Refusal;
use crate::disposition::Unsayable;
use crate::text::TextError;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallRefusal {
    /// There is no such call.
    #[error("there is no such call")]
    Unknown,
    /// A call with this id exists already.
    #[error("the call exists already")]
    Exists,
    /// Not in this state.
    #[error("this is not possible while the call is {state}")]
    State {
        /// The state, as `leg/stage`.
        state: String,
        /// What is possible in it.
        allowed: Vec<&'static str>,
    },
    /// A dial guard says no.
    #[error("{words}")]
    DialingBlocked {
        /// Which guard, for a program.
        reason: &'static str,
        /// Which guard, for a person.
        words: &'static str,
    },
    /// The provider does not answer, and is left alone for a while.
    #[error("the telephone provider does not answer; it is asked again in {seconds} s")]
    ProviderDown {
        /// For how long.
        seconds: u32,
    },
    /// Another live call goes to this number.
    #[error("another live call goes to this number")]
    DuplicateLiveCall,
    /// Whoever is to speak has another call.
    #[error("the agent has another call, or has still to write about one")]
    AgentBusy,
    /// A text is no phone number.
    #[error("expected an international number such as +420777123456")]
    InvalidPhoneNumber {
        /// JSON Pointer to the field.
        pointer: &'static str,
    },
    /// A field is missing or has a value outside of its limits.
    #[error("{words}")]
    Field {
        /// JSON Pointer to the field.
        pointer: &'static str,
        /// Which rule, for a program.
        reason: &'static str,
        /// Which rule, for a person.
        words: String,
    },
    /// A text holds what looks like a payment card number.
    #[error("the text holds what looks like a payment card number")]
    CardData {
        /// JSON Pointer to the field.
        pointer: &'static str,
    },
    /// The catalog has no active code like that.
    #[error("the catalog of dispositions has no such code")]
    UnknownDisposition,
    /// The code cannot be chosen for this call.
    #[error(transparent)]
    Unsayable(#[from] Unsayable),
    /// Only the author of a disposition, for 24 hours, or a supervisor may revise it.
    #[error("only its author within 24 hours, or a supervisor, may revise the disposition")]
    NotYours,
    /// The offer is not the open one, or has expired.
    #[error("this offer is not open")]
    OfferNotOpen,
    /// The transfer is not the one under way.
    #[error("this transfer is not under way")]
    TransferNotOpen,
    /// The personal data of this call was erased.
    #[error("the personal data of this call was erased")]
    Erased,
}

impl Refusal for CallRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::State { .. } | Self::OfferNotOpen | Self::TransferNotOpen => {
                "invalid-state-transition"
            }
            Self::DialingBlocked { .. } => "dialing-blocked",
            Self::ProviderDown { .. } => "circuit-open",
            Self::DuplicateLiveCall => "duplicate-live-call",
            Self::AgentBusy => "agent-has-live-call",
            Self::InvalidPhoneNumber { .. } => "invalid-phone-number",
            Self::Field { .. } => "validation-failed",
            Self::CardData { .. } => "card-data-not-accepted",
            Self::UnknownDisposition | Self::Unsayable(_) => "unknown-disposition",
            Self::NotYours => "not-your-resource",
            Self::Erased => "erased",
        }
    }

    fn reason(&self) -> Option<&'static str> {
        match self {
            Self::DialingBlocked { reason, .. } | Self::Field { reason, .. } => Some(reason),
            Self::ProviderDown { .. } => Some("provider_down"),
            Self::DuplicateLiveCall => Some("duplicate_live_call"),
            Self::AgentBusy => Some("agent_busy"),
            Self::Unsayable(why) => Some(why.reason()),
            Self::OfferNotOpen => Some("offer_not_open"),
            Self::TransferNotOpen => Some("transfer_not_open"),
            _ => None,
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::InvalidPhoneNumber { pointer }
            | Self::Field { pointer, .. }
            | Self::CardData { pointer } => Some(pointer),
            Self::UnknownDisposition | Self::Unsayable(_) => Some("/code"),
            _ => None,
        }
    }

    fn current_state(&self) -> Option<&str> {
        match self {
            Self::State { state, .. } => Some(state),
            _ => None,
        }
    }

    fn passes_in_seconds(&self) -> Option<u32> {
        match self {
            Self::ProviderDown { seconds } => Some(*seconds),
            _ => None,
        }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        match self {
            Self::State { allowed, .. } => allowed,
            _ => &[],
        }
    }
}

impl CallRefusal {
    pub(super) fn state(leg: Leg, stage: Stage, allowed: Vec<&'static str>) -> Self {
        Self::State { state: format!("{leg}/{stage}"), allowed }
    }

    pub(super) fn field(
        pointer: &'static str,
        reason: &'static str,
        words: impl Into<String>,
    ) -> Self {
        Self::Field { pointer, reason, words: words.into() }
    }
}

/// Refuses a field for what is wrong with its text.
pub(super) fn accepted(
    pointer: &'static str,
    result: Result<(), TextError>,
) -> Result<(), CallRefusal> {
    result.map_err(|error| match error {
        TextError::Card => CallRefusal::CardData { pointer },
        error => CallRefusal::field(pointer, error.reason(), error.to_string()),
    })
}
