//! The row that says where a projection stands and who may move it: the
//! checkpoint and the lease in one, so that one `UPDATE` checks both (P1).
//!
//! Build 0 is the live one. The owner's name is for people; the lease's epoch
//! is what fences: whoever lost it can not move the checkpoint any more.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use super::Tables;

/// Which checkpoint: a projection's live one (build 0) or that of a build.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub name: String,
    pub build: i32,
}

/// The right to move a checkpoint, and where it stood when it was given.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Lease {
    pub lease_epoch: i64,
    pub position: i64,
    pub event_id: Option<Uuid>,
    pub version: i32,
}

/// A step of a checkpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub from: i64,
    pub to: i64,
    pub event_id: Option<Uuid>,
    pub applied: i64,
}

impl Place {
    pub(super) fn live(name: &str) -> Self {
        Self { name: name.to_owned(), build: 0 }
    }

    /// Which tables it is the checkpoint of.
    pub(super) fn tables(&self) -> Tables {
        if self.build == 0 { Tables::Live } else { Tables::Build }
    }

    /// Makes the live row where there is none.
    pub(super) async fn ensure(
        &self,
        connection: &mut PgConnection,
        version: i32,
    ) -> Result<(), sqlx::Error> {
        let insert = "INSERT INTO projection_checkpoints (name, build, version)
                      VALUES ($1, $2, $3) ON CONFLICT (name, build) DO NOTHING";
        let insert = sqlx::query(insert).bind(&self.name).bind(self.build).bind(version);
        insert.execute(connection).await?;
        Ok(())
    }

    /// Takes the lease where it is free or has run out. A build that was
    /// swapped in is nobody's any more: its tables are the live ones.
    pub(super) async fn acquire(
        &self,
        connection: &mut PgConnection,
        owner: &str,
        ttl: Duration,
    ) -> Result<Option<Lease>, sqlx::Error> {
        let lease = sqlx::query_as(
            "UPDATE projection_checkpoints
             SET lease_epoch = lease_epoch + 1, lease_owner = $3,
                 lease_until = clock_timestamp() + $4 * interval '1 millisecond',
                 log_epoch = (SELECT max(epoch) FROM log_head)
             WHERE name = $1 AND build = $2 AND state <> 'swapped'
               AND (lease_owner IS NULL OR lease_until <= clock_timestamp())
             RETURNING lease_epoch, position, event_id, version",
        );
        let lease = lease.bind(&self.name).bind(self.build).bind(owner).bind(ms(ttl));
        lease.fetch_optional(connection).await
    }

    /// Moves the checkpoint: only from where it is expected, only with the
    /// lease. `false`: it was not ours to move, and the transaction must end.
    ///
    /// It is the first statement of the transaction that writes the rows, so
    /// that a fenced worker does no work and a swap, which locks this row
    /// before the tables, can not meet it in a deadlock.
    pub(super) async fn advance(
        &self,
        connection: &mut PgConnection,
        epoch: i64,
        step: Step,
        ttl: Duration,
    ) -> Result<bool, sqlx::Error> {
        let moved = sqlx::query(
            "UPDATE projection_checkpoints
             SET position = $5, applied = applied + $7,
                 event_id = coalesce($6, (SELECT e.event_id FROM events e WHERE e.position = $5)),
                 state = 'running', reason = NULL, updated_at = clock_timestamp(),
                 lease_until = clock_timestamp() + $8 * interval '1 millisecond'
             WHERE name = $1 AND build = $2 AND lease_epoch = $3 AND position = $4",
        );
        let moved = moved.bind(&self.name).bind(self.build).bind(epoch).bind(step.from);
        let moved = moved.bind(step.to).bind(step.event_id).bind(step.applied).bind(ms(ttl));
        Ok(moved.execute(connection).await?.rows_affected() == 1)
    }

