//! Has figures written into a file.

use axum::extract::State;
use axum::response::Response;
use domain::export::Export;

use super::problem::refused;
use super::question::ExportRequest;
use super::reply::ExportReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, keyring_failed};
use crate::http::read;

/// Has the figures of a report, or the calls that they are made of, written into a file, for those
/// to whom `GET` is too short. The figures are those that the report answers to the same question,
/// a row for each bucket of each group. `call_facts` has a row for each call that was made in the
/// time, at most 1,000,000, and nothing of whom it was with. How far a supervisor sees is looked at
/// when the file is written.
///
/// One file of an organization is written at a time, and at most 5 are waited for. It is kept for
/// 24 hours from when it is whole. Who has asked for what is in the security log, and so is each
/// time that somebody is given the file.
#[utoipa::path(
    post,
    path = "/api/v1/analytics/exports",
    operation_id = "createExport",
    tag = "analytics",
    request_body = ExportRequest,
    responses((
        status = 202,
        description = "The export, which is written from now on",
        body = ExportReply,
        headers(("Location" = String, description = "Where the export is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    asks: read::Head,
    Body { value, canonical }: Body<ExportRequest>,
) -> Result<Response, Problem> {
    let (org, by) = (head.caller.org, head.caller.user);
    let id = app.exports().id(org, by, head.required_key()?).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let asked = value.read(&app, &asks).await?;
    let location = format!("/api/v1/analytics/exports/{id}");
    let reply = Accepted::<ExportReply>::begun(id.uuid(), location);
    let order = head.creation::<Export, _>(&canonical, reply)?;
    let done = app.exports().ask(order, id, asked, by).await.map_err(refused)?;
    respond::<ExportReply>(&app, org, done).await
}
