//! An event as it is stored, borrowed from the row that brought it, or owned.

use std::fmt;

use sqlx::{Row, ValueRef, postgres::PgRow};
use uuid::Uuid;

use crate::LogError;

/// The columns of an event, in the order in which [`EventRef::of`] reads them.
macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT position, org_id, aggregate_type, aggregate_id, sequence, event_id, ",
            "event_type, event_version, actor, correlation_id, causation_id, occurred_at, ",
            "recorded_at, payload, metadata FROM events ",
            $rest
        )
    };
}
pub(crate) use select_events;

/// The place of the payload among these columns.
const PAYLOAD: usize = 13;

/// Microseconds from 1970 to 2000, from where PostgreSQL counts.
const EPOCH_2000_US: i64 = 946_684_800_000_000;

/// An event, borrowed.
#[derive(Clone, Copy)]
pub struct EventRef<'a> {
    /// Place in the log, from 1, without holes.
    pub position: i64,
    /// Whose it is.
    pub org_id: Uuid,
    /// The type of the aggregate.
    pub aggregate_type: &'a str,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// Place in its stream, from 1.
    pub sequence: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// What kind of fact it is.
    pub event_type: &'a str,
    /// The version of its payload.
    pub event_version: i16,
    /// Who caused it, as [`crate::Actor::stored`] writes it.
    pub actor: &'a str,
    /// What it belongs to.
    pub correlation_id: Uuid,
    /// What led to it.
    pub causation_id: Option<Uuid>,
    /// When it happened in the world, in ms since 1970.
    pub occurred_at_ms: i64,
    /// When the log recorded it, in ms since 1970.
    pub recorded_at_ms: i64,
    /// The fact: JSON, byte for byte what was hashed.
    pub payload: &'a [u8],
    /// What else is known about it: JSON.
    pub metadata: &'a [u8],
}

/// Where it is and what it is called; never what it says.
impl fmt::Debug for EventRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRef")
            .field("position", &self.position)
            .field("aggregate_id", &self.aggregate_id)
            .field("sequence", &self.sequence)
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}

impl<'a> EventRef<'a> {
    /// Reads a row of the columns above, in the binary format.
    pub(crate) fn of(row: &'a PgRow) -> Result<Self, LogError> {
        Ok(Self {
            position: long(row, 0)?,
            org_id: uuid(row, 1)?,
            aggregate_type: text(row, 2)?,
            aggregate_id: uuid(row, 3)?,
            sequence: long(row, 4)?,
            event_id: uuid(row, 5)?,
            event_type: text(row, 6)?,
            event_version: i16::from_be_bytes(fixed(row, 7)?),
            actor: text(row, 8)?,
            correlation_id: uuid(row, 9)?,
            causation_id: optional_uuid(row, 10)?,
            occurred_at_ms: millis(row, 11)?,
            recorded_at_ms: millis(row, 12)?,
            payload: bytes(row, PAYLOAD)?,
            metadata: bytes(row, 14)?,
        })
    }

    /// What it is a fact of, and which.
    #[must_use]
    pub fn kind(&self) -> EventKind<'a> {
        let Self { aggregate_type, event_type, event_version: version, .. } = *self;
        EventKind { aggregate_type, event_type, version }
    }

    /// What is looked at whether it is wanted or not.
    #[must_use]
    pub fn head(&self) -> EventHead {
        let Self { position, event_id, org_id, aggregate_id, sequence, payload, .. } = *self;
        EventHead { position, event_id, org_id, aggregate_id, sequence, bytes: payload.len() }
    }
}

/// What an event is a fact of, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventKind<'a> {
    /// The type of the aggregate.
    pub aggregate_type: &'a str,
    /// What kind of fact it is.
    pub event_type: &'a str,
    /// The version of its payload.
    pub version: i16,
}

/// What is looked at of every event, wanted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventHead {
    /// Place in the log.
    pub position: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// Whose it is.
    pub org_id: Uuid,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// Place in its stream, from 1.
    pub sequence: i64,
    /// Bytes of its payload.
    pub bytes: usize,
}

