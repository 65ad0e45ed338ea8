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

    /// Seals what is about those whose keys are good. Says whether anything was sealed, and who the
    /// others are.
    fn seal_for<E: DecidedEvent>(
        &self,
        org: Uuid,
        events: &mut [E],
        good: impl Fn(Uuid) -> bool,
    ) -> Result<(bool, Vec<Uuid>), CodecError> {
        let (mut sealed, mut others, mut failed) = (false, Vec::new(), None);
        let mut seal = |subject: SubjectId, text: &str| {
            let subject = subject.uuid();
            if !good(subject) {
                others.push(subject);
                return None;
            }
            let token = self.keyring.seal_prepared(org, subject, text);
            sealed |= token.is_ok();
            token.map_err(|error| failed = Some(error)).ok().map(SealedText::from)
        };
        for event in events {
            event.each_personal(&mut seal);
        }
        failed.map_or(Ok((sealed, others)), |error| Err(not_sealed(error)))
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
        let at_hand = |subject| self.keyring.at_hand(org, subject);
        let (sealed, mut missing) = self.seal_for(org, events, at_hand)?;
        if missing.is_empty() {
            return Ok(sealed);
        }
        missing.sort_unstable();
        missing.dedup();
        self.keyring.prepare(org, &missing).await.map_err(not_sealed)?;
        self.seal_for(org, events, |_| true)?;
        Ok(true)
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
