//! What is on a board, and how it is made: every figure by the code that answers it elsewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use database::Database;
use domain::campaign::CampaignStatus;
use domain::{OrgId, Timestamp};
use projections::alerts::read as alerts;
use projections::campaigns::read::{self as campaigns, CampaignFilter, CampaignRow};
use projections::figures::read::{
    self as figures, CallMetricsQuery, CampaignPulse, Dimension, DimensionValue, GroupBy,
    QueuePulse, Tz,
};
use projections::freshness;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use utoipa::ToSchema;
use uuid::Uuid;

use super::scope::Scope;
use crate::analytics::now::{self, Now, waited};
use crate::analytics::reply::failed;
use crate::http::problem::{Problem, unavailable};

/// The read models that a board is read from.
pub const MODELS: [&str; 9] = [
    "agents",
    "alerts",
    "call_facts",
    "calls",
    "campaign_attempts",
    "campaigns",
    "payments",
    "sentiment",
    "teams",
];
/// Campaigns on a board at most.
const MAX_CAMPAIGNS: i64 = 100;

/// What a screen on the wall shows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Wallboard)]
pub struct Wallboard {
    /// What time it was when this was so.
    at: Timestamp,
    /// Where today begins.
    tz: &'static str,
    /// When it began.
    today_since: Timestamp,
    /// How many agents do what: the activities that there are.
    agents: BTreeMap<String, i64>,
    /// How many of their calls that are not over are in which state.
    calls: BTreeMap<String, i64>,
    /// How many wait in all queues.
    waiting: i64,
    /// Since when the first of them has waited; `null` where nobody waits.
    waiting_since: Option<Timestamp>,
    /// How long that was at `at`, in whole seconds.
    longest_wait_seconds: Option<i64>,
    /// Queue by queue, which are nobody's: those in which somebody waits, or has waited today.
    queues: Vec<QueueBoard>,
    /// How many alerts are open, 1000 at most (`GET /dashboard/alerts?state=open`).
    open_alerts: usize,
    /// The campaigns that call, the newest first, at most 100.
    campaigns: Vec<CampaignBoard>,
}

/// How a queue is doing.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct QueueBoard {
    /// Its id, or the name that an imported call came with.
    queue: Option<String>,
    waiting: i64,
    /// Since when the first of them has waited.
    waiting_since: Option<Timestamp>,
    /// How long that was at `at`, in whole seconds.
    longest_wait_seconds: Option<i64>,
    /// What has waited since midnight, as `GET /analytics/queues` has it.
    today: Option<QueuePulse>,
}

/// How a campaign calls.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CampaignBoard {
    campaign_id: Uuid,
    name: String,
    /// Whether it dials one call for each free agent, because too many who answered found none.
    throttled: bool,
    /// The part of answers that may find no agent; `null` where anything goes.
    limit: Option<f64>,
    /// Attempts since midnight, and abandonment as its rule counts it, as
    /// `GET /analytics/campaigns` has them.
    metrics: Option<CampaignPulse>,
}

/// A board as it hangs: what it shows, up to where in the log, and by which name it is known.
pub struct Board {
    position: i64,
    made: Instant,
    tag: String,
    json: Bytes,
    event: Bytes,
}

impl Board {
    /// Up to which position the log is in it, at least.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The name of what it shows: two boards that show the same have the same one, whenever they
    /// were made.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// What it shows, as JSON ([`Wallboard`]).
    #[must_use]
    pub fn json(&self) -> Bytes {
        self.json.clone()
    }

    /// The same as an event of a stream, under a name that says up to where and what.
    pub(super) fn event(&self) -> Bytes {
        self.event.clone()
    }

    /// Whether it has everything up to a position and is not older.
    pub(super) fn serves(&self, at_least: i64, age: Duration) -> bool {
        self.position >= at_least && self.made.elapsed() < age
    }

