//! Replies that are kept with an idempotency key, sealed under the aggregate's subject.
//!
//! The first byte of a kept body says what follows: the body as it was, or its sealed form.

use domain::Decider;
use event_store::{Failure, Keyring, KeyringError, Outcome, Reply, StoredReply};
use futures::future::BoxFuture;
use uuid::Uuid;

/// The body that stands in the place of one whose subject was erased; its status is 410.
pub const ERASED_REPLY: &[u8] = br#"{"code":"erased"}"#;

const PLAIN: u8 = 0;
const SEALED: u8 = 1;
/// A body that could not be sealed is not kept at all: it is answered as erased.
const WITHHELD: u8 = 2;

/// Seals what another reply says.
pub(super) struct SealedReply<A> {
    inner: Box<dyn Reply<A>>,
    org: Uuid,
    keyring: Keyring,
}

impl<A> SealedReply<A> {
    pub(super) fn new(inner: Box<dyn Reply<A>>, org: Uuid, keyring: Keyring) -> Self {
        Self { inner, org, keyring }
    }
}

impl<A: Decider> Reply<A> for SealedReply<A> {
    fn prepare<'a>(&'a self, state: &'a A) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.inner.prepare(state).await?;
            let Some(subject) = state.subject() else { return Ok(()) };
            let prepared = self.keyring.prepare(self.org, &[subject.uuid()]).await;
            match prepared {
                // A reply about somebody who was erased is not kept.
                Ok(()) | Err(KeyringError::Erased) => Ok(()),
                Err(error) => Err(error.to_string()),
            }
        })
    }

    fn accepted(&self, state: &A, version: u64) -> StoredReply {
        let mut reply = self.inner.accepted(state, version);
        reply.body = match state.subject() {
            None => tagged(PLAIN, &reply.body),
            Some(subject) => match self.keyring.seal_bytes(self.org, subject.uuid(), &reply.body) {
                Ok(sealed) => tagged(SEALED, &sealed),
                Err(error) => {
                    tracing::info!(%error, "a reply could not be sealed and is not kept");
                    vec![WITHHELD]
                }
            },
        };
        reply
    }

    fn refused(&self, refusal: &A::Error) -> Option<StoredReply> {
        let mut reply = self.inner.refused(refusal)?;
        reply.body = tagged(PLAIN, &reply.body);
        Some(reply)
    }
}

fn tagged(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut tagged = Vec::with_capacity(body.len() + 1);
    tagged.push(tag);
    tagged.extend_from_slice(body);
    tagged
}

/// Opens the body of whatever came back.
pub(super) async fn open<R>(
    keyring: &Keyring,
    org: Uuid,
    outcome: Result<Outcome, Failure<R>>,
) -> Result<Outcome, Failure<R>> {
    match outcome {
        Ok(mut outcome) => {
            open_reply(keyring, org, &mut outcome.reply).await.map_err(Failure::Unavailable)?;
            Ok(outcome)
        }
        Err(Failure::Refused { error, reply: Some(mut reply) }) => {
            open_reply(keyring, org, &mut reply).await.map_err(Failure::Unavailable)?;
            Err(Failure::Refused { error, reply: Some(reply) })
        }
        Err(failure) => Err(failure),
    }
}

async fn open_reply(keyring: &Keyring, org: Uuid, reply: &mut StoredReply) -> Result<(), String> {
    let opened = match reply.body.split_first() {
        Some((&PLAIN, body)) => Some(body.to_vec()),
        Some((&SEALED, body)) => {
            keyring.open_bytes(org, body).await.map_err(|error| error.to_string())?
        }
        _ => None,
    };
    match opened {
        Some(body) => reply.body = body,
        None => {
            *reply = StoredReply {
                status: 410,
                body: ERASED_REPLY.to_vec(),
                etag: None,
                location: None,
            };
        }
    }
    Ok(())
}
