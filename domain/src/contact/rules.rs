//! How often somebody is tried, and when again (domain/03 §3.3.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::words::AttemptOutcome;
use crate::FieldFault;

/// A retry comes at the latest so long after the attempt.
pub const LONGEST_RETRY_MINUTES: u32 = 24 * 60;
/// But for whoever was dropped: they are left alone for 72 hours.
const DROPPED_MINUTES: u32 = 72 * 60;
/// The longest time that can be set between attempts.
const MAX_MINUTES: u32 = 30 * 24 * 60;

/// How often somebody is tried, and when again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AttemptRules {
    /// How often at all, 1 to 20.
    pub max_attempts: u8,
    /// How often within one day where they are, 1 to 20.
    pub max_per_day: u8,
    /// How many minutes at least from one attempt to the next.
    pub min_gap_minutes: u32,
    /// In how many minutes again after which outcome; where none is said, as the default has it.
    pub by_outcome: BTreeMap<AttemptOutcome, u32>,
}

impl Default for AttemptRules {
    fn default() -> Self {
        Self { max_attempts: 3, max_per_day: 2, min_gap_minutes: 30, by_outcome: BTreeMap::new() }
    }
}

impl AttemptRules {
    /// Whether they can be.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        let out = |pointer, words: &str| Err(FieldFault::new(pointer, "out-of-range", words));
        if !(1..=20).contains(&self.max_attempts) {
            return out("/attempts/max_attempts", "from 1 to 20 attempts");
        }
        if !(1..=20).contains(&self.max_per_day) {
            return out("/attempts/max_per_day", "from 1 to 20 attempts a day");
        }
        if self.min_gap_minutes > MAX_MINUTES {
            return out("/attempts/min_gap_minutes", "at most 30 days");
        }
        if self.by_outcome.values().any(|minutes| *minutes > MAX_MINUTES) {
            return out("/attempts/by_outcome", "at most 30 days");
        }
        let dropped = self.by_outcome.get(&AttemptOutcome::Dropped);
        if dropped.is_some_and(|minutes| *minutes < DROPPED_MINUTES) {
            let words = "whoever was dropped is left alone for 72 hours at least";
            return out("/attempts/by_outcome", words);
        }
        let never = [
            AttemptOutcome::Connected,
            AttemptOutcome::Delivered,
            AttemptOutcome::CutOff,
            AttemptOutcome::InvalidNumber,
            AttemptOutcome::NotMade,
        ];
        if never.iter().any(|outcome| self.by_outcome.contains_key(outcome)) {
            let words = "nobody is called again by themselves after they were reached, where there \
                         is no such number, or after a call that was not made";
            return Err(FieldFault::new("/attempts/by_outcome", "invalid-value", words));
        }
        Ok(())
    }

    /// How many minutes after an attempt the next one comes, where the same has come out of so many
    /// before it in a row: each doubles the time, up to a day. None where nobody is called again.
    #[must_use]
    pub fn retry_minutes(&self, outcome: AttemptOutcome, repeats: u32) -> Option<u32> {
        let usual = match outcome {
            AttemptOutcome::Connected
            | AttemptOutcome::Delivered
            | AttemptOutcome::CutOff
            | AttemptOutcome::InvalidNumber => return None,
            AttemptOutcome::Busy => 15,
            AttemptOutcome::NoAnswer => 120,
            AttemptOutcome::Machine => 240,
            AttemptOutcome::Failed => 30,
            AttemptOutcome::Dropped => DROPPED_MINUTES,
            AttemptOutcome::Canceled | AttemptOutcome::NotMade => 0,
        };
        let first = self.by_outcome.get(&outcome).copied().unwrap_or(usual);
        let longest = first.max(LONGEST_RETRY_MINUTES);
        let doubled = first.saturating_mul(2_u32.saturating_pow(repeats.min(16)));
        Some(doubled.min(longest))
    }
}
