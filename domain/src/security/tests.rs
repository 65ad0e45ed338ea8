//! Given, when, then.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::golden::golden;

#[test]
fn what_happened_is_written_down_as_it_is() {
    let mut security = Security::default();
    for event in golden::<SecurityEvent>("security") {
        let facts = security.decide(SecurityCommand::Record(event.clone())).unwrap();
        assert_eq!(facts, [event]);
        facts.iter().for_each(|fact| security.evolve(fact));
    }
    assert_eq!(security.entries, 9);
}
