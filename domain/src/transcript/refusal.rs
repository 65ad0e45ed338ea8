//! Why a transcript says no, in words for a person.

use super::MAX_SEGMENTS;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TranscriptRefusal {
    /// Nothing was written down of what was said.
    #[error("the call has no transcript")]
    Unknown,
    /// All that was said is written down; what is wrong in it can be corrected.
    #[error("the transcript is complete; a segment of it can be corrected")]
    Completed,
    /// Nothing more can be written down.
    #[error("the transcript has failed")]
    Failed,
    /// Nothing was said with this number.
    #[error("the transcript has no such segment")]
    NoSegment,
    /// There are as many as there may be.
    #[error("a transcript has at most {MAX_SEGMENTS} segments")]
    Full,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for TranscriptRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "no-transcript",
            Self::NoSegment => "not-found",
            Self::Completed | Self::Failed => "invalid-state-transition",
            Self::Full => "quota-exceeded",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        match self {
            Self::Field(fault) => Some(fault),
            Self::Unknown | Self::Completed | Self::Failed | Self::NoSegment | Self::Full => None,
        }
    }

    fn current_state(&self) -> Option<&str> {
        match self {
            Self::Completed => Some("completed"),
            Self::Failed => Some("failed"),
            Self::Unknown | Self::NoSegment | Self::Full | Self::Field(_) => None,
        }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        match self {
            Self::Completed => &["correct"],
            Self::Failed | Self::Unknown | Self::NoSegment | Self::Full | Self::Field(_) => &[],
        }
    }
}
