//! The facts of an export, as they are stored forever.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{IntoStaticStr, VariantNames};

use super::state::{ExportFailure, ExportFile};
use super::words::{ExportFormat, Report};
use crate::{DecidedEvent, Timestamp, UserId};

/// One fact. None holds anything of a row, and no question names a person: nobody can ask for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum ExportEvent {
    /// Somebody has asked for a file; `query` is the question as it was understood.
    ExportRequested {
        report: Report,
        format: ExportFormat,
        query: Value,
        by: UserId,
        at: Timestamp,
    },
    /// It is being written from now on.
    ExportStarted { at: Timestamp },
    /// The file is whole, and kept until it expires.
    ExportCompleted { file: Box<ExportFile>, at: Timestamp },
    /// It could not be written; nothing of it is kept.
    ExportFailed { failure: ExportFailure, at: Timestamp },
    /// Somebody does not want it any more: what there was of the file is taken away.
    ExportCanceled { by: UserId, at: Timestamp },
    /// Somebody is given the file.
    ExportDownloaded { by: UserId, at: Timestamp },
    /// The file was kept for as long as it is, and is taken away.
    ExportExpired { at: Timestamp },
}

impl DecidedEvent for ExportEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::ExportRequested { at, .. }
            | Self::ExportStarted { at }
            | Self::ExportCompleted { at, .. }
            | Self::ExportFailed { at, .. }
            | Self::ExportCanceled { at, .. }
            | Self::ExportDownloaded { at, .. }
            | Self::ExportExpired { at } => *at,
        }
    }
}
