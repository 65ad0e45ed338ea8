//! What an agent did, from when until when.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::{OrgId, Timestamp};
use projections::agents::read::{self, IntervalRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::path::AgentPath;
use crate::http::answer::open;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::problem::{INVALID_RANGE, Problem, log_failed, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which part of it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPresence {
    /// What went on after this instant.
    #[param(inline)]
    from: Option<Timestamp>,
    /// What began before this instant.
    #[param(inline)]
    to: Option<Timestamp>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A time in which an agent did one thing for one reason.
#[derive(Serialize, ToSchema)]
pub struct IntervalReply {
    /// What they were seen to do.
    activity: String,
    /// Why, where it was said.
    reason_code: Option<String>,
    /// Who has set it: `agent`, `supervisor` or `system`; `null` where a call did.
    set_by: Option<String>,
    /// What was noted about it; `null` where nothing was, or it is erased.
    note: Option<String>,
    /// The call that kept them.
    call_id: Option<Uuid>,
    /// Since when.
    started_at: Timestamp,
    /// Until when; `null`: it goes on.
    ended_at: Option<Timestamp>,
    /// How long; `null`: it goes on.
    duration_ms: Option<i64>,
}

/// A page of what an agent did.
#[derive(Serialize, ToSchema)]
pub struct PresenceLog {
    /// The newest first.
    items: Vec<IntervalReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

impl IntervalReply {
    async fn read(app: &App, org: OrgId, row: &IntervalRow) -> Result<Self, Problem> {
        let (started_at, ended_at) =
            (Timestamp::from(row.started_at), row.ended_at.map(Timestamp::from));
        Ok(Self {
            activity: row.activity.clone(),
            reason_code: row.reason_code.clone(),
            set_by: row.set_by.clone(),
            note: open(app, org, row.note.clone()).await?,
            call_id: row.call_id,
            started_at,
            ended_at,
            duration_ms: ended_at.map(|ended_at| ended_at.since_ms(started_at).max(0)),
        })
    }
}

/// What an agent did, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/agents/{id}/presence-log",
    operation_id = "listAgentPresence",
    tag = "agents",
    params(("id" = String, Path, description = "The agent"), ListPresence),
    responses((status = 200, description = "Times, newest first", body = PresenceLog))
)]
pub async fn presence(
    State(app): State<App>,
    head: Head,
    AgentPath(id): AgentPath,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListPresence>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let outside = |at: Option<Timestamp>| at.is_some_and(|at| !at.in_range());
    let backwards = query.from.zip(query.to).is_some_and(|(from, to)| from >= to);
    if backwards || outside(query.from) || outside(query.to) {
        let words = "from lies before to, both in the years 1970 to 2100";
        return Err(Problem::at(&INVALID_RANGE, "?from", "invalid-range", words));
    }
    let list = format!("listAgentPresence {id}");
    let asked: Asked<i64> =
        Asked::of(&app, org, (&list, raw.as_deref()), (query.limit, query.cursor.as_deref()))?;
    let there = app.agents().agent(org, id).await.map_err(|error| log_failed(&error))?;
    there.ok_or_else(Problem::not_found)?;
    let fresh = head.fresh(&app, "agents").await?;
    let span = (query.from, query.to);
    let rows = read::intervals(app.database(), org, id, span, asked.after, asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| row.began_with)?;
    let items = page.rows.iter().map(|row| IntervalReply::read(&app, org, row));
    Ok(fresh.answer(&PresenceLog { items: page::opened(items).await?, next_cursor, total: None }))
}
