//! One team.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::TeamId;
use projections::teams::read;

use super::reply::TeamReply;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// One team.
#[utoipa::path(
    get,
    path = "/api/v1/teams/{id}",
    operation_id = "getTeam",
    tag = "teams",
    params(("id" = String, Path, description = "The team")),
    responses(
        (status = 200, description = "The team", body = TeamReply),
        (status = 304, description = "The version of If-None-Match is the current one")
    )
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.fresh(&app, "teams").await?;
    let row = read::get(app.database(), head.caller.org, TeamId::from(id)).await;
    let row = row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    if head.has(row.version) {
        return Ok(fresh.unchanged(row.version));
    }
    Ok(fresh.resource(row.version, &TeamReply::known(id, &row.team, row.version)))
}
