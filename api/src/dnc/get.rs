//! What is said of one number.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use projections::dnc::read;

use super::reply::DncReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// What is said of one number.
#[utoipa::path(
    get,
    path = "/api/v1/dnc/{id}",
    operation_id = "getDncEntry",
    tag = "dnc",
    params(("id" = String, Path, description = "The entry")),
    responses(
        (status = 200, description = "The entry", body = DncReply),
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
    let fresh = head.fresh(&app, "dnc").await?;
    let row = read::get(app.database(), org, id).await;
    let row = row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    if head.has(row.version) {
        return Ok(fresh.unchanged(row.version));
    }
    let entry = DncReply::known(row.id, &row.entry, row.version).opened(&app, org).await?;
    Ok(fresh.resource(row.version, &entry))
}
