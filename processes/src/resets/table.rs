//! The statements on the table of resets.

use chrono::{DateTime, Utc};
use database::{Database, DatabaseError, Role};
use domain::campaign::Resetting;
use domain::contact::ResetFilter;
use domain::{CampaignId, OrgId, ResetId, Timestamp, UserId};
use sqlx::types::Json;
use uuid::Uuid;

use super::Reset;
use crate::clock::utc;

/// How far a reset is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Kept {
    /// The contact behind which there is nothing left to do.
    pub passed: Uuid,
    /// Those that are being told.
    pub chunk: Vec<Uuid>,
    pub reset: i64,
}

/// A reset begins, unless it has.
pub(super) async fn begin(
    database: &Database,
    org: OrgId,
    (campaign, asked): (CampaignId, &Resetting),
) -> Result<Kept, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    sqlx::query(
        "INSERT INTO contact_resets (org_id, reset_id, campaign_id, filter, asked_by, asked_at, \
                                     passed, chunk, looked_at, reset) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', 0, 0) ON CONFLICT DO NOTHING",
    )
    .bind(org.uuid())
    .bind(asked.id.uuid())
    .bind(campaign.uuid())
    .bind(Json(&asked.filter))
    .bind(asked.by.uuid())
    .bind(utc(asked.asked_at))
    .bind(Uuid::nil())
    .execute(&mut *connection)
    .await?;
    let kept = sqlx::query_as(
        "SELECT passed, chunk, reset FROM contact_resets WHERE org_id = $1 AND reset_id = $2",
    );
    let kept = kept.bind(org.uuid()).bind(asked.id.uuid());
    Ok(kept.fetch_one(&mut *connection).await?)
}

/// Contacts behind those that are passed are to be told. Whoever is no longer the one who does it
/// finds others passed.
pub(super) async fn take(
    database: &Database,
    (org, id): (OrgId, ResetId),
    passed: Uuid,
    chunk: &[Uuid],
) -> Result<bool, DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let taken = sqlx::query(
        "UPDATE contact_resets SET chunk = $4 \
         WHERE org_id = $1 AND reset_id = $2 AND passed = $3 AND chunk = '{}'",
    );
    let taken = taken.bind(org.uuid()).bind(id.uuid()).bind(passed).bind(chunk);
    Ok(taken.execute(&mut *connection).await?.rows_affected() == 1)
}

/// They were told, and so many of them are reset.
pub(super) async fn told(
    database: &Database,
    (org, id): (OrgId, ResetId),
    chunk: &[Uuid],
    reset: usize,
) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let told = sqlx::query(
        "UPDATE contact_resets \
         SET passed = $3[cardinality($3)], chunk = '{}', reset = reset + $4, \
             looked_at = looked_at + cardinality($3) \
         WHERE org_id = $1 AND reset_id = $2 AND chunk = $3",
    );
    let told = told.bind(org.uuid()).bind(id.uuid()).bind(chunk);
    told.bind(i64::try_from(reset).unwrap_or(i64::MAX)).execute(&mut *connection).await?;
    Ok(())
}

/// Nobody is left to be told.
pub(super) async fn end(
    database: &Database,
    (org, id): (OrgId, ResetId),
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let mut connection = database.pool(Role::Process).acquire().await?;
    let end = sqlx::query(
        "UPDATE contact_resets SET ended_at = $3, chunk = '{}' \
         WHERE org_id = $1 AND reset_id = $2 AND ended_at IS NULL",
    );
    end.bind(org.uuid()).bind(id.uuid()).bind(utc(now)).execute(&mut *connection).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Seen {
    campaign_id: Uuid,
    filter: Json<ResetFilter>,
    asked_by: Uuid,
    asked_at: DateTime<Utc>,
    looked_at: i64,
    reset: i64,
    ended_at: Option<DateTime<Utc>>,
}

/// A reset as callers see it.
pub(super) async fn seen(
    database: &Database,
    org: OrgId,
    id: ResetId,
) -> Result<Option<Reset>, DatabaseError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let seen: Option<Seen> = sqlx::query_as(
        "SELECT campaign_id, filter, asked_by, asked_at, looked_at, reset, ended_at \
         FROM contact_resets WHERE org_id = $1 AND reset_id = $2",
    )
    .bind(org.uuid())
    .bind(id.uuid())
    .fetch_optional(&mut *tx)
    .await?;
    Ok(seen.map(|seen| {
        let Seen { filter: Json(filter), asked_by, asked_at, looked_at, reset, .. } = seen;
        let (by, asked_at) = (UserId::from(asked_by), asked_at.into());
        Reset {
            campaign_id: CampaignId::from(seen.campaign_id),
            asked: Resetting { id, filter, by, asked_at },
            looked_at: counted(looked_at),
            reset: counted(reset),
            ended_at: seen.ended_at.map(Timestamp::from),
        }
    }))
}

pub(super) fn counted(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
