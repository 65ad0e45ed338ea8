//! Answers questions about calls: four statements in one snapshot, a base of
//! facts and a cohort instant each, and the formulas over their sums.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
pub use chrono_tz::Tz;
use database::Database;
use domain::{OrgId, Timestamp};
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

pub use super::metric::{Metric, Metrics};
pub use super::query::{
    AsOf, CallMetrics, CallMetricsQuery, Cell, Dimension, DimensionValue, MetricsError, SlMethod,
};
use super::{
    metric::Sums,
    slot::{Slot, Slots, slots},
    sums::{HandlingRow, JudgmentRow, VolumeRow, WaitingRow},
};
use crate::bucket::{Bucket, MAX_RANGE_MS, buckets};
pub use crate::bucket::{GroupBy, MAX_CELLS};
use crate::{RuntimeError, runtime::freshness};

/// The figures of an organization's calls.
///
/// # Errors
/// [`MetricsError`]; the database is away.
pub async fn metrics(
    database: &Database,
    org: OrgId,
    query: &CallMetricsQuery,
) -> Result<CallMetrics, MetricsError> {
    let length = query.to.since_ms(query.from);
    if length <= 0 || length > MAX_RANGE_MS {
        return Err(MetricsError::Range);
    }
    let by = |dimension| query.dimensions.contains(&dimension);
    let twice = query.dimensions.first() == query.dimensions.get(1);
    if query.dimensions.len() > 2 || (query.dimensions.len() == 2 && twice) {
        return Err(MetricsError::Dimensions);
    }
    let buckets = buckets(query.from, query.to, query.tz, query.group_by)
        .map_err(|_| MetricsError::TooManyBuckets)?;
    let (by_hour, by_weekday) = (by(Dimension::HourOfDay), by(Dimension::Weekday));
    let slots = slots(&buckets, query.tz, by_hour, by_weekday);
    let mut tx = database.org_tx(org.uuid()).await.map_err(RuntimeError::from)?;
    let answer = Question { org, query, slots: &slots }.ask(&mut tx).await;
    tx.rollback().await.map_err(RuntimeError::from)?;
    let (position, now, found) = answer.map_err(RuntimeError::from)?;
    let as_of = AsOf { position, recorded_at: freshness::recorded_at(database, position).await? };
    let totals = Metrics::of(&found.total, query);
    let series = series(query, &buckets, &found.cells, now)?;
    Ok(CallMetrics { as_of, series, totals })
}

/// Which cell: the key of the slot, and the groups that are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    slot: i32,
    queue: Option<String>,
    campaign: Option<String>,
    agent: Option<String>,
}

#[derive(Default)]
struct Found {
    cells: BTreeMap<Place, Sums>,
    total: Sums,
}

impl Found {
    fn at(
        &mut self,
        total: bool,
        slot: Option<i32>,
        (queue, campaign, agent): (Option<String>, Option<String>, Option<String>),
    ) -> &mut Sums {
        if total {
            return &mut self.total;
        }
        let place = Place { slot: slot.unwrap_or(0), queue, campaign, agent };
        self.cells.entry(place).or_default()
    }
}

struct Question<'q> {
    org: OrgId,
    query: &'q CallMetricsQuery,
    slots: &'q Slots,
}

/// Asks one of the four statements, which have their parameters in common.
macro_rules! ask {
    ($tx:expr, $question:expr, $found:expr, $row:ident, $file:literal $(, $more:expr)*) => {
        let (question, query) = ($question, $question.query);
        let by = |dimension| query.dimensions.contains(&dimension);
        let direction = query.direction.map(|direction| direction.word());
        let subjects: Vec<Uuid> = query.subjects.iter().map(|subject| subject.uuid()).collect();
        let rows = sqlx::query_file_as!(
            $row, $file,
            question.org.uuid(), &question.slots.starts, &question.slots.keys,
            DateTime::<Utc>::from(query.to), direction, &query.queue_ids, &query.campaign_ids,
            &query.agent_ids, &subjects, query.include_test, by(Dimension::Queue),
            by(Dimension::Campaign), by(Dimension::Agent), most_rows() $(, $more)*
        );
        for row in rows.fetch_all(&mut *$tx).await? {
            row.put($found);
        }
    };
}

