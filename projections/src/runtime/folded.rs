//! Aggregates that a batch moves on, for read models that keep them as the domain folds them.

use std::collections::HashMap;

use domain::Decider;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{ApplyError, Fact, Recorded};

/// An organization and an aggregate of it.
pub(crate) type Key = (Uuid, Uuid);

/// An aggregate, and how many facts it has.
#[derive(Default)]
pub(crate) struct Folded<A> {
    /// The aggregate.
    pub state: A,
    /// How many facts it has.
    pub version: i64,
}

/// The aggregates of a batch.
pub(crate) type Batch<A> = HashMap<Key, Folded<A>>;

/// Organizations and ids of those that began before the batch and have a fact in it.
pub(crate) fn begun_before<'b, E: 'b>(
    batch: &'b [Recorded],
    pick: fn(&'b Fact) -> Option<&'b E>,
) -> (Vec<Uuid>, Vec<Uuid>) {
    let theirs = batch.iter().filter(|recorded| pick(&recorded.event).is_some());
    let mut keys: Vec<Key> = theirs
        .filter(|recorded| recorded.sequence > 1)
        .map(|recorded| (recorded.org_id.uuid(), recorded.aggregate_id))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().unzip()
}

/// An aggregate as its row has it, of which the known state is written in JSON.
///
/// # Errors
/// [`ApplyError::Event`] where that cannot be read.
pub(crate) fn read<A, K: DeserializeOwned>(
    batch: &[Recorded],
    id: Uuid,
    (version, state): (i64, &str),
    known: fn(K) -> A,
) -> Result<Folded<A>, ApplyError> {
    let state = serde_json::from_str(state).map(known);
    Ok(Folded { state: state.map_err(|error| unreadable(batch, id, &error))?, version })
}

/// Moves an aggregate on by one fact.
///
/// # Errors
/// [`ApplyError::Event`] where the fact does not follow the row's version.
pub(crate) fn step<A: Decider>(
    folded: &mut Folded<A>,
    recorded: &Recorded,
    event: &A::Event,
) -> Result<(), ApplyError> {
    if folded.version + 1 != recorded.sequence {
        let (id, sequence) = (recorded.aggregate_id, recorded.sequence);
        let version = folded.version;
        let reason = format!("the row of {id} is of version {version}, the event {sequence}");
        return Err(ApplyError::Event { position: recorded.position, reason });
    }
    folded.state.evolve(event);
    folded.version = recorded.sequence;
    Ok(())
}

/// A row that cannot be read or written, at the first fact of its aggregate in the batch.
pub(crate) fn unreadable(batch: &[Recorded], id: Uuid, error: &serde_json::Error) -> ApplyError {
    let first = batch.iter().find(|recorded| recorded.aggregate_id == id);
    ApplyError::Event {
        position: first.map_or(0, |recorded| recorded.position),
        reason: format!("the row of {id} can be neither read nor written: {error}"),
    }
}
