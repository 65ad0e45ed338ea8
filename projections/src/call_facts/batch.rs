//! Folds a batch: its events by call, in memory, and the rows that follow.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    fold,
    row::{CallFact, WaitFact},
    write,
};
use crate::{ApplyError, Recorded, Tables};

/// A call as the batch leaves it.
pub(super) struct Folded {
    pub fact: CallFact,
    pub waits: Vec<WaitFact>,
    /// It begins in this batch.
    pub begins: bool,
}

type Key = (Uuid, Uuid);

pub(super) async fn apply(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
    tables: Tables,
) -> Result<(), ApplyError> {
    let calls = begun_before(tx, batch).await?;
    let calls = fold(calls, batch)?;
    let copied = |call: &&Folded| call.begins && tables == Tables::Build;
    let (fresh, known): (Vec<&Folded>, Vec<&Folded>) = calls.iter().partition(copied);
    write::insert(tx, &fresh).await?;
    write::upsert(tx, &known).await?;
    Ok(())
}

/// Moves the calls on by their events.
fn fold(mut calls: Vec<Folded>, batch: &[Arc<Recorded>]) -> Result<Vec<Folded>, ApplyError> {
    let mut places: HashMap<Key, usize> = HashMap::with_capacity(batch.len() / 4);
    for (place, call) in calls.iter().enumerate() {
        places.insert((call.fact.org_id, call.fact.call_id), place);
    }
    for recorded in batch {
        let Some(event) = recorded.event.call() else { continue };
        let key = (recorded.org_id.uuid(), recorded.aggregate_id);
        match places.get(&key).and_then(|place| calls.get_mut(*place)) {
            Some(call) => {
                call.fact.last_position = recorded.position;
                call.fact.updated_at = recorded.recorded_at.into();
                fold::evolve(&mut call.fact, &mut call.waits, event);
            }
            None => {
                let (fact, waits) = fold::begin(recorded, event).ok_or_else(|| {
                    let reason = format!("call {} has no row and no beginning", key.1);
                    ApplyError::Event { position: recorded.position, reason }
                })?;
                places.insert(key, calls.len());
                calls.push(Folded { fact, waits, begins: true });
            }
        }
    }
    Ok(calls)
}

/// The calls of the batch whose first event is not in it.
async fn begun_before(
    tx: &mut PgConnection,
    batch: &[Arc<Recorded>],
) -> Result<Vec<Folded>, ApplyError> {
    let mut first: HashMap<Key, i64> = HashMap::with_capacity(batch.len() / 4);
    let (mut orgs, mut ids) = (Vec::new(), Vec::new());
    for recorded in batch {
        let (org, id) = (recorded.org_id.uuid(), recorded.aggregate_id);
        if first.insert((org, id), recorded.sequence).is_none() && recorded.sequence > 1 {
            orgs.push(org);
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let facts = sqlx::query_file_as!(CallFact, "src/call_facts/load.sql", &orgs, &ids);
    let facts = facts.fetch_all(&mut *tx).await?;
    let waited = facts.iter().filter(|fact| fact.queue_segments > 0);
    let (orgs, ids): (Vec<Uuid>, Vec<Uuid>) =
        waited.map(|fact| (fact.org_id, fact.call_id)).unzip();
    let mut waits: HashMap<Key, Vec<WaitFact>> = HashMap::new();
    if !ids.is_empty() {
        let rows = sqlx::query_file_as!(WaitFact, "src/call_facts/load_segments.sql", &orgs, &ids);
        for wait in rows.fetch_all(tx).await? {
            waits.entry((wait.org_id, wait.call_id)).or_default().push(wait);
        }
    }
    let folded = |fact: CallFact| {
        let waits = waits.remove(&(fact.org_id, fact.call_id)).unwrap_or_default();
        Folded { fact, waits, begins: false }
    };
    Ok(facts.into_iter().map(folded).collect())
}
