//! The calls behind a figure: a cell says which it is of, and the same conditions find them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use database::Database;
use domain::call::Direction;
use domain::{OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::query::{CallMetricsQuery, Cell, Dimension, DimensionValue, Level, SlMethod};
use super::slot::{Slot, slots};
use crate::RuntimeError;
use crate::bucket::{Bucket, MAX_RANGE_MS};
use crate::calls::read::{CallPlace, CallRow, called};
use crate::reading::planned;

/// The read models that calls behind figures are read from.
pub const MODELS: [&str; 3] = ["call_facts", "calls", "teams"];
/// The longest name of a group.
const MAX_NAME: usize = 1_024;
/// So many of a kind are named in a question at most.
const MAX_NAMED: usize = 100;

/// A cell of an answer about calls: which time, which group, and which calls were asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellKey {
    from: Timestamp,
    to: Timestamp,
    tz: Tz,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<Direction>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    queues: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    campaigns: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    agents: Vec<Uuid>,
    /// Of whoever belongs to one of these now, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    teams: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    test: bool,
    #[serde(default)]
    waits: Waits,
    /// The groups that were asked for, each with its value; the hour and the weekday as numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<(Dimension, Option<String>)>,
}

/// Which waits a question counts, and how.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waits {
    short_seconds: u32,
    /// Short abandons count like all others.
    short: bool,
    /// Abandons belong into the denominator of the service level, and flow-outs.
    abandons: bool,
    flow_outs: bool,
    method: SlMethod,
    level: Level,
}

impl Default for Waits {
    fn default() -> Self {
        let (short, abandons, flow_outs) = (false, true, false);
        let (method, level) = (SlMethod::Standard, Level::Segment);
        Self { short_seconds: 5, short, abandons, flow_outs, method, level }
    }
}

impl Waits {
    fn of(query: &CallMetricsQuery) -> Self {
        Self {
            short_seconds: query.short_abandon_seconds,
            short: query.include_short_abandons,
            abandons: query.include_abandons,
            flow_outs: query.include_flow_outs,
            method: query.sl_method,
            level: query.level,
        }
    }
}

/// Who was asked for, as it was said: whoever asks with a cell sees no further than they do anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedFor {
    /// Of these agents; of all where empty.
    pub agents: Vec<Uuid>,
    /// Of whoever belongs to one of these teams; of all where empty.
    pub teams: Vec<Uuid>,
}

/// A figure that has calls of its own: which cohort, and which calls of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Its name.
    pub figure: &'static str,
    cohort: &'static str,
    which: &'static str,
}

macro_rules! behind {
    ($($cohort:literal $which:literal: $($figure:ident)+;)+) => {
        /// Every figure of calls that has calls of its own: a count those that it counts, a
        /// ratio, a mean and a percentile those that it rests on.
        pub static BEHIND: &[Behind] = &[$($(Behind {
            figure: super::table::$figure.means.name,
            cohort: $cohort,
            which: $which,
        },)+)+];
    };
}

behind! {
    "volume" "all": calls;
    "volume" "answered": answered_calls;
    "volume" "conversion": conversions;
    "volume" "contact": conversion_rate contacts;
    "volume" "right_party": right_parties;
    "volume" "ended": answer_outcome_rate;
    "handling" "all": handled_calls talk_seconds_sum talk_seconds_mean talk_seconds_p50
        talk_seconds_p95
        talk_seconds_p95_nearest handle_seconds_mean;
    "handling" "held": hold_seconds_mean;
    "handling" "wrapped": wrap_seconds_mean;
    "judgment" "resolved": resolved;
    "judgment" "judged": resolution_rate;
    "judgment" "rated": rated csat rating_mean;
    "waiting" "all": offered answer_rate longest_wait_seconds;
    "waiting" "answered": answered asa_seconds;
    "waiting" "abandoned": abandoned;
    "waiting" "short": short_abandoned;
    "waiting" "left": abandon_seconds_mean;
    "waiting" "flowed_out": flowed_out;
    "waiting" "waiting": waiting;
    "waiting" "kept": abandonment_rate;
    "waiting" "served": service_level;
}

/// A page of the calls behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The calls, newest first.
    pub calls: Vec<CallRow>,
    /// How many there are in all, where that was asked.
    pub total: Option<i64>,
}

impl CellKey {
    /// The key of a cell of an answer. A question for somebody's number has none: who kept it would
    /// find their calls after they were forgotten.
    #[must_use]
    pub fn of<S>(query: &CallMetricsQuery, asked: &AskedFor, cell: &Cell<S>) -> Option<Self> {
        let value = |dimension: &Dimension| match cell.dims.get(dimension.word()) {
            Some(DimensionValue::Text(text)) => Some(text.clone()),
            Some(DimensionValue::Number(number)) => Some(number.to_string()),
            Some(DimensionValue::Nothing) | None => None,
        };
        let groups = query.dimensions.iter().map(|dimension| (*dimension, value(dimension)));
        let (from, to, groups) = (cell.bucket_start, cell.bucket_end, groups.collect());
        Some(Self { from, to, groups, ..Self::whole(query, asked)? })
    }

