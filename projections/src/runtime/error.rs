//! What can go wrong while a read model moves.

use database::DatabaseError;
use event_store::{LogError, PageError};

/// Why a projection, a rebuild or a look at either did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The database is away or refuses.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A statement failed.
    #[error("{0}")]
    Statement(#[from] sqlx::Error),
    /// The log could not be read.
    #[error("the log could not be read: {0}")]
    Log(#[from] LogError),
    /// The log breaks its own promise: a hole, or a stream out of order (P2).
    #[error("the log is broken: {0}")]
    Broken(String),
    /// The checkpoint belongs to another history of the log, as after a restore.
    #[error("the checkpoint of {name} does not fit the log: {reason}")]
    OtherHistory {
        /// The projection.
        name: String,
        /// What does not fit.
        reason: String,
    },
    /// There is no such projection.
    #[error("there is no projection \"{0}\"")]
    UnknownProjection(String),
    /// An event can not be decoded or applied; nothing was skipped.
    #[error("{name} can not take the event at position {position}: {reason}")]
    Poison {
        /// The projection.
        name: String,
        /// Position of the event.
        position: i64,
        /// Why, in words.
        reason: String,
    },
    /// The projection stands still until somebody acts.
    #[error("{name} is paused: {reason}")]
    Paused {
        /// The projection.
        name: String,
        /// Why it stopped.
        reason: String,
    },
    /// Somebody else works on it.
    #[error("{name} is being built by {owner}")]
    Busy {
        /// The projection.
        name: String,
        /// Who holds the lease.
        owner: String,
    },
    /// The lease went to somebody else.
    #[error("the lease of {0} was taken over")]
    Fenced(String),
    /// The work was told to stop; it goes on from there the next time.
    #[error("stopped before it was done")]
    Canceled,
    /// It did not happen in the time given.
    #[error("{0} did not get there in time")]
    Late(String),
    /// A page that does not begin where the checkpoint is; nothing was written.
    #[error("a page after position {after} was to be written at {at}")]
    OutOfStep {
        /// Where the page begins.
        after: i64,
        /// Where the checkpoint is.
        at: i64,
    },
    /// A task of the runtime died.
    #[error("a task died: {0}")]
    Task(String),
}

impl RuntimeError {
    /// What ended the reading of a page: its reader, or the log.
    pub(super) fn reading(fault: PageError<Self>) -> Self {
        match fault {
            PageError::Handler(fault) => fault,
            PageError::Log(LogError::Broken(words)) => Self::Broken(words),
            PageError::Log(fault) => Self::Log(fault),
        }
    }

    /// Whether the log itself is at fault, so that no retry can help.
    #[must_use]
    pub fn corrupt(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::OtherHistory { .. })
    }
}
