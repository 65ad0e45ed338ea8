//! Why a command to an export is refused, in words for a person.

use super::words::ExportStatus;
use crate::Refusal;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportRefusal {
    /// There is no such export.
    #[error("there is no such export")]
    Unknown,
    /// There is one with this id already.
    #[error("the file was asked for before under the same key")]
    Exists,
    /// The file was there once.
    #[error("the file is gone: it is kept for 24 hours, unless it is taken away before")]
    Gone,
    /// Not in this state.
    #[error("this is not possible while the export is {0}")]
    State(ExportStatus),
}

impl Refusal for ExportRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Gone => "file-gone",
            Self::State(_) => "invalid-state-transition",
        }
    }

    fn current_state(&self) -> Option<&str> {
        if let Self::State(status) = self { Some(status.word()) } else { None }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        match self {
            Self::State(ExportStatus::Queued | ExportStatus::Running) => &["cancel"],
            _ => &[],
        }
    }
}
