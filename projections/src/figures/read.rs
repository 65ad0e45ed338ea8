//! Answers questions: sums per cell, and the table's formulas over them.

use std::collections::{BTreeMap, BTreeSet};

pub use chrono_tz::Tz;
use database::Database;
use domain::OrgId;

use super::ask::{Found, Groups, Place, Question};
pub use super::attempted::{Attempted, attempted};
pub use super::metric::Metric;
pub use super::query::{
    Answer, AsOf, CallMetricsQuery, Cell, Dimension, DimensionValue, FcrMode, Level, MetricsError,
    Period, SL_TARGET, SlMethod,
};
pub use super::sheets::{
    AgentMetrics, AttemptMetrics, CampaignCosts, CampaignMetrics, CampaignPulse, CampaignReach,
    CampaignStanding, DispositionMetrics, FlowMetrics, MenuMetrics, Metrics, QueueMetrics,
    QueuePulse, QueueToday, Sheet, WatchedCampaigns, WatchedRatings, WatchedWaits, all,
};
use super::slot::{Slot, slots};
pub use super::sums::Base;
use super::sums::Sums;
use crate::bucket::{Bucket, MAX_RANGE_MS, buckets};
pub use crate::bucket::{GroupBy, MAX_CELLS};
use crate::reading::planned;
use crate::{RuntimeError, runtime::freshness};

/// The figures of a sheet.
///
/// # Errors
/// [`MetricsError`]; the database is away.
pub async fn metrics<S: Sheet>(
    database: &Database,
    org: OrgId,
    query: &CallMetricsQuery,
) -> Result<Answer<S>, MetricsError> {
    let buckets = cut(query)?;
    let by = |dimension| query.dimensions.contains(&dimension);
    let (by_hour, by_weekday) = (by(Dimension::HourOfDay), by(Dimension::Weekday));
    let slots = slots(&buckets, query.tz, by_hour, by_weekday);
    let bases = bases::<S>();
    let mut tx = planned(database, org).await?;
    let found = Question { org, query, slots: &slots, bases: &bases }.ask(&mut tx).await;
    tx.rollback().await.map_err(RuntimeError::from)?;
    let found = found.map_err(RuntimeError::from)?;
    let position = found.position;
    let as_of = AsOf { position, recorded_at: freshness::recorded_at(database, position).await? };
    let totals = S::of(&found.total, query);
    let series = series(query, &buckets, &found)?;
    let Found { sentiment, periods, currencies, .. } = found;
    Ok(Answer { as_of, series, totals, sentiment, periods, currencies })
}

/// Whether a question can be answered, as far as it says so itself: how many groups there are, is
/// known with the answer.
///
/// # Errors
/// [`MetricsError`], but for the database.
pub fn check(query: &CallMetricsQuery) -> Result<(), MetricsError> {
    cut(query).map(|_| ())
}

fn cut(query: &CallMetricsQuery) -> Result<Vec<Bucket>, MetricsError> {
    let length = query.to.since_ms(query.from);
    if length <= 0 || length > MAX_RANGE_MS {
        return Err(MetricsError::Range);
    }
    let twice = query.dimensions.first() == query.dimensions.get(1);
    if query.dimensions.len() > 2 || (query.dimensions.len() == 2 && twice) {
        return Err(MetricsError::Dimensions);
    }
    buckets(query.from, query.to, query.tz, query.group_by)
        .map_err(|_| MetricsError::TooManyBuckets)
}

/// The read models on which a sheet rests that is grouped by some dimensions.
#[must_use]
pub fn models<S: Sheet>(dimensions: &[Dimension]) -> Vec<&'static str> {
    models_of(&bases::<S>(), dimensions)
}

/// The bases of a sheet, each once.
fn bases<S: Sheet>() -> Vec<Base> {
    let mut bases: Vec<Base> = Vec::new();
    for base in S::FIGURES.iter().flat_map(|figure| figure.means.bases) {
        if !bases.contains(base) {
            bases.push(*base);
        }
    }
    bases
}

pub(super) fn models_of(bases: &[Base], dimensions: &[Dimension]) -> Vec<&'static str> {
    let teams = dimensions.contains(&Dimension::Team).then_some("teams");
    let models = bases.iter().flat_map(|base| base.models()).copied().chain(teams);
    models.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A group: which one, as the place of its cell in any bucket says.
type Group = (u32, u32, Groups);

fn group(place: &Place) -> Group {
    let slot = Slot::of(place.slot);
    (slot.weekday, slot.hour, place.groups.clone())
}

/// Every bucket of every group there is, in order, with zeros where nothing was.
fn series<S: Sheet>(
    query: &CallMetricsQuery,
    buckets: &[Bucket],
    found: &Found,
) -> Result<Vec<Cell<S>>, MetricsError> {
    let mut groups: BTreeSet<Group> = found.cells.keys().map(group).collect();
    if query.dimensions.is_empty() {
        groups.insert((0, 0, Groups::default()));
    }
    if buckets.len().saturating_mul(groups.len()) > MAX_CELLS {
        return Err(MetricsError::TooManyBuckets);
    }
    let mut cells: BTreeMap<(usize, Group), &Sums> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for (place, sums) in &found.cells {
        let bucket = Slot::of(place.slot).bucket;
        cells.insert((bucket, group(place)), sums);
        if sums.open() {
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
                provisional: bucket.end > found.now || open.contains(&index),
                dims: dims(query, group),
                metrics: S::of(sums, query),
                cell: None,
            });
        }
    }
    Ok(series)
}

fn dims(query: &CallMetricsQuery, group: &Group) -> BTreeMap<&'static str, DimensionValue> {
    let (weekday, hour, groups) = group;
    let text =
        |text: &Option<String>| text.clone().map_or(DimensionValue::Nothing, DimensionValue::Text);
    let value = |dimension: &Dimension| match dimension {
        Dimension::Queue => text(&groups.queue),
        Dimension::Campaign => text(&groups.campaign),
        Dimension::Agent => text(&groups.agent),
        Dimension::Disposition => text(&groups.disposition),
        Dimension::Team => text(&groups.team),
        Dimension::Flow => text(&groups.flow),
        Dimension::Menu => text(&groups.menu),
        Dimension::HourOfDay => DimensionValue::Number(*hour),
        Dimension::Weekday => DimensionValue::Number(*weekday),
    };
    query.dimensions.iter().map(|dimension| (dimension.word(), value(dimension))).collect()
}
