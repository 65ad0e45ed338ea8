//! One list of numbers that was brought in.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::import_reply::NumberImportReply;
use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query;
use crate::http::read::Head;
use crate::imports::get::found;
use crate::imports::own::NumberImport;

/// A list of numbers, and what its rows have come to so far.
#[utoipa::path(
    get,
    path = "/api/v1/dnc/imports/{id}",
    operation_id = "getNumberImport",
    tag = "dnc",
    params(("id" = String, Path, description = "The import")),
    responses(
        (status = 200, description = "The import", body = NumberImportReply),
        (status = 304, description = "The version of If-None-Match is the current one")
    )
)]
pub async fn get_import(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    NumberImport(id): NumberImport,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.fresh(&app, "imports").await?;
    let row = found(&app, head.caller.org, id).await?;
    if head.has(row.version) {
        return Ok(fresh.unchanged(row.version));
    }
    let reply = NumberImportReply::known(id, &row.import, row.version);
    Ok(fresh.resource(row.version, &reply.ok_or_else(Problem::not_found)?))
}
