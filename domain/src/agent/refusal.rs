//! Why a command to an agent is refused, in words for a person.

use super::words::Activity;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgentRefusal {
    /// There is no such agent.
    #[error("there is no such agent")]
    Unknown,
    /// The user has a profile already.
    #[error("the user takes calls already")]
    Exists,
    /// The profile takes no calls any more.
    #[error("the agent is deactivated")]
    Deactivated,
    /// They may not sign in, or have a role that takes no calls.
    #[error("the agent's user is suspended or has a role that takes no calls")]
    NotEligible,
    /// They are on a call.
    #[error("the agent has a live call")]
    HasLiveCall,
    /// Nothing can be offered to them now.
    #[error("no call can be offered to an agent who is {activity}, with {used} of {max} in use")]
    NotRoutable {
        /// What they do.
        activity: Activity,
        /// Calls that keep them.
        used: usize,
        /// How many may.
        max: u8,
    },
    /// They cannot be on this call now.
    #[error("the agent cannot begin a call while {0}")]
    CannotCall(Activity),
    /// The offer is for another call, or is none of theirs.
    #[error("the agent has no such offer")]
    NoSuchOffer,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for AgentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Deactivated => "agent-deactivated",
            Self::HasLiveCall => "agent-has-live-call",
            Self::NotEligible
            | Self::NotRoutable { .. }
            | Self::CannotCall(_)
            | Self::NoSuchOffer => "invalid-state-transition",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }

    fn current_state(&self) -> Option<&str> {
        match self {
            Self::NotRoutable { activity, .. } | Self::CannotCall(activity) => {
                Some(activity.word())
            }
            Self::Deactivated => Some("deactivated"),
            Self::NotEligible => Some("not_eligible"),
            Self::Unknown
            | Self::Exists
            | Self::HasLiveCall
            | Self::NoSuchOffer
            | Self::Field(_) => None,
        }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        if matches!(self, Self::Deactivated) { &["reactivate"] } else { &[] }
    }
}
