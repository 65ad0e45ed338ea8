//! Has a dead letter tried again.

use axum::extract::State;
use http::StatusCode;

use super::problem::refused;
use crate::http::app::App;
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Has it tried again within a second, and as often as if for the first time. Who has said so, is
/// in the security log.
#[utoipa::path(
    post,
    path = "/api/v1/admin/dead-letters/{id}/retry",
    operation_id = "retryDeadLetter",
    tag = "admin",
    params(("id" = String, Path, description = "The dead letter")),
    responses((status = 202, description = "It is tried again"))
)]
pub async fn retry(State(app): State<App>, head: Head, Id(id): Id) -> Result<StatusCode, Problem> {
    let (by, context) = (head.caller.user, head.caller.context(head.trace));
    app.dead_letters().retry(&context, (by, id)).await.map_err(refused)?;
    Ok(StatusCode::ACCEPTED)
}
