//! What was answered to a key before (L9).

use chrono::{DateTime, Utc};
use database::Pool;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::{IdempotencyKey, LogError, Outcome, StoredReply};

const FIND: &str = include_str!("sql/find_key.sql");
const FREE: &str = "DELETE FROM idempotency
    WHERE org_id = $1 AND actor = $2 AND operation = $3 AND key = $4 AND expires_at <= $5";
/// The rows to delete are found and taken in one go, a bounded number at a time.
const PURGE: &str = "DELETE FROM idempotency WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency WHERE expires_at <= $1 LIMIT $2))";
const PURGE_ROWS: i64 = 1_000;

/// What is kept under a key.
#[derive(Debug)]
pub(crate) enum Kept {
    /// Nothing, or nothing that still holds.
    Nothing,
    /// Something that no longer holds, but is still in the way.
    Expired,
    /// The answer to the same request.
    Same(Box<Outcome>),
    /// The answer to another request.
    Other,
}

#[derive(FromRow)]
struct Row {
    fingerprint: Vec<u8>,
    version: i64,
    position: Option<i64>,
    status: i16,
    body: Vec<u8>,
    etag: Option<String>,
    location: Option<String>,
    expired: bool,
    event_ids: Vec<Uuid>,
}

/// Looks a key up.
pub(crate) async fn find(
    connection: &mut PgConnection,
    org: Uuid,
    key: &IdempotencyKey,
    now_ms: i64,
) -> Result<Kept, sqlx::Error> {
    let row = sqlx::query_as(FIND).bind(org).bind(&key.actor).bind(&key.operation);
    let row: Option<Row> =
        row.bind(&key.key).bind(instant(now_ms)).fetch_optional(connection).await?;
    Ok(match row {
        None => Kept::Nothing,
        Some(row) if row.expired => Kept::Expired,
        Some(row) if row.fingerprint != key.fingerprint => Kept::Other,
        Some(row) => Kept::Same(Box::new(Outcome {
            reply: StoredReply {
                status: u16::try_from(row.status).unwrap_or_default(),
                body: row.body,
                etag: row.etag,
                location: row.location,
            },
            version: u64::try_from(row.version).unwrap_or_default(),
            position: row.position,
            event_ids: row.event_ids,
            replayed: true,
        })),
    })
}

/// Removes a key that no longer holds, so that it is free again.
pub(crate) async fn free(
    connection: &mut PgConnection,
    org: Uuid,
    key: &IdempotencyKey,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let free = sqlx::query(FREE).bind(org).bind(&key.actor).bind(&key.operation);
    free.bind(&key.key).bind(instant(now_ms)).execute(connection).await?;
    Ok(())
}

/// Removes every key that no longer holds and says how many there were.
pub(crate) async fn purge(pool: &Pool, now_ms: i64) -> Result<u64, LogError> {
    let mut purged = 0_u64;
    loop {
        let mut connection = pool.acquire().await?;
        let purge = sqlx::query(PURGE).bind(instant(now_ms)).bind(PURGE_ROWS);
        match purge.execute(&mut *connection).await?.rows_affected() {
            0 => return Ok(purged),
            rows => purged = purged.saturating_add(rows),
        }
    }
}

/// An instant, for a statement; the last one there is where it cannot be told.
pub(crate) fn instant(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
