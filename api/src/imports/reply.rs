//! An import as it is answered.

use std::collections::BTreeMap;

use domain::import_batch::{
    ImportBatch, ImportFailure, ImportStatus, KnownImport, OnDuplicate, RowOutcome, Tally,
};
use domain::{OrgId, Timestamp};
use processes::imports::{KeptFault, RowResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

/// A list that was brought in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportReply {
    /// The id.
    pub id: Uuid,
    campaign_id: Uuid,
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
    #[schema(inline)]
    on_duplicate: OnDuplicate,
    default_region: Option<String>,
    /// The columns of each field.
    mapping: BTreeMap<String, Vec<String>>,
    /// How many rows the file has; `null` until they were counted.
    rows: Option<u64>,
    /// How many of them are done with.
    rows_read: u64,
    /// So many contacts came in who can be called.
    created: u64,
    /// So many were changed.
    updated: u64,
    /// So many rows have told of contacts that the campaign had.
    duplicates: u64,
    /// So many contacts came in who are not to be called.
    suppressed: u64,
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

/// Why a file could not be taken.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportFailure)]
pub struct FailureReply {
    /// For a program.
    code: String,
    /// For a person.
    message: String,
}

/// What became of a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ImportedRow)]
pub struct RowReply {
    /// The row's number: rows of the file from 1, the header and blank lines not counted.
    row: u64,
    /// The line of the file on which it begins, from 1.
    line: u64,
    #[schema(inline)]
    outcome: RowOutcome,
    /// The contact that it tells of.
    contact_id: Option<Uuid>,
    /// Everything that is wrong with it.
    faults: Vec<FaultReply>,
}

/// One thing that is wrong with a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RowFault)]
pub struct FaultReply {
    /// The column to blame; `null` where it is the row.
    column: Option<String>,
    /// For a program.
    code: String,
    /// For a person; it repeats nothing of the row.
    message: String,
}

impl ImportReply {
    /// None, where it is no list of people.
    pub(super) fn known(id: Uuid, import: &KnownImport, version: u64) -> Option<Self> {
        let campaign = import.purpose.campaign()?;
        let KnownImport { file, options, .. } = import.clone();
        let Tally { created, updated, duplicates, suppressed, rejected } = import.tally;
        Some(Self {
            id,
            campaign_id: campaign.uuid(),
            status: import.status,
            format: file.format,
            encoding: file.encoding,
            delimiter: file.delimiter,
            byte_size: file.byte_size,
            sha256: file.sha256,
            on_duplicate: options.on_duplicate.unwrap_or(OnDuplicate::Skip),
            default_region: options.default_region,
            mapping: options.mapping,
            rows: import.rows,
            rows_read: import.rows_read,
            created,
            updated,
            duplicates,
            suppressed,
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

impl FailureReply {
    pub(crate) fn of(failure: &ImportFailure) -> Self {
        Self { code: failure.code.clone(), message: failure.words.clone() }
    }
}

impl RowReply {
    pub(super) fn of(result: RowResult) -> Self {
        let RowResult { row, line, outcome, contact_id, faults } = result;
        let contact_id = contact_id.map(|id| id.uuid());
        Self { row, line, outcome, contact_id, faults: faults.into_iter().map(fault).collect() }
    }
}

pub(super) fn fault(fault: KeptFault) -> FaultReply {
    let KeptFault { column, code, message } = fault;
    FaultReply { column, code, message }
}

impl Resource for ImportReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<ImportBatch> for ImportReply {
    fn of(id: Uuid, import: &ImportBatch, version: u64) -> Option<Self> {
        import.known().and_then(|known| Self::known(id, known, version))
    }
}
