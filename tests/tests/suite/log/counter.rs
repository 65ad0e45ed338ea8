//! An aggregate that shows lost and doubled events: it adds up.

use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use event_store::{Codec, CodecError, Encoded, Reply, StoredReply};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    pub open: bool,
    pub total: i64,
    pub entries: u64,
    /// The last thing that was whispered.
    #[serde(default)]
    pub heard: String,
}

/// What can be asked for.
#[derive(Clone, Debug)]
pub enum Command {
    Open,
    Add(i64),
    /// So many events at once.
    Repeat(usize),
    /// An event with a text of so many bytes.
    Note(usize),
    /// Something personal, which is stored sealed.
    Whisper,
    /// An event that happens at this time.
    At(i64),
    /// Adds, and then something whose payload is not JSON.
    Poison,
    Close,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    Opened {},
    Added { amount: i64 },
    Noted { text: String },
    Whispered { text: String },
    Timed { at: i64 },
    Poisoned {},
    Closed {},
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unknown,
    Closed,
    /// One that is not kept with a key.
    Negative,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Refusal {}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        self.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Event {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened {} => "Opened",
            Self::Added { .. } => "Added",
            Self::Noted { .. } => "Noted",
            Self::Whispered { .. } => "Whispered",
            Self::Timed { .. } => "Timed",
            Self::Poisoned {} => "Poisoned",
            Self::Closed {} => "Closed",
        }
    }
}

impl Counter {
    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Open if self.open || self.entries > 0 => Ok(vec![]),
            Command::Open => Ok(vec![Event::Opened {}]),
            _ if self.entries == 0 => Err(Refusal::Unknown),
            _ if !self.open => Err(Refusal::Closed),
            Command::Add(amount) if amount < 0 => Err(Refusal::Negative),
            Command::Add(0) => Ok(vec![]),
            Command::Add(amount) => Ok(vec![Event::Added { amount }]),
            Command::Repeat(count) => Ok(vec![Event::Added { amount: 1 }; count]),
            Command::Note(bytes) => Ok(vec![Event::Noted { text: "x".repeat(bytes) }]),
            Command::Whisper => Ok(vec![Event::Whispered { text: "in the clear".to_owned() }]),
            Command::At(at) => Ok(vec![Event::Timed { at }]),
            Command::Poison => Ok(vec![Event::Added { amount: 1 }, Event::Poisoned {}]),
            Command::Close => Ok(vec![Event::Closed {}]),
        }
    }
}

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        self.entries += 1;
        match event {
            Event::Opened {} => self.open = true,
            Event::Added { amount } => self.total += amount,
            Event::Noted { .. } | Event::Timed { .. } | Event::Poisoned {} => {}
            Event::Whispered { text } => self.heard = text,
            Event::Closed {} => self.open = false,
        }
    }
}

/// Plain JSON; the poisoned event is not even that.
pub struct Json;

impl Codec<Event> for Json {
    async fn seal(&self, _: Uuid, events: &mut [Event]) -> Result<bool, CodecError> {
        let mut personal = false;
        for event in events {
            if let Event::Whispered { text } = event {
                "sealed".clone_into(text);
                personal = true;
            }
        }
        Ok(personal)
    }

    fn encode(&self, event: &Event) -> Result<Encoded, CodecError> {
        let payload = match event {
            Event::Poisoned {} => "{not json".to_owned(),
            event => serde_json::to_string(event).map_err(CodecError::encoding)?,
        };
        let occurred_at_ms = match event {
            Event::Timed { at } => *at,
            _ => 1_700_000_000_000,
        };
        Ok(Encoded { event_type: event.name(), event_version: 1, payload, occurred_at_ms })
    }

    fn decode(&self, kind: &str, version: i16, payload: &[u8]) -> Result<Event, CodecError> {
        let known = ["Opened", "Added", "Noted", "Whispered", "Timed", "Closed"];
        if version != 1 || !known.contains(&kind) {
            return Err(CodecError::unknown(kind, version));
        }
        serde_json::from_slice(payload).map_err(CodecError::decoding)
    }
}

/// The codec, as the log takes it.
pub fn codec() -> Arc<Json> {
    Arc::new(Json)
}

/// Answers with the total.
pub struct Total;

impl Reply<Counter> for Total {
    fn accepted(&self, state: &Counter, version: u64) -> StoredReply {
        StoredReply {
            status: 200,
            body: state.total.to_string().into_bytes(),
            etag: Some(format!("v{version}")),
            location: (version == 1).then(|| "/new".to_owned()),
        }
    }

    fn refused(&self, refusal: &Refusal) -> Option<StoredReply> {
        let body = refusal.to_string().into_bytes();
        let kept = *refusal != Refusal::Negative;
        kept.then_some(StoredReply { status: 409, body, etag: None, location: None })
    }
}
