//! What has come of money, bucket by bucket.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use database::Database;
use domain::{OrgId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::RuntimeError;
use crate::bucket::{GroupBy, MAX_RANGE_MS, TooMany, buckets};

/// What is asked.
#[derive(Clone, Debug)]
pub struct SummaryQuery {
    /// From this instant.
    pub from: Timestamp,
    /// Until before this one; at most 400 days later.
    pub to: Timestamp,
    /// Where days begin.
    pub tz: Tz,
    /// How time is cut.
    pub group_by: GroupBy,
    /// Only in this currency.
    pub currency: Option<String>,
    /// Of payments that one of these has asked for; anybody where empty.
    pub by: Vec<Uuid>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SummaryError {
    /// `from` is not before `to`, or more than 400 days before it.
    #[error("`from` must be before `to`, by at most 400 days")]
    Range,
    /// More than 1000 buckets, or buckets times currencies.
    #[error("more than {} buckets, or buckets times currencies", crate::bucket::MAX_CELLS)]
    TooManyBuckets,
    /// The database is away.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// What has come of money in one currency, in minor units: what was settled within the time,
/// however long before it was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Settled {
    /// Taken.
    pub captured_minor: i64,
    /// How many times.
    pub captures: i64,
    /// Given back.
    pub refunded_minor: i64,
    /// How many times.
    pub refunds: i64,
    /// Lost in disputes.
    pub lost_minor: i64,
    /// How many times.
    pub disputes_lost: i64,
    /// Taken, without what was given back or lost.
    pub net_minor: i64,
    /// How many payments were authorized.
    pub authorized: i64,
    /// How many attempts were declined.
    pub declined: i64,
}

impl Settled {
    fn plus(self, other: &Self) -> Self {
        Self {
            captured_minor: self.captured_minor.saturating_add(other.captured_minor),
            captures: self.captures + other.captures,
            refunded_minor: self.refunded_minor.saturating_add(other.refunded_minor),
            refunds: self.refunds + other.refunds,
            lost_minor: self.lost_minor.saturating_add(other.lost_minor),
            disputes_lost: self.disputes_lost + other.disputes_lost,
            net_minor: self.net_minor.saturating_add(other.net_minor),
            authorized: self.authorized + other.authorized,
            declined: self.declined + other.declined,
        }
    }
}

/// What has come of money in one currency within one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettledBucket {
    /// Its first instant.
    #[schema(value_type = String, format = DateTime)]
    pub bucket_start: Timestamp,
    /// The first instant after it.
    #[schema(value_type = String, format = DateTime)]
    pub bucket_end: Timestamp,
    /// Its local name, such as `2026-03-09`.
    pub bucket: String,
    /// Whether the time that was asked for cuts it short.
    pub partial: bool,
    /// ISO 4217.
    pub currency: String,
    /// What has come of it.
    #[serde(flatten)]
    pub settled: Settled,
}

/// What has come of money in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettledTotal {
    /// ISO 4217.
    pub currency: String,
    /// What has come of it.
    #[serde(flatten)]
    pub settled: Settled,
}

/// What has come of money. Amounts of different currencies are never added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaymentSummary {
    /// Per currency, over all of the time.
    pub totals: Vec<SettledTotal>,
    /// Bucket by bucket, in each the currencies in which anything was settled at all.
    pub series: Vec<SettledBucket>,
}

/// What has come of an organization's money.
///
/// # Errors
/// [`SummaryError`]
pub async fn summary(
    database: &Database,
    org: OrgId,
    query: &SummaryQuery,
) -> Result<PaymentSummary, SummaryError> {
    let length = query.to.since_ms(query.from);
    if length <= 0 || length > MAX_RANGE_MS {
        return Err(SummaryError::Range);
    }
    let buckets = buckets(query.from, query.to, query.tz, query.group_by);
    let buckets = buckets.map_err(|TooMany| SummaryError::TooManyBuckets)?;
    let starts: Vec<DateTime<Utc>> = buckets.iter().map(|bucket| bucket.start.into()).collect();
    let mut tx = database.org_tx(org.uuid()).await.map_err(RuntimeError::from)?;
    let rows = sqlx::query_file!(
        "src/payments/settled.sql",
        org.uuid(),
        &starts,
        DateTime::<Utc>::from(query.to),
        query.currency.as_deref() as _,
        &query.by,
    );
    let rows = rows.fetch_all(&mut *tx).await.map_err(RuntimeError::from)?;
    let mut cells: BTreeMap<(i32, String), Settled> = BTreeMap::new();
    let mut totals: BTreeMap<String, Settled> = BTreeMap::new();
    for row in rows {
        let settled = Settled {
            captured_minor: row.captured_minor,
            captures: row.captures,
            refunded_minor: row.refunded_minor,
            refunds: row.refunds,
            lost_minor: row.lost_minor,
            disputes_lost: row.disputes_lost,
            net_minor: row.captured_minor - row.refunded_minor - row.lost_minor,
            authorized: row.authorized,
            declined: row.declined,
        };
        let total = totals.entry(row.currency.clone()).or_default();
        *total = total.plus(&settled);
        cells.insert((row.bucket, row.currency), settled);
    }
    if buckets.len().saturating_mul(totals.len()) > crate::bucket::MAX_CELLS {
        return Err(SummaryError::TooManyBuckets);
    }
    let mut series = Vec::new();
    for (bucket, number) in buckets.iter().zip(1..) {
        for currency in totals.keys() {
            series.push(SettledBucket {
                bucket_start: bucket.start,
                bucket_end: bucket.end,
                bucket: bucket.label.clone(),
                partial: bucket.partial,
                currency: currency.clone(),
                settled: cells.get(&(number, currency.clone())).copied().unwrap_or_default(),
            });
        }
    }
    let total = |(currency, settled)| SettledTotal { currency, settled };
    Ok(PaymentSummary { totals: totals.into_iter().map(total).collect(), series })
}
