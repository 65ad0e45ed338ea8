//! What can go wrong with the log itself.

use std::fmt::{self, Debug, Display, Formatter};

use database::DatabaseError;

use crate::CodecError;

/// Why the log could not be opened, read or checked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database is away or refuses.
    #[error("the database: {0}")]
    Database(#[from] DatabaseError),
    /// The server or the session would acknowledge what a crash can lose (L1).
    #[error(
        "the server runs with {setting} = {value}, so a crash could lose what was acknowledged"
    )]
    NotDurable {
        /// The name of the setting.
        setting: String,
        /// Its value.
        value: String,
    },
    /// The log was handed to somebody else; this process must look up where it is now.
    #[error("the log has moved on from epoch {mine}: this process no longer writes it")]
    Fenced {
        /// The epoch at which it was opened.
        mine: i64,
    },
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
    /// A stored event could not be read.
    #[error("{0}")]
    Codec(#[from] CodecError),
    /// The log breaks its own promises.
    #[error("the log is broken: {0}")]
    Broken(String),
}

impl From<sqlx::Error> for LogError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Why a page could not be read to its end.
#[derive(Debug)]
pub enum PageError<E> {
    /// Whoever takes the events refused one.
    Handler(E),
    /// The log could not be read.
    Log(LogError),
}

impl<E: Display> Display for PageError<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(error) => Display::fmt(error, f),
            Self::Log(error) => Display::fmt(error, f),
        }
    }
}

impl<E: Debug + Display> std::error::Error for PageError<E> {}

impl<E> From<LogError> for PageError<E> {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl<E> From<sqlx::Error> for PageError<E> {
    fn from(error: sqlx::Error) -> Self {
        Self::Log(error.into())
    }
}
