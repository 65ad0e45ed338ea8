//! Aggregates that a batch moves on, for read models that keep them as the domain folds them.

use std::collections::HashMap;
use std::sync::Arc;

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

/// The row of an aggregate, of which the known state is written in JSON.
pub(crate) struct Kept {
    /// Whose it is.
    pub org: Uuid,
    /// Which.
    pub id: Uuid,
    /// How many facts it has.
    pub version: i64,
    /// As the domain folds it.
    pub state: String,
}

/// The aggregates that have a fact in a batch and began before it, from their rows.
///
/// # Errors
/// The rows cannot be loaded; [`ApplyError::Event`] where one cannot be read.
pub(crate) async fn begun_before<'b, A, K, E>(
    batch: &'b [Arc<Recorded>],
    pick: fn(&'b Fact) -> Option<&'b E>,
    known: fn(K) -> A,
    load: impl AsyncFnOnce(Vec<Uuid>, Vec<Uuid>) -> Result<Vec<Kept>, sqlx::Error>,
) -> Result<Batch<A>, ApplyError>
where
    E: 'b,
    K: DeserializeOwned,
{
    let theirs = batch.iter().filter(|recorded| pick(&recorded.event).is_some());
    let mut keys: Vec<Key> = theirs
        .filter(|recorded| recorded.sequence > 1)
        .map(|recorded| (recorded.org_id.uuid(), recorded.aggregate_id))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let mut begun = Batch::new();
    if keys.is_empty() {
        return Ok(begun);
    }
    let (orgs, ids) = keys.into_iter().unzip();
    for Kept { org, id, version, state } in load(orgs, ids).await? {
        let state = serde_json::from_str(&state).map(known);
        let state = state.map_err(|error| unreadable(batch, id, &error))?;
        begun.insert((org, id), Folded { state, version });
    }
    Ok(begun)
}

/// Moves the aggregates of a batch on by its facts, in order; those that begin in it begin.
///
/// # Errors
/// [`ApplyError::Event`] where a fact does not follow the row's version.
pub(crate) fn advance<'b, A: Decider>(
    begun: &mut Batch<A>,
    batch: &'b [Arc<Recorded>],
    pick: fn(&'b Fact) -> Option<&'b A::Event>,
) -> Result<(), ApplyError>
where
    A::Event: 'b,
{
    for recorded in batch {
        let Some(event) = pick(&recorded.event) else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        step(begun.entry(key).or_default(), recorded, event)?;
    }
    Ok(())
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
pub(crate) fn unreadable(
    batch: &[Arc<Recorded>],
    id: Uuid,
    error: &serde_json::Error,
) -> ApplyError {
    let first = batch.iter().find(|recorded| recorded.aggregate_id == id);
    ApplyError::Event {
        position: first.map_or(0, |recorded| recorded.position),
        reason: format!("the row of {id} can be neither read nor written: {error}"),
    }
}

/// A projection with one table of its own name, which keeps every aggregate of a type as the domain
/// folds it. The module has `begun_before` and `write`, the statements on its columns; `of_fact`
/// picks the facts.
macro_rules! keeps {
    ($name:ident, $table:literal, version $version:literal,
        $aggregate:ident with $event:ident as $fact:ident) => {
        /// The projection.
        pub struct $name;

        impl crate::Projection for $name {
            fn name(&self) -> &'static str {
                $table
            }

            fn version(&self) -> i32 {
                $version
            }

            fn tables(&self) -> &'static [&'static str] {
                &[$table]
            }

            fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
                aggregate_type == $aggregate::TYPE
            }

            fn apply<'a>(
                &'a self,
                tx: &'a mut sqlx::PgConnection,
                batch: &'a [std::sync::Arc<crate::Recorded>],
                _tables: crate::Tables,
            ) -> crate::BoxFuture<'a, Result<(), crate::ApplyError>> {
                Box::pin(async move {
                    let mut begun = begun_before(tx, batch).await?;
                    crate::folded::advance(&mut begun, batch, of_fact)?;
                    write(tx, &begun, batch).await
                })
            }
        }

        fn of_fact(fact: &crate::Fact) -> Option<&$event> {
            if let crate::Fact::$fact(event) = fact { Some(event) } else { None }
        }
    };
}
pub(crate) use keeps;
