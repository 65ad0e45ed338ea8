//! One agent, their last calls and their day.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Timestamp;
use projections::agents::read;
use projections::calls::read as calls;
use projections::calls::read::CallFilter;
use projections::figures::read as facts;
use projections::figures::read::{CallMetricsQuery, GroupBy, Metrics, MetricsError, Tz};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::AgentPath;
use super::reply::AgentReply;
use crate::calls::reply::CallReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::page;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// Calls that come along.
const CALLS: i64 = 20;
const DAY_MS: i64 = 86_400_000;

/// An agent with their last calls and their day.
#[derive(Serialize, ToSchema)]
pub struct AgentDetail {
    #[serde(flatten)]
    agent: AgentReply,
    /// The last 20 calls, the newest first.
    calls: Vec<CallReply>,
    /// Since midnight UTC.
    today: TodayReply,
}

/// What an agent's day was like until now.
#[derive(Serialize, ToSchema)]
pub struct TodayReply {
    /// Since when it is counted.
    from: Timestamp,
    /// The figures of their calls, as `GET /analytics/calls` has them.
    figures: Metrics,
}

/// One agent.
#[utoipa::path(
    get,
    path = "/api/v1/agents/{id}",
    operation_id = "getAgent",
    tag = "agents",
    params(("id" = String, Path, description = "The agent")),
    responses((status = 200, description = "The agent", body = AgentDetail))
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    AgentPath(id): AgentPath,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let (org, database) = (head.caller.org, app.database());
    let fresh = head.all_fresh(&app, &["agents", "teams", "calls", "call_facts"]).await?;
    let row = read::get(database, org, id).await.map_err(|error| unavailable(&error))?;
    let row = row.ok_or_else(Problem::not_found)?;
    let filter = CallFilter { agents: vec![id.uuid()], ..CallFilter::default() };
    let last = calls::list(database, org, &filter, None, CALLS).await;
    let last = last.map_err(|error| unavailable(&error))?;
    let last = last.iter().map(|row| CallReply::read(&app, org, (&row.call, row.id, row.version)));
    let from = Timestamp::from_millis(app.now().millis().div_euclid(DAY_MS) * DAY_MS);
    let day = CallMetricsQuery {
        agent_ids: vec![id.uuid()],
        ..CallMetricsQuery::new(from, from.plus_ms(DAY_MS), Tz::UTC, GroupBy::None)
    };
    let figures =
        facts::metrics::<Metrics>(database, org, &day).await.map_err(|error| match error {
            MetricsError::Runtime(error) => unavailable(&error),
            error => Problem::fault(&error),
        })?;
    let agent = AgentReply::known(id.uuid(), &row.agent, row.version).opened(&app, org).await?;
    let calls = page::opened(last).await?;
    let today = TodayReply { from, figures: figures.totals };
    Ok(fresh.answer(&AgentDetail { agent, calls, today }))
}
