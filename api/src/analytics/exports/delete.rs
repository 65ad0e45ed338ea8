//! Takes an export away.

use axum::extract::State;
use axum::response::Response;
use domain::Role;
use domain::export::Export;

use super::own::SeenExport;
use super::problem::refused;
use super::reply::ExportReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::{NOT_YOUR_RESOURCE, Problem};

/// Takes an export away: a file that is being written is written no further, one that is there is
/// removed. That it was asked for, and who was given it, stays known. Whoever only looks takes away
/// what they have asked for themselves.
#[utoipa::path(
    delete,
    path = "/api/v1/analytics/exports/{id}",
    operation_id = "deleteExport",
    tag = "analytics",
    params(("id" = String, Path, description = "The export")),
    responses((status = 204, description = "There is no file"))
)]
pub async fn delete(
    State(app): State<App>,
    head: Head,
    SeenExport { id, export, .. }: SeenExport,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let by = head.caller.user;
    if head.caller.role == Role::Auditor && export.by != by {
        return Err(Problem::of(&NOT_YOUR_RESOURCE));
    }
    let reply = Accepted::<ExportReply>::gone(id.uuid());
    let order = head.order::<Export>(&body.canonical, reply);
    let done = app.exports().cancel(order, id, by).await.map_err(refused)?;
    respond::<ExportReply>(&app, head.caller.org, done).await
}
