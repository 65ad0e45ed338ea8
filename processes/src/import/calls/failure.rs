//! Why an import ended before its file did.

use event_store::KeyringError;

use super::import::ImportReport;
use super::reader::FileError;
use super::rejection::ReportError;

/// Whether running the same import again helps. What is in stays in, and is not doubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It goes on where it stopped, once the fault is over.
    GoesOn,
    /// The file, the map or the place of the report has to be changed first; then it goes on.
    AfterChange,
}

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The file cannot be read, or not any further.
    #[error(transparent)]
    File(FileError),
    /// The report of rejected rows cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// An id could not be derived, or a key not be fetched.
    #[error("the keys: {0}")]
    Keyring(#[from] KeyringError),
    /// The log took a row not in.
    #[error("row {row} could not be written: {words}")]
    Log {
        /// The row.
        row: u64,
        /// What the log said.
        words: String,
    },
    /// The reading thread died.
    #[error("the reading thread has ended: {0}")]
    Thread(String),
}

/// An import that stopped, and how far it came.
#[derive(Debug, thiserror::Error)]
#[error("{cause}; {} rows are done with, {}", .done.rows, words(.cause.retry()))]
pub struct ImportError {
    /// Why.
    #[source]
    pub cause: Cause,
    /// What was done by then.
    pub done: Box<ImportReport>,
}

impl ImportError {
    pub(super) fn new(cause: Cause, done: ImportReport) -> Self {
        Self { cause, done: Box::new(done) }
    }

    /// Whether running it again helps.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.cause.retry()
    }
}

impl Cause {
    fn retry(&self) -> Retry {
        match self {
            Self::File(FileError::Io { .. }) | Self::Report(ReportError::Io { .. }) => {
                Retry::GoesOn
            }
            Self::File(_) | Self::Report(_) => Retry::AfterChange,
            Self::Keyring(_) | Self::Log { .. } | Self::Thread(_) => Retry::GoesOn,
        }
    }
}

fn words(retry: Retry) -> &'static str {
    match retry {
        Retry::GoesOn => "and running it again goes on from there",
        Retry::AfterChange => "and once that is changed, running it again goes on from there",
    }
}

/// Why a map is refused: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the map, {}{key}: {reason}", place(.line))]
pub struct MapError {
    /// The line of the map, where one is to blame.
    pub line: Option<usize>,
    /// The key that is to blame, dotted (`columns.started_at`).
    pub key: String,
    /// What is wrong with it.
    pub reason: String,
}

fn place(line: &Option<usize>) -> String {
    line.map(|line| format!("line {line}, ")).unwrap_or_default()
}
