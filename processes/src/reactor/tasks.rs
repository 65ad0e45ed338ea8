//! The statements on `process_tasks`. What a runner writes is bound to its lease; anybody may ask
//! for a look.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{OrgId, Timestamp};
use event_store::EventRef;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::{AWAY_MS, MAX_ATTEMPTS, Next, PAUSES_MS, Subject, Trouble};
use crate::clock::utc;
use crate::lease::{Lease, fenced};

/// The aggregates that a page of the log asks for, each with the newest fact.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By organization, type and id: position, event, correlation.
    facts: HashMap<(Uuid, String, Uuid), (i64, Uuid, Uuid)>,
}

impl Found {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }

    /// Takes an event that is wanted.
    pub(super) fn take(&mut self, event: &EventRef<'_>) {
        let of = (event.org_id, event.aggregate_type.to_owned(), event.aggregate_id);
        let fact = (event.position, event.event_id, event.correlation_id);
        self.facts.insert(of, fact);
    }

    /// Keeps them as tasks that are due now. What has failed before is looked at anew: the fact
    /// may have changed why.
    pub(super) async fn keep(
        &self,
        connection: &mut PgConnection,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let (mut orgs, mut types, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        let (mut positions, mut events, mut correlations) = (Vec::new(), Vec::new(), Vec::new());
        for ((org, kind, id), (position, event, correlation)) in &self.facts {
            orgs.push(*org);
            types.push(kind.as_str());
            ids.push(*id);
            positions.push(*position);
            events.push(*event);
            correlations.push(*correlation);
        }
        sqlx::query(fenced!(
            "INSERT INTO process_tasks AS t (process, org_id, aggregate_type, aggregate_id, \
                 position, event_id, correlation_id, due_at) \
             SELECT $1, org, kind, aggregate, position, event, correlation, $10 \
             FROM held, unnest($4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::uuid[], \
                  $9::uuid[]) u(org, kind, aggregate, position, event, correlation) \
             ON CONFLICT (org_id, process, aggregate_type, aggregate_id) DO UPDATE \
             SET position = excluded.position, event_id = excluded.event_id, \
                 correlation_id = excluded.correlation_id, asked = t.asked + 1, \
                 due_at = excluded.due_at, attempts = 0, error = NULL, failed_at = NULL"
        ))
        .bind(lease.name)
        .bind(lease.owner)
        .bind(lease.epoch)
        .bind(orgs)
        .bind(types)
        .bind(ids)
        .bind(positions)
        .bind(events)
        .bind(correlations)
        .bind(utc(now))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// A task that is being looked at.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Task {
    org_id: Uuid,
    pub task_id: Uuid,
    aggregate_id: Uuid,
    asked: i64,
    event_id: Uuid,
    correlation_id: Uuid,
    attempts: i32,
}

impl Task {
    pub(super) fn subject(&self) -> Subject {
        Subject {
            org: OrgId::from(self.org_id),
            id: self.aggregate_id,
            cause: self.event_id,
            correlation: self.correlation_id,
        }
    }
}

/// Buries what has killed the process each time it was looked at; asked when a term begins, as
/// only a look that was cut off leaves such a task.
pub(super) async fn bury(
    connection: &mut PgConnection,
    lease: &Lease,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(fenced!(
        "UPDATE process_tasks SET due_at = NULL, failed_at = $4, \
             error = coalesce(error, 'the process has ended each time') \
         FROM held WHERE process = $1 AND due_at <= $4 AND attempts >= $5"
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
             WHERE process = $1 AND due_at <= $4 AND task_id <> ALL($6) \
             ORDER BY due_at LIMIT $7) \
         RETURNING org_id, task_id, aggregate_id, asked, event_id, correlation_id, attempts"
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
/// it; the cause is its id.
pub(crate) async fn ask(
    connection: &mut PgConnection,
    process: &str,
    (org, aggregate_type, id): (OrgId, &str, Uuid),
    (cause, now): (Uuid, Timestamp),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO process_tasks AS t (process, org_id, aggregate_type, aggregate_id, position, \
             event_id, correlation_id, due_at) \
         VALUES ($1, $2, $3, $4, 0, $5, $5, $6) \
         ON CONFLICT (org_id, process, aggregate_type, aggregate_id) DO UPDATE \
         SET asked = t.asked + 1, due_at = excluded.due_at, attempts = 0, error = NULL, \
             failed_at = NULL",
    )
    .bind(process)
    .bind(org.uuid())
    .bind(aggregate_type)
    .bind(id)
    .bind(cause)
    .bind(utc(now))
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
         WHERE process = $1 AND due_at IS NOT NULL AND task_id <> ALL($2)",
    )
    .bind(process)
    .bind(looked_at)
    .fetch_one(connection)
    .await?;
    Ok(next.map(Timestamp::from))
}
