//! Closes one of the caller's sessions.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use processes::auth::Closed;

use super::problem::refused;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Closes one of the caller's sessions; its tokens are good for nothing from now on.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions/{id}",
    operation_id = "closeSession",
    tag = "auth",
    params(("id" = String, Path, description = "The session")),
    responses((status = 204, description = "Closed"))
)]
pub async fn close_session(
    State(app): State<App>,
    caller: Caller,
    Id(session): Id,
) -> Result<Response, Problem> {
    let closed = app.accounts().close_one(caller.org, caller.user, session, "revoked").await;
    match closed.map_err(refused)? {
        Closed::Now => Ok(StatusCode::NO_CONTENT.into_response()),
        Closed::Nothing => Err(Problem::not_found()),
    }
}
