//! The statements on `process_tasks`. What a runner writes is bound to its lease; anybody may ask
//! for a look.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{OrgId, Timestamp};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::facts::{Fact, Key};
use super::{AWAY_MS, MAX_ATTEMPTS, Next, PAUSES_MS, Subject, Trouble};
use crate::clock::utc;
use crate::lease::{Lease, LeaseError, fenced, held};

/// What has become of facts and is not kept yet.
#[derive(Debug, Default)]
pub(super) struct Settled {
    of: HashMap<Key, Option<Owed>>,
    /// Looks may have been cut off: their attempts come on top of those that were counted.
    counts: bool,
}

/// An aggregate that is looked at again.
#[derive(Debug)]
struct Owed {
    fact: Fact,
    due_at: Timestamp,
    attempts: i32,
    error: Option<String>,
}

impl Settled {
    /// A look has come to its end.
    pub(super) fn over(&mut self, fact: Fact, came: Result<Next, Trouble>, now: Timestamp) {
        let [first_pause_ms, ..] = PAUSES_MS;
        let key = fact.key.clone();
        let owed = match came {
            Ok(Next::Rest) => None,
            Ok(Next::At(due_at)) => Some(Owed { fact, due_at, attempts: 0, error: None }),
            Err(Trouble::Away(words)) => {
                let due_at = now.plus_ms(AWAY_MS);
                Some(Owed { fact, due_at, attempts: 0, error: Some(words) })
            }
            Err(Trouble::Wrong(words)) => {
                let due_at = now.plus_ms(first_pause_ms);
                Some(Owed { fact, due_at, attempts: 1, error: Some(words) })
            }
        };
        self.of.insert(key, owed);
    }

    /// A look that may have been cut off counts as an attempt, and is kept before it begins anew.
    pub(super) fn again(&mut self, fact: Fact, now: Timestamp) {
        let owed = Owed { due_at: now, attempts: 1, error: None, fact };
        self.of.insert(owed.fact.key.clone(), Some(owed));
        self.counts = true;
    }

    /// How many aggregates it is about.
    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    /// When the first of them is looked at again.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        self.of.values().flatten().map(|owed| owed.due_at).min()
    }

    /// Moves the cursor to a position and keeps this with it, in one statement. What somebody has
    /// asked for meanwhile stays so: it is due since 1970, whatever their clock says.
    pub(super) async fn keep(
        &self,
        connection: &mut PgConnection,
        (lease, to): (&mut Lease, i64),
    ) -> Result<(), LeaseError> {
        let rests = self.of.iter().filter(|(_, owed)| owed.is_none());
        let rests = Keys::of(rests.map(|(key, _)| key));
        let owed: Vec<&Owed> = self.of.values().flatten().collect();
        let keys = Keys::of(owed.iter().map(|owed| &owed.fact.key));
        let of_facts = |of: fn(&Fact) -> Uuid| -> Vec<Uuid> {
            owed.iter().map(|owed| of(&owed.fact)).collect()
        };
        let positions: Vec<i64> = owed.iter().map(|owed| owed.fact.position).collect();
        let due: Vec<DateTime<Utc>> = owed.iter().map(|owed| utc(owed.due_at)).collect();
        let attempts: Vec<i32> = owed.iter().map(|owed| owed.attempts).collect();
        let errors: Vec<Option<&str>> = owed.iter().map(|owed| owed.error.as_deref()).collect();
        let rows: i64 = sqlx::query_scalar(
            "WITH held AS ( \
                 UPDATE process_cursors SET position = $5 \
                 WHERE name = $1 AND lease_owner = $2 AND lease_epoch = $3 AND position = $4 \
                 RETURNING 1), \
             rested AS ( \
                 DELETE FROM process_tasks t \
                 USING held, unnest($6::uuid[], $7::text[], $8::uuid[]) u(org, kind, aggregate) \
                 WHERE t.process = $1 AND t.org_id = u.org AND t.aggregate_type = u.kind \
                   AND t.aggregate_id = u.aggregate AND t.due_at IS DISTINCT FROM 'epoch'), \
             kept AS ( \
                 INSERT INTO process_tasks AS t (process, org_id, aggregate_type, aggregate_id, \
                     position, event_id, correlation_id, due_at, attempts, error) \
                 SELECT $1, u.* FROM held, unnest($9::uuid[], $10::text[], $11::uuid[], \
                     $12::bigint[], $13::uuid[], $14::uuid[], $15::timestamptz[], $16::int[], \
                     $17::text[]) u \
                 ON CONFLICT (org_id, process, aggregate_type, aggregate_id) DO UPDATE \
                 SET position = excluded.position, event_id = excluded.event_id, \
                     correlation_id = excluded.correlation_id, asked = t.asked + 1, \
                     due_at = CASE WHEN t.due_at = 'epoch' THEN t.due_at ELSE excluded.due_at END, \
                     attempts = excluded.attempts + CASE WHEN $18 THEN t.attempts ELSE 0 END, \
                     error = excluded.error, failed_at = NULL) \
             SELECT count(*) FROM held",
        )
        .bind(lease.name)
        .bind(lease.owner)
        .bind(lease.epoch)
        .bind(lease.position)
        .bind(to)
        .bind(rests.orgs)
        .bind(rests.types)
        .bind(rests.ids)
        .bind(keys.orgs)
        .bind(keys.types)
        .bind(keys.ids)
        .bind(positions)
        .bind(of_facts(|fact| fact.event_id))
        .bind(of_facts(|fact| fact.correlation_id))
        .bind(due)
        .bind(attempts)
        .bind(errors)
        .bind(self.counts)
        .fetch_one(connection)
        .await?;
        held(u64::try_from(rows).unwrap_or_default())?;
        lease.position = to;
        Ok(())
    }
}

