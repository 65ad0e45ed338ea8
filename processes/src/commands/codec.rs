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

    /// Replaces what is known by what is sealed, and says whether anything was. The keys are
    /// fetched first, all at once.
    async fn seal<E: DecidedEvent>(&self, org: Uuid, event: &mut E) -> Result<bool, CodecError> {
        let mut subjects = Vec::new();
        event.clone().each_personal(&mut |subject: SubjectId, _: &str| {
            subjects.push(subject.uuid());
            SealedText::from(String::new())
        });
        if subjects.is_empty() {
            return Ok(false);
        }
        subjects.sort_unstable();
        subjects.dedup();
        self.keyring.prepare(org, &subjects).await.map_err(not_sealed)?;
        let mut failed = None;
        event.each_personal(
            &mut |subject: SubjectId, text: &str| match self.keyring.seal_prepared(
                org,
                subject.uuid(),
                text,
            ) {
                Ok(token) => SealedText::from(token),
                Err(error) => {
                    failed = Some(error);
                    SealedText::from(String::new())
                }
            },
        );
        failed.map_or(Ok(true), |error| Err(CodecError::sealing(error)))
    }
}

fn not_sealed(error: KeyringError) -> CodecError {
    match error {
        KeyringError::Erased => CodecError::Erased,
        error => CodecError::sealing(error),
    }
}

impl<E: DecidedEvent> Codec<E> for PersonalCodec {
    async fn encode(&self, org: Uuid, mut event: E) -> Result<Encoded, CodecError> {
        let personal = self.seal(org, &mut event).await?;
        let payload = serde_json::to_vec(&event).map_err(CodecError::encoding)?;
        Ok(Encoded {
            event_type: DecidedEvent::event_type(&event),
            event_version: DecidedEvent::event_version(&event),
            payload,
            occurred_at_ms: event.occurred_at().millis(),
            personal,
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
