//! An aggregate that takes texts, to write events of a given size.

use std::sync::Arc;

use anyhow::Context as _;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{Aggregate, CqrsFramework, DomainEvent};
use event_store::{
    Actor, ActorKind, Codec, CodecError, Context, Encoded, Failure, Log, Outcome, Reply, Request,
    StoredReply, StreamKey,
};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

/// A text of which no database takes the event.
pub const POISON: &str = "poison";

/// How many it has taken.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Texts {
    taken: u64,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Taken {
    Text { text: String },
}

#[derive(Clone, Copy, Debug)]
pub struct Never;

impl std::fmt::Display for Never {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("never")
    }
}

impl std::error::Error for Never {}

impl DomainEvent for Taken {
    fn event_type(&self) -> String {
        "Text".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Texts {
    const TYPE: &'static str = "texts";
    type Command = String;
    type Event = Taken;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, text: String, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        sink.write(Taken::Text { text }, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Taken) {
        self.taken += 1;
    }
}

struct Json;

impl Codec<Taken> for Json {
    async fn seal(&self, _: Uuid, _: &mut [Taken]) -> Result<bool, CodecError> {
        Ok(false)
    }

    fn encode(&self, event: &Taken) -> Result<Encoded, CodecError> {
        let payload = match event {
            Taken::Text { text } if text == POISON => "{not json".to_owned(),
            event => serde_json::to_string(event).map_err(CodecError::encoding)?,
        };
        let occurred_at_ms = chrono::Utc::now().timestamp_millis();
        Ok(Encoded { event_type: "Text", event_version: 1, payload, occurred_at_ms })
    }

    fn decode(&self, _: &str, _: i16, payload: &[u8]) -> Result<Taken, CodecError> {
        serde_json::from_slice(payload).map_err(CodecError::decoding)
    }
}

struct Count;

impl Reply<Texts> for Count {
    fn accepted(&self, state: &Texts, _: u64) -> StoredReply {
        let body = state.taken.to_string().into_bytes();
        StoredReply { status: 200, body, etag: None, location: None }
    }

    fn refused(&self, _: &Never) -> Option<StoredReply> {
        None
    }
}

/// Something that takes texts.
pub trait Taker: Send + Sync + 'static {
    /// Takes one.
    fn take(&self, id: Uuid, text: String) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// The peer.
pub struct Stock(CqrsFramework<Texts, PersistedEventStore<PostgresEventRepository, Texts>>);

impl Stock {
    pub fn new(pool: PgPool) -> Self {
        let repository = PostgresEventRepository::new(pool);
        let store = PersistedEventStore::new_event_store(repository);
        Self(CqrsFramework::new(store, vec![], ()))
    }
}

impl Taker for Stock {
    async fn take(&self, id: Uuid, text: String) -> anyhow::Result<()> {
        self.0.execute(&id.to_string(), text).await.context("the peer refused")
    }
}

/// This log.
pub struct Ours(pub Log);

impl Ours {
    /// Takes one, or says why not.
    pub async fn send(&self, id: Uuid, text: String) -> Result<Outcome, Failure<Never>> {
        let org_id = Uuid::from_u128(1);
        let actor = Actor { kind: ActorKind::System, id: "bench".to_owned(), role: None };
        let request = Request {
            stream: StreamKey { org_id, aggregate_type: "texts", aggregate_id: id },
            command: text,
            context: Context {
                org_id,
                actor,
                correlation_id: id,
                causation_id: None,
                source: "bench",
            },
            key: None,
            if_match: None,
            reply: Box::new(Count),
        };
        self.0.execute(Arc::new(Json), request).await
    }
}

impl Taker for Ours {
    async fn take(&self, id: Uuid, text: String) -> anyhow::Result<()> {
        self.send(id, text).await.map(drop).context("refused")
    }
}
