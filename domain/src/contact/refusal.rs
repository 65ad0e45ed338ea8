//! Why a command to a contact is refused, in words for a person.

use super::words::ContactStatus;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactRefusal {
    /// There is no such contact.
    #[error("there is no such contact")]
    Unknown,
    /// The campaign has a contact with this number already.
    #[error("the campaign has a contact with this number")]
    Exists,
    /// Nobody knows any more who it was.
    #[error("who it was is erased")]
    Erased,
    /// Somebody is calling them.
    #[error("the contact is in a call")]
    InCall,
    /// Not in this state.
    #[error("this is not possible while the contact is {0}")]
    State(ContactStatus),
    /// They are not to be called now.
    #[error("{words}")]
    Blocked {
        /// Why, for a program.
        reason: &'static str,
        /// Why, for a person.
        words: &'static str,
    },
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for ContactRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Erased => "erased",
            Self::InCall => "contact-in-call",
            Self::State(_) => "invalid-state-transition",
            Self::Blocked { .. } => "dialing-blocked",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }

    fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Blocked { reason, .. } => Some(reason),
            _ => self.field().map(|field| field.reason),
        }
    }

    fn current_state(&self) -> Option<&str> {
        if let Self::State(status) = self { Some(status.word()) } else { None }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        match self {
            Self::State(ContactStatus::Pending) => {
                &["call", "change", "schedule", "mark_do_not_call", "remove"]
            }
            Self::State(ContactStatus::Scheduled) => {
                &["call", "change", "schedule", "mark_do_not_call", "remove"]
            }
            Self::State(ContactStatus::Completed | ContactStatus::Failed) => {
                &["change", "reset", "mark_do_not_call", "remove"]
            }
            Self::State(ContactStatus::DoNotCall) => &["change", "reinstate", "remove"],
            _ => &[],
        }
    }
}