/// Aggregates, a column each.
struct Keys<'k> {
    orgs: Vec<Uuid>,
    types: Vec<&'k str>,
    ids: Vec<Uuid>,
}

impl<'k> Keys<'k> {
    fn of(keys: impl Iterator<Item = &'k Key>) -> Self {
        let (mut orgs, mut types, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for key in keys {
            orgs.push(key.org_id);
            types.push(key.aggregate_type.as_str());
            ids.push(key.aggregate_id);
        }
        Self { orgs, types, ids }
    }
}

/// A task that is being looked at.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Task {
    pub org_id: Uuid,
    pub task_id: Uuid,
    pub aggregate_type: String,
    pub aggregate_id: Uuid,
    asked: i64,
    event_id: Uuid,
    correlation_id: Uuid,
    attempts: i32,
}

impl Task {
    pub(super) fn key(&self) -> Key {
        Key {
            org_id: self.org_id,
            aggregate_type: self.aggregate_type.clone(),
            aggregate_id: self.aggregate_id,
        }
    }

    pub(super) fn subject(&self) -> Subject {
        Subject {
            org: OrgId::from(self.org_id),
            id: self.aggregate_id,
            cause: self.event_id,
            sequence: 0,
            correlation: self.correlation_id,
        }
    }
}

/// Buries what has killed the process each time it was looked at; asked when a term begins, as
/// only a look that was cut off leaves such a task, whenever that would be due.
pub(super) async fn bury(
    connection: &mut PgConnection,
    lease: &Lease,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(fenced!(
        "UPDATE process_tasks SET due_at = NULL, failed_at = $4, \
             error = coalesce(error, 'the process has ended each time') \
         FROM held WHERE process = $1 AND due_at IS NOT NULL AND attempts >= $5"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(utc(now))
    .bind(MAX_ATTEMPTS)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes what is due and nobody looks at, the longest due first. The attempt counts from here, and
/// the next one is set.
pub(super) async fn take(
    connection: &mut PgConnection,
    lease: &Lease,
    (now, limit): (Timestamp, i64),
    looked_at: &[Uuid],
) -> Result<Vec<Task>, sqlx::Error> {
    sqlx::query_as(fenced!(
        "UPDATE process_tasks t SET attempts = attempts + 1, \
             due_at = $4 + ($5::bigint[])[least(attempts + 1, cardinality($5))] \
                      * interval '1 ms' \
         FROM held WHERE (org_id, task_id) IN ( \
             SELECT org_id, task_id FROM process_tasks \
             WHERE process = $1 AND due_at <= $4 AND aggregate_id <> ALL($6) \
             ORDER BY due_at LIMIT $7) \
         RETURNING org_id, task_id, aggregate_type, aggregate_id, asked, event_id, \
             correlation_id, attempts"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(utc(now))
    .bind(PAUSES_MS.as_slice())
    .bind(looked_at)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Has an aggregate looked at for something that is not in the log, in the transaction that keeps
/// it; the cause is its id. It is due since 1970, by which a look that has not seen it knows it.
pub(crate) async fn ask(
    connection: &mut PgConnection,
    process: &str,
    (org, aggregate_type, id): (OrgId, &str, Uuid),
    cause: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO process_tasks AS t (process, org_id, aggregate_type, aggregate_id, position, \
             event_id, correlation_id, due_at) \
         VALUES ($1, $2, $3, $4, 0, $5, $5, 'epoch') \
         ON CONFLICT (org_id, process, aggregate_type, aggregate_id) DO UPDATE \
         SET asked = t.asked + 1, due_at = excluded.due_at, attempts = 0, error = NULL, \
             failed_at = NULL",
    )
    .bind(process)
    .bind(org.uuid())
    .bind(aggregate_type)
    .bind(id)
    .bind(cause)
    .execute(connection)
    .await?;
    Ok(())
}

/// A look that has come to its end.
pub(super) type Look = (Task, Result<Next, Trouble>);

/// Keeps what came of looks. Where one was asked for meanwhile, the task is due as that has made
/// it.
pub(super) async fn finish(
    connection: &mut PgConnection,
    lease: &Lease,
    over: &[Look],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let (mut orgs, mut ids, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    for (task, came) in over {
        if let Ok(Next::Rest) = came {
            orgs.push(task.org_id);
            ids.push(task.task_id);
            asked.push(task.asked);
        } else {
            put_off(connection, lease, (task, came), now).await?;
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query(fenced!(
        "DELETE FROM process_tasks t \
         USING held, unnest($4::uuid[], $5::uuid[], $6::bigint[]) u(org, task, asked) \
         WHERE t.org_id = u.org AND t.task_id = u.task AND t.asked = u.asked"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(orgs)
    .bind(ids)
    .bind(asked)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps when a task is looked at next, or that it has failed too often.
async fn put_off(
    connection: &mut PgConnection,
    lease: &Lease,
    (task, came): (&Task, &Result<Next, Trouble>),
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let dead = matches!(came, Err(Trouble::Wrong(_))) && task.attempts >= MAX_ATTEMPTS;
    // None where it stays when the next attempt was set to.
    let due_at: Option<DateTime<Utc>> = match came {
        Ok(Next::At(at)) => Some(utc(*at)),
        Err(Trouble::Away(_)) => Some(utc(now.plus_ms(AWAY_MS))),
        Ok(Next::Rest) | Err(Trouble::Wrong(_)) => None,
    };
    let attempts = match came {
        Ok(_) => 0,
        Err(Trouble::Away(_)) => task.attempts - 1,
        Err(Trouble::Wrong(_)) => task.attempts,
    };
    sqlx::query(fenced!(
        "UPDATE process_tasks SET attempts = $7, error = $8, \
             failed_at = CASE WHEN $9 THEN $10 END, \
             due_at = CASE WHEN NOT $9 THEN coalesce($11, due_at) END \
         FROM held WHERE org_id = $4 AND task_id = $5 AND asked = $6"
    ))
    .bind(lease.name)
    .bind(lease.owner)
    .bind(lease.epoch)
    .bind(task.org_id)
    .bind(task.task_id)
    .bind(task.asked)
    .bind(attempts)
    .bind(came.as_ref().err().map(ToString::to_string))
    .bind(dead)
    .bind(utc(now))
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// When something is due next that nobody looks at.
pub(super) async fn next_due(
    connection: &mut PgConnection,
    process: &str,
    looked_at: &[Uuid],
) -> Result<Option<Timestamp>, sqlx::Error> {
    let next: Option<DateTime<Utc>> = sqlx::query_scalar(
        "SELECT min(due_at) FROM process_tasks \
         WHERE process = $1 AND due_at IS NOT NULL AND aggregate_id <> ALL($2)",
    )
    .bind(process)
    .bind(looked_at)
    .fetch_one(connection)
    .await?;
    Ok(next.map(Timestamp::from))
}
