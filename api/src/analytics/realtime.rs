//! What goes on now.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{Role, TeamId, Timestamp};
use projections::bucket::first_instant;
use projections::figures::live::{self, WaitingNow};
use projections::figures::read::{
    self, CallMetricsQuery, Dimension, DimensionValue, GroupBy, QueueMetrics, Tz,
};
use projections::teams::read as teams;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::reply::failed;
use crate::http::app::App;
use crate::http::problem::{NOT_YOUR_RESOURCE, Problem, unavailable};
use crate::http::query::Query;
use crate::http::reach::Reach;
use crate::http::read::Head;
use crate::http::span::zone;

/// Of whom.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RealtimeParameters {
    /// Only agents of this team, and their calls.
    team_id: Option<Uuid>,
    /// Where today begins, an IANA name; `UTC` where nothing is said.
    #[param(example = "Europe/Prague")]
    tz: Option<String>,
}

/// What goes on now.
#[derive(Serialize, ToSchema)]
pub struct RealtimeReply {
    /// Where today begins.
    tz: &'static str,
    /// How many agents do what: the activities that there are. Agents see those of their teams,
    /// supervisors those whom they supervise.
    agents: BTreeMap<String, i64>,
    /// How many of their calls that are not over are in which state.
    calls: BTreeMap<String, i64>,
    /// How many wait in all queues.
    waiting: i64,
    /// How long the first of them has waited, in whole seconds; `null` where nobody waits.
    longest_wait_seconds: Option<i64>,
    /// Queue by queue, which are nobody's: those in which somebody waits, or has waited today.
    queues: Vec<QueueNow>,
}

/// How a queue is doing now.
#[derive(Serialize, ToSchema)]
pub struct QueueNow {
    /// Its id, or the name that an imported call came with.
    queue: Option<String>,
    waiting: i64,
    /// How long the first of them has waited, in whole seconds.
    longest_wait_seconds: Option<i64>,
    /// What has waited since midnight.
    today: Option<QueueMetrics>,
}

/// What goes on now: agents by activity, calls by state, who waits and for how long, and how well
/// each queue is served today (20 seconds).
#[utoipa::path(
    get,
    path = "/api/v1/analytics/realtime",
    operation_id = "getRealtimeMetrics",
    tag = "analytics",
    params(RealtimeParameters),
    responses((status = 200, description = "What goes on", body = RealtimeReply))
)]
pub async fn realtime(
    State(app): State<App>,
    head: Head,
    Query(asked): Query<RealtimeParameters>,
) -> Result<Response, Problem> {
    let tz = zone(asked.tz.as_deref())?;
    let (org, database, at) = (head.caller.org, app.database(), app.now());
    let among = among(&app, &head, asked.team_id).await?;
    let fresh = head.all_fresh(&app, &live::MODELS).await?;
    let now = live::live(database, org, among.as_deref()).await;
    let now = now.map_err(|error| unavailable(&error))?;
    let (from, to) = today(at, tz);
    let query = CallMetricsQuery {
        dimensions: vec![Dimension::Queue],
        ..CallMetricsQuery::new(from, to, tz, GroupBy::None)
    };
    let today = read::metrics::<QueueMetrics>(database, org, &query).await.map_err(failed)?;
    let mut queues: BTreeMap<Option<String>, QueueNow> = BTreeMap::new();
    for cell in today.series {
        let queue = match cell.dims.get("queue") {
            Some(DimensionValue::Text(queue)) => Some(queue.clone()),
            Some(DimensionValue::Number(_) | DimensionValue::Nothing) | None => None,
        };
        let (waiting, longest_wait_seconds, today) = (0, None, Some(cell.metrics));
        let known = QueueNow { queue: queue.clone(), waiting, longest_wait_seconds, today };
        queues.insert(queue, known);
    }
    let waited = |since: Timestamp| at.since_ms(since).max(0) / 1_000;
    for WaitingNow { queue, waiting, since } in &now.queues {
        let known = queues.entry(queue.clone()).or_insert_with(|| QueueNow {
            queue: queue.clone(),
            waiting: 0,
            longest_wait_seconds: None,
            today: None,
        });
        (known.waiting, known.longest_wait_seconds) = (*waiting, Some(waited(*since)));
    }
    let (agents, calls) = (now.agents, now.calls);
    let waiting = now.queues.iter().map(|queue| queue.waiting).sum();
    let longest_wait_seconds = now.queues.iter().map(|queue| waited(queue.since)).max();
    let (tz, queues) = (tz.name(), queues.into_values().collect());
    let reply = RealtimeReply { tz, agents, calls, waiting, longest_wait_seconds, queues };
    Ok(fresh.answer(&reply))
}

/// The local day of an instant.
fn today(at: Timestamp, tz: Tz) -> (Timestamp, Timestamp) {
    let date = DateTime::<Utc>::from(at).with_timezone(&tz).date_naive();
    let from = first_instant(date, tz);
    let to = date.succ_opt().map_or(at, |next| first_instant(next, tz));
    // Some dates do not exist in some zones.
    (from, to.max(from.plus_ms(1)))
}

/// The agents whom the caller sees at work; everybody where there is no limit.
async fn among(app: &App, head: &Head, team: Option<Uuid>) -> Result<Option<Vec<Uuid>>, Problem> {
    head.fresh(app, "teams").await?;
    let (database, caller) = (app.database(), &head.caller);
    let reach = match Reach::fresh(app, head).await? {
        Reach::Only(_) if caller.role == Role::Agent => {
            let mates = teams::mates(database, caller.org, caller.user).await;
            let mut agents = mates.map_err(|error| unavailable(&error))?;
            agents.push(caller.user.uuid());
            Reach::Only(agents)
        }
        reach => reach,
    };
    let Some(team) = team else {
        return Ok(match reach {
            Reach::Everybody => None,
            Reach::Only(agents) => Some(agents),
        });
    };
    let members = teams::members(database, caller.org, TeamId::from(team)).await;
    let members = members.map_err(|error| unavailable(&error))?;
    let seen: Vec<Uuid> = members.iter().copied().filter(|one| reach.includes(*one)).collect();
    if seen.is_empty() && !members.is_empty() {
        return Err(Problem::of(&NOT_YOUR_RESOURCE));
    }
    Ok(Some(seen))
}
