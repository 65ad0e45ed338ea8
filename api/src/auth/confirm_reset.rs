//! Chooses another password, with the token of a link.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::refused;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::problem::Problem;

/// The link and the password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmReset {
    /// Of the link in the mail.
    token: String,
    /// 12 to 128 characters that are not easy to guess.
    #[schema(format = Password)]
    password: String,
}

/// Chooses another password. Every session is closed with it, and the link is over.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password-reset/confirm",
    operation_id = "confirmPasswordReset",
    tag = "auth",
    request_body = ConfirmReset,
    responses((status = 204, description = "The password is another one"))
)]
pub async fn confirm(
    State(app): State<App>,
    Body { value, .. }: Body<ConfirmReset>,
) -> Result<StatusCode, Problem> {
    app.accounts().reset(&value.token, &value.password).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}
