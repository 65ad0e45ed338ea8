//! Names of campaigns: whoever means to give one writes it down first; whether a campaign that is
//! written down has it, the log says.
//!
//! *Architecture invariant:* no two campaigns that are not put away have the same name, whatever
//! the case of its letters. A name that was written down less than a minute ago is taken, whether
//! or not the log knows of it yet: whoever has written it may be on the way to the log.

use chrono::{DateTime, Utc};
use database::Role;
use domain::campaign::{CampaignRefusal, CampaignStatus, KnownCampaign};
use domain::{CampaignId, OrgId, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Campaigns;
use crate::clock::utc;
use crate::commands::OrderError;
use crate::text::folded;

/// How long a name is kept for whoever has written it down. A command takes 5 seconds at most.
const KEPT_MS: i64 = 60_000;
/// How often it is tried again because others took or gave back the name meanwhile.
const ATTEMPTS: usize = 4;

impl Campaigns {
    /// Writes down that a campaign is to have a name; whether it can.
    pub(super) async fn reserve(
        &self,
        org: OrgId,
        campaign: CampaignId,
        name: &str,
    ) -> Result<bool, OrderError<CampaignRefusal>> {
        let (name, now) = (folded(name), self.commands.now());
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        for _ in 0..ATTEMPTS {
            if insert(&mut connection, (org, &name), campaign, now).await? {
                return Ok(true);
            }
            let Some((holder, since)) = holder(&mut connection, org, &name).await? else {
                continue;
            };
            let holds = now.since_ms(since.into()) < KEPT_MS
                || self.campaign(org, holder).await?.is_some_and(|known| bears(&known, &name));
            if holds {
                return Ok(false);
            }
            if take_over(&mut connection, (org, &name), campaign, (holder, since), now).await? {
                return Ok(true);
            }
        }
        Err(OrderError::Busy)
    }
}

fn bears(campaign: &KnownCampaign, name: &str) -> bool {
    let away = matches!(campaign.status, CampaignStatus::Archived | CampaignStatus::Deleted);
    !away && folded(&campaign.settings.name) == name
}

/// Whether the name is written down for the campaign, now or before.
async fn insert(
    connection: &mut PgConnection,
    (org, name): (OrgId, &str),
    campaign: CampaignId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO campaign_names AS n (org_id, name, campaign_id, reserved_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, name) DO UPDATE \
         SET reserved_at = excluded.reserved_at WHERE n.campaign_id = excluded.campaign_id",
    )
    .bind(org.uuid())
    .bind(name)
    .bind(campaign.uuid())
    .bind(utc(now))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

async fn holder(
    connection: &mut PgConnection,
    org: OrgId,
    name: &str,
) -> Result<Option<(CampaignId, DateTime<Utc>)>, sqlx::Error> {
    let row: Option<(Uuid, DateTime<Utc>)> = sqlx::query_as(
        "SELECT campaign_id, reserved_at FROM campaign_names WHERE org_id = $1 AND name = $2",
    )
    .bind(org.uuid())
    .bind(name)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(campaign, since)| (CampaignId::from(campaign), since)))
}

/// Whether the name is ours, of which whoever had it has made no use.
async fn take_over(
    connection: &mut PgConnection,
    (org, name): (OrgId, &str),
    campaign: CampaignId,
    (holder, since): (CampaignId, DateTime<Utc>),
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE campaign_names SET campaign_id = $3, reserved_at = $4 \
         WHERE org_id = $1 AND name = $2 AND campaign_id = $5 AND reserved_at = $6",
    )
    .bind(org.uuid())
    .bind(name)
    .bind(campaign.uuid())
    .bind(utc(now))
    .bind(holder.uuid())
    .bind(since)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
