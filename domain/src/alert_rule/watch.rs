//! From looks to alerts: what a rule has seen of one subject, and what follows from what it sees
//! now (domain/04 §4.13).
//!
//! ```text
//!              consecutive hits, and quiet no more
//!   quiet ────────────────────────────────────────► told ── clears, is gone ──► quiet for a while
//!                                                     │
//!                                                     └── a day without a value ──► expired
//! ```
//!
//! A value that is not defined is no value: nothing is raised and nothing is over by it, and hits
//! around it are not in a row.

use super::Definition;
use crate::Timestamp;

/// After how long without a value nobody is told any longer.
pub const EXPIRED_MS: i64 = 24 * 3_600_000;

/// What a look has found of a subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen {
    /// This.
    Value(f64),
    /// There are no facts from which it would follow.
    Nothing,
    /// It cannot be so any more: the call is over, nobody waits.
    Gone,
}

/// What a rule knows of a subject from its looks before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// How often in a row it was so, as far as it matters.
    pub hits: u8,
    /// Whether the alert was told to be raised, and not to be over.
    pub told: bool,
    /// When it was looked at last.
    pub looked_at: Timestamp,
    /// When there was a value last.
    pub valued_at: Timestamp,
    /// Until when nothing is told again.
    pub quiet_until: Option<Timestamp>,
}

/// A look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// What it has found.
    pub seen: Seen,
    /// Whether the alert seems to be open: somebody may have said that it is over.
    pub open: bool,
    /// When.
    pub at: Timestamp,
    /// After how long without a look hits are not in a row.
    pub gap_ms: i64,
}

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Nothing.
    Rest,
    /// It is so.
    Raise(f64),
    /// It is so no longer, at this value.
    Clear(Option<f64>),
    /// Nothing is known of it any more.
    Expire,
}

impl Watch {
    /// Of a subject that was never looked at.
    #[must_use]
    pub fn first(at: Timestamp) -> Self {
        Self { hits: 0, told: false, looked_at: at, valued_at: at, quiet_until: None }
    }

    /// Whether there is nothing to be remembered.
    #[must_use]
    pub fn idle(&self, at: Timestamp) -> bool {
        self.hits == 0 && !self.told && self.quiet_until.is_none_or(|until| until <= at)
    }

    /// The same after a look, and what is to be told.
    #[must_use]
    pub fn after(self, rule: &Definition, look: Look) -> (Self, Step) {
        let in_a_row = look.at.since_ms(self.looked_at) <= look.gap_ms;
        let seen = Self { looked_at: look.at, ..self };
        match look.seen {
            Seen::Value(value) => {
                let seen = Self { valued_at: look.at, ..seen };
                if rule.hit(value) {
                    let before = if in_a_row { self.hits } else { 0 };
                    let hits = before.saturating_add(1).min(rule.consecutive);
                    return Self { hits, ..seen }.hit(rule, value, look);
                }
                let seen = Self { hits: 0, ..seen };
                match self.told && rule.clears(value) {
                    true => (seen.over(rule, look.at), Step::Clear(Some(value))),
                    false => (seen, Step::Rest),
                }
            }
            Seen::Gone => {
                let seen = Self { hits: 0, ..seen };
                match self.told {
                    true => (seen.over(rule, look.at), Step::Clear(None)),
                    false => (seen, Step::Rest),
                }
            }
            Seen::Nothing => {
                let seen = Self { hits: 0, ..seen };
                match self.told && look.at.since_ms(self.valued_at) >= EXPIRED_MS {
                    true => (seen.over(rule, look.at), Step::Expire),
                    false => (seen, Step::Rest),
                }
            }
        }
    }

    fn hit(self, rule: &Definition, value: f64, look: Look) -> (Self, Step) {
        let quiet = self.quiet_until.is_some_and(|until| until > look.at);
        let due = match self.told {
            // Somebody may have said that it is over; the log knows.
            true => !look.open,
            false => self.hits >= rule.consecutive && !quiet,
        };
        match due {
            true => (Self { told: true, quiet_until: None, ..self }, Step::Raise(value)),
            false => (self, Step::Rest),
        }
    }

    fn over(self, rule: &Definition, at: Timestamp) -> Self {
        let quiet = at.plus_ms(i64::from(rule.cooldown_seconds) * 1_000);
        Self { told: false, quiet_until: Some(quiet), ..self }
    }

    /// The same where the log says that it is too soon to raise it again.
    #[must_use]
    pub fn cooling(self, until: Timestamp) -> Self {
        Self { told: false, quiet_until: Some(until), ..self }
    }
}
