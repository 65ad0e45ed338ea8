//! Imports as they are listed and looked at.

use chrono::{DateTime, Utc};
use database::Database;
use domain::import_batch::{ImportStatus, KnownImport};
use domain::{CampaignId, ImportId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// An import as the read model has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// Which.
    pub id: ImportId,
    /// How many facts it has.
    pub version: u64,
    /// As the domain folds it.
    pub import: KnownImport,
}

/// A place in the list, newest first: after this import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlace {
    /// When it was brought.
    pub requested_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// Which imports.
#[derive(Clone, Debug, Default)]
pub struct ImportFilter {
    /// Of numbers that are not to be called; of people whom campaigns call, otherwise.
    pub suppression: bool,
    /// For this campaign.
    pub campaign: Option<CampaignId>,
    /// In one of these states; where there are none, in all.
    pub statuses: Vec<ImportStatus>,
}

/// At most `limit` imports after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &ImportFilter,
    after: Option<&ImportPlace>,
    limit: i64,
) -> Result<Vec<ImportRow>, RuntimeError> {
    let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.word()).collect();
    let statuses = Some(statuses).filter(|statuses| !statuses.is_empty());
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/imports/list.sql",
        org.uuid(),
        filter.campaign.map(|campaign| campaign.uuid()) as _,
        statuses as _,
        filter.suppression,
        after.map(|place| DateTime::<Utc>::from(place.requested_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    rows.into_iter().map(|row| import(row.import_id, row.version, &row.state)).collect()
}

/// One import.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: ImportId,
) -> Result<Option<ImportRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/imports/get.sql", org.uuid(), id.uuid());
    let row = row.fetch_optional(&mut *tx).await?;
    row.map(|row| import(id.uuid(), row.version, &row.state)).transpose()
}

fn import(id: Uuid, version: i64, state: &str) -> Result<ImportRow, RuntimeError> {
    let (version, import) = reading::folded(version, state)?;
    Ok(ImportRow { id: ImportId::from(id), version, import })
}
