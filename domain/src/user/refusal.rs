//! Why a command to a user is refused, in words for a person.

use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserRefusal {
    /// There is no such user.
    #[error("there is no such user")]
    Unknown,
    /// A user with this id exists already.
    #[error("the user exists already")]
    Exists,
    /// Not in this state.
    #[error("this is not possible while the user is {state}")]
    State {
        /// The state.
        state: &'static str,
        /// What is possible in it.
        allowed: Vec<&'static str>,
    },
    /// The invitation came too long ago.
    #[error("the invitation has expired; ask for a new one")]
    InvitationExpired,
    /// They were erased.
    #[error("the user was erased")]
    Erased,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for UserRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::State { .. } => "invalid-state-transition",
            Self::InvitationExpired => "invitation-expired",
            Self::Erased => "erased",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        match self {
            Self::Field(fault) => Some(fault),
            Self::Unknown
            | Self::Exists
            | Self::State { .. }
            | Self::InvitationExpired
            | Self::Erased => None,
        }
    }

    fn current_state(&self) -> Option<&str> {
        match self {
            Self::State { state, .. } => Some(state),
            Self::Unknown
            | Self::Exists
            | Self::InvitationExpired
            | Self::Erased
            | Self::Field(_) => None,
        }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        match self {
            Self::State { allowed, .. } => allowed,
            Self::Unknown
            | Self::Exists
            | Self::InvitationExpired
            | Self::Erased
            | Self::Field(_) => &[],
        }
    }
}
