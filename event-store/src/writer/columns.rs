//! A batch as the append statement takes it: one array per column.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgHasArrayType, PgTypeInfo, Postgres};
use sqlx::query::QueryScalar;
use sqlx::{Encode, Type};
use uuid::Uuid;

use super::item::Item;
use crate::idempotency::instant;
use crate::merkle::{self, Hash};

type Append<'q> = QueryScalar<'q, Postgres, i64, PgArguments>;

/// JSON that goes into the statement as it is.
struct Json<'t>(Cow<'t, str>);

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

    fn size_hint(&self) -> usize {
        self.0.len()
    }
}

/// The events of a batch.
#[derive(Default)]
pub(super) struct Events<'b> {
    org: Vec<Uuid>,
    aggregate_type: Vec<&'b str>,
    aggregate: Vec<Uuid>,
    sequence: Vec<i64>,
    id: Vec<Uuid>,
    event_type: Vec<&'b str>,
    version: Vec<i16>,
    actor: Vec<&'b str>,
    correlation: Vec<Uuid>,
    causation: Vec<Option<Uuid>>,
    occurred: Vec<DateTime<Utc>>,
    payload: Vec<Json<'b>>,
    metadata: Vec<Json<'b>>,
    root: Hash,
}

impl<'b> Events<'b> {
    pub(super) fn of(items: &'b [Item], recorded_at_ms: i64) -> Self {
        let mut all = Self::default();
        let (mut root, mut scratch) = (merkle::Root::default(), Vec::with_capacity(1_024));
        for item in items {
            for (event, sequence) in item.events.iter().zip(item.version.saturating_add(1)..) {
                let metadata = item.metadata(event, recorded_at_ms);
                let whole = item.event(event, sequence, recorded_at_ms, &metadata);
                root.push(merkle::leaf(&whole, &mut scratch));
                all.org.push(item.stream.org_id);
                all.aggregate_type.push(item.stream.aggregate_type);
                all.aggregate.push(item.stream.aggregate_id);
                all.sequence.push(sequence);
                all.id.push(event.id);
                all.event_type.push(event.event_type);
                all.version.push(event.event_version);
                all.actor.push(&item.actor);
                all.correlation.push(item.correlation_id);
                all.causation.push(item.causation_id);
                all.occurred.push(instant(whole.occurred_at_ms));
                all.payload.push(Json(Cow::Borrowed(&event.payload)));
                all.metadata.push(Json(metadata));
            }
        }
        all.root = root.finish();
        all
    }

    pub(super) fn count(&self) -> i64 {
        i64::try_from(self.id.len()).unwrap_or(i64::MAX)
    }

    pub(super) fn root(&self) -> Hash {
        self.root
    }

    pub(super) fn bind<'q>(self, statement: Append<'q>) -> Append<'q>
    where
        'b: 'q,
    {
        let statement = statement.bind(self.org).bind(self.aggregate_type).bind(self.aggregate);
        let statement = statement.bind(self.sequence).bind(self.id).bind(self.event_type);
        let statement = statement.bind(self.version).bind(self.actor).bind(self.correlation);
        let statement = statement.bind(self.causation).bind(self.occurred);
        statement.bind(self.payload).bind(self.metadata)
    }
}

/// The answers of a batch.
#[derive(Default)]
pub(super) struct Answers<'b> {
    org: Vec<Uuid>,
    actor: Vec<&'b str>,
    operation: Vec<&'b str>,
    key: Vec<&'b str>,
    fingerprint: Vec<&'b [u8]>,
    version: Vec<i64>,
    last: Vec<Option<i64>>,
    events: Vec<i32>,
    status: Vec<i16>,
    body: Vec<&'b [u8]>,
    etag: Vec<Option<&'b str>>,
    location: Vec<Option<&'b str>>,
}

impl<'b> Answers<'b> {
    /// Whether there are none.
    pub(super) fn none(&self) -> bool {
        self.key.is_empty()
    }

    pub(super) fn of(items: &'b [Item]) -> Self {
        let mut all = Self::default();
        let mut last = 0_i64;
        for item in items {
            let events = i32::try_from(item.events.len()).unwrap_or(i32::MAX);
            last = last.saturating_add(i64::from(events));
            let Some(answer) = &item.answer else { continue };
            all.org.push(item.stream.org_id);
            all.actor.push(&answer.key.actor);
            all.operation.push(&answer.key.operation);
            all.key.push(&answer.key.key);
            all.fingerprint.push(&answer.key.fingerprint);
            all.version.push(answer.version);
            all.last.push((events > 0).then_some(last));
            all.events.push(events);
            all.status.push(i16::try_from(answer.reply.status).unwrap_or(i16::MAX));
            all.body.push(&answer.reply.body);
            all.etag.push(answer.reply.etag.as_deref());
            all.location.push(answer.reply.location.as_deref());
        }
        all
    }

    pub(super) fn bind<'q>(self, statement: Append<'q>) -> Append<'q>
    where
        'b: 'q,
    {
        let statement = statement.bind(self.org).bind(self.actor).bind(self.operation);
        let statement = statement.bind(self.key).bind(self.fingerprint).bind(self.version);
        let statement = statement.bind(self.last).bind(self.events).bind(self.status);
        statement.bind(self.body).bind(self.etag).bind(self.location)
    }
}
