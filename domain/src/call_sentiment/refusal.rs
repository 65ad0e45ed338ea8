//! Why the sentiment of a call says no, in words for a person.

use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SentimentRefusal {
    /// Nobody has to know of anything.
    #[error("the call has no such alert that is open")]
    NoAlert,
}

impl Refusal for SentimentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NoAlert => "not-found",
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        None
    }
}
