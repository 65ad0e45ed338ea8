//! Why somebody is not erased.

use database::DatabaseError;
use domain::FieldFault;
use event_store::{KeyringError, LogError};
use projections::RuntimeError;

use super::LedgerError;
use crate::auth::AuthError;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// There is nobody like that.
    #[error("there is nobody like that")]
    Unknown,
    /// They are erased already.
    #[error("they are erased already")]
    Erased,
    /// The key of the request was used for another one.
    #[error("the key of the request was used for another one")]
    KeyReused,
    /// They are on a call.
    #[error("the person is on a call")]
    LiveCall,
    /// The read model of calls is behind.
    #[error("the read model of calls is behind")]
    Lagging,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// It is the last administrator, or what proves who they are cannot be removed.
    #[error(transparent)]
    Account(#[from] AuthError),
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
