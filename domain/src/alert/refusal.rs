//! Why an alert says no, in words for a person.

use super::AlertState;
use crate::{Refusal, Timestamp};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlertRefusal {
    /// There is no such alert.
    #[error("there is no such alert")]
    Unknown,
    /// It is over.
    #[error("this alert is over")]
    Over {
        /// How it stands.
        state: AlertState,
    },
    /// It was over only just now.
    #[error("this was told only just now")]
    Cooling {
        /// Until when it is not told again.
        until: Timestamp,
    },
}

impl Refusal for AlertRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Over { .. } | Self::Cooling { .. } => "invalid-state-transition",
        }
    }

    fn current_state(&self) -> Option<&str> {
        match self {
            Self::Unknown => None,
            Self::Over { state } => Some(state.word()),
            Self::Cooling { .. } => Some(AlertState::Resolved.word()),
        }
    }
}
