//! The statements on the tables of imports.

use chrono::{DateTime, Utc};
use database::{Database, DatabaseError, Role};
use domain::import_batch::{RowOutcome, Tally};
use domain::{ImportId, OrgId, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use super::result::RowResult;
use crate::clock::utc;

/// A file that is kept.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct KeptFile {
    pub org_id: Uuid,
    pub file_id: Uuid,
    pub import_id: Uuid,
}

/// What became of a chunk's rows.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub first_row: u64,
    pub last_row: u64,
    pub tally: Tally,
    pub results: Vec<RowResult>,
}

/// A file begins to come, unless there are so many other imports of the organization, or so many
/// files at all.
pub(super) async fn begin(
    database: &Database,
    file: KeptFile,
    (others, files): (i64, i64),
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let mut tx = database.pool(Role::Process).transaction().await?;
    // Those who begin at the same time count each other.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1::uuid::text, 0))")
        .bind(file.org_id)
        .execute(&mut *tx)
        .await?;
    let begun = sqlx::query(
        "INSERT INTO import_files (org_id, file_id, import_id, created_at) \
         SELECT $1, $2, $3, $4 FROM \
             (SELECT count(*) AS files, \
                     count(DISTINCT import_id) FILTER (WHERE import_id <> $3) AS others \
              FROM import_files WHERE org_id = $1) kept \
         WHERE kept.others < $5 AND kept.files < $6",
    );
    let begun = begun.bind(file.org_id).bind(file.file_id).bind(file.import_id);
    let begun = begun.bind(utc(now)).bind(others).bind(files).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(begun.rows_affected() == 1)
}

/// Keeps a part of a file.
pub(super) async fn keep_part(
    database: &Database,
    (org, file): (OrgId, Uuid),
    (part, last): (i32, bool),
    sealed: &[u8],
) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    sqlx::query(
        "INSERT INTO import_parts (org_id, file_id, part, last, sealed) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(org.uuid())
    .bind(file)
    .bind(part)
    .bind(last)
    .bind(sealed)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// A part of a file, and whether it is the last one.
pub(super) async fn part(
    database: &Database,
    (org, file): (OrgId, Uuid),
    part: i32,
) -> Result<Option<(Vec<u8>, bool)>, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let found = sqlx::query_as(
        "SELECT sealed, last FROM import_parts WHERE org_id = $1 AND file_id = $2 AND part = $3",
    );
    let found = found.bind(org.uuid()).bind(file).bind(part);
    Ok(found.fetch_optional(&mut *connection).await?)
}

/// Forgets a file but for the row that says that it was there: its key is to be destroyed next.
pub(super) async fn forget_parts(
    database: &Database,
    (org, file): (OrgId, Uuid),
) -> Result<(), DatabaseError> {
    let mut tx = database.pool(Role::Process).transaction().await?;
    for statement in [
        "DELETE FROM import_parts WHERE org_id = $1 AND file_id = $2",
        "DELETE FROM import_erasures WHERE org_id = $1 AND file_id = $2",
    ] {
        sqlx::query(statement).bind(org.uuid()).bind(file).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

/// Forgets that a file was there.
pub(super) async fn forget_file(
    database: &Database,
    (org, file): (OrgId, Uuid),
) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let forget = sqlx::query("DELETE FROM import_files WHERE org_id = $1 AND file_id = $2");
    forget.bind(org.uuid()).bind(file).execute(&mut *connection).await?;
    Ok(())
}

/// The files that an organization has, or those of all that began to come before an instant.
pub(super) async fn files(
    database: &Database,
    (org, before): (Option<OrgId>, Option<Timestamp>),
) -> Result<Vec<KeptFile>, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let found = sqlx::query_as(
        "SELECT org_id, file_id, import_id FROM import_files \
         WHERE ($1::uuid IS NULL OR org_id = $1) \
           AND ($2::timestamptz IS NULL OR created_at < $2) ORDER BY created_at LIMIT 1000",
    );
    let found = found.bind(org.map(OrgId::uuid)).bind(before.map(utc));
    Ok(found.fetch_all(&mut *connection).await?)
}

