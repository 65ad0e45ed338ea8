//! Rows of the log, to be written once more by other means.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgConnectOptions, PgHasArrayType, PgTypeInfo, Postgres};
use sqlx::{ConnectOptions, Encode, FromRow, PgConnection, QueryBuilder, Type};
use uuid::Uuid;

use crate::copy;

/// The first rows of the log.
pub struct Rows {
    rows: Vec<Row>,
    /// The same as COPY BINARY has them, in parts of 10,000.
    pub copied: Vec<Vec<u8>>,
}

#[derive(FromRow)]
struct Row {
    position: i64,
    sequence: i64,
    org_id: Uuid,
    aggregate_id: Uuid,
    event_id: Uuid,
    correlation_id: Uuid,
    causation_id: Option<Uuid>,
    occurred_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    event_version: i16,
    aggregate_type: String,
    event_type: String,
    actor: String,
    payload: String,
    metadata: String,
}

/// JSON that goes into a statement as it is, as the writer has it.
struct Json<'t>(&'t str);

impl Type<Postgres> for Json<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(114))
    }
}

impl PgHasArrayType for Json<'_> {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(199))
    }
}

impl<'q> Encode<'q, Postgres> for Json<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

/// Reads so many.
pub async fn read(options: &PgConnectOptions, count: usize) -> anyhow::Result<Rows> {
    let mut connection = options.connect().await?;
    let text = "SELECT position, sequence, org_id, aggregate_id, event_id, correlation_id,
                       causation_id, occurred_at, recorded_at, event_version, aggregate_type,
                       event_type, actor, payload::text, metadata::text
                FROM events WHERE position <= $1 ORDER BY position";
    let rows: Vec<Row> =
        sqlx::query_as(text).bind(i64::try_from(count)?).fetch_all(&mut connection).await?;
    anyhow::ensure!(rows.len() == count, "the log has {} rows", rows.len());
    let copied = copy::read(&mut connection, i64::try_from(count)?).await?;
    Ok(Rows { rows, copied })
}

impl Rows {
    /// By the append statement, in batches of so many.
    pub async fn append(
        &self,
        connection: &mut PgConnection,
        text: &str,
        batch: usize,
    ) -> anyhow::Result<()> {
        let proves = text.contains("batch AS");
        for rows in self.rows.chunks(batch) {
            let root = if proves { root(rows) } else { vec![0; 32] };
            let statement = sqlx::query(text).bind(i64::try_from(rows.len())?).bind(root);
            let statement = statement.bind(1_i64).bind(rows[0].recorded_at);
            let statement = statement
                .bind(each(rows, |row| row.org_id))
                .bind(each(rows, |row| &*row.aggregate_type))
                .bind(each(rows, |row| row.aggregate_id))
                .bind(each(rows, |row| row.sequence))
                .bind(each(rows, |row| row.event_id))
                .bind(each(rows, |row| &*row.event_type))
                .bind(each(rows, |row| row.event_version))
                .bind(each(rows, |row| &*row.actor))
                .bind(each(rows, |row| row.correlation_id))
                .bind(each(rows, |row| row.causation_id))
                .bind(each(rows, |row| row.occurred_at))
                .bind(each(rows, |row| Json(&row.payload)))
                .bind(each(rows, |row| Json(&row.metadata)));
            let moved = statement.fetch_optional(&mut *connection).await?;
            anyhow::ensure!(moved.is_some(), "the head did not move");
        }
        Ok(())
    }

    /// By INSERT with so many rows.
    pub async fn insert(&self, connection: &mut PgConnection, rows: usize) -> anyhow::Result<()> {
        for rows in self.rows.chunks(rows) {
            let mut insert = QueryBuilder::<Postgres>::new(
                "INSERT INTO events (position, sequence, org_id, aggregate_id, event_id,
                     correlation_id, causation_id, occurred_at, recorded_at, event_version,
                     aggregate_type, event_type, actor, payload, metadata) ",
            );
            insert.push_values(rows, |mut values, row| {
                values.push_bind(row.position).push_bind(row.sequence);
                values.push_bind(row.org_id).push_bind(row.aggregate_id).push_bind(row.event_id);
                values.push_bind(row.correlation_id).push_bind(row.causation_id);
                values.push_bind(row.occurred_at).push_bind(row.recorded_at);
                values.push_bind(row.event_version).push_bind(row.aggregate_type.as_str());
                values.push_bind(row.event_type.as_str()).push_bind(row.actor.as_str());
                values.push_bind(Json(&row.payload));
                values.push_bind(Json(&row.metadata));
            });
            insert.build().execute(&mut *connection).await?;
        }
        Ok(())
    }
}

fn each<'r, T>(rows: &'r [Row], of: impl Fn(&'r Row) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// As much hashing as the root of a batch takes: a leaf of each row, and half as many nodes again.
fn root(rows: &[Row]) -> Vec<u8> {
    let mut nodes: Vec<[u8; 32]> = rows.iter().map(leaf).collect();
    while nodes.len() > 1 {
        let pair = |pair: &[[u8; 32]]| match pair {
            [one] => *one,
            pair => pair
                .iter()
                .fold(Sha256::new().chain_update([1]), Sha256::chain_update)
                .finalize()
                .into(),
        };
        nodes = nodes.chunks(2).map(pair).collect();
    }
    nodes.concat()
}

fn leaf(row: &Row) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update([0]);
    for id in [row.org_id, row.aggregate_id, row.event_id, row.correlation_id] {
        sha.update(id.as_bytes());
    }
    for text in [&row.aggregate_type, &row.event_type, &row.actor, &row.payload, &row.metadata] {
        sha.update((text.len() as u64).to_be_bytes());
        sha.update(text.as_bytes());
    }
    sha.finalize().into()
}
