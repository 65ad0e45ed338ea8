//! Where sentiment goes over weeks (domain/06 §6.9).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use database::Database;
use domain::call::Direction;
use domain::sentiment::{Bucket as Scores, Score, TrendDirection, series};
use domain::{OrgId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::RuntimeError;
use crate::bucket::{GroupBy, MAX_RANGE_MS, TooMany, buckets};
use crate::figures::ratio;
use crate::reading::planned;

/// What is asked.
#[derive(Clone, Debug)]
pub struct TrendQuery {
    /// From this instant, by when calls were answered.
    pub from: Timestamp,
    /// Until before this one; at most 400 days later.
    pub to: Timestamp,
    /// Where days begin.
    pub tz: Tz,
    /// How time is cut.
    pub group_by: GroupBy,
    /// Of this engine and this version of it; of the one that has found something of most calls,
    /// where none is named.
    pub engine_version: Option<String>,
    /// Only calls of this direction.
    pub direction: Option<Direction>,
    /// Of these queues; of any where empty.
    pub queues: Vec<Uuid>,
    /// Of these campaigns; of any where empty.
    pub campaigns: Vec<Uuid>,
    /// Of these agents; of any where empty.
    pub agents: Vec<Uuid>,
    /// Whether tests count too.
    pub include_test: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TrendError {
    /// `from` is not before `to`, or more than 400 days before it.
    #[error("`from` must be before `to`, by at most 400 days")]
    Range,
    /// More than 1000 buckets.
    #[error("more than {} buckets", crate::bucket::MAX_CELLS)]
    TooManyBuckets,
    /// The database is away.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// A version of an engine, and of how many calls it has found something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionCalls {
    /// Which engine.
    pub engine: String,
    /// Which version of it.
    pub engine_version: String,
    /// Calls that were answered in the time, of those that are asked for.
    pub calls: i64,
}

/// Calls of one stretch of time, each of which counts once. What nothing is known of is `null`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TrendBucket {
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
    /// It is bound to change: it is not over, or a call in it is not. One whose transcript comes
    /// in, or is corrected, later changes it still.
    pub provisional: bool,
    /// How they feel.
    #[serde(flatten)]
    pub mood: Mood,
    /// The mean over this bucket and those before it that are not empty, up to seven, weighted by
    /// their calls; `null` where it is empty itself, or they are fewer than three.
    pub ma: Option<Score>,
}

/// How the customers of some calls feel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Mood {
    /// Calls that have a score.
    pub n: i64,
    /// The mean of their scores, −1 to 1.
    pub mean: Option<Score>,
    /// Half of them are below; linear between two.
    pub median: Option<Score>,
    /// A tenth of them is below.
    pub p10: Option<Score>,
    /// A tenth of them is above.
    pub p90: Option<Score>,
    /// How far they are from the mean: the standard deviation of all of them.
    pub sd: Option<Score>,
    /// The part that is positive, 0 to 1, with six decimals.
    pub positive_share: Option<f64>,
    /// The part that is neither.
    pub neutral_share: Option<f64>,
    /// The part that is negative.
    pub negative_share: Option<f64>,
}

/// Where sentiment goes.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Trend {
    /// Which engine; `null` where none has found anything.
    pub engine: Option<String>,
    /// Which version of it: no other one is in these figures.
    pub engine_version: Option<String>,
    /// Every version that has found something, the one with most calls first.
    pub versions: Vec<VersionCalls>,
    /// Bucket by bucket.
    pub series: Vec<TrendBucket>,
    /// Over all of the time.
    pub total: Mood,
    /// How much better a bucket is than the one before, by the line that fits best; `null` where
    /// fewer than two are not empty.
    pub slope: Option<f64>,
    /// `improving` or `declining` where the line rises or falls by 0.1 at least; `flat`; or
    /// `insufficient_data` with fewer than five buckets that are not empty, or 30 calls.
    pub direction: TrendDirection,
}

