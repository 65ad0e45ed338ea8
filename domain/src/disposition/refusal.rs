//! Why a catalog says no, in words for a person.

use super::MAX_CODES;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DispositionRefusal {
    /// There is none with this code.
    #[error("there is no such disposition")]
    Unknown,
    /// There is one with this code, retired or not.
    #[error("there is a disposition with this code; a retired one can be made active again")]
    Exists,
    /// There are as many as there may be.
    #[error("a catalog has at most {MAX_CODES} codes, those that are retired included")]
    Full,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for DispositionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Full => "quota-exceeded",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        match self {
            Self::Unknown | Self::Exists | Self::Full => None,
            Self::Field(fault) => Some(fault),
        }
    }
}
