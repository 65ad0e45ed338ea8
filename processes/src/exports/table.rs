//! The statements on the tables of exports.

use database::{Database, DatabaseError, Role};
use domain::export::ExportFile;
use domain::{ExportId, OrgId, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use super::Progress;
use crate::clock::utc;

/// Whose file, and which.
type Of = (OrgId, ExportId);

/// How long a place is kept for somebody whom the log does not know.
const RESERVED_MS: i64 = 60_000;

/// Takes a place in the queue, unless too many are open or kept. Places of those who never came
/// back are free again.
pub(super) async fn reserve(
    database: &Database,
    (org, id): Of,
    (most_open, most_kept): (i64, i64),
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let mut tx = database.pool(Role::Process).transaction().await?;
    // Whoever asks at the same moment counts after this.
    let alone = "SELECT pg_advisory_xact_lock(hashtextextended('exports ' || $1::text, 0))";
    sqlx::query(alone).bind(org.uuid()).execute(&mut *tx).await?;
    let free = "DELETE FROM export_files \
                WHERE org_id = $1 AND export_id <> $2 AND NOT known AND asked_at < $3";
    let free = sqlx::query(free).bind(org.uuid()).bind(id.uuid());
    free.bind(utc(now.plus_ms(-RESERVED_MS))).execute(&mut *tx).await?;
    let reserved = sqlx::query(
        "INSERT INTO export_files (org_id, export_id, asked_at, known, open, writing, rows) \
         SELECT $1, $2, $3, false, true, false, 0 \
         WHERE (SELECT count(*) FILTER (WHERE open) < $4 AND count(*) < $5 \
                FROM export_files WHERE org_id = $1 AND export_id <> $2) \
         ON CONFLICT (org_id, export_id) DO UPDATE SET asked_at = export_files.asked_at",
    );
    let reserved = reserved.bind(org.uuid()).bind(id.uuid()).bind(utc(now));
    let reserved = reserved.bind(most_open).bind(most_kept).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(reserved.rows_affected() == 1)
}

/// Gives a place back that nobody needs.
pub(super) async fn give_back(database: &Database, (org, id): Of) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let delete = "DELETE FROM export_files WHERE org_id = $1 AND export_id = $2 AND NOT known";
    let delete = sqlx::query(delete).bind(org.uuid()).bind(id.uuid());
    delete.execute(&mut *connection).await?;
    Ok(())
}

/// The log knows the export: its place stays. The file is said where it is whole already.
pub(super) async fn known(
    database: &Database,
    (org, id): Of,
    asked_at: Timestamp,
) -> Result<Option<ExportFile>, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let known = sqlx::query_scalar(
        "INSERT INTO export_files (org_id, export_id, asked_at, known, open, writing, rows) \
         VALUES ($1, $2, $3, true, true, false, 0) \
         ON CONFLICT (org_id, export_id) DO UPDATE SET known = true RETURNING file",
    );
    let known = known.bind(org.uuid()).bind(id.uuid()).bind(utc(asked_at));
    let file: Option<Json<ExportFile>> = known.fetch_one(&mut *connection).await?;
    Ok(file.map(|Json(file)| file))
}

/// Whether it is this export's turn, now or still: one of an organization is written at a time.
pub(super) async fn turn(database: &Database, (org, id): Of) -> Result<bool, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let turn = sqlx::query(
        "UPDATE export_files SET writing = true WHERE org_id = $1 AND export_id = $2 \
         AND NOT EXISTS (SELECT FROM export_files f \
                         WHERE f.org_id = $1 AND f.export_id <> $2 AND f.writing)",
    );
    match turn.bind(org.uuid()).bind(id.uuid()).execute(&mut *connection).await {
        Ok(done) => Ok(done.rows_affected() == 1),
        // Another one's turn has come at the same time.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// It is not its turn any more; it waits like all others.
pub(super) async fn pass(database: &Database, (org, id): Of) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let pass = "UPDATE export_files SET writing = false WHERE org_id = $1 AND export_id = $2";
    sqlx::query(pass).bind(org.uuid()).bind(id.uuid()).execute(&mut *connection).await?;
    Ok(())
}

