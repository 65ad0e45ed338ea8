//! Contacts that cannot be called are not looked at again for a while, so that whoever comes behind
//! them in the list is found. It is found out anew after a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{ContactId, Timestamp};

/// How long at most: what keeps them may change meanwhile.
const LONGEST_MS: i64 = 60_000;
/// So many are remembered before those whose time is over are forgotten.
const MANY: usize = 10_000;

/// Contacts that are not looked at; cheap to clone, and shared by its clones.
#[derive(Clone, Default)]
pub(crate) struct Held(Arc<Mutex<HashMap<ContactId, Timestamp>>>);

impl Held {
    /// Whether a contact is not looked at now.
    pub(crate) fn holds(&self, contact: ContactId, now: Timestamp) -> bool {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&contact).is_some_and(|until| *until > now)
    }

    /// It is not looked at until then, at most for a minute; for a minute, where nothing is said.
    pub(crate) fn hold(&self, contact: ContactId, (until, now): (Option<Timestamp>, Timestamp)) {
        let longest = now.plus_ms(LONGEST_MS);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MANY {
            held.retain(|_, until| *until > now);
        }
        held.insert(contact, until.map_or(longest, |until| until.min(longest)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_held_for_a_minute_at_most() {
        let (held, at) = (Held::default(), Timestamp::from_millis);
        let contact = |number| ContactId::from(uuid::Uuid::from_u128(number));
        held.hold(contact(1), (Some(at(5_000)), at(0)));
        held.hold(contact(2), (Some(at(500_000)), at(0)));
        held.hold(contact(3), (None, at(0)));
        for (number, until) in [(1, 5_000), (2, 60_000), (3, 60_000)] {
            assert!(held.holds(contact(number), at(until - 1)), "{number}");
            assert!(!held.holds(contact(number), at(until)), "{number}");
        }
        assert!(!held.holds(contact(4), at(0)));
        for number in 10..10_010 {
            held.hold(contact(number), (None, at(70_000)));
        }
        assert!(!held.0.lock().map_or(true, |held| held.contains_key(&contact(1))), "forgotten");
    }
}
