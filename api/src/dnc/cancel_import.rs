//! Stops taking a list of numbers.

use axum::extract::State;
use axum::response::Response;

use super::import_reply::NumberImportReply;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;
use crate::imports::cancel::stopped;
use crate::imports::own::NumberImport;

/// Stops an import: rows that are being taken are, those behind them are not. What was said of
/// numbers so far, stays.
#[utoipa::path(
    post,
    path = "/api/v1/dnc/imports/{id}/cancel",
    operation_id = "cancelNumberImport",
    tag = "dnc",
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = NumberImportReply))
)]
pub async fn cancel_import(
    State(app): State<App>,
    head: Head,
    NumberImport(id): NumberImport,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    stopped::<NumberImportReply>(&app, &head, (id, &body.canonical)).await
}
