//! Finds teams, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::TeamId;
use projections::teams::read::{self, TeamPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::reply::TeamReply;
use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which teams.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListTeams {
    /// `true`: those that are put away; `false`, where nothing is said: the others.
    archived: Option<bool>,
    /// Right within this one.
    parent_team_id: Option<Uuid>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of teams.
#[derive(Serialize, ToSchema)]
pub struct TeamList {
    /// The newest first.
    items: Vec<TeamReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// The teams of the organization, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/teams",
    operation_id = "listTeams",
    tag = "teams",
    params(ListTeams),
    responses((status = 200, description = "Teams, newest first", body = TeamList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListTeams>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listTeams", raw.as_deref());
    let asked: Asked<TeamPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "teams").await?;
    let filter = (Some(query.archived.unwrap_or(false)), query.parent_team_id.map(TeamId::from));
    let rows = read::list(app.database(), org, filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| TeamPlace {
        created_at: row.team.created_at,
        id: row.id.uuid(),
    })?;
    let items = page.rows.iter().map(|row| TeamReply::known(row.id.uuid(), &row.team, row.version));
    Ok(fresh.answer(&TeamList { items: items.collect(), next_cursor, total: None }))
}
