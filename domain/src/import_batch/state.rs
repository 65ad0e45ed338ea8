//! What is known of an import.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::ImportEvent;
use super::purpose::ImportPurpose;
use super::words::{ImportStatus, OnDuplicate, RowOutcome};
use crate::{Timestamp, UserId};

/// A file as it is kept and to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Under which id it is kept, sealed, until the import is over.
    pub id: Uuid,
    /// How its rows are written: `csv`, `jsonl` or `lines`.
    pub format: String,
    /// How its characters are written.
    pub encoding: String,
    /// What stands between the fields of CSV.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// How many bytes it has.
    pub byte_size: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
}

/// How its rows are to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// What becomes of a row whose number the campaign has already; nothing is said of it where no
    /// campaign is to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_duplicate: Option<OnDuplicate>,
    /// Where numbers without a country code are from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_region: Option<String>,
    /// Which columns fill which fields.
    pub mapping: BTreeMap<String, Vec<String>>,
}

/// How many rows have come to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The campaign has so many new contacts who can be called; so many numbers are not to be
    /// called from now on, or for longer.
    pub created: u64,
    /// So many contacts were changed.
    pub updated: u64,
    /// So many the campaign had already; of so many numbers the same was said.
    pub duplicates: u64,
    /// So many new contacts are not to be called.
    pub suppressed: u64,
    /// So many rows were not taken.
    pub rejected: u64,
}

/// Why a file could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFailure {
    /// For a program.
    pub code: String,
    /// For a person; it repeats nothing of a row.
    pub words: String,
}

/// An import that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownImport {
    /// What its rows are.
    #[serde(flatten)]
    pub purpose: ImportPurpose,
    /// What is read.
    pub file: ImportFile,
    /// How it is taken.
    pub options: ImportOptions,
    /// Who has brought it.
    pub by: UserId,
    /// Where it stands.
    pub status: ImportStatus,
    /// How many rows it has, once they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// How many of them are done with.
    pub rows_read: u64,
    /// What they have come to.
    pub tally: Tally,
    /// Why it could not be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ImportFailure>,
    /// When it was brought.
    pub requested_at: Timestamp,
    /// When its rows began to be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

impl Tally {
    /// Counts one more row.
    pub fn count(&mut self, outcome: RowOutcome) {
        let counted = match outcome {
            RowOutcome::Created => &mut self.created,
            RowOutcome::Updated => &mut self.updated,
            RowOutcome::Duplicate => &mut self.duplicates,
            RowOutcome::Suppressed => &mut self.suppressed,
            RowOutcome::Rejected => &mut self.rejected,
        };
        *counted = counted.saturating_add(1);
    }

    /// How many rows they are.
    #[must_use]
    pub fn rows(&self) -> u64 {
        let Self { created, updated, duplicates, suppressed, rejected } = *self;
        let counts = [updated, duplicates, suppressed, rejected];
        counts.into_iter().fold(created, u64::saturating_add)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.created = self.created.saturating_add(more.created);
        self.updated = self.updated.saturating_add(more.updated);
        self.duplicates = self.duplicates.saturating_add(more.duplicates);
        self.suppressed = self.suppressed.saturating_add(more.suppressed);
        self.rejected = self.rejected.saturating_add(more.rejected);
    }
}

impl KnownImport {
    pub(super) fn requested(
        purpose: ImportPurpose,
        (file, options): (&ImportFile, &ImportOptions),
        by: UserId,
        requested_at: Timestamp,
    ) -> Self {
        Self {
            purpose,
            file: file.clone(),
            options: options.clone(),
            by,
            status: ImportStatus::Requested,
            rows: None,
            rows_read: 0,
            tally: Tally::default(),
            failure: None,
            requested_at,
            started_at: None,
            ended_at: None,
        }
    }

    /// Whether nothing more will be taken.
    #[must_use]
    pub fn over(&self) -> bool {
        !matches!(self.status, ImportStatus::Requested | ImportStatus::Running)
    }

    pub(super) fn evolve(&mut self, event: &ImportEvent) {
        match event {
            // It begins once.
            ImportEvent::ImportRequested { .. }
            | ImportEvent::SuppressionImportRequested { .. } => {}
            ImportEvent::ImportStarted { rows, at } => {
                self.status = ImportStatus::Running;
                self.rows = Some(*rows);
                self.started_at = Some(*at);
            }
            ImportEvent::ImportProgressed { rows_read, tally, .. } => {
                self.rows_read = *rows_read;
                self.tally += *tally;
            }
            ImportEvent::ImportCompleted { at, .. } => self.end(ImportStatus::Completed, *at),
            ImportEvent::ImportFailed { failure, at } => {
                self.failure = Some(failure.clone());
                self.end(ImportStatus::Failed, *at);
            }
            ImportEvent::ImportCanceled { at, .. } => self.end(ImportStatus::Canceled, *at),
        }
    }

    fn end(&mut self, status: ImportStatus, at: Timestamp) {
        self.status = status;
        self.ended_at = Some(at);
    }
}
