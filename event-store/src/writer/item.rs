//! What callers hand to the writer, and the verdict that they get back.

use std::borrow::Cow;
use std::time::Instant;

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{EventRef, IdempotencyKey, Outcome, StoredReply, StreamKey};

/// An event that happens so much later than it is recorded has a wrong clock (domain/02 §2.2).
const CLOCK_TOLERANCE_MS: i64 = 5 * 60 * 1_000;

/// A command that was decided. Its events are encoded already: the writer only moves bytes.
pub(crate) struct Item {
    pub stream: StreamKey,
    /// The version of the stream before the events.
    pub version: i64,
    pub actor: String,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    /// A JSON object.
    pub metadata: String,
    /// None for a command that changes nothing, or was refused.
    pub events: Vec<NewEvent>,
    /// What is kept with its key.
    pub answer: Option<Answer>,
    /// About how much memory it takes.
    pub bytes: usize,
    pub queued: Instant,
    pub verdict: oneshot::Sender<Verdict>,
}

/// An event that has no position yet.
pub(crate) struct NewEvent {
    pub id: Uuid,
    pub event_type: &'static str,
    pub event_version: i16,
    pub payload: String,
    pub occurred_at_ms: i64,
}

/// What is kept with a key.
pub(crate) struct Answer {
    pub key: IdempotencyKey,
    pub reply: StoredReply,
    /// The version of the stream after the command.
    pub version: i64,
}

/// What became of an item.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is in the log; the position of its last event, where it has one.
    Committed(Option<i64>),
    /// Its key was used for the same request before.
    Replayed(Box<Outcome>),
    /// Its key was used for another request before.
    KeyReused,
    /// The stream has moved on.
    Conflict,
    /// There is no room.
    Overloaded,
    /// The database does not do it; nothing happened.
    Unavailable(String),
    /// The connection was lost and nobody could be asked.
    OutcomeUnknown,
    /// The database will never do it.
    Fault(String),
}

impl Item {
    /// When the event happened, as far as that can be believed at the time of recording.
    pub(super) fn occurred(event: &NewEvent, recorded_at_ms: i64) -> i64 {
        if suspect(event, recorded_at_ms) { recorded_at_ms } else { event.occurred_at_ms }
    }

    /// The metadata of one of its events.
    pub(super) fn metadata(&self, event: &NewEvent, recorded_at_ms: i64) -> Cow<'_, str> {
        if !suspect(event, recorded_at_ms) {
            return Cow::Borrowed(&self.metadata);
        }
        match self.metadata.strip_prefix('{') {
            Some("}") => Cow::Borrowed(r#"{"clock_suspect":true}"#),
            Some(rest) => Cow::Owned(format!("{{\"clock_suspect\":true,{rest}")),
            None => Cow::Borrowed(&self.metadata),
        }
    }

    /// One of its events as it will be read; the position is not part of what is hashed.
    pub(super) fn event<'e>(
        &'e self,
        event: &'e NewEvent,
        sequence: i64,
        recorded_at_ms: i64,
        metadata: &'e str,
    ) -> EventRef<'e> {
        EventRef {
            position: 0,
            org_id: self.stream.org_id,
            aggregate_type: self.stream.aggregate_type,
            aggregate_id: self.stream.aggregate_id,
            sequence,
            event_id: event.id,
            event_type: event.event_type,
            event_version: event.event_version,
            actor: &self.actor,
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            occurred_at_ms: Self::occurred(event, recorded_at_ms),
            recorded_at_ms,
            payload: event.payload.as_bytes(),
            metadata: metadata.as_bytes(),
        }
    }

    /// Hands the verdict to whoever waits for it; nobody has to.
    pub(super) fn judge(self, verdict: Verdict) {
        let _ = self.verdict.send(verdict);
    }
}

fn suspect(event: &NewEvent, recorded_at_ms: i64) -> bool {
    event.occurred_at_ms > recorded_at_ms.saturating_add(CLOCK_TOLERANCE_MS)
}