/// Where the sentiment of an organization's calls goes.
///
/// # Errors
/// [`TrendError`]
pub async fn trend(
    database: &Database,
    org: OrgId,
    query: &TrendQuery,
) -> Result<Trend, TrendError> {
    let length = query.to.since_ms(query.from);
    if length <= 0 || length > MAX_RANGE_MS {
        return Err(TrendError::Range);
    }
    let cut = buckets(query.from, query.to, query.tz, query.group_by);
    let cut = cut.map_err(|TooMany| TrendError::TooManyBuckets)?;
    let starts: Vec<DateTime<Utc>> = cut.iter().map(|bucket| bucket.start.into()).collect();
    let Answers { versions, found, provisional } = ask(database, org, query, &starts).await?;
    let asked = query.engine_version.as_deref();
    let place =
        versions.iter().position(|known| asked.is_none_or(|one| one == known.engine_version));
    let mut cells = place.and_then(|place| found.into_iter().nth(place)).unwrap_or_default();
    let chosen = place.and_then(|place| versions.get(place)).cloned();
    let whole = cells.remove(&ALL).unwrap_or_default();
    let cells: Vec<Cell> =
        (1..=cut.len()).map(|slot| cells.remove(&slot).unwrap_or_default()).collect();
    let scores: Vec<Scores> = cells.iter().map(|cell| cell.scores).collect();
    let told = series(&scores);
    let series = cut.into_iter().zip(cells).zip(told.moving).zip(1..);
    let series = series.map(|(((bucket, cell), ma), slot)| TrendBucket {
        bucket_start: bucket.start,
        bucket_end: bucket.end,
        bucket: bucket.label,
        partial: bucket.partial,
        provisional: provisional.contains(&slot),
        mood: cell.mood(),
        ma,
    });
    let asked = query.engine_version.clone();
    Ok(Trend {
        engine: chosen.as_ref().map(|chosen| chosen.engine.clone()),
        engine_version: chosen.map(|chosen| chosen.engine_version).or(asked),
        versions,
        series: series.collect(),
        total: whole.mood(),
        slope: told.slope,
        direction: told.direction,
    })
}

/// The number of the bucket that all are in.
const ALL: usize = 0;

/// What the database says of one bucket.
#[derive(Clone, Debug, Default)]
struct Cell {
    scores: Scores,
    sd: Option<f64>,
    percentiles: Vec<f64>,
    positive: i64,
    negative: i64,
}

impl Cell {
    fn mood(&self) -> Mood {
        let n = i64::from(self.scores.calls);
        if n == 0 {
            return Mood::default();
        }
        let ten_thousandths = |number: f64| Score::from_f64(number / 10_000.0);
        let percentile =
            |place: usize| self.percentiles.get(place).copied().and_then(ten_thousandths);
        let share = |of: i64| ratio(of, n).value;
        Mood {
            n,
            mean: self.scores.mean(),
            median: percentile(1),
            p10: percentile(0),
            p90: percentile(2),
            sd: self.sd.and_then(ten_thousandths),
            positive_share: share(self.positive),
            neutral_share: share(n - self.positive - self.negative),
            negative_share: share(self.negative),
        }
    }
}

/// By the numbers of the buckets, from 1; all of them are [`ALL`].
type Cells = BTreeMap<usize, Cell>;

/// What the database has answered.
struct Answers {
    /// Every version that has found something, the one with most calls first.
    versions: Vec<VersionCalls>,
    /// What each has found.
    found: Vec<Cells>,
    /// The numbers of the buckets that can still change.
    provisional: BTreeSet<i32>,
}

async fn ask(
    database: &Database,
    org: OrgId,
    query: &TrendQuery,
    starts: &[DateTime<Utc>],
) -> Result<Answers, RuntimeError> {
    macro_rules! asked {
        ($query:ident, $file:literal) => {
            sqlx::$query!(
                $file,
                org.uuid(),
                starts,
                DateTime::<Utc>::from(query.to),
                query.direction.map(Direction::word) as _,
                &query.queues,
                &query.campaigns,
                &query.agents,
                query.include_test,
            )
        };
    }
    let mut tx = planned(database, org).await?;
    let slots = asked!(query_file_scalar, "src/sentiment/provisional.sql");
    let provisional = slots.fetch_all(&mut *tx).await?.into_iter().collect();
    let rows = asked!(query_file, "src/sentiment/trend.sql");
    let rows = rows.fetch_all(&mut *tx).await?;
    let (mut versions, mut found): (Vec<VersionCalls>, Vec<Cells>) = (Vec::new(), Vec::new());
    for row in rows {
        let of = |known: &VersionCalls| {
            known.engine == row.engine && known.engine_version == row.engine_version
        };
        // No bucket has more calls than all of them: a version is named by its first row.
        let place = versions.iter().position(of).unwrap_or_else(|| {
            let (engine, engine_version) = (row.engine.clone(), row.engine_version.clone());
            versions.push(VersionCalls { engine, engine_version, calls: row.calls });
            found.push(Cells::new());
            versions.len() - 1
        });
        let calls = u32::try_from(row.calls).unwrap_or(u32::MAX);
        let cell = Cell {
            scores: Scores { calls, sum: row.sum },
            sd: row.sd,
            percentiles: row.percentiles.unwrap_or_default(),
            positive: row.positive,
            negative: row.negative,
        };
        if let Some(cells) = found.get_mut(place) {
            cells.insert(usize::try_from(row.slot).unwrap_or_default(), cell);
        }
    }
    Ok(Answers { versions, found, provisional })
}
