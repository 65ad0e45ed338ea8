//! Who does a process's work now, and how far it has come.
//!
//! A row of `process_cursors` is held for a while by one instance. Taking it raises its epoch;
//! every write of the work is bound to the epoch under which it was begun, so that whoever has
//! lost the lease, even without noticing, can write nothing.

use chrono::{DateTime, Utc};
use domain::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// Why a lease is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another instance does the work now.
    #[error("another instance does this work now")]
    Fenced,
    /// A statement failed.
    #[error("a statement: {0}")]
    Statement(#[from] sqlx::Error),
}

/// Puts the condition "the lease is still ours" in front of a statement that joins `held`.
/// Its parameters are the first three; the share lock holds off whoever would take it over.
macro_rules! fenced {
    ($statement:literal) => {
        concat!(
            "WITH held AS (SELECT 1 FROM process_cursors WHERE name = $1 \
             AND lease_owner = $2 AND lease_epoch = $3 FOR SHARE) ",
            $statement
        )
    };
}
pub(crate) use fenced;

/// A lease that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub name: &'static str,
    pub owner: Uuid,
    pub epoch: i64,
    /// The position up to which the work is kept.
    pub position: i64,
    /// Whoever held it before has not given it back: what they were about may be half done.
    pub broken_off: bool,
    until: Timestamp,
    length_ms: i64,
}

impl Lease {
    /// Takes the lease where nobody holds it, or we did before. What an earlier term has left
    /// half done is to be looked for then.
    pub(crate) async fn take(
        connection: &mut PgConnection,
        name: &'static str,
        owner: Uuid,
        (now, length_ms): (Timestamp, i64),
    ) -> Result<Lease, LeaseError> {
        let until = now.plus_ms(length_ms);
        let taken: Option<(i64, i64, bool)> = sqlx::query_as(
            "WITH before AS (SELECT lease_owner FROM process_cursors WHERE name = $1) \
             INSERT INTO process_cursors AS c (name, lease_epoch, lease_owner, lease_until) \
             VALUES ($1, 1, $2, $4) \
             ON CONFLICT (name) DO UPDATE \
             SET lease_epoch = c.lease_epoch + 1, lease_owner = $2, lease_until = $4 \
             WHERE c.lease_owner IS NULL OR c.lease_owner = $2 OR c.lease_until <= $3 \
             RETURNING c.position, c.lease_epoch, \
                 EXISTS (SELECT FROM before WHERE lease_owner IS NOT NULL)",
        )
        .bind(name)
        .bind(owner)
        .bind(DateTime::<Utc>::from(now))
        .bind(DateTime::<Utc>::from(until))
        .fetch_optional(connection)
        .await?;
        let (position, epoch, broken_off) = taken.ok_or(LeaseError::Fenced)?;
        Ok(Lease { name, owner, epoch, position, broken_off, until, length_ms })
    }

    /// Holds it for longer, once half of its time is over.
    pub(crate) async fn renew(
        &mut self,
        connection: &mut PgConnection,
        now: Timestamp,
    ) -> Result<(), LeaseError> {
        if self.until.since_ms(now) > self.length_ms / 2 {
            return Ok(());
        }
        let until = now.plus_ms(self.length_ms);
        let done = sqlx::query(
            "UPDATE process_cursors SET lease_until = $4 \
             WHERE name = $1 AND lease_owner = $2 AND lease_epoch = $3",
        )
        .bind(self.name)
        .bind(self.owner)
        .bind(self.epoch)
        .bind(DateTime::<Utc>::from(until))
        .execute(connection)
        .await?;
        self.until = until;
        held(done.rows_affected())
    }

    /// Moves the cursor, in the transaction that keeps what was read up to there.
    pub(crate) async fn advance(
        &self,
        connection: &mut PgConnection,
        to: i64,
    ) -> Result<(), LeaseError> {
        let done = sqlx::query(
            "UPDATE process_cursors SET position = $5 \
             WHERE name = $1 AND lease_owner = $2 AND lease_epoch = $3 AND position = $4",
        )
        .bind(self.name)
        .bind(self.owner)
        .bind(self.epoch)
        .bind(self.position)
        .bind(to)
        .execute(connection)
        .await?;
        held(done.rows_affected())
    }

    /// Gives it back, so that the next one need not wait.
    pub(crate) async fn release(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE process_cursors SET lease_owner = NULL, lease_until = NULL \
             WHERE name = $1 AND lease_owner = $2 AND lease_epoch = $3",
        )
        .bind(self.name)
        .bind(self.owner)
        .bind(self.epoch)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// A write that met its row; none means that the lease is somebody else's.
pub(crate) fn held(rows: u64) -> Result<(), LeaseError> {
    if rows == 0 { Err(LeaseError::Fenced) } else { Ok(()) }
}
