//! How often somebody answers, and how many who do find no agent.

use chrono::{DateTime, Utc};
use database::Database;
use domain::campaign::pacing::{Answers, Recent, WINDOW};
use domain::{CampaignId, OrgId, Timestamp};

use crate::RuntimeError;
use crate::reading::planned;

/// The last attempts of a campaign that are over, and how many milliseconds it takes on average
/// until somebody answers; 0 where nobody has.
///
/// # Errors
/// The database is away.
pub async fn recent(
    database: &Database,
    org: OrgId,
    campaign: CampaignId,
) -> Result<(Recent, i64), RuntimeError> {
    let mut tx = planned(database, org).await?;
    let row = sqlx::query_file!(
        "src/campaign_attempts/recent.sql",
        org.uuid(),
        campaign.uuid(),
        i64::from(WINDOW),
    );
    let row = row.fetch_one(&mut *tx).await?;
    let recent = Recent { attempts: count(row.attempts), live: count(row.live) };
    Ok((recent, row.answer_ms))
}

/// Those who answered a call that was dialed by itself since an instant, and how many of them found
/// no agent within so many seconds.
///
/// # Errors
/// The database is away.
pub async fn answers(
    database: &Database,
    org: OrgId,
    campaign: CampaignId,
    (since, seconds): (Timestamp, u8),
) -> Result<Answers, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let row = sqlx::query_file!(
        "src/campaign_attempts/answers.sql",
        org.uuid(),
        &[campaign.uuid()],
        &[DateTime::<Utc>::from(since)],
        &[i64::from(seconds) * 1_000],
    );
    // The total is the first one, and that of the only campaign.
    let row = row.fetch_one(&mut *tx).await?;
    Ok(Answers { live: count(row.live), abandoned: count(row.abandoned) })
}

/// For how many minutes the calls of a campaign have taken by now: each that has begun, from the
/// answer on, as providers count them.
///
/// # Errors
/// The database is away.
pub async fn minutes(
    database: &Database,
    org: OrgId,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<i64, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let row = sqlx::query_file_scalar!(
        "src/campaign_attempts/minutes.sql",
        org.uuid(),
        campaign.uuid(),
        DateTime::<Utc>::from(now),
    );
    Ok(row.fetch_one(&mut *tx).await?)
}

fn count(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
