//! An import: a list of people whom a campaign is to call, or of numbers that are not to be called
//! (domain/04 §4.12).
//!
//! ```text
//! request ─► requested ── start ─► running ── complete ─► completed
//!                │                    │
//!                └──── fail, cancel ──┴─► failed, canceled
//! ```
//!
//! It counts what its rows come to and knows none of them: who they are about stands in contacts or
//! in what is said of numbers, and what became of each row in a table beside the log.
//!
//! *Architecture invariant:* a row is counted once. Progress names the row up to which it goes, and
//! what goes no further than what is known says nothing.

mod command;
mod event;
mod purpose;
mod refusal;
mod state;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::{ImportCommand, NewImport};
pub use event::ImportEvent;
pub use purpose::{ImportPurpose, Suppression};
pub use refusal::ImportRefusal;
pub use state::{ImportFailure, ImportFile, ImportOptions, KnownImport, Tally};
pub use words::*;

use crate::decider::aggregate;
use crate::{Decider, SubjectId, Timestamp};

/// An import, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportBatch {
    /// There is no such import.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownImport>),
}

aggregate!(ImportBatch, "import_batch", ImportCommand, ImportEvent, ImportRefusal);

type Decided = Result<Vec<ImportEvent>, ImportRefusal>;

impl Decider for ImportBatch {
    fn decide(&self, command: ImportCommand) -> Decided {
        match (self, command) {
            (Self::Unknown, ImportCommand::Request(new)) => request(*new),
            (Self::Unknown, _) => Err(ImportRefusal::Unknown),
            (Self::Known(import), command) => import.decide(command),
        }
    }

    fn evolve(&mut self, event: &ImportEvent) {
        match (self, event) {
            (Self::Known(import), event) => import.evolve(event),
            (import, ImportEvent::ImportRequested { campaign_id, file, options, by, at }) => {
                let purpose = ImportPurpose::Contacts { campaign_id: *campaign_id };
                let known = KnownImport::requested(purpose, (file, options), *by, *at);
                *import = Self::Known(Box::new(known));
            }
            (
                import,
                ImportEvent::SuppressionImportRequested { suppression, file, options, by, at },
            ) => {
                let suppression = (**suppression).clone();
                let purpose = ImportPurpose::Suppression { suppression };
                let known = KnownImport::requested(purpose, (file, options), *by, *at);
                *import = Self::Known(Box::new(known));
            }
            // An import begins with its request.
            (Self::Unknown, _) => {}
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl ImportBatch {
    /// The import, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownImport> {
        match self {
            Self::Unknown => None,
            Self::Known(import) => Some(import),
        }
    }
}

fn request(new: NewImport) -> Decided {
    let NewImport { purpose, file, options, by, at } = new;
    let (file, options) = (Box::new(file), Box::new(options));
    Ok(vec![match purpose {
        ImportPurpose::Contacts { campaign_id } => {
            ImportEvent::ImportRequested { campaign_id, file, options, by, at }
        }
        ImportPurpose::Suppression { suppression } => {
            let suppression = Box::new(suppression.checked(at)?);
            ImportEvent::SuppressionImportRequested { suppression, file, options, by, at }
        }
    }])
}

impl KnownImport {
    fn decide(&self, command: ImportCommand) -> Decided {
        use ImportStatus as S;
        let refused = Err(ImportRefusal::State(self.status));
        match command {
            ImportCommand::Request(_) => Err(ImportRefusal::Exists),
            ImportCommand::Start { rows, at } => match self.status {
                S::Requested => Ok(vec![ImportEvent::ImportStarted { rows, at }]),
                S::Running => Ok(Vec::new()),
                S::Completed | S::Failed | S::Canceled => refused,
            },
            ImportCommand::Progress { rows_read, tally, at } => match self.status {
                // What was on its way when somebody stopped it has happened nevertheless.
                S::Running | S::Canceled => Ok(self.progress(rows_read, tally, at)),
                S::Requested | S::Completed | S::Failed => refused,
            },
            ImportCommand::Complete { at } => match self.status {
                S::Running if self.rows.is_some_and(|rows| rows <= self.rows_read) => {
                    Ok(vec![ImportEvent::ImportCompleted { totals: self.tally, at }])
                }
                S::Completed => Ok(Vec::new()),
                S::Requested | S::Running | S::Failed | S::Canceled => refused,
            },
            ImportCommand::Fail { failure, at } => match self.status {
                S::Requested | S::Running => Ok(vec![ImportEvent::ImportFailed { failure, at }]),
                S::Failed => Ok(Vec::new()),
                S::Completed | S::Canceled => refused,
            },
            ImportCommand::Cancel { by, at } => match self.status {
                S::Requested | S::Running => Ok(vec![ImportEvent::ImportCanceled { by, at }]),
                S::Canceled => Ok(Vec::new()),
                S::Completed | S::Failed => refused,
            },
        }
    }

    fn progress(&self, rows_read: u64, tally: Tally, at: Timestamp) -> Vec<ImportEvent> {
        if rows_read <= self.rows_read {
            return Vec::new();
        }
        vec![ImportEvent::ImportProgressed { rows_read, tally, at }]
    }
}
