//! Stops an import.

use axum::extract::State;
use axum::response::Response;
use domain::ImportId;
use domain::import_batch::ImportBatch;
use uuid::Uuid;

use super::own::OwnImport;
use super::problem::refused;
use super::reply::ImportReply;
use crate::http::answer::{Accepted, Shows, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Stops an import: rows that are being taken are, those behind them are not. Who has come in,
/// stays.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/imports/{id}/cancel",
    operation_id = "cancelImport",
    tag = "contacts",
    params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportReply))
)]
pub async fn cancel(
    State(app): State<App>,
    head: Head,
    OwnImport(id): OwnImport,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    stopped::<ImportReply>(&app, &head, (id, &body.canonical)).await
}

/// Stops any import.
pub(crate) async fn stopped<R: Shows<ImportBatch> + 'static>(
    app: &App,
    head: &Head,
    (id, canonical): (Uuid, &str),
) -> Result<Response, Problem> {
    let order = head.order::<ImportBatch>(canonical, Accepted::<R>::changed(id));
    let done = app.imports().cancel(order, ImportId::from(id), head.caller.user).await;
    respond::<R>(app, head.caller.org, done.map_err(refused)?).await
}
