//! The facts that were read and nobody has looked at: in memory, as the cursor stays before them.

use std::collections::{BTreeMap, HashMap};

use domain::OrgId;
use event_store::EventRef;
use uuid::Uuid;

use super::Subject;

/// What is looked at: one aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub org_id: Uuid,
    pub aggregate_type: String,
    pub aggregate_id: Uuid,
}

/// The newest fact of an aggregate that asks for a look.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub key: Key,
    /// Where the first one is that nobody has looked for: the cursor may not be moved past it.
    pub since: i64,
    pub position: i64,
    pub sequence: i64,
    pub event_id: Uuid,
    pub correlation_id: Uuid,
}

impl Fact {
    pub(super) fn subject(&self) -> Subject {
        Subject {
            org: OrgId::from(self.key.org_id),
            id: self.key.aggregate_id,
            cause: self.event_id,
            sequence: self.sequence,
            correlation: self.correlation_id,
        }
    }
}

/// Facts that wait for a look, one of each aggregate, in the order of the log.
#[derive(Debug, Default)]
pub(super) struct Facts {
    facts: HashMap<Key, Fact>,
    order: BTreeMap<i64, Key>,
}

impl Facts {
    /// How many aggregates wait.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// Takes an event that is wanted.
    pub(super) fn take(&mut self, event: &EventRef<'_>) {
        let key = Key {
            org_id: event.org_id,
            aggregate_type: event.aggregate_type.to_owned(),
            aggregate_id: event.aggregate_id,
        };
        let since = self.facts.get(&key).map_or(event.position, |known| known.since);
        self.order.insert(since, key.clone());
        let (position, sequence) = (event.position, event.sequence);
        let (event_id, correlation_id) = (event.event_id, event.correlation_id);
        let fact = Fact { key, since, position, sequence, event_id, correlation_id };
        self.facts.insert(fact.key.clone(), fact);
    }

    /// Where the first of them is.
    pub(super) fn first(&self) -> Option<i64> {
        self.order.first_key_value().map(|(since, _)| *since)
    }

    /// Gives at most so many away, the first ones first, but those of aggregates that somebody
    /// looks at.
    pub(super) fn begin(&mut self, room: usize, looked_at: impl Fn(&Key) -> bool) -> Vec<Fact> {
        let free = self.order.iter().filter(|(_, key)| !looked_at(key)).take(room);
        let begun: Vec<i64> = free.map(|(since, _)| *since).collect();
        let give = |since| self.order.remove(&since).and_then(|key| self.facts.remove(&key));
        begun.into_iter().filter_map(give).collect()
    }

    /// Gives all of them away.
    pub(super) fn drain(&mut self) -> Vec<Fact> {
        self.order.clear();
        self.facts.drain().map(|(_, fact)| fact).collect()
    }
}
