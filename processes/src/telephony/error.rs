//! What can go wrong in a process; each of it is tried again later.

use database::DatabaseError;
use event_store::{Failure, KeyringError, LogError};

use super::dial_submitter::CrashPoint;
use crate::lease::LeaseError;

/// A fault of a process. Whatever it was doing is still in its table and is done later.
#[derive(Debug, thiserror::Error)]
pub enum TelephonyError {
    /// No connection to the database.
    #[error("the database: {0}")]
    Database(#[from] DatabaseError),
    /// A statement failed.
    #[error("a statement: {0}")]
    Statement(#[from] sqlx::Error),
    /// The log could not be read.
    #[error("the log: {0}")]
    Log(#[from] LogError),
    /// A key could not be fetched.
    #[error("the keyring: {0}")]
    Keyring(#[from] KeyringError),
    /// A command found no answer.
    #[error("a command: {0}")]
    Command(String),
    /// What was read cannot be what was written.
    #[error("a stored value: {0}")]
    Stored(String),
    /// Another process has taken the work over.
    #[error("another process does this work now")]
    Fenced,
    /// A test stopped the process here.
    #[error("stopped at {0:?}")]
    Crashed(CrashPoint),
}

impl From<LeaseError> for TelephonyError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Fenced => Self::Fenced,
            LeaseError::Statement(error) => Self::Statement(error),
        }
    }
}

impl TelephonyError {
    /// From the log's verdict on a command that was not refused.
    pub(super) fn failure<R: std::fmt::Display>(failure: &Failure<R>) -> Self {
        Self::Command(failure.to_string())
    }
}
