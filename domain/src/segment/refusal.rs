//! Why a segment is refused, in words for a person.

use super::MAX_SEGMENTS;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SegmentRefusal {
    /// There is no such segment.
    #[error("there is no such segment")]
    Unknown,
    /// It is there, and is another one.
    #[error("there is such a segment")]
    Exists,
    /// Another one has the name.
    #[error("another segment has this name")]
    NameTaken,
    /// There are as many as there may be.
    #[error("an organization has at most {MAX_SEGMENTS} segments")]
    Full,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for SegmentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists | Self::NameTaken => "duplicate-resource",
            Self::Full => "quota-exceeded",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }
}
