//! Events on their way into the log and back: personal fields sealed per subject.

use domain::{DecidedEvent, DecodeError, SealedText, SubjectId};
use event_store::{Codec, CodecError, Encoded, Keyring, KeyringError};
use uuid::Uuid;

/// Seals the personal fields of every event and writes it as JSON. Aggregates never need a
/// key: reading leaves sealed fields sealed.
#[derive(Clone)]
pub struct PersonalCodec {
    keyring: Keyring,
}

impl PersonalCodec {
    /// Seals with the keys of this keyring.
    #[must_use]
    pub fn new(keyring: Keyring) -> Self {
        Self { keyring }
    }

    /// Seals what can be sealed with the keys that are at hand. Says whether anything was, and
    /// whose keys are wanted for the rest.
    fn seal_known<E: DecidedEvent>(
        &self,
        org: Uuid,
        events: &mut [E],
    ) -> Result<(bool, Vec<Uuid>), CodecError> {
        let (mut sealed, mut missing, mut failed) = (false, Vec::new(), None);
        let mut seal = |subject: SubjectId, text: &str| {
            match self.keyring.seal_prepared(org, subject.uuid(), text) {
                Ok(token) => {
                    sealed = true;
                    return Some(SealedText::from(token));
                }
                Err(KeyringError::NotPrepared) => missing.push(subject.uuid()),
                Err(error) => failed = Some(error),
            }
            None
        };
        for event in events {
            event.each_personal(&mut seal);
        }
        failed.map_or(Ok((sealed, missing)), |error| Err(not_sealed(error)))
    }
}

fn not_sealed(error: KeyringError) -> CodecError {
    match error {
        KeyringError::Erased => CodecError::Erased,
        error => CodecError::sealing(error),
    }
}

impl<E: DecidedEvent> Codec<E> for PersonalCodec {
    /// Keys that are not at hand are fetched all at once.
    async fn seal(&self, org: Uuid, events: &mut [E]) -> Result<bool, CodecError> {
        let (sealed, mut missing) = self.seal_known(org, events)?;
        if missing.is_empty() {
            return Ok(sealed);
        }
        missing.sort_unstable();
        missing.dedup();
        self.keyring.prepare(org, &missing).await.map_err(not_sealed)?;
        match self.seal_known(org, events)? {
            (_, missing) if missing.is_empty() => Ok(true),
            _ => Err(CodecError::sealing(KeyringError::NotPrepared)),
        }
    }

    fn encode(&self, event: &E) -> Result<Encoded, CodecError> {
        Ok(Encoded {
            event_type: DecidedEvent::event_type(event),
            event_version: DecidedEvent::event_version(event),
            payload: serde_json::to_string(event).map_err(CodecError::encoding)?,
            occurred_at_ms: event.occurred_at().millis(),
        })
    }

    fn decode(&self, event_type: &str, version: i16, payload: &[u8]) -> Result<E, CodecError> {
        E::decode(event_type, version, payload).map_err(|error| match error {
            DecodeError::Unknown { event_type, version } => {
                CodecError::unknown(&event_type, version)
            }
            DecodeError::Payload(error) => CodecError::decoding(error),
        })
    }
}