impl EventHead {
    /// Reads them alone from a row of the columns above.
    pub(crate) fn of(row: &PgRow) -> Result<(Self, EventKind<'_>), LogError> {
        let head = Self {
            position: long(row, 0)?,
            org_id: uuid(row, 1)?,
            aggregate_id: uuid(row, 3)?,
            sequence: long(row, 4)?,
            event_id: uuid(row, 5)?,
            bytes: bytes(row, PAYLOAD)?.len(),
        };
        let kind = EventKind {
            aggregate_type: text(row, 2)?,
            event_type: text(row, 6)?,
            version: i16::from_be_bytes(fixed(row, 7)?),
        };
        Ok((head, kind))
    }
}

fn bytes(row: &PgRow, column: usize) -> Result<&[u8], LogError> {
    let value = row.try_get_raw(column)?;
    value.as_bytes().map_err(|error| LogError::Broken(format!("column {column}: {error}")))
}

fn fixed<const N: usize>(row: &PgRow, column: usize) -> Result<[u8; N], LogError> {
    let bytes = bytes(row, column)?;
    bytes.try_into().map_err(|_| {
        LogError::Broken(format!("column {column} has {} bytes, not {N}", bytes.len()))
    })
}

fn long(row: &PgRow, column: usize) -> Result<i64, LogError> {
    Ok(i64::from_be_bytes(fixed(row, column)?))
}

fn uuid(row: &PgRow, column: usize) -> Result<Uuid, LogError> {
    Ok(Uuid::from_bytes(fixed(row, column)?))
}

fn optional_uuid(row: &PgRow, column: usize) -> Result<Option<Uuid>, LogError> {
    let null = row.try_get_raw(column)?.is_null();
    if null { Ok(None) } else { uuid(row, column).map(Some) }
}

fn text(row: &PgRow, column: usize) -> Result<&str, LogError> {
    let text = std::str::from_utf8(bytes(row, column)?);
    text.map_err(|error| LogError::Broken(format!("column {column}: {error}")))
}

fn millis(row: &PgRow, column: usize) -> Result<i64, LogError> {
    Ok(long(row, column)?.saturating_add(EPOCH_2000_US).div_euclid(1_000))
}

/// An event, owned.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Place in the log.
    pub position: i64,
    /// Whose it is.
    pub org_id: Uuid,
    /// The type of the aggregate.
    pub aggregate_type: String,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// Place in its stream.
    pub sequence: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// What kind of fact it is.
    pub event_type: String,
    /// The version of its payload.
    pub event_version: i16,
    /// Who caused it.
    pub actor: String,
    /// What it belongs to.
    pub correlation_id: Uuid,
    /// What led to it.
    pub causation_id: Option<Uuid>,
    /// When it happened in the world, in ms since 1970.
    pub occurred_at_ms: i64,
    /// When the log recorded it, in ms since 1970.
    pub recorded_at_ms: i64,
    /// The fact.
    pub payload: Vec<u8>,
    /// What else is known about it.
    pub metadata: Vec<u8>,
}

impl StoredEvent {
    /// The same, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> EventRef<'_> {
        EventRef {
            position: self.position,
            org_id: self.org_id,
            aggregate_type: &self.aggregate_type,
            aggregate_id: self.aggregate_id,
            sequence: self.sequence,
            event_id: self.event_id,
            event_type: &self.event_type,
            event_version: self.event_version,
            actor: &self.actor,
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            occurred_at_ms: self.occurred_at_ms,
            recorded_at_ms: self.recorded_at_ms,
            payload: &self.payload,
            metadata: &self.metadata,
        }
    }
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl From<EventRef<'_>> for StoredEvent {
    fn from(event: EventRef<'_>) -> Self {
        Self {
            position: event.position,
            org_id: event.org_id,
            aggregate_type: event.aggregate_type.to_owned(),
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            event_id: event.event_id,
            event_type: event.event_type.to_owned(),
            event_version: event.event_version,
            actor: event.actor.to_owned(),
            correlation_id: event.correlation_id,
            causation_id: event.causation_id,
            occurred_at_ms: event.occurred_at_ms,
            recorded_at_ms: event.recorded_at_ms,
            payload: event.payload.to_vec(),
            metadata: event.metadata.to_vec(),
        }
    }
}
