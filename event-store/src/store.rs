//! One try of one command, in the shape that `cqrs_es` asks of a store.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use cqrs_es::{Aggregate, AggregateContext, AggregateError, EventEnvelope, EventStore};
use serde::Serialize;
use tokio::sync::oneshot;
use uuid::{Builder, Uuid};

use crate::codec::{Codec, Encoded};
use crate::log::Inner;
use crate::request::{Context, IdempotencyKey, Reply, StoredReply, StreamKey};
use crate::writer::{Answer, Item, NewEvent, Verdict};
use crate::{Failure, load};

/// Events that one command may lead to.
const MAX_EVENTS: usize = 256;
/// Bytes of a payload.
const MAX_PAYLOAD: usize = 256 << 10;
/// Bytes of metadata.
const MAX_METADATA: usize = 16 << 10;

/// What is known about an event beside its typed columns.
#[derive(Serialize)]
struct Metadata<'m> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'m str>,
    source: &'m str,
}

/// How far a state can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// The stream is believed not to be there.
    Guess,
    /// It was left behind by an earlier command; other processes may have moved on.
    Warm,
    /// The same, of a stream to which something personal may be appended: it had to be read once.
    Personal,
    /// It was read from the log.
    Loaded,
}

/// A state on its way through the framework.
pub(crate) struct Start<A> {
    pub state: Box<A>,
    pub version: i64,
}

impl<A: Aggregate> AggregateContext<A> for Start<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.state
    }
}

/// What a try came to, beyond what the framework can say.
pub(crate) enum Tried<A: Aggregate> {
    /// The writer has said this of the command; the state is the one after its events, where it
    /// may be kept in memory.
    Judged {
        verdict: Verdict,
        reply: StoredReply,
        state: Option<Box<A>>,
        version: i64,
        personal: bool,
        event_ids: Vec<Uuid>,
    },
    /// Nothing follows, but the state it was decided on is not proven.
    Unproven,
    /// It did not come to the writer.
    Failed(Failure<A::Error>),
}

/// The store of one try.
pub(crate) struct Attempt<'r, A: Aggregate, C> {
    pub inner: &'r Inner,
    pub codec: &'r C,
    pub stream: StreamKey,
    pub context: &'r Context,
    pub key: Option<&'r IdempotencyKey>,
    pub if_match: Option<i64>,
    pub reply: &'r dyn Reply<A>,
    pub trust: Trust,
    pub start: Mutex<Option<Start<A>>>,
    /// The state before, where it is worth a copy.
    pub before: Mutex<Option<Box<A>>>,
    pub tried: Mutex<Option<Tried<A>>>,
}

impl<A, C> EventStore<A> for &Attempt<'_, A, C>
where
    A: Aggregate,
    A::Error: Send,
    C: Codec<A::Event>,
{
    type AC = Start<A>;

    /// Not used by the framework; the whole stream, for whoever asks.
    async fn load_events(
        &self,
        aggregate_id: &str,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let events = load::events(self.inner.reader(), self.stream, 1).await;
        let events = events.map_err(|error| AggregateError::UnexpectedError(Box::new(error)))?;
        let envelope = |event: crate::StoredEvent| {
            let payload = &event.payload;
            let decoded = self.codec.decode(&event.event_type, event.event_version, payload);
            Ok(EventEnvelope {
                aggregate_id: aggregate_id.to_owned(),
                sequence: usize::try_from(event.sequence).unwrap_or(usize::MAX),
                payload: decoded
                    .map_err(|error| AggregateError::DeserializationError(Box::new(error)))?,
                metadata: HashMap::new(),
            })
        };
        events.into_iter().map(envelope).collect()
    }

    /// The state was found before, where its trust was decided.
    async fn load_aggregate(&self, _: &str) -> Result<Start<A>, AggregateError<A::Error>> {
        let start = self.start.lock().unwrap_or_else(PoisonError::into_inner).take();
        start.ok_or(AggregateError::AggregateConflict)
    }

    /// Encodes the events, hands them to the writer and waits for its verdict. The state is
    /// already the one after the events: nothing is applied twice. No query is registered,
    /// so nobody reads what is returned.
    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Start<A>,
        _: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let tried = match self.decided(events, context).await {
            Ok(tried) => tried,
            Err(failure) => Tried::Failed(failure),
        };
        *self.tried.lock().unwrap_or_else(PoisonError::into_inner) = Some(tried);
        Ok(Vec::new())
    }
}

