//! One disposition.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use processes::dispositions;

use super::path::Code;
use super::reply::DispositionReply;
use crate::http::answer::tagged;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::{Problem, log_failed};
use crate::http::query;

/// What a call can come to, retired or not.
#[utoipa::path(
    get,
    path = "/api/v1/dispositions/{code}",
    operation_id = "getDisposition",
    tag = "calls",
    params(("code" = String, Path, description = "The code")),
    responses((
        status = 200,
        description = "The disposition",
        body = DispositionReply,
        headers(("ETag" = String, description = "The version of the catalog, for If-Match"))
    ))
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Code(code): Code,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let catalog = dispositions::catalog(app.commands(), caller.org).await;
    let (catalog, version) = catalog.map_err(|error| log_failed(&error))?;
    let entry = catalog.find(&code).ok_or_else(Problem::not_found)?;
    tagged(version, &DispositionReply::from(entry))
}
