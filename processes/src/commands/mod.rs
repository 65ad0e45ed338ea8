//! The one way in which a command reaches the log from here and from the api.
//!
//! Personal fields are sealed on the way ([`PersonalCodec`]); what is kept with an
//! idempotency key is sealed under the aggregate's own subject, so that erasing a person also
//! erases the replies that told of them.

mod codec;
mod order;
mod said;
mod sealed_reply;

use std::sync::Arc;

use domain::{Decider, OrgId, Personal, PersonalText, PhoneNumber, SubjectId};
use event_store::{
    Codec, Context, Failure, IdempotencyKey, Keyring, KeyringError, Log, LogError, Outcome, Reply,
    Request, StreamKey,
};
use uuid::Uuid;

pub use codec::PersonalCodec;
pub use order::{Order, OrderError};
pub(crate) use said::Said;
pub use sealed_reply::ERASED_REPLY;

use crate::clock::Clock;
use crate::ids;
use sealed_reply::SealedReply;

/// Runs commands; cheap to clone.
#[derive(Clone)]
pub struct Commands {
    log: Log,
    keyring: Keyring,
    codec: Arc<PersonalCodec>,
    clock: Arc<dyn Clock>,
}

impl Commands {
    /// Runs commands against this log.
    #[must_use]
    pub fn new(log: Log, keyring: Keyring, clock: Arc<dyn Clock>) -> Self {
        let codec = Arc::new(PersonalCodec::new(keyring.clone()));
        Self { log, keyring, codec, clock }
    }

    /// The clock that commands are timed by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The keyring that seals and opens.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The log that facts go into.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Decides a command on one aggregate and appends what follows.
    ///
    /// It runs to its end even when the caller goes away. With a key the same command has the
    /// same answer for 24 hours; with `if_match` it is refused on any other version.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the aggregate says no; every other variant is the log's.
    pub async fn run<A>(
        &self,
        context: Context,
        id: Uuid,
        command: A::Command,
        key: Option<IdempotencyKey>,
        if_match: Option<u64>,
        reply: Box<dyn Reply<A>>,
    ) -> Result<Outcome, Failure<A::Error>>
    where
        A: Decider,
    {
        let org = context.org_id;
        let stream = StreamKey { org_id: org, aggregate_type: A::TYPE, aggregate_id: id };
        if key.is_none() {
            let request = Request { stream, command, context, key, if_match, reply };
            return self.log.execute(Arc::clone(&self.codec), request).await;
        }
        let reply = Box::new(SealedReply::new(reply, org, self.keyring.clone()));
        let request = Request { stream, command, context, key, if_match, reply };
        let outcome = self.log.execute(Arc::clone(&self.codec), request).await;
        sealed_reply::open(&self.keyring, org, outcome).await
    }

    /// A command of a process: its answer is a word that tells of nobody, so it is kept as
    /// it is.
    pub(crate) async fn tell<A>(
        &self,
        context: Context,
        id: Uuid,
        command: A::Command,
        key: Option<IdempotencyKey>,
        (if_match, word): (Option<u64>, &'static str),
    ) -> Result<Outcome, Failure<A::Error>>
    where
        A: Decider,
    {
        self.run_untold::<A>((context, id), command, (key, if_match), Box::new(Said(word))).await
    }

    /// Decides a command whose answer is kept as it is. On a task of its own: a process has many
    /// commands at once, and is busy with something else while they run.
    async fn run_untold<A>(
        &self,
        (context, id): (Context, Uuid),
        command: A::Command,
        (key, if_match): (Option<IdempotencyKey>, Option<u64>),
        reply: Box<dyn Reply<A>>,
    ) -> Result<Outcome, Failure<A::Error>>
    where
        A: Decider,
    {
        let stream =
            StreamKey { org_id: context.org_id, aggregate_type: A::TYPE, aggregate_id: id };
        let request: Request<A> = Request { stream, command, context, key, if_match, reply };
        let (log, codec) = (self.log.clone(), Arc::clone(&self.codec));
        let told = tokio::spawn(async move { log.execute(codec, request).await });
        // Only the end of the runtime ends it otherwise.
        told.await.unwrap_or(Err(Failure::OutcomeUnknown))
    }

    /// The aggregate and its version as they are now; `None` where there is none.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn state<A>(&self, org: OrgId, id: Uuid) -> Result<Option<(A, u64)>, LogError>
    where
        A: Decider,
    {
        let org_id = org.uuid();
        let stream = StreamKey { org_id, aggregate_type: A::TYPE, aggregate_id: id };
        self.log.load(&*self.codec, stream).await
    }

    /// An aggregate and its version as they were at this version of it or later.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn state_since<A>(
        &self,
        (org, id): (OrgId, Uuid),
        version: i64,
    ) -> Result<Option<(A, u64)>, LogError>
    where
        A: Decider,
    {
        let org_id = org.uuid();
        let stream = StreamKey { org_id, aggregate_type: A::TYPE, aggregate_id: id };
        self.log.load_since(&self.codec, stream, version).await
    }

    /// Everything that has happened to an aggregate, in order; nothing where there is none.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn history<A>(&self, org: OrgId, id: Uuid) -> Result<Vec<A::Event>, LogError>
    where
        A: Decider,
    {
        let org_id = org.uuid();
        let stream = StreamKey { org_id, aggregate_type: A::TYPE, aggregate_id: id };
        let stored = self.log.read_stream(stream, 1).await?;
        let events = stored.iter().map(|event| {
            Ok(self.codec.decode(&event.event_type, event.event_version, &event.payload)?)
        });
        events.collect()
    }

    /// The text of a personal field, for the one who may see it; `None` once it is erased.
    ///
    /// # Errors
    /// When the key cannot be fetched, or the text was not sealed by it.
    pub async fn reveal<T: PersonalText>(
        &self,
        org: OrgId,
        personal: &Personal<T>,
    ) -> Result<Option<String>, KeyringError> {
        match personal {
            Personal::Known { value, .. } => Ok(Some(value.expose().to_owned())),
            Personal::Sealed(token) => self.keyring.open(org.uuid(), token.as_str()).await,
            Personal::Erased => Ok(None),
        }
    }

    /// The person behind a number.
    ///
    /// # Errors
    /// When the organization's secret cannot be fetched.
    pub async fn subject_of_number(
        &self,
        org: OrgId,
        number: &PhoneNumber,
    ) -> Result<SubjectId, KeyringError> {
        ids::subject_of_number(&self.keyring, org, number).await
    }

    /// The person behind a number, where they are known; nobody is made known by asking.
    ///
    /// # Errors
    /// When the organization's secret or the person cannot be fetched.
    pub async fn known_subject_of_number(
        &self,
        org: OrgId,
        number: &PhoneNumber,
    ) -> Result<Option<SubjectId>, KeyringError> {
        ids::known_subject_of_number(&self.keyring, org, number).await
    }
}
