//! Why a command did not happen, or is not known to have happened.

use database::{DatabaseError, FaultKind};

use crate::{CodecError, LogError, StoredReply};

/// Why a command has no outcome. Only [`Failure::OutcomeUnknown`] leaves open whether it
/// happened; after every other one nothing of it is in the log.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R> {
    /// The aggregate says no.
    #[error("{error}")]
    Refused {
        /// The refusal.
        error: R,
        /// The answer that was kept with the key, if there was a key and it is of that kind.
        reply: Option<StoredReply>,
    },
    /// The stream is at another version than the command asked for.
    #[error("the stream is at version {current}")]
    VersionMismatch {
        /// The version it is at; 0 where there is no stream.
        current: u64,
    },
    /// Others kept changing the stream, also after three retries.
    #[error("others are changing the same stream")]
    Conflict,
    /// The key was used for something else before.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// A command with the same key is running in this process.
    #[error("a request with the same idempotency key is running")]
    KeyInProgress,
    /// Too much is waiting, or the disk is full.
    #[error("the log is overloaded")]
    Overloaded,
    /// The database could not be reached, or does not do its work. Nothing happened.
    #[error("the log is not available: {0}")]
    Unavailable(String),
    /// The connection was lost while it was being committed, and nobody can be asked yet.
    /// The same command with the same key will tell.
    #[error("it is not known whether the command was committed")]
    OutcomeUnknown,
    /// Whom it is about was erased; nothing about them is kept any more.
    #[error("the person that this is about was erased")]
    Erased,
    /// The stream is as long as a stream may be.
    #[error("the stream is full")]
    StreamClosed,
    /// A fault in the program or in what is stored.
    #[error("{0}")]
    Fault(String),
}

impl<R> From<LogError> for Failure<R> {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Database(error) => error.into(),
            LogError::Fenced { .. } | LogError::Closed => Self::Unavailable(error.to_string()),
            error => Self::Fault(error.to_string()),
        }
    }
}

impl<R> From<DatabaseError> for Failure<R> {
    fn from(error: DatabaseError) -> Self {
        match error.kind() {
            FaultKind::Unavailable | FaultKind::Timeout => Self::Unavailable(error.to_string()),
            FaultKind::DiskFull => Self::Overloaded,
            FaultKind::Conflict => Self::Conflict,
            FaultKind::Permission | FaultKind::Other => Self::Fault(error.to_string()),
        }
    }
}

impl<R> From<CodecError> for Failure<R> {
    fn from(error: CodecError) -> Self {
        match error {
            CodecError::Sealing(words) => Self::Unavailable(words),
            CodecError::Erased => Self::Erased,
            error => Self::Fault(error.to_string()),
        }
    }
}
