//! Exports as they are listed.

use chrono::{DateTime, Utc};
use database::Database;
use domain::export::{ExportStatus, KnownExport};
use domain::{ExportId, OrgId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// An export as the read model has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportRow {
    /// Which.
    pub id: ExportId,
    /// How many facts it has.
    pub version: u64,
    /// As the domain folds it.
    pub export: KnownExport,
}

/// A place in the list, newest first: after this export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPlace {
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// Which exports.
#[derive(Clone, Debug, Default)]
pub struct ExportFilter {
    /// Those that somebody has asked for.
    pub by: Option<UserId>,
    /// In one of these states; where there are none, in all.
    pub statuses: Vec<ExportStatus>,
}

/// At most `limit` exports after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &ExportFilter,
    after: Option<&ExportPlace>,
    limit: i64,
) -> Result<Vec<ExportRow>, RuntimeError> {
    let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.word()).collect();
    let statuses = Some(statuses).filter(|statuses| !statuses.is_empty());
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/exports/list.sql",
        org.uuid(),
        filter.by.map(|by| by.uuid()) as _,
        statuses as _,
        after.map(|place| DateTime::<Utc>::from(place.requested_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let exports = rows.into_iter().map(|row| {
        let (version, export) = reading::folded(row.version, &row.state)?;
        Ok(ExportRow { id: ExportId::from(row.export_id), version, export })
    });
    exports.collect()
}
