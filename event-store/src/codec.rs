//! Events on their way into bytes and back; what the caller of the log brings along.

use std::future::Future;

use uuid::Uuid;

/// Writes and reads the events of an aggregate. Sealing of personal fields happens here.
pub trait Codec<E>: Send + Sync {
    /// Seals what is personal in the events of a command, and says whether anything was: of what
    /// was not sealed when it came in, nothing is kept in memory.
    fn seal(
        &self,
        org: Uuid,
        events: &mut [E],
    ) -> impl Future<Output = Result<bool, CodecError>> + Send;

    /// The event as it is stored, once it is sealed.
    ///
    /// # Errors
    /// [`CodecError::Encoding`].
    fn encode(&self, event: &E) -> Result<Encoded, CodecError>;

    /// The event that was stored, of any version ever released (L12).
    ///
    /// # Errors
    /// [`CodecError`], where the type, the version or the payload is unknown.
    fn decode(&self, event_type: &str, version: i16, payload: &[u8]) -> Result<E, CodecError>;
}

/// An event in the form in which it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// What kind of fact it is.
    pub event_type: &'static str,
    /// The version of its payload, from 1.
    pub event_version: i16,
    /// JSON. These very bytes are hashed and stored.
    pub payload: String,
    /// When it happened in the world, in ms since 1970.
    pub occurred_at_ms: i64,
}

/// Why an event could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Its personal fields could not be sealed; the same command may succeed later.
    #[error("an event could not be sealed: {0}")]
    Sealing(String),
    /// The key to seal them with was destroyed.
    #[error("whom an event is about was erased")]
    Erased,
    /// It could not be written.
    #[error("an event could not be written: {0}")]
    Encoding(String),
    /// Its payload could not be read.
    #[error("an event could not be read: {0}")]
    Decoding(String),
    /// No event of this type and version was ever released.
    #[error("unknown event type {event_type} version {version}")]
    Unknown {
        /// The type.
        event_type: String,
        /// The version.
        version: i16,
    },
}

impl CodecError {
    /// The personal fields could not be sealed.
    pub fn sealing(error: impl std::fmt::Display) -> Self {
        Self::Sealing(error.to_string())
    }

    /// The event could not be written.
    pub fn encoding(error: impl std::fmt::Display) -> Self {
        Self::Encoding(error.to_string())
    }

    /// The payload could not be read.
    pub fn decoding(error: impl std::fmt::Display) -> Self {
        Self::Decoding(error.to_string())
    }

    /// Nobody knows this type and version.
    #[must_use]
    pub fn unknown(event_type: &str, version: i16) -> Self {
        Self::Unknown { event_type: event_type.to_owned(), version }
    }
}