/// Somebody was erased who is perhaps in this file.
pub(super) async fn mark_erased(
    database: &Database,
    file: KeptFile,
    mark: Uuid,
) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let marked = sqlx::query(
        "INSERT INTO import_erasures (org_id, file_id, mark) \
         SELECT org_id, file_id, $3 FROM import_files WHERE org_id = $1 AND file_id = $2 \
         ON CONFLICT DO NOTHING",
    );
    let marked = marked.bind(file.org_id).bind(file.file_id).bind(mark);
    marked.execute(&mut *connection).await?;
    Ok(())
}

/// Who was erased while the file was kept.
pub(super) async fn erased(
    database: &Database,
    (org, file): (OrgId, Uuid),
) -> Result<Vec<Uuid>, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let found =
        sqlx::query_scalar("SELECT mark FROM import_erasures WHERE org_id = $1 AND file_id = $2");
    Ok(found.bind(org.uuid()).bind(file).fetch_all(&mut *connection).await?)
}

/// Keeps what became of a chunk; what was kept of it before stays.
pub(super) async fn keep_chunk(
    database: &Database,
    (org, id): (OrgId, ImportId),
    chunk: &Chunk,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    sqlx::query(
        "INSERT INTO import_chunks \
             (org_id, import_id, first_row, last_row, tally, results, kept_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(org.uuid())
    .bind(id.uuid())
    .bind(signed(chunk.first_row))
    .bind(signed(chunk.last_row))
    .bind(Json(chunk.tally))
    .bind(Json(&chunk.results))
    .bind(utc(now))
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// How far a chunk goes that begins with this row, and what it has come to, where it is kept.
pub(super) async fn kept_chunk(
    database: &Database,
    (org, id): (OrgId, ImportId),
    first_row: u64,
) -> Result<Option<(u64, Tally)>, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let found: Option<(i64, Json<Tally>)> = sqlx::query_as(
        "SELECT last_row, tally FROM import_chunks \
         WHERE org_id = $1 AND import_id = $2 AND first_row = $3",
    )
    .bind(org.uuid())
    .bind(id.uuid())
    .bind(signed(first_row))
    .fetch_optional(&mut *connection)
    .await?;
    Ok(found.map(|(last, Json(tally))| (u64::try_from(last).unwrap_or_default(), tally)))
}

/// The rows after one, in their order, of some outcomes or of all: at most so many.
pub(super) async fn rows(
    database: &Database,
    (org, id): (OrgId, ImportId),
    outcomes: &[RowOutcome],
    (after, limit): (u64, i64),
) -> Result<Vec<RowResult>, DatabaseError> {
    let words: Vec<&str> = outcomes.iter().map(|outcome| outcome.word()).collect();
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows: Vec<Json<RowResult>> = sqlx::query_scalar(
        "SELECT r.value FROM import_chunks c, json_array_elements(c.results) r \
         WHERE c.org_id = $1 AND c.import_id = $2 AND c.last_row > $3 \
           AND (r.value ->> 'row')::bigint > $3 \
           AND (cardinality($4::text[]) = 0 OR r.value ->> 'outcome' = ANY ($4)) \
         ORDER BY c.first_row, (r.value ->> 'row')::bigint LIMIT $5",
    )
    .bind(org.uuid())
    .bind(id.uuid())
    .bind(signed(after))
    .bind(&words)
    .bind(limit)
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(|Json(row)| row).collect())
}

/// Forgets what became of rows a long time ago; how many chunks that were.
pub(super) async fn forget_chunks(
    database: &Database,
    before: DateTime<Utc>,
) -> Result<u64, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let forget = sqlx::query("DELETE FROM import_chunks WHERE kept_at < $1").bind(before);
    Ok(forget.execute(&mut *connection).await?.rows_affected())
}

fn signed(row: u64) -> i64 {
    i64::try_from(row).unwrap_or(i64::MAX)
}
