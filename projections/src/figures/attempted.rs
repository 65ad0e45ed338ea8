//! Which attempts of contacts reach somebody: the first, the second, and so on.

use chrono::{DateTime, Utc};
use database::Database;
use domain::OrgId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::CallMetricsQuery;
use super::sheets::{AttemptMetrics, Sheet};
use super::sums::{Attempts, Sums};
use crate::RuntimeError;
use crate::bucket::MAX_CELLS;
use crate::reading::planned;

/// What has come of the attempts of a campaign that were the n-th of their contacts.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Attempted {
    /// Which campaign.
    pub campaign_id: Uuid,
    /// 1 is the first.
    pub attempt_no: i32,
    /// The figures.
    pub metrics: AttemptMetrics,
}

/// What has come of the attempts of a time, by their number, at most 1000.
///
/// # Errors
/// The database is away.
pub async fn attempted(
    database: &Database,
    org: OrgId,
    query: &CallMetricsQuery,
) -> Result<Vec<Attempted>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/campaign_attempts/distribution.sql",
        org.uuid(),
        DateTime::<Utc>::from(query.from),
        DateTime::<Utc>::from(query.to),
        &query.campaign_ids,
        i64::try_from(MAX_CELLS).unwrap_or(i64::MAX),
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let attempted = rows.into_iter().map(|row| {
        let attempts = Attempts { attempts: row.attempts, live: row.live, ..Attempts::default() };
        let sums = Sums { attempts, ..Sums::default() };
        let metrics = AttemptMetrics::of(&sums, query);
        Attempted { campaign_id: row.campaign_id, attempt_no: row.attempt_no, metrics }
    });
    Ok(attempted.collect())
}