    /// The key of everything together.
    #[must_use]
    pub fn whole(query: &CallMetricsQuery, asked: &AskedFor) -> Option<Self> {
        query.subjects.is_empty().then(|| Self {
            from: query.from,
            to: query.to,
            tz: query.tz,
            direction: query.direction,
            queues: query.queue_ids.clone(),
            campaigns: query.campaign_ids.clone(),
            agents: asked.agents.clone(),
            teams: asked.teams.clone(),
            test: query.include_test,
            waits: Waits::of(query),
            groups: Vec::new(),
        })
    }

    /// Whether it is one that an answer may have had.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let length = self.to.since_ms(self.from);
        let in_range = self.from.in_range() && self.to.in_range();
        let few = [&self.queues, &self.campaigns, &self.agents, &self.teams].map(Vec::len);
        let named = |(dimension, value): &(Dimension, Option<String>)| match dimension {
            Dimension::HourOfDay => self.number(Dimension::HourOfDay).is_some_and(|hour| hour < 24),
            Dimension::Weekday => {
                self.number(Dimension::Weekday).is_some_and(|day| (1..=7).contains(&day))
            }
            // Behind figures of flows no list of calls is.
            Dimension::Flow | Dimension::Menu => false,
            Dimension::Queue
            | Dimension::Campaign
            | Dimension::Agent
            | Dimension::Disposition
            | Dimension::Team => {
                let fine = |text: &String| text.len() <= MAX_NAME && !text.contains('\0');
                value.as_ref().is_none_or(fine)
            }
        };
        let twice = self.groups.iter().map(|(dimension, _)| dimension).collect::<Vec<_>>();
        let twice = twice.first() == twice.get(1) && !twice.is_empty();
        in_range
            && (1..=MAX_RANGE_MS).contains(&length)
            && few.iter().all(|count| *count <= MAX_NAMED)
            && self.groups.len() <= 2
            && !twice
            && self.groups.iter().all(named)
    }

    /// Who was asked for.
    #[must_use]
    pub fn asked(&self) -> AskedFor {
        AskedFor { agents: self.agents.clone(), teams: self.teams.clone() }
    }

    fn group(&self, dimension: Dimension) -> (bool, Option<&str>) {
        let found = self.groups.iter().find(|(known, _)| *known == dimension);
        (found.is_some(), found.and_then(|(_, value)| value.as_deref()))
    }

    fn number(&self, dimension: Dimension) -> Option<u32> {
        self.group(dimension).1.and_then(|text| text.parse().ok())
    }
}

impl Behind {
    /// By the name of the figure.
    #[must_use]
    pub fn find(figure: &str) -> Option<&'static Self> {
        BEHIND.iter().find(|known| known.figure == figure)
    }

    /// At most `limit` of its calls in a cell after a place, newest first, and how many there are,
    /// counted up to `count`: those that are facts of `agents`, and are now of agents who are
    /// `seen`; of anybody, where there are none. A call that has waited twice is there once.
    ///
    /// # Errors
    /// The database is away, or a row cannot be read.
    pub async fn calls(
        &self,
        database: &Database,
        (org, agents, seen): (OrgId, &[Uuid], &[Uuid]),
        cell: &CellKey,
        (after, limit): (Option<&CallPlace>, i64),
        count: Option<i64>,
    ) -> Result<Found, RuntimeError> {
        let (hour, weekday) = (cell.number(Dimension::HourOfDay), cell.number(Dimension::Weekday));
        let (start, end) = (cell.from, cell.to);
        let bucket = Bucket { start, end, label: String::new(), partial: false };
        let slots = slots(&[bucket], cell.tz, hour.is_some(), weekday.is_some());
        let (weekday, hour) = (weekday.unwrap_or_default(), hour.unwrap_or_default());
        let [queue, campaign, agent, disposition, team] = [
            Dimension::Queue,
            Dimension::Campaign,
            Dimension::Agent,
            Dimension::Disposition,
            Dimension::Team,
        ]
        .map(|dimension| cell.group(dimension));
        let waits = &cell.waits;
        // Whoever has left the queue in time is held against all who were in it.
        let dequeued = waits.method == SlMethod::Dequeue && self.which == "served";
        let mut tx = planned(database, org).await?;
        let rows = sqlx::query_file!(
            "src/figures/behind.sql",
            org.uuid(),
            self.cohort,
            if dequeued { "all" } else { self.which },
            &slots.starts,
            &slots.keys,
            DateTime::<Utc>::from(cell.to),
            Slot { bucket: 0, weekday, hour }.key(),
            cell.direction.map(|direction| direction.word()) as _,
            &cell.queues,
            &cell.campaigns,
            agents,
            cell.test,
            queue.0,
            queue.1 as _,
            campaign.0,
            campaign.1 as _,
            agent.0,
            agent.1 as _,
            disposition.0,
            disposition.1 as _,
            seen,
            after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
            after.map(|place| place.id) as _,
            limit,
            count.is_some(),
            count.unwrap_or_default(),
            i64::from(waits.short_seconds) * 1_000,
            !waits.short,
            waits.abandons,
            waits.flow_outs,
            waits.level == Level::Call,
            team.0,
            team.1 as _,
        );
        let rows = rows.fetch_all(&mut *tx).await?;
        // Where no call is found, there is none to count.
        let total = count.map(|_| rows.first().and_then(|row| row.total).unwrap_or_default());
        let calls = rows.into_iter().map(|row| called(row.call_id, row.version, &row.state));
        Ok(Found { calls: calls.collect::<Result<_, _>>()?, total })
    }
}
