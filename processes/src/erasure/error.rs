//! Why somebody is not erased.

use database::DatabaseError;
use domain::FieldFault;
use event_store::{KeyringError, LogError};
use projections::RuntimeError;

use super::LedgerError;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// Nobody is known behind the number.
    #[error("nobody is known behind this number")]
    Unknown,
    /// They are on a call.
    #[error("the person is on a call")]
    LiveCall,
    /// The read model of calls is behind.
    #[error("the read model of calls is behind")]
    Lagging,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A key cannot be had.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log did not take it.
    #[error("the command did not happen: {0}")]
    Command(String),
    /// A read model cannot be read.
    #[error(transparent)]
    Read(#[from] RuntimeError),
    /// The database is away or refuses.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A fault of this code.
    #[error("{0}")]
    Fault(String),
}

impl From<sqlx::Error> for ErasureError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}
