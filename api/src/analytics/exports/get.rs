//! One export.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::export::ExportStatus;

use super::own::SeenExport;
use super::reply::ExportReply;
use crate::http::answer::tagged;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::{Problem, by_kind};
use crate::http::query;

/// One export, and how far its file is.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/exports/{id}",
    operation_id = "getExport",
    tag = "analytics",
    params(("id" = String, Path, description = "The export")),
    responses((status = 200, description = "The export", body = ExportReply))
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    SeenExport { id, export, version }: SeenExport,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let mut reply = ExportReply::known(id.uuid(), &export, version);
    if export.status == ExportStatus::Running {
        let progress = app.exports().progress(caller.org, id).await;
        reply = reply.with(progress.map_err(|error| by_kind(&error))?);
    }
    tagged(version, &reply)
}
