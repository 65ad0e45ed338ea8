//! Campaigns as they are listed and looked at.

use chrono::{DateTime, Utc};
use database::Database;
use domain::campaign::{CampaignMode, CampaignStatus, KnownCampaign};
use domain::{CampaignId, OrgId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// A campaign as the read model has it.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignRow {
    /// Which.
    pub id: CampaignId,
    /// How many facts it has.
    pub version: u64,
    /// As the domain folds it.
    pub campaign: KnownCampaign,
}

/// A place in the list, newest first: after this campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignPlace {
    /// When it was made.
    pub created_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// Which campaigns.
#[derive(Clone, Debug, Default)]
pub struct CampaignFilter {
    /// In one of these states; where there are none, in all but those that are gone.
    pub statuses: Vec<CampaignStatus>,
    /// Of this mode.
    pub mode: Option<CampaignMode>,
    /// For which this team calls.
    pub team: Option<TeamId>,
    /// For which one of these teams or of these people calls, where not all are seen.
    pub assigned: Option<(Vec<Uuid>, Vec<Uuid>)>,
}

/// At most `limit` campaigns after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &CampaignFilter,
    after: Option<&CampaignPlace>,
    limit: i64,
) -> Result<Vec<CampaignRow>, RuntimeError> {
    let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.word()).collect();
    let statuses = Some(statuses).filter(|statuses| !statuses.is_empty());
    let (teams, people) = filter.assigned.as_ref().map(|(t, p)| (&**t, &**p)).unzip();
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/campaigns/list.sql",
        org.uuid(),
        statuses as _,
        filter.mode.map(CampaignMode::word) as _,
        filter.team.map(|team| team.uuid()) as _,
        teams as _,
        people as _,
        after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let campaigns = rows.into_iter().map(|row| campaign(row.campaign_id, row.version, &row.state));
    campaigns.collect()
}

/// One campaign, also one that is gone.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: CampaignId,
) -> Result<Option<CampaignRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/campaigns/get.sql", org.uuid(), id.uuid());
    let row = row.fetch_optional(&mut *tx).await?;
    row.map(|row| campaign(id.uuid(), row.version, &row.state)).transpose()
}

/// How a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignStands {
    /// Which.
    pub id: Uuid,
    /// In which state.
    pub status: CampaignStatus,
    /// Whether too many of those who answered have found no agent.
    pub throttled: bool,
}

/// How every campaign stands, or every one for which a team calls.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn standing(
    database: &Database,
    org: OrgId,
    team: Option<Uuid>,
) -> Result<Vec<CampaignStands>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!("src/campaigns/standing.sql", org.uuid(), team as _);
    let stands = rows.fetch_all(&mut *tx).await?.into_iter().map(|row| {
        let status = reading::word("status", &row.status)?;
        Ok(CampaignStands { id: row.campaign_id, status, throttled: row.throttled })
    });
    stands.collect()
}

fn campaign(id: Uuid, version: i64, state: &str) -> Result<CampaignRow, RuntimeError> {
    let (version, campaign) = reading::folded(version, state)?;
    Ok(CampaignRow { id: CampaignId::from(id), version, campaign })
}