impl Question<'_> {
    async fn ask(&self, tx: &mut PgConnection) -> Result<(i64, Timestamp, Found), sqlx::Error> {
        // One snapshot for all, and plans that know the parameters.
        let begin = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
                     SET LOCAL plan_cache_mode = force_custom_plan";
        tx.execute(begin).await?;
        let at = sqlx::query_file!("src/call_facts/as_of.sql").fetch_one(&mut *tx).await?;
        let mut found = Found::default();
        let x_ms = i64::from(self.query.sl_seconds) * 1_000;
        let short_ms = i64::from(self.query.short_abandon_seconds) * 1_000;
        ask!(tx, self, &mut found, VolumeRow, "src/call_facts/volume.sql");
        ask!(tx, self, &mut found, HandlingRow, "src/call_facts/handling.sql");
        ask!(tx, self, &mut found, JudgmentRow, "src/call_facts/judgment.sql");
        ask!(tx, self, &mut found, WaitingRow, "src/call_facts/waiting.sql", x_ms, short_ms);
        Ok((at.position, at.now.into(), found))
    }
}

/// The total, as many cells as may be, and one more that tells of too many.
fn most_rows() -> i64 {
    i64::try_from(MAX_CELLS).unwrap_or(i64::MAX - 2) + 2
}

/// A group: which one, as the place of its cell in any bucket says.
type Group = (u32, u32, Option<String>, Option<String>, Option<String>);

fn group(place: &Place) -> Group {
    let slot = Slot::of(place.slot);
    let Place { queue, campaign, agent, .. } = place.clone();
    (slot.weekday, slot.hour, queue, campaign, agent)
}

/// Every bucket of every group there is, in order, with zeros where nothing was.
fn series(
    query: &CallMetricsQuery,
    buckets: &[Bucket],
    found: &BTreeMap<Place, Sums>,
    now: Timestamp,
) -> Result<Vec<Cell>, MetricsError> {
    let mut groups: BTreeSet<Group> = found.keys().map(group).collect();
    if query.dimensions.is_empty() {
        groups.insert((0, 0, None, None, None));
    }
    if buckets.len().saturating_mul(groups.len()) > MAX_CELLS {
        return Err(MetricsError::TooManyBuckets);
    }
    let mut cells: BTreeMap<(usize, Group), &Sums> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for (place, sums) in found {
        let bucket = Slot::of(place.slot).bucket;
        cells.insert((bucket, group(place)), sums);
        if sums.live > 0 || sums.waiting > 0 {
            open.insert(bucket);
        }
    }
    let mut series = Vec::with_capacity(buckets.len() * groups.len());
    let nothing = Sums::default();
    for (index, bucket) in buckets.iter().enumerate() {
        for group in &groups {
            let sums = cells.get(&(index, group.clone())).copied().unwrap_or(&nothing);
            series.push(Cell {
                bucket_start: bucket.start,
                bucket_end: bucket.end,
                label: bucket.label.clone(),
                partial: bucket.partial,
                provisional: bucket.end > now || open.contains(&index),
                dims: dims(query, group),
                metrics: Metrics::of(sums, query),
            });
        }
    }
    Ok(series)
}

fn dims(query: &CallMetricsQuery, group: &Group) -> BTreeMap<&'static str, DimensionValue> {
    let (weekday, hour, queue, campaign, agent) = group;
    let text =
        |text: &Option<String>| text.clone().map_or(DimensionValue::Nothing, DimensionValue::Text);
    let value = |dimension: &Dimension| match dimension {
        Dimension::Queue => text(queue),
        Dimension::Campaign => text(campaign),
        Dimension::Agent => text(agent),
        Dimension::HourOfDay => DimensionValue::Number(*hour),
        Dimension::Weekday => DimensionValue::Number(*weekday),
    };
    query.dimensions.iter().map(|dimension| (dimension.word(), value(dimension))).collect()
}

/// How a row of a statement goes into the sums of its cell.
macro_rules! put {
    ($row:ident { $($field:ident),+ $(,)? }) => {
        impl $row {
            fn put(self, found: &mut Found) {
                let groups = (self.queue, self.campaign, self.agent);
                let sums = found.at(self.total, self.slot, groups);
                $(sums.$field = self.$field;)+
            }
        }
    };
}

put!(VolumeRow { calls, answered_calls, contacts, conversions, live });
put!(HandlingRow {
    handled,
    talk_ms,
    talk_p50_ms,
    talk_p95_ms,
    talk_p95_nearest_ms,
    hold_ms,
    held,
    wrap_ms,
    wrapped,
    handle_ms,
});
put!(JudgmentRow { resolution_known, resolved, rated, rating, satisfied });
put!(WaitingRow {
    answered,
    abandoned,
    short_abandoned,
    flowed_out,
    answered_in_time,
    abandoned_in_time,
    flowed_out_in_time,
    answered_wait_ms,
    longest_wait_ms,
    waiting,
});
