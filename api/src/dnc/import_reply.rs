//! A list of numbers that are not to be called, as it is answered.

use domain::dnc::DncScope;
use domain::import_batch::{ImportBatch, ImportStatus, KnownImport, Tally};
use domain::{CampaignId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::imports::options::Columns;
use crate::imports::reply::FailureReply;

/// A list of numbers that was brought in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = NumberImport)]
pub struct NumberImportReply {
    /// The id.
    pub id: Uuid,
    /// The campaign that it binds; `null`: the whole organization.
    campaign_id: Option<CampaignId>,
    /// `import` or `regulator`
    source: String,
    /// Why they are not called.
    reason: String,
    /// Until when; `null`: without end.
    expires_at: Option<Timestamp>,
    #[schema(inline)]
    status: ImportStatus,
    /// `csv`, `jsonl` or `lines`
    format: String,
    encoding: String,
    /// What stands between the fields of CSV.
    delimiter: Option<String>,
    byte_size: u64,
    /// In hexadecimal.
    sha256: String,
    default_region: Option<String>,
    /// The columns of `phone`.
    mapping: Columns,
    /// How many rows the file has; `null` until they were counted.
    rows: Option<u64>,
    /// How many of them are done with.
    rows_read: u64,
    /// So many numbers are not called from now on, or for longer.
    suppressed: u64,
    /// Of so many rows the same was said already, or stands in the file above.
    duplicates: u64,
    /// So many rows were not taken.
    rejected: u64,
    /// Why the file could not be taken.
    failure: Option<FailureReply>,
    /// Who has brought it.
    requested_by: Uuid,
    requested_at: Timestamp,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    /// How many facts it has.
    pub version: u64,
}

impl NumberImportReply {
    /// None, where it is no list of numbers.
    pub(super) fn known(id: Uuid, import: &KnownImport, version: u64) -> Option<Self> {
        let said = import.purpose.suppression()?.clone();
        let KnownImport { file, options, .. } = import.clone();
        let Tally { created, duplicates, rejected, .. } = import.tally;
        Some(Self {
            id,
            campaign_id: match said.scope {
                DncScope::Organization => None,
                DncScope::Campaign { campaign_id } => Some(campaign_id),
            },
            source: said.source.word().to_owned(),
            reason: said.reason,
            expires_at: said.expires_at,
            status: import.status,
            format: file.format,
            encoding: file.encoding,
            delimiter: file.delimiter,
            byte_size: file.byte_size,
            sha256: file.sha256,
            default_region: options.default_region,
            mapping: options.mapping,
            rows: import.rows,
            rows_read: import.rows_read,
            suppressed: created,
            duplicates,
            rejected,
            failure: import.failure.as_ref().map(FailureReply::of),
            requested_by: import.by.uuid(),
            requested_at: import.requested_at,
            started_at: import.started_at,
            ended_at: import.ended_at,
            version,
        })
    }
}

impl Resource for NumberImportReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<ImportBatch> for NumberImportReply {
    fn of(id: Uuid, import: &ImportBatch, version: u64) -> Option<Self> {
        import.known().and_then(|known| Self::known(id, known, version))
    }
}
