//! What goes into the log and what comes back.

use cqrs_es::Aggregate;
use futures::future::{BoxFuture, ready};
use uuid::Uuid;

/// The identity of a stream. The organization is part of it: another organization's id names
/// an empty stream (L8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamKey {
    /// Whose stream it is.
    pub org_id: Uuid,
    /// The type of its aggregate, `A::TYPE`.
    pub aggregate_type: &'static str,
    /// The aggregate.
    pub aggregate_id: Uuid,
}

/// Who answers for an event, and what led to it.
#[derive(Clone, Debug)]
pub struct Context {
    /// The organization, from a verified caller.
    pub org_id: Uuid,
    /// Who acts.
    pub actor: Actor,
    /// What the event belongs to.
    pub correlation_id: Uuid,
    /// The event or request that led to it.
    pub causation_id: Option<Uuid>,
    /// The part of the program that it came through.
    pub source: &'static str,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// Its name among its kind.
    pub id: String,
    /// The role in which it acts.
    pub role: Option<String>,
}

/// What kind of actor it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A person.
    User,
    /// A process of ours.
    System,
    /// Somebody else's service.
    Provider,
}

impl Actor {
    /// The form in which it is stored: `user:<id>:<role>`, `system:<id>`, `provider:<id>`.
    #[must_use]
    pub fn stored(&self) -> String {
        let kind = match self.kind {
            ActorKind::User => "user",
            ActorKind::System => "system",
            ActorKind::Provider => "provider",
        };
        match &self.role {
            Some(role) => format!("{kind}:{}:{role}", self.id),
            None => format!("{kind}:{}", self.id),
        }
    }
}

/// The key under which a command happens once in 24 hours (L9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Who chose it; keys of different actors have nothing to do with each other.
    pub actor: String,
    /// For which operation.
    pub operation: String,
    /// The key itself.
    pub key: String,
    /// SHA-256 of what was asked for. Another one under the same key is refused.
    pub fingerprint: [u8; 32],
}

/// An answer as it is kept with a key. It holds no position: a replay gets it from the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredReply {
    /// The status; 400 and above is a refusal.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// The entity tag.
    pub etag: Option<String>,
    /// Where the thing is.
    pub location: Option<String>,
}

/// Writes the answer to a command.
pub trait Reply<A: Aggregate>: Send + Sync {
    /// Fetches what [`Reply::accepted`] needs but must not wait for, as the key under which
    /// the answer is sealed. `state` is the one after the events.
    ///
    /// # Errors
    /// Words; then nothing is appended and the command is unavailable.
    fn prepare<'a>(&'a self, _state: &'a A) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(ready(Ok(())))
    }

    /// The answer where the command was accepted, from the state after its events.
    fn accepted(&self, state: &A, version: u64) -> StoredReply;

    /// The answer where the rules said no; `None` for a refusal that is not to be kept.
    fn refused(&self, refusal: &A::Error) -> Option<StoredReply>;
}

/// A command on its way to one stream.
pub struct Request<A: Aggregate> {
    /// The stream.
    pub stream: StreamKey,
    /// What is wanted.
    pub command: A::Command,
    /// Who wants it, and why.
    pub context: Context,
    /// Under which key, if any.
    pub key: Option<IdempotencyKey>,
    /// The only version on which it may happen.
    pub if_match: Option<u64>,
    /// Writes the answer.
    pub reply: Box<dyn Reply<A>>,
}

/// What became of a command that was accepted, or answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The answer.
    pub reply: StoredReply,
    /// The version of the stream after it.
    pub version: u64,
    /// The position of its last event; `None` where it had none.
    pub position: Option<i64>,
    /// Its events, in order.
    pub event_ids: Vec<Uuid>,
    /// Whether this is the answer of an earlier command with the same key.
    pub replayed: bool,
}
