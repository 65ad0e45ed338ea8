//! One stream, folded into its aggregate or as it is.

use std::sync::Arc;

use cqrs_es::Aggregate;
use database::Database;
use futures::TryStreamExt;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row, ValueRef};
use uuid::Uuid;

use crate::event::select_events;
use crate::loader::{EVENTS, Loader};
use crate::log::Inner;
use crate::warm::Remembered;
use crate::{Codec, CodecError, EventRef, LogError, StoredEvent, StreamKey};

/// Only what a fold needs.
const TAIL: &str = "SELECT sequence, event_type, event_version, payload FROM events
    WHERE org_id = $1 AND aggregate_type = $2 AND aggregate_id = $3 AND sequence > $4
    ORDER BY sequence";

/// What led to what in some streams; nothing of what was said there.
const OUTLINE: &str = "SELECT aggregate_id, sequence, event_type, correlation_id, causation_id
    FROM events WHERE org_id = $1 AND aggregate_type = $2 AND aggregate_id = ANY($3)
    ORDER BY aggregate_id, sequence";

/// That something has happened, and what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Outline {
    /// Where.
    pub aggregate_id: Uuid,
    /// Its place in its stream, from 1.
    pub sequence: i64,
    /// What kind of fact it is.
    pub event_type: String,
    /// What it belongs to.
    pub correlation_id: Uuid,
    /// What led to it.
    pub causation_id: Option<Uuid>,
}

/// The events of many streams without what they say, stream by stream, in their order.
pub(crate) async fn outline(
    database: &Database,
    org: Uuid,
    aggregate_type: &str,
    ids: &[Uuid],
) -> Result<Vec<Outline>, LogError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = database.org_tx(org).await?;
    let found = sqlx::query_as(OUTLINE).bind(org).bind(aggregate_type).bind(ids);
    Ok(found.fetch_all(&mut *tx).await?)
}

/// An aggregate and its version as they are now.
pub(crate) async fn newest<A, C>(
    inner: &Inner,
    codec: &C,
    stream: StreamKey,
) -> Result<Option<(A, u64)>, LogError>
where
    A: Aggregate + Clone + 'static,
    C: Codec<A::Event>,
{
    let (mut state, version) = inner.streams.copy(&stream).unwrap_or_default();
    let version = advance(inner.loader(), codec, stream, &mut state, version).await?;
    let version = u64::try_from(version).unwrap_or_default();
    Ok((version > 0).then_some((state, version)))
}

/// The same, read once for all who have heard of a version that is not remembered.
pub(crate) async fn once<A, C>(
    inner: &Inner,
    codec: &C,
    stream: StreamKey,
    version: i64,
) -> Result<Option<(A, u64)>, LogError>
where
    A: Aggregate + Clone + 'static,
    C: Codec<A::Event>,
{
    let _alone = inner.streams.lock(stream).await;
    if let Some((state, known)) = inner.streams.copy_since(&stream, version) {
        return Ok(Some((state, u64::try_from(known).unwrap_or_default())));
    }
    let found: Option<(A, u64)> = newest(inner, codec, stream).await?;
    if let Some((state, version)) = found.clone() {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let state = Box::new(state);
        inner.streams.put(stream, Remembered { state, version, personal: false });
    }
    Ok(found)
}

/// Applies the events after a version and says which version that makes.
pub(crate) async fn advance<A, C>(
    loader: &Arc<Loader>,
    codec: &C,
    stream: StreamKey,
    state: &mut A,
    mut version: i64,
) -> Result<i64, LogError>
where
    A: Aggregate,
    C: Codec<A::Event>,
{
    if let Some(events) = loader.events(stream, version).await {
        for event in &events {
            version = apply(codec, stream, state, (version, event))?;
        }
        if events.len() < EVENTS {
            return Ok(version);
        }
    }
    // Long, or what was read together could not be read.
    let mut tx = loader.database().org_tx(stream.org_id).await?;
    let tail = sqlx::query(TAIL).bind(stream.org_id).bind(stream.aggregate_type);
    let tail = tail.bind(stream.aggregate_id).bind(version);
    let mut rows = tail.fetch(&mut *tx);
    while let Some(event) = rows.try_next().await? {
        version = apply(codec, stream, state, (version, &event))?;
    }
    Ok(version)
}

/// Applies the event after a version.
fn apply<A, C>(
    codec: &C,
    stream: StreamKey,
    state: &mut A,
    (version, event): (i64, &PgRow),
) -> Result<i64, LogError>
where
    A: Aggregate,
    C: Codec<A::Event>,
{
    let sequence: i64 = event.try_get(0)?;
    if sequence != version + 1 {
        let id = stream.aggregate_id;
        let words = format!("in stream {id} event {sequence} follows event {version}");
        return Err(LogError::Broken(words));
    }
    let payload = event.try_get_raw(3)?;
    if payload.is_null() {
        return Err(LogError::Broken("an event without a payload".to_owned()));
    }
    let payload = payload.as_bytes().map_err(CodecError::decoding)?;
    state.apply(codec.decode(event.try_get(1)?, event.try_get(2)?, payload)?);
    Ok(sequence)
}

/// The events of a stream from a sequence on.
pub(crate) async fn events(
    database: &Database,
    stream: StreamKey,
    from_sequence: i64,
) -> Result<Vec<StoredEvent>, LogError> {
    let mut tx = database.org_tx(stream.org_id).await?;
    let events = sqlx::query(select_events!(
        "WHERE org_id = $1 AND aggregate_type = $2 AND aggregate_id = $3 AND sequence >= $4
         ORDER BY sequence"
    ));
    let events = events.bind(stream.org_id).bind(stream.aggregate_type);
    let mut rows = events.bind(stream.aggregate_id).bind(from_sequence).fetch(&mut *tx);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        found.push(EventRef::of(&row)?.into());
    }
    Ok(found)
}
