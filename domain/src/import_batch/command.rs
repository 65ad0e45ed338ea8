//! What may be asked of an import. Whoever asks has looked into the file.

use super::purpose::ImportPurpose;
use super::state::{ImportFailure, ImportFile, ImportOptions, Tally};
use crate::{Timestamp, UserId};

/// A list that is to be brought in.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub struct NewImport {
    pub purpose: ImportPurpose,
    pub file: ImportFile,
    pub options: ImportOptions,
    pub by: UserId,
    pub at: Timestamp,
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum ImportCommand {
    /// Its rows are to be taken.
    Request(Box<NewImport>),
    /// It has so many rows, which are taken from now on.
    Start { rows: u64, at: Timestamp },
    /// The rows up to this one are done with; the tally is of those that were not before.
    Progress { rows_read: u64, tally: Tally, at: Timestamp },
    /// No row is left.
    Complete { at: Timestamp },
    /// It cannot be taken.
    Fail { failure: ImportFailure, at: Timestamp },
    /// It is stopped; what was brought in stays.
    Cancel { by: UserId, at: Timestamp },
}