impl<A, C> Attempt<'_, A, C>
where
    A: Aggregate,
    C: Codec<A::Event>,
{
    async fn decided(
        &self,
        events: Vec<A::Event>,
        start: Start<A>,
    ) -> Result<Tried<A>, Failure<A::Error>> {
        if events.is_empty() && self.trust != Trust::Loaded {
            return Ok(Tried::Unproven);
        }
        if self.if_match.is_some_and(|version| version != start.version) {
            return Err(Failure::VersionMismatch { current: unsigned(start.version) });
        }
        let (events, personal) = self.encode(events).await?;
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let version = start.version.saturating_add(count);
        if version > self.inner.settings.stream {
            return Err(Failure::StreamClosed);
        }
        let state = start.state;
        self.reply.prepare(&state).await.map_err(Failure::Unavailable)?;
        let reply = self.reply.accepted(&state, unsigned(version));
        let known = start.version > 0;
        let (state, later) = match personal {
            false => (Some(state), known && self.trust != Trust::Warm),
            // As it came in, it holds what is personal in the clear: what is remembered comes from
            // what is stored. Where the state before is gone, it is read when it is wanted.
            true if !known => (self.stored(Box::default(), &events), false),
            true => (self.before().and_then(|before| self.stored(before, &events)), true),
        };
        let event_ids = events.iter().map(|event| event.id).collect();
        let verdict = if events.is_empty() && self.key.is_none() {
            Verdict::Committed(None)
        } else {
            self.submit(start.version, events, &reply).await?
        };
        Ok(Tried::Judged { verdict, reply, state, version, personal: later, event_ids })
    }

    /// The state before, once.
    pub(crate) fn before(&self) -> Option<Box<A>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The state after events as they are stored.
    fn stored(&self, mut state: Box<A>, events: &[NewEvent]) -> Option<Box<A>> {
        for event in events {
            let (kind, payload) = (event.event_type, event.payload.as_bytes());
            state.apply(self.codec.decode(kind, event.event_version, payload).ok()?);
        }
        Some(state)
    }

    /// The events as they are stored, and whether something in them was sealed.
    async fn encode(
        &self,
        mut events: Vec<A::Event>,
    ) -> Result<(Vec<NewEvent>, bool), Failure<A::Error>> {
        let count = events.len();
        if count > MAX_EVENTS {
            let words = format!("a command led to {count} events; {MAX_EVENTS} are the limit");
            return Err(Failure::Fault(words));
        }
        let personal = self.codec.seal(self.stream.org_id, &mut events).await?;
        let mut encoded = Vec::with_capacity(count);
        let now = (self.inner.settings.clock)();
        for event in &events {
            let Encoded { event_type, event_version, payload, occurred_at_ms } =
                self.codec.encode(event)?;
            let bytes = payload.len();
            if bytes > MAX_PAYLOAD {
                let words = format!("{event_type} has {bytes} bytes; {MAX_PAYLOAD} are the limit");
                return Err(Failure::Fault(words));
            }
            let id = event_id(now);
            encoded.push(NewEvent { id, event_type, event_version, payload, occurred_at_ms });
        }
        Ok((encoded, personal))
    }

    /// Hands a decided command to the writer; without events where it was refused.
    pub(crate) async fn submit(
        &self,
        version: i64,
        events: Vec<NewEvent>,
        reply: &StoredReply,
    ) -> Result<Verdict, Failure<A::Error>> {
        let metadata = self.metadata()?;
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let answer = self.key.map(|key| Answer {
            key: key.clone(),
            reply: reply.clone(),
            version: version.saturating_add(count),
        });
        let payloads: usize =
            events.iter().map(|event| event.payload.len() + metadata.len() + 200).sum();
        let bytes = payloads + answer.as_ref().map_or(0, |answer| answer.reply.body.len() + 400);
        let (verdict, judged) = oneshot::channel();
        let item = Item {
            stream: self.stream,
            version,
            actor: self.context.actor.stored(),
            correlation_id: self.context.correlation_id,
            causation_id: self.context.causation_id,
            metadata,
            events,
            answer,
            bytes,
            queued: Instant::now(),
            verdict,
        };
        if !self.inner.enqueue(item) {
            return Err(Failure::Overloaded);
        }
        // The writer answers everything that it has taken; it only falls silent when it died.
        Ok(judged.await.unwrap_or(Verdict::OutcomeUnknown))
    }

    /// What is known about an event beside its typed columns.
    fn metadata(&self) -> Result<String, Failure<A::Error>> {
        let actor = &self.context.actor;
        let metadata = Metadata { role: actor.role.as_deref(), source: self.context.source };
        let metadata =
            serde_json::to_string(&metadata).map_err(|error| Failure::Fault(error.to_string()))?;
        if metadata.len() > MAX_METADATA || actor.id.len() > MAX_METADATA {
            let words = format!("the metadata exceed {MAX_METADATA} bytes");
            return Err(Failure::Fault(words));
        }
        Ok(metadata)
    }
}

/// A version is never negative.
pub(crate) fn unsigned(version: i64) -> u64 {
    u64::try_from(version).unwrap_or_default()
}

/// A UUIDv7.
fn event_id(now_ms: i64) -> Uuid {
    let millis = u64::try_from(now_ms).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
}