/// The file is written anew; whoever wrote it before can keep nothing any more. No, where it is
/// whole: whoever has not noticed that yet is not the one who writes.
pub(super) async fn begin(
    database: &Database,
    (org, id): Of,
    run: Uuid,
) -> Result<bool, DatabaseError> {
    let mut tx = database.pool(Role::Process).transaction().await?;
    let begin = "UPDATE export_files SET run = $3, rows = 0, rows_all = NULL \
                 WHERE org_id = $1 AND export_id = $2 AND writing AND file IS NULL";
    let begin = sqlx::query(begin).bind(org.uuid()).bind(id.uuid()).bind(run);
    if begin.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let forget = "DELETE FROM export_chunks WHERE org_id = $1 AND export_id = $2";
    sqlx::query(forget).bind(org.uuid()).bind(id.uuid()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Keeps a chunk, and how many rows there are with it, of all; no, where somebody else has begun.
pub(super) async fn keep(
    database: &Database,
    (org, id): Of,
    (run, chunk, bytes): (Uuid, i32, &[u8]),
    (rows, all): (u64, u64),
) -> Result<bool, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let kept = sqlx::query(
        "WITH ours AS (UPDATE export_files SET rows = $6, rows_all = $7 \
                       WHERE org_id = $1 AND export_id = $2 AND run = $3 RETURNING run) \
         INSERT INTO export_chunks (org_id, export_id, run, chunk, bytes) \
         SELECT $1, $2, run, $4, $5 FROM ours",
    );
    let kept = kept.bind(org.uuid()).bind(id.uuid()).bind(run).bind(chunk).bind(bytes);
    let kept = kept.bind(signed(rows)).bind(signed(all)).execute(&mut *connection).await?;
    Ok(kept.rows_affected() == 1)
}

/// The file is whole; no, where somebody else has begun.
pub(super) async fn whole(
    database: &Database,
    (org, id): Of,
    run: Uuid,
    file: &ExportFile,
) -> Result<bool, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let whole = "UPDATE export_files SET file = $4 \
                 WHERE org_id = $1 AND export_id = $2 AND run = $3";
    let whole = sqlx::query(whole).bind(org.uuid()).bind(id.uuid()).bind(run).bind(Json(file));
    Ok(whole.execute(&mut *connection).await?.rows_affected() == 1)
}

/// Nobody writes it any more, and it is kept.
pub(super) async fn close(database: &Database, (org, id): Of) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let close = "UPDATE export_files SET open = false, writing = false \
                 WHERE org_id = $1 AND export_id = $2";
    sqlx::query(close).bind(org.uuid()).bind(id.uuid()).execute(&mut *connection).await?;
    Ok(())
}

/// Takes a file away, and its place.
pub(super) async fn forget(database: &Database, (org, id): Of) -> Result<(), DatabaseError> {
    let mut tx = database.pool(Role::Process).transaction().await?;
    // The place first: whoever writes still can keep nothing behind our back.
    for statement in [
        "DELETE FROM export_files WHERE org_id = $1 AND export_id = $2",
        "DELETE FROM export_chunks WHERE org_id = $1 AND export_id = $2",
    ] {
        sqlx::query(statement).bind(org.uuid()).bind(id.uuid()).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

/// Who has waited for longest in an organization.
pub(super) async fn next(database: &Database, org: OrgId) -> Result<Option<Uuid>, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let next = sqlx::query_scalar(
        "SELECT export_id FROM export_files WHERE org_id = $1 AND known AND open AND NOT writing \
         ORDER BY asked_at, export_id LIMIT 1",
    );
    Ok(next.bind(org.uuid()).fetch_optional(&mut *connection).await?)
}

/// How far a file is.
pub(super) async fn progress(
    database: &Database,
    (org, id): Of,
) -> Result<Progress, DatabaseError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let found = "SELECT rows, rows_all FROM export_files WHERE org_id = $1 AND export_id = $2";
    let found = sqlx::query_as(found).bind(org.uuid()).bind(id.uuid());
    let found: Option<(i64, Option<i64>)> = found.fetch_optional(&mut *tx).await?;
    let unsigned = |rows: i64| u64::try_from(rows).unwrap_or_default();
    Ok(found.map_or_else(Progress::default, |(rows, all)| Progress {
        rows: unsigned(rows),
        rows_all: all.map(unsigned),
    }))
}

/// A chunk of a file that is whole.
pub(super) async fn chunk(
    database: &Database,
    (org, id): Of,
    number: i32,
) -> Result<Option<Vec<u8>>, DatabaseError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let found = sqlx::query_scalar(
        "SELECT c.bytes FROM export_chunks c \
         JOIN export_files f USING (org_id, export_id, run) \
         WHERE c.org_id = $1 AND c.export_id = $2 AND c.chunk = $3 AND f.file IS NOT NULL",
    );
    let found = found.bind(org.uuid()).bind(id.uuid()).bind(number);
    Ok(found.fetch_optional(&mut *tx).await?)
}

fn signed(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
