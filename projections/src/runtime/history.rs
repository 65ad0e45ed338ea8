//! The log as people read it: single streams and events as they were recorded,
//! with both clocks, who and why. Read-only; nothing here feeds a read model.

use database::Pool;
use domain::Timestamp;
use event_store::EventRef;
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::Row;
use uuid::Uuid;

use super::{Fact, RuntimeError, kinds};

/// An event as it was recorded. The payload holds personal fields sealed.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Place in the log.
    pub position: i64,
    /// Whose it is.
    pub organization_id: Uuid,
    /// The type of the aggregate.
    pub aggregate_type: String,
    /// The stream.
    pub aggregate_id: Uuid,
    /// Place in the stream.
    pub sequence: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// What kind of fact it is.
    pub event_type: String,
    /// The version of its payload.
    pub event_version: i16,
    /// Who caused it, in the log's stored form.
    pub actor: String,
    /// What it belongs to.
    pub correlation_id: Uuid,
    /// What led to it.
    pub causation_id: Option<Uuid>,
    /// When it happened in the world.
    pub occurred_at: Timestamp,
    /// When the log recorded it.
    pub recorded_at: Timestamp,
    /// The fact, byte for byte.
    pub payload: Box<RawValue>,
}

impl Entry {
    /// Copies an event of the feed.
    ///
    /// # Errors
    /// Words, where the payload is not JSON.
    pub fn of(event: &EventRef<'_>) -> Result<Self, String> {
        Ok(Self {
            position: event.position,
            organization_id: event.org_id,
            aggregate_type: event.aggregate_type.to_owned(),
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            event_id: event.event_id,
            event_type: event.event_type.to_owned(),
            event_version: event.event_version,
            actor: event.actor.to_owned(),
            correlation_id: event.correlation_id,
            causation_id: event.causation_id,
            occurred_at: Timestamp::from_millis(event.occurred_at_ms),
            recorded_at: Timestamp::from_millis(event.recorded_at_ms),
            payload: serde_json::from_slice(event.payload)
                .map_err(|error| format!("position {}: {error}", event.position))?,
        })
    }

    /// The fact as today's code understands it.
    ///
    /// # Errors
    /// Words, where it does not.
    pub fn fact(&self) -> Result<Fact, String> {
        let payload = self.payload.get().as_bytes();
        kinds::decode(&self.aggregate_type, &self.event_type, self.event_version, payload)
    }
}

/// Decodes an event of the feed under today's code (L12).
///
/// # Errors
/// Words, where it is unknown or can not be decoded.
pub fn decode(event: &EventRef<'_>) -> Result<Fact, String> {
    kinds::decode(event.aggregate_type, event.event_type, event.event_version, event.payload)
}

/// The organizations that have a stream of this type and id: in a healthy log
/// at most one, because ids are random.
///
/// # Errors
/// The database is away.
pub async fn organizations_of(
    pool: &Pool,
    aggregate_type: &str,
    aggregate_id: Uuid,
) -> Result<Vec<Uuid>, RuntimeError> {
    let mut connection = pool.acquire().await?;
    // Steps from organization to organization through the stream index.
    let found = sqlx::query_scalar(
        "WITH RECURSIVE orgs(org_id) AS (
             (SELECT org_id FROM events ORDER BY org_id LIMIT 1)
             UNION ALL
             SELECT (SELECT e.org_id FROM events e WHERE e.org_id > orgs.org_id
                     ORDER BY e.org_id LIMIT 1)
             FROM orgs WHERE orgs.org_id IS NOT NULL)
         SELECT org_id FROM orgs WHERE org_id IS NOT NULL AND EXISTS (
             SELECT 1 FROM events e WHERE e.org_id = orgs.org_id AND e.aggregate_type = $1
             AND e.aggregate_id = $2 AND e.sequence = 1)",
    );
    let found = found.bind(aggregate_type).bind(aggregate_id);
    Ok(found.fetch_all(&mut *connection).await?)
}

/// A stream from its beginning.
///
/// # Errors
/// The database is away, or a payload is not JSON.
pub async fn stream(
    pool: &Pool,
    org: Uuid,
    aggregate_type: &str,
    aggregate_id: Uuid,
) -> Result<Vec<Entry>, RuntimeError> {
    let mut connection = pool.acquire().await?;
    let rows = sqlx::query(
        "SELECT position, event_id, sequence, event_type, event_version, actor, correlation_id,
                causation_id, payload::text AS payload,
                (extract(epoch FROM occurred_at) * 1000)::bigint AS occurred_ms,
                (extract(epoch FROM recorded_at) * 1000)::bigint AS recorded_ms
         FROM events WHERE org_id = $1 AND aggregate_type = $2 AND aggregate_id = $3
         ORDER BY sequence",
    );
    let rows = rows.bind(org).bind(aggregate_type).bind(aggregate_id);
    let rows = rows.fetch_all(&mut *connection).await?;
    let entry = |row: &sqlx::postgres::PgRow| -> Result<Entry, RuntimeError> {
        let payload = RawValue::from_string(row.try_get("payload")?);
        Ok(Entry {
            position: row.try_get("position")?,
            organization_id: org,
            aggregate_type: aggregate_type.to_owned(),
            aggregate_id,
            sequence: row.try_get("sequence")?,
            event_id: row.try_get("event_id")?,
            event_type: row.try_get("event_type")?,
            event_version: row.try_get("event_version")?,
            actor: row.try_get("actor")?,
            correlation_id: row.try_get("correlation_id")?,
            causation_id: row.try_get("causation_id")?,
            occurred_at: Timestamp::from_millis(row.try_get("occurred_ms")?),
            recorded_at: Timestamp::from_millis(row.try_get("recorded_ms")?),
            payload: payload.map_err(|error| RuntimeError::Broken(error.to_string()))?,
        })
    };
    rows.iter().map(entry).collect()
}
