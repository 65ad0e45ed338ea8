//! An export as it is answered.

use domain::export::{Export, ExportFailure, ExportFormat, ExportStatus, KnownExport, Report};
use domain::{OrgId, Timestamp};
use processes::exports::Progress;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

/// A file of figures that somebody has asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportReply {
    /// The id.
    pub id: Uuid,
    #[schema(inline)]
    report: Report,
    #[schema(inline)]
    format: ExportFormat,
    /// The question as it was understood.
    #[schema(value_type = Object)]
    query: Value,
    #[schema(inline)]
    status: ExportStatus,
    /// How many rows the file has, the header not counted; `null` until it is whole.
    rows: Option<u64>,
    bytes: Option<u64>,
    /// In hexadecimal; the tag of the file.
    sha256: Option<String>,
    /// How far it is; `null` where nobody writes it.
    progress: Option<ExportProgress>,
    /// Why there is no file.
    reason: Option<ExportReason>,
    /// What of the log it rests on.
    as_of: Option<ExportAsOf>,
    /// Which formulas the figures follow (`GET /analytics/definitions`).
    definitions_version: Option<u32>,
    requested_by: Uuid,
    created_at: Timestamp,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    /// Until when the file is kept.
    expires_at: Option<Timestamp>,
    /// How many facts it has.
    pub version: u64,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExportProgress {
    /// So many rows are kept.
    rows: u64,
    /// Of so many; `null` until they were counted.
    rows_all: Option<u64>,
}

/// Why there is no file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExportReason {
    /// For a program: `too-many-rows`, `too-many-buckets`, `not-permitted`, `too-slow`,
    /// `not-understood`.
    code: String,
    /// For a person.
    message: String,
}

/// What of the log a file rests on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExportAsOf {
    /// The last event that is in it.
    position: i64,
    /// When that was recorded; `null` where there is none.
    recorded_at: Option<Timestamp>,
}

impl ExportReply {
    /// An export that there is.
    pub(super) fn known(id: Uuid, export: &KnownExport, version: u64) -> Self {
        let file = export.file.as_ref();
        let reason = |ExportFailure { code, words }| ExportReason { code, message: words };
        Self {
            id,
            report: export.report,
            format: export.format,
            query: export.query.clone(),
            status: export.status,
            rows: file.map(|file| file.rows),
            bytes: file.map(|file| file.bytes),
            sha256: file.map(|file| file.sha256.clone()),
            progress: None,
            reason: export.failure.clone().map(reason),
            as_of: file
                .map(|file| ExportAsOf { position: file.position, recorded_at: file.recorded_at }),
            definitions_version: file.map(|file| file.definitions_version),
            requested_by: export.by.uuid(),
            created_at: export.requested_at,
            started_at: export.started_at,
            ended_at: export.ended_at,
            expires_at: file.map(|file| file.expires_at),
            version,
        }
    }

    /// The same, with how far it is.
    pub(super) fn with(self, Progress { rows, rows_all }: Progress) -> Self {
        Self { progress: Some(ExportProgress { rows, rows_all }), ..self }
    }
}

impl Resource for ExportReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<Export> for ExportReply {
    fn of(id: Uuid, state: &Export, version: u64) -> Option<Self> {
        state.known().map(|export| Self::known(id, export, version))
    }
}
