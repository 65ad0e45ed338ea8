//! The calls of an agent, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use projections::calls::read::{self, CallFilter, CallPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::path::AgentPath;
use crate::calls::reply::CallReply;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::problem::{Problem, log_failed, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAgentCalls {
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of an agent's calls.
#[derive(Serialize, ToSchema)]
pub struct AgentCallList {
    /// The newest first.
    items: Vec<CallReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// The calls that an agent has or had last.
#[utoipa::path(
    get,
    path = "/api/v1/agents/{id}/calls",
    operation_id = "listAgentCalls",
    tag = "agents",
    params(("id" = String, Path, description = "The agent"), ListAgentCalls),
    responses((status = 200, description = "Calls, newest first", body = AgentCallList))
)]
pub async fn calls(
    State(app): State<App>,
    head: Head,
    AgentPath(id): AgentPath,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListAgentCalls>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = format!("listAgentCalls {id}");
    let asked: Asked<CallPlace> =
        Asked::of(&app, org, (&list, raw.as_deref()), (query.limit, query.cursor.as_deref()))?;
    let there = app.agents().agent(org, id).await.map_err(|error| log_failed(&error))?;
    there.ok_or_else(Problem::not_found)?;
    let fresh = head.fresh(&app, "calls").await?;
    let filter = CallFilter { agents: vec![id.uuid()], ..CallFilter::default() };
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, CallPlace::of)?;
    let items =
        page.rows.iter().map(|row| CallReply::read(&app, org, (&row.call, row.id, row.version)));
    Ok(fresh.answer(&AgentCallList { items: page::opened(items).await?, next_cursor, total: None }))
}
