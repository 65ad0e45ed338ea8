//! One user.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::UserId;
use projections::users::read;

use super::reply::UserReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// One user.
#[utoipa::path(
    get,
    path = "/api/v1/users/{id}",
    operation_id = "getUser",
    tag = "users",
    params(("id" = String, Path, description = "The user")),
    responses(
        (status = 200, description = "The user", body = UserReply),
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
    let org = head.caller.org;
    let fresh = head.fresh(&app, "users").await?;
    let row = read::get(app.database(), org, UserId::from(id)).await;
    let row = row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    if head.has(row.version) {
        return Ok(fresh.unchanged(row.version));
    }
    let user = UserReply::known(row.id, &row.user, row.version).opened(&app, org).await?;
    Ok(fresh.resource(row.version, &user))
}
