//! What is known of an export.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::ExportEvent;
use super::words::{ExportFormat, ExportStatus, Report};
use crate::{Timestamp, UserId};

/// How long a file is kept: a day.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;

/// A file that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFile {
    /// How many rows it has, the header not counted.
    pub rows: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
    /// The last event of the log that is in it.
    pub position: i64,
    /// When that was recorded, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Timestamp>,
    /// Which formulas its figures follow.
    pub definitions_version: u32,
    /// Until when it is kept.
    pub expires_at: Timestamp,
}

/// Why a file could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFailure {
    /// For a program.
    pub code: String,
    /// For a person.
    pub words: String,
}

/// An export that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownExport {
    /// What is in the file.
    pub report: Report,
    /// How it is written.
    pub format: ExportFormat,
    /// The question as it was understood.
    pub query: Value,
    /// Who has asked.
    pub by: UserId,
    /// Where it stands.
    pub status: ExportStatus,
    /// The file, once it is whole; what is known of it stays when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<ExportFile>,
    /// Why it could not be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ExportFailure>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it began to be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it was whole, could not be written, or was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

impl KnownExport {
    pub(super) fn requested(
        (report, format): (Report, ExportFormat),
        query: &Value,
        by: UserId,
        requested_at: Timestamp,
    ) -> Self {
        Self {
            report,
            format,
            query: query.clone(),
            by,
            status: ExportStatus::Queued,
            file: None,
            failure: None,
            requested_at,
            started_at: None,
            ended_at: None,
        }
    }

    /// The file, as long as it is there.
    #[must_use]
    pub fn kept(&self) -> Option<&ExportFile> {
        self.file.as_ref().filter(|_| self.status == ExportStatus::Completed)
    }

    /// Whether it is to be written still.
    #[must_use]
    pub fn open(&self) -> bool {
        matches!(self.status, ExportStatus::Queued | ExportStatus::Running)
    }

    pub(super) fn evolve(&mut self, event: &ExportEvent) {
        match event {
            // It begins once, and a file that somebody is given stays.
            ExportEvent::ExportRequested { .. } | ExportEvent::ExportDownloaded { .. } => {}
            ExportEvent::ExportStarted { at } => {
                self.status = ExportStatus::Running;
                self.started_at = Some(*at);
            }
            ExportEvent::ExportCompleted { file, at } => {
                self.end(ExportStatus::Completed, *at);
                self.file = Some((**file).clone());
            }
            ExportEvent::ExportFailed { failure, at } => {
                self.end(ExportStatus::Failed, *at);
                self.failure = Some(failure.clone());
            }
            ExportEvent::ExportCanceled { at, .. } => self.end(ExportStatus::Canceled, *at),
            ExportEvent::ExportExpired { at } => self.end(ExportStatus::Expired, *at),
        }
    }

    fn end(&mut self, status: ExportStatus, at: Timestamp) {
        self.status = status;
        self.ended_at = Some(at);
    }
}
