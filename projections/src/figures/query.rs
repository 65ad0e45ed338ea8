//! What can be asked (domain/04 §4.5), and what comes back.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use domain::{SubjectId, Timestamp, call::Direction};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::RuntimeError;
use crate::bucket::GroupBy;
use crate::sentiment::trend::VersionCalls;
use crate::words::words;

/// Y of the service level where nothing is said.
pub const SL_TARGET: f64 = 0.8;

/// A question about calls.
#[derive(Clone, Debug)]
pub struct CallMetricsQuery {
    /// From this instant.
    pub from: Timestamp,
    /// Until before this one; at most 400 days later.
    pub to: Timestamp,
    /// Where days begin.
    pub tz: Tz,
    /// How time is cut.
    pub group_by: GroupBy,
    /// Only calls of this direction.
    pub direction: Option<Direction>,
    /// Only of these queues; all where empty, as for the other lists.
    pub queue_ids: Vec<Uuid>,
    /// Only of these campaigns.
    pub campaign_ids: Vec<Uuid>,
    /// Only of these agents.
    pub agent_ids: Vec<Uuid>,
    /// Only of these flows; of no other facts.
    pub flow_ids: Vec<Uuid>,
    /// Only with these people's numbers.
    pub subjects: Vec<SubjectId>,
    /// What to group by beside time, at most two.
    pub dimensions: Vec<Dimension>,
    /// X of the service level, inclusive.
    pub sl_seconds: u32,
    /// Which service level.
    pub sl_method: SlMethod,
    /// Y of the service level: more than 0, at most 1.
    pub sl_target: f64,
    /// Who leaves before that was not abandoned by us.
    pub short_abandon_seconds: u32,
    /// Flow-outs belong into the denominator of the standard service level.
    pub include_flow_outs: bool,
    /// Short abandons count like all others.
    pub include_short_abandons: bool,
    /// Abandons belong into the denominator of the standard service level.
    pub include_abandons: bool,
    /// Which waits count.
    pub level: Level,
    /// Calls that are marked as tests count too.
    pub include_test: bool,
    /// Whether a matter is settled, by the result or by nobody calling again alone.
    pub fcr_mode: FcrMode,
    /// In how many hours somebody calls again, if they do.
    pub fcr_window_hours: u32,
}

impl CallMetricsQuery {
    /// A question with the defaults of the API: everything in `[from, to)`.
    #[must_use]
    pub fn new(from: Timestamp, to: Timestamp, tz: Tz, group_by: GroupBy) -> Self {
        Self {
            from,
            to,
            tz,
            group_by,
            direction: None,
            queue_ids: Vec::new(),
            campaign_ids: Vec::new(),
            agent_ids: Vec::new(),
            flow_ids: Vec::new(),
            subjects: Vec::new(),
            dimensions: Vec::new(),
            sl_seconds: 20,
            sl_method: SlMethod::Standard,
            sl_target: SL_TARGET,
            short_abandon_seconds: 5,
            include_flow_outs: false,
            include_short_abandons: false,
            include_abandons: true,
            level: Level::Segment,
            include_test: false,
            fcr_mode: FcrMode::Disposition,
            fcr_window_hours: 168,
        }
    }
}

words! {
    /// What to group by beside time.
    Dimension {
        /// The queue; of a call, the first one that it was in.
        Queue = "queue",
        /// The campaign.
        Campaign = "campaign",
        /// The agent; of a call, the last one who had it.
        Agent = "agent",
        /// The result; of a wait, of an agent's time and of an offer there is none.
        Disposition = "disposition",
        /// The team that the agent belongs to now; who is in two is in the cells of both.
        Team = "team",
        /// The flow (IVR), of sessions and menus alone.
        Flow = "flow",
        /// The menu of a flow, of menus alone.
        Menu = "menu",
        /// The local hour, 0 to 23.
        HourOfDay = "hour_of_day",
        /// The local weekday, 1 is Monday.
        Weekday = "weekday",
    }
    /// Which waits of calls count.
    Level {
        /// Every one: a call that waits twice was offered twice.
        Segment = "segment",
        /// The first one of each call.
        Call = "call",
    }
    /// When a matter counts as settled by the first call about it.
    FcrMode {
        /// The result says so, and nobody calls again.
        Disposition = "disposition",
        /// Nobody calls again.
        Behavioral = "behavioral",
    }
    /// Which service level is meant.
    SlMethod {
        /// Answered in time, of those who waited for an answer.
        Standard = "standard",
        /// Out of the queue in time, of all (as Amazon Connect counts).
        Dequeue = "dequeue",
    }
}

impl Dimension {
    /// By which calls can be grouped.
    pub const OF_CALLS: [Self; 7] = [
        Self::Queue,
        Self::Campaign,
        Self::Agent,
        Self::Disposition,
        Self::Team,
        Self::HourOfDay,
        Self::Weekday,
    ];
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<S> {
    /// What of the log the answer rests on.
    pub as_of: AsOf,
    /// The cells: bucket by bucket, in each the groups.
    pub series: Vec<Cell<S>>,
    /// Everything together.
    pub totals: S,
    /// Which version of which engine the scores of sentiment are of, where they are asked for and
    /// there are any.
    pub sentiment: Option<VersionCalls>,
    /// Since when the abandonment of campaigns is counted, where it is asked for.
    pub periods: Vec<Period>,
    /// In which currency campaigns cost something, where it is asked for what.
    pub currencies: BTreeMap<Uuid, String>,
}

/// Since when a campaign's abandonment is counted, and how much of it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// Which campaign.
    pub campaign_id: Uuid,
    /// Since when its rule counts.
    pub since: Timestamp,
    /// The part of answers that may find no agent; none where anything goes.
    pub limit: Option<f64>,
    /// After how many milliseconds an answer has found none.
    pub(super) ms: i64,
}

/// What of the log an answer rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AsOf {
    /// The last event that is in it.
    pub position: i64,
    /// When that was recorded; `null` where there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub recorded_at: Option<Timestamp>,
}

/// One bucket of one group.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Cell<S> {
    /// From this instant.
    #[schema(value_type = String, format = DateTime)]
    pub bucket_start: Timestamp,
    /// Until before this one.
    #[schema(value_type = String, format = DateTime)]
    pub bucket_end: Timestamp,
    /// The bucket's local name, such as `2025-03-09` or `2025-W10`.
    pub label: String,
    /// Cut short by the range that was asked for.
    pub partial: bool,
    /// It can still change: it is not over, or a call in it is not.
    pub provisional: bool,
    /// Which group, by dimension.
    pub dims: BTreeMap<&'static str, DimensionValue>,
    /// The figures.
    pub metrics: S,
    /// Names the cell, where the calls behind its figures can be listed (`GET /calls?cell=`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

/// The value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(untagged)]
pub enum DimensionValue {
    /// An id, or the name that an imported call came with.
    Text(String),
    /// An hour or a weekday.
    Number(u32),
    /// There is none.
    Nothing,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// More than 1000 buckets, or buckets times groups.
    #[error("more than {} buckets, or buckets times groups", crate::bucket::MAX_CELLS)]
    TooManyBuckets,
    /// `from` is not before `to`, or more than 400 days before it.
    #[error("`from` must be before `to`, by at most 400 days")]
    Range,
    /// More than two dimensions, or one of them twice.
    #[error("at most two different dimensions")]
    Dimensions,
    /// The read model could not be asked.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}
