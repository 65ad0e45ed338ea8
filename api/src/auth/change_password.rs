//! Changes the caller's password.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::refused;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::client::Origin;
use crate::http::problem::Problem;

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The one until now.
    #[schema(format = Password)]
    old_password: String,
    /// 12 to 128 characters that are not easy to guess.
    #[schema(format = Password)]
    new_password: String,
}

/// Changes the caller's password. Every other session of theirs is closed.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password",
    operation_id = "changePassword",
    tag = "auth",
    request_body = ChangePassword,
    responses((status = 204, description = "Changed"))
)]
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Origin(client): Origin,
    Body { value, .. }: Body<ChangePassword>,
) -> Result<Response, Problem> {
    let passwords = (value.old_password.as_str(), value.new_password.as_str());
    let changed = app.accounts().change_password(&caller.principal(), passwords, &client).await;
    changed.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
