//! Asks for a link to choose another password.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::email;
use super::problem::refused;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::problem::Problem;

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReset {
    /// With what they sign in.
    #[schema(example = "ann@example.com")]
    email: String,
}

/// It was taken in.
#[derive(Serialize, ToSchema)]
pub struct ResetRequested {
    /// `accepted`, whether anybody has the address or not
    status: &'static str,
}

/// Sends a link to whoever has the address; nobody is told whether somebody has. What was sent a
/// short time ago is not sent again.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password-reset",
    operation_id = "requestPasswordReset",
    tag = "auth",
    request_body = RequestReset,
    responses((status = 202, description = "It was taken in", body = ResetRequested))
)]
pub async fn request(
    State(app): State<App>,
    Body { value, .. }: Body<RequestReset>,
) -> Result<Response, Problem> {
    app.accounts().forgotten(&email(&value.email)?).await.map_err(refused)?;
    Ok((StatusCode::ACCEPTED, axum::Json(ResetRequested { status: "accepted" })).into_response())
}
