//! What happens at an organization's doors: who came in, who did not, who was sent away.
//!
//! One stream per organization, with the organization's id. It has no rules: what happened is
//! written down, so that an auditor can read it and nobody can change it.

mod event;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use event::SecurityEvent;

use crate::decider::aggregate;
use crate::{Decider, Refusal, SubjectId};

/// The log of an organization's doors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Security {
    /// How much was written down.
    pub entries: u64,
}

/// What may be asked of it.
#[derive(Clone, Debug, PartialEq)]
pub enum SecurityCommand {
    /// This has happened.
    Record(SecurityEvent),
}

/// Nothing is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecurityRefusal {}

aggregate!(Security, "security", SecurityCommand, SecurityEvent, SecurityRefusal);

impl Decider for Security {
    fn decide(&self, command: SecurityCommand) -> Result<Vec<SecurityEvent>, SecurityRefusal> {
        let SecurityCommand::Record(event) = command;
        Ok(vec![event])
    }

    fn evolve(&mut self, _: &SecurityEvent) {
        self.entries = self.entries.saturating_add(1);
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl Refusal for SecurityRefusal {
    fn code(&self) -> &'static str {
        match *self {}
    }
}
