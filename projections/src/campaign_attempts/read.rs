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
/// answer on, as providers count them. First those of calls that were begun before all of the
/// instants (which are in order), then those that were from each on.
///
/// # Errors
/// The database is away.
pub async fn minutes(
    database: &Database,
    org: OrgId,
    campaign: CampaignId,
    (since, now): (&[Timestamp], Timestamp),
) -> Result<Vec<i64>, RuntimeError> {
    let since: Vec<DateTime<Utc>> = since.iter().copied().map(DateTime::from).collect();
    let mut minutes = vec![0; since.len() + 1];
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/campaign_attempts/minutes.sql",
        org.uuid(),
        campaign.uuid(),
        DateTime::<Utc>::from(now),
        &since,
    );
    for row in rows.fetch_all(&mut *tx).await? {
        let bucket = usize::try_from(row.bucket).ok().and_then(|bucket| minutes.get_mut(bucket));
        if let Some(bucket) = bucket {
            *bucket += row.minutes;
        }
    }
    Ok(minutes)
}

fn count(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
