//! The looks of a runner: those that are owed, under way, and over.

use std::collections::HashMap;
use std::sync::Arc;

use domain::Timestamp;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::facts::{Fact, Facts, Key};
use super::tasks::{Settled, Task};
use super::{Next, Reactor, Trouble};

/// What a look is about: a fact that was read, or a task that was kept.
pub(super) enum Of {
    Fact(Fact),
    Task(Task),
}

/// A look that has come to its end.
pub(super) type Look = (Of, Result<Next, Trouble>);

/// What is to be looked at, is being looked at, and has been.
pub(super) struct Looks {
    pub facts: Facts,
    pub under_way: FuturesUnordered<BoxFuture<'static, Look>>,
    /// At what; where it is a fact, with the position that the cursor may not pass.
    pub looked_at: HashMap<Key, Option<i64>>,
    /// Whose turn it is where there is one place for tasks and facts.
    pub turn: bool,
    pub settled: Settled,
    pub settled_at: Instant,
    /// When the tasks that were kept are to be asked for.
    pub ask_at: Timestamp,
}

impl Looks {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            facts: Facts::default(),
            under_way: FuturesUnordered::new(),
            looked_at: HashMap::new(),
            turn: false,
            settled: Settled::default(),
            settled_at: Instant::now(),
            ask_at: now,
        }
    }

    /// Begins one.
    pub(super) fn begin<R: Reactor>(&mut self, reactor: &Arc<R>, of: Of) {
        let (subject, since) = match &of {
            Of::Fact(fact) => (fact.subject(), Some(fact.since)),
            Of::Task(task) => (task.subject(), None),
        };
        self.looked_at.insert(of.key(), since);
        let reactor = Arc::clone(reactor);
        self.under_way.push(Box::pin(async move {
            let came = reactor.look(&subject).await;
            (of, came)
        }));
    }

    /// Up to where everything was looked at, of what was read up to a position.
    pub(super) fn done(&self, seen: i64) -> i64 {
        let under_way = self.looked_at.values().flatten().copied();
        under_way.chain(self.facts.first()).map(|since| since - 1).fold(seen, i64::min)
    }
}

impl Of {
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Fact(fact) => fact.key.clone(),
            Self::Task(task) => task.key(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use event_store::EventRef;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn event(position: i64, aggregate: u128) -> EventRef<'static> {
        EventRef {
            position,
            org_id: Uuid::nil(),
            aggregate_type: "call",
            aggregate_id: Uuid::from_u128(aggregate),
            sequence: position,
            event_id: Uuid::from_u128(u128::try_from(position).unwrap_or_default()),
            event_type: "CallEnded",
            event_version: 1,
            actor: "user:somebody",
            correlation_id: Uuid::nil(),
            causation_id: None,
            occurred_at_ms: 0,
            recorded_at_ms: 0,
            payload: b"{}",
            metadata: b"{}",
        }
    }

    /// What happens to the looks of a process.
    #[derive(Clone, Debug)]
    enum Step {
        /// It reads a fact about one of some aggregates, or one that it does not want.
        Reads(Option<u128>),
        /// It begins to look at so many.
        Begins(usize),
        /// One of those that are under way is over.
        Ends(prop::sample::Index),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => prop::option::weighted(0.8, 1..6_u128).prop_map(Step::Reads),
            2 => (0..4_usize).prop_map(Step::Begins),
            2 => any::<prop::sample::Index>().prop_map(Step::Ends),
        ]
    }

    proptest! {
        /// At least once: the cursor passes no fact before a look is over that began after the
        /// fact was read; and of an aggregate one look is under way.
        #[test]
        fn what_is_done_was_looked_at_after_it_was_read(
            steps in prop::collection::vec(step(), 0..200)
        ) {
            let mut looks = Looks::new(Timestamp::default());
            let (mut seen, mut under_way) = (0, Vec::<(Fact, i64)>::new());
            let mut read: HashMap<i64, u128> = HashMap::new();
            let mut looked_at: HashSet<i64> = HashSet::new();
            for step in steps {
                match step {
                    Step::Reads(aggregate) => {
                        seen += 1;
                        if let Some(aggregate) = aggregate {
                            looks.facts.take(&event(seen, aggregate));
                            read.insert(seen, aggregate);
                        }
                    }
                    Step::Begins(room) => {
                        let busy = |key: &Key| looks.looked_at.contains_key(key);
                        let begun = looks.facts.begin(room, busy);
                        prop_assert!(begun.len() <= room);
                        for fact in begun {
                            let two = looks.looked_at.insert(fact.key.clone(), Some(fact.since));
                            prop_assert!(two.is_none(), "two looks at {:?}", fact.key);
                            under_way.push((fact, seen));
                        }
                    }
                    Step::Ends(which) => {
                        if under_way.is_empty() {
                            continue;
                        }
                        let (fact, began) = under_way.swap_remove(which.index(under_way.len()));
                        looks.looked_at.remove(&fact.key);
                        let about = |(position, aggregate): (&i64, &u128)| {
                            let its = Uuid::from_u128(*aggregate) == fact.key.aggregate_id;
                            (its && *position <= began).then_some(*position)
                        };
                        looked_at.extend(read.iter().filter_map(about));
                    }
                }
                let done = looks.done(seen);
                prop_assert!(done <= seen);
                let missed = read.keys().find(|at| **at <= done && !looked_at.contains(at));
                prop_assert_eq!(missed, None, "the cursor has passed it");
                if looks.facts.len() == 0 && under_way.is_empty() {
                    prop_assert_eq!(done, seen, "nothing holds it up");
                }
            }
        }
    }
}
