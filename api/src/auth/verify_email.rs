//! Shows that an address is somebody's, with the token of a link.

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
pub struct VerifyEmail {
    /// Of the link in the mail.
    token: String,
    /// With which they have registered: others can have done so with the same address.
    #[schema(format = Password)]
    password: String,
}

/// Shows that the address is theirs; they can sign in with it then.
#[utoipa::path(
    post,
    path = "/api/v1/auth/verify-email",
    operation_id = "verifyEmail",
    tag = "auth",
    request_body = VerifyEmail,
    responses((status = 204, description = "The address is verified"))
)]
pub async fn verify(
    State(app): State<App>,
    Body { value, .. }: Body<VerifyEmail>,
) -> Result<StatusCode, Problem> {
    app.accounts().verify(&value.token, &value.password).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}
