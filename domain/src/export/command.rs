//! What may be asked of an export. Whoever asks has looked whether the question can be answered.

use serde_json::Value;

use super::state::{ExportFailure, ExportFile};
use super::words::{ExportFormat, Report};
use crate::{Timestamp, UserId};

/// A file that is asked for.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub struct NewExport {
    pub report: Report,
    pub format: ExportFormat,
    pub query: Value,
    pub by: UserId,
    pub at: Timestamp,
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum ExportCommand {
    /// A file is to be written.
    Request(Box<NewExport>),
    /// It is being written.
    Start { at: Timestamp },
    /// It is whole; until when it is kept, the export says.
    Complete { file: Box<ExportFile>, at: Timestamp },
    /// It cannot be written.
    Fail { failure: ExportFailure, at: Timestamp },
    /// It is not wanted any more.
    Cancel { by: UserId, at: Timestamp },
    /// Somebody is to be given it.
    Download { by: UserId, at: Timestamp },
    /// It is looked whether its time is over.
    Expire { at: Timestamp },
}