    pub(super) async fn make(
        database: &Database,
        scope: &Scope,
        at: Timestamp,
    ) -> Result<Self, Problem> {
        let made = Instant::now();
        // Asked first: what is read afterwards has this much in it, or more.
        let position = freshness::least_of(database, &MODELS).await;
        let position = position.map_err(|error| unavailable(&error))?.position;
        let (org, tz) = (scope.org, scope.tz);
        let among = scope.among(database).await?;
        let (from, to) = now::today(at, tz);
        let now = now::now::<QueuePulse>(database, org, among.as_deref(), (from, to, tz)).await?;
        let open_alerts = alerts::count_open(database, org, scope.sight(among)).await;
        let open_alerts = open_alerts.map_err(|error| unavailable(&error))?;
        let campaigns = calling(database, org, (from, to, tz)).await?;
        let shown = Wallboard::of(now, (at, from, tz), (open_alerts, campaigns));
        let json = serde_json::to_vec(&shown).map_err(|error| Problem::fault(&error))?;
        let tag = shown.tag().map_err(|error| Problem::fault(&error))?;
        let mut event = format!("id: {position}-{tag}\nevent: board\ndata: ").into_bytes();
        event.extend_from_slice(&json);
        event.extend_from_slice(b"\n\n");
        Ok(Self { position, made, tag, json: json.into(), event: event.into() })
    }
}

impl Wallboard {
    fn of(
        now: Now<QueuePulse>,
        (at, today_since, tz): (Timestamp, Timestamp, Tz),
        (open_alerts, campaigns): (usize, Vec<CampaignBoard>),
    ) -> Self {
        let queues = now.queues.into_iter().map(|queue| QueueBoard {
            queue: queue.queue,
            waiting: queue.waiting,
            waiting_since: queue.since,
            longest_wait_seconds: queue.since.map(|since| waited(since, at)),
            today: queue.today,
        });
        Self {
            at,
            tz: tz.name(),
            today_since,
            agents: now.agents,
            calls: now.calls,
            waiting: now.waiting,
            waiting_since: now.since,
            longest_wait_seconds: now.since.map(|since| waited(since, at)),
            queues: queues.collect(),
            open_alerts,
            campaigns,
        }
    }

    /// A name of what it shows. That time goes by alone is no news: a screen has a clock.
    fn tag(&self) -> Result<String, serde_json::Error> {
        let mut shown = Self { at: Timestamp::default(), ..self.clone() };
        shown.longest_wait_seconds = None;
        for queue in &mut shown.queues {
            queue.longest_wait_seconds = None;
        }
        let digest = Sha256::digest(serde_json::to_vec(&shown)?);
        Ok(hex::encode(digest.get(..8).unwrap_or_default()))
    }
}

/// The campaigns that call, and how.
async fn calling(
    database: &Database,
    org: OrgId,
    (from, to, tz): (Timestamp, Timestamp, Tz),
) -> Result<Vec<CampaignBoard>, Problem> {
    let filter =
        CampaignFilter { statuses: vec![CampaignStatus::Active], ..CampaignFilter::default() };
    let active = campaigns::list(database, org, &filter, None, MAX_CAMPAIGNS).await;
    let active = active.map_err(|error| unavailable(&error))?;
    // None would mean all.
    if active.is_empty() {
        return Ok(Vec::new());
    }
    let query = CallMetricsQuery {
        campaign_ids: active.iter().map(|row| row.id.uuid()).collect(),
        dimensions: vec![Dimension::Campaign],
        ..CallMetricsQuery::new(from, to, tz, GroupBy::None)
    };
    let found = figures::metrics::<CampaignPulse>(database, org, &query).await.map_err(failed)?;
    let metrics = |row: &CampaignRow| {
        let name = DimensionValue::Text(row.id.to_string());
        let cell = found.series.iter().find(|cell| cell.dims.get("campaign") == Some(&name));
        cell.map(|cell| cell.metrics.clone())
    };
    let board = |row: &CampaignRow| CampaignBoard {
        campaign_id: row.id.uuid(),
        name: row.campaign.settings.name.to_string(),
        throttled: row.campaign.throttled,
        limit: row.campaign.settings.abandonment.limit(),
        metrics: metrics(row),
    };
    Ok(active.iter().map(board).collect())
}