    /// Keeps the lease of an idle worker.
    pub(super) async fn renew(
        &self,
        connection: &mut PgConnection,
        epoch: i64,
        ttl: Duration,
    ) -> Result<bool, sqlx::Error> {
        let kept = sqlx::query(
            "UPDATE projection_checkpoints
             SET lease_until = clock_timestamp() + $4 * interval '1 millisecond'
             WHERE name = $1 AND build = $2 AND lease_epoch = $3 AND lease_owner IS NOT NULL",
        );
        let kept = kept.bind(&self.name).bind(self.build).bind(epoch).bind(ms(ttl));
        Ok(kept.execute(connection).await?.rows_affected() == 1)
    }

    /// Gives the lease back, so that the next owner need not wait.
    pub(super) async fn release(
        &self,
        connection: &mut PgConnection,
        epoch: i64,
    ) -> Result<(), sqlx::Error> {
        let free = sqlx::query(
            "UPDATE projection_checkpoints SET lease_owner = NULL, lease_until = NULL
             WHERE name = $1 AND build = $2 AND lease_epoch = $3",
        );
        free.bind(&self.name).bind(self.build).bind(epoch).execute(connection).await?;
        Ok(())
    }

    /// Writes down why the projection can not go on, and gives the lease back:
    /// a process with newer code may be able to.
    pub(super) async fn pause(
        &self,
        connection: &mut PgConnection,
        epoch: i64,
        reason: &str,
    ) -> Result<(), sqlx::Error> {
        let pause = sqlx::query(
            "UPDATE projection_checkpoints
             SET state = 'paused', reason = $4, updated_at = clock_timestamp(),
                 lease_owner = NULL, lease_until = NULL
             WHERE name = $1 AND build = $2 AND lease_epoch = $3",
        );
        let pause = pause.bind(&self.name).bind(self.build).bind(epoch).bind(reason);
        pause.execute(connection).await?;
        Ok(())
    }

    /// What paused it is gone, and there is nothing left that could pause it
    /// again: it runs, though no event comes to show it.
    pub(super) async fn resume(
        &self,
        connection: &mut PgConnection,
        epoch: i64,
    ) -> Result<(), sqlx::Error> {
        let resume = sqlx::query(
            "UPDATE projection_checkpoints SET state = 'running', reason = NULL
             WHERE name = $1 AND build = $2 AND lease_epoch = $3 AND state = 'paused'
               AND position >= (SELECT max(position) FROM log_head)",
        );
        resume.bind(&self.name).bind(self.build).bind(epoch).execute(connection).await?;
        Ok(())
    }

    /// A projection that has no rows yet takes the version of the code.
    pub(super) async fn adopt(
        &self,
        connection: &mut PgConnection,
        epoch: i64,
        version: i32,
    ) -> Result<bool, sqlx::Error> {
        let adopt = sqlx::query(
            "UPDATE projection_checkpoints SET version = $4
             WHERE name = $1 AND build = $2 AND lease_epoch = $3 AND position = 0",
        );
        let adopt = adopt.bind(&self.name).bind(self.build).bind(epoch).bind(version);
        Ok(adopt.execute(connection).await?.rows_affected() == 1)
    }
}

impl Lease {
    /// Whether the log still has the event that the checkpoint stands on;
    /// otherwise the words for it (the first step to P9).
    pub(super) async fn misfit(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Option<String>, sqlx::Error> {
        if self.position == 0 {
            return Ok(None);
        }
        let there = "SELECT event_id FROM events WHERE position = $1";
        let there: Option<Uuid> =
            sqlx::query_scalar(there).bind(self.position).fetch_optional(connection).await?;
        let at = self.position;
        Ok(match (there, self.event_id) {
            (None, _) => Some(format!("it stands at position {at}, which the log has not")),
            (Some(there), Some(mine)) if there != mine => {
                Some(format!("the log has another event at position {at}"))
            }
            (Some(_), _) => None,
        })
    }
}

fn ms(ttl: Duration) -> f64 {
    ttl.as_secs_f64() * 1000.0
}
