//! Gives a dead letter up.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::refused;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Why it is given up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscardDeadLetter {
    /// Why; a line that names nobody.
    #[schema(example = "refunded by hand")]
    reason: String,
}

/// Gives it up for good, until another fact asks for the same. Who has said so, and why, is in the
/// security log.
#[utoipa::path(
    post,
    path = "/api/v1/admin/dead-letters/{id}/discard",
    operation_id = "discardDeadLetter",
    tag = "admin",
    params(("id" = String, Path, description = "The dead letter")),
    request_body = DiscardDeadLetter,
    responses((status = 204, description = "It is no more"))
)]
pub async fn discard(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Body { value, .. }: Body<DiscardDeadLetter>,
) -> Result<StatusCode, Problem> {
    let (by, context) = (head.caller.user, head.caller.context(head.trace));
    app.dead_letters().discard(&context, (by, id), &value.reason).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}
