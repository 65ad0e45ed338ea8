//! Why a command to an import is refused, in words for a person.

use super::words::ImportStatus;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// There is no such import.
    #[error("there is no such import")]
    Unknown,
    /// There is one with this id already.
    #[error("the list was brought in before under the same key")]
    Exists,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// Not in this state.
    #[error("this is not possible while the import is {0}")]
    State(ImportStatus),
}

impl Refusal for ImportRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Field(fault) => fault.code(),
            Self::State(_) => "invalid-state-transition",
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }

    fn current_state(&self) -> Option<&str> {
        if let Self::State(status) = self { Some(status.word()) } else { None }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        match self {
            Self::State(ImportStatus::Requested | ImportStatus::Running) => &["cancel"],
            _ => &[],
        }
    }
}
