//! What goes on now.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use domain::Role;
use projections::figures::live;
use projections::figures::read::QueueToday;
use projections::teams::read as teams;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::now::{self, now, today, waited};
use crate::http::app::App;
use crate::http::problem::{Problem, unavailable};
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
    /// Where today begins, an IANA name; as the organization has it where nothing is said.
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
    /// How long whoever comes next is going to wait, in whole seconds: their place × (the mean
    /// handle time of the last 50 calls of the queue within a day / the agents who take calls, or
    /// will as soon as theirs is over, at least one); `null` where fewer than ten were handled.
    estimated_wait_seconds: Option<i64>,
    /// What has waited since midnight.
    today: Option<QueueToday>,
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
    let (org, database, at) = (head.caller.org, app.database(), app.now());
    let tz = zone(&app, org, asked.tz.as_deref()).await?;
    let among = among(&app, &head, asked.team_id).await?;
    let fresh = head.all_fresh(&app, &live::MODELS).await?;
    let (from, to) = today(at, tz);
    let now = now::<QueueToday>(database, org, among.as_deref(), (from, to, tz)).await?;
    let named: Vec<Option<String>> = now.queues.iter().map(|queue| queue.queue.clone()).collect();
    let paces = live::paces(database, org, &named).await.map_err(|error| unavailable(&error))?;
    let queues = now.queues.into_iter().map(|queue| QueueNow {
        estimated_wait_seconds: paces.estimate(queue.queue.as_ref(), queue.waiting + 1),
        queue: queue.queue,
        waiting: queue.waiting,
        longest_wait_seconds: queue.since.map(|since| waited(since, at)),
        today: queue.today,
    });
    Ok(fresh.answer(&RealtimeReply {
        tz: tz.name(),
        agents: now.agents,
        calls: now.calls,
        waiting: now.waiting,
        longest_wait_seconds: now.since.map(|since| waited(since, at)),
        queues: queues.collect(),
    }))
}

/// The agents whom the caller sees at work; everybody where there is no limit. Agents see whoever
/// is in their teams.
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
    now::among(database, caller.org, reach, team).await
}
