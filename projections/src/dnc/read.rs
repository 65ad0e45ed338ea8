//! Numbers that are not to be called, as they are listed.

use chrono::{DateTime, Utc};
use database::Database;
use domain::dnc::{DncSource, KnownDnc};
use domain::{CampaignId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// An entry as the read model has it, the number sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct DncRow {
    /// Which.
    pub id: Uuid,
    /// How many facts it has.
    pub version: u64,
    /// As the domain folds it.
    pub entry: KnownDnc,
}

/// A place in the list, newest first: after this entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DncPlace {
    /// When it was said last.
    pub suppressed_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct DncFilter {
    /// `true`: those that bind the whole organization; `false`: those of campaigns.
    pub whole: Option<bool>,
    /// Of this campaign.
    pub campaign: Option<CampaignId>,
    /// Said by this.
    pub source: Option<DncSource>,
    /// Whether they hold at this instant.
    pub holds: Option<(bool, Timestamp)>,
    /// One of these.
    pub ids: Option<Vec<Uuid>>,
}

/// At most `limit` entries after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &DncFilter,
    after: Option<&DncPlace>,
    limit: i64,
) -> Result<Vec<DncRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/dnc/list.sql",
        org.uuid(),
        filter.whole as _,
        filter.campaign.map(|campaign| campaign.uuid()) as _,
        filter.source.map(DncSource::word) as _,
        filter.holds.map(|(holds, _)| holds) as _,
        filter.holds.map(|(_, at)| DateTime::<Utc>::from(at)) as _,
        filter.ids.as_deref() as _,
        after.map(|place| DateTime::<Utc>::from(place.suppressed_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let entries = rows.into_iter().map(|row| {
        let (version, entry) = reading::folded(row.version, &row.state)?;
        Ok(DncRow { id: row.entry_id, version, entry })
    });
    entries.collect()
}

/// One entry.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: Uuid,
) -> Result<Option<DncRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/dnc/get.sql", org.uuid(), id);
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(None) };
    let (version, entry) = reading::folded(row.version, &row.state)?;
    Ok(Some(DncRow { id, version, entry }))
}
