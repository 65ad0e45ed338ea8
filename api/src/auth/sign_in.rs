//! Signs somebody in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::TokenReply;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::client::Origin;
use crate::http::problem::Problem;

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The e-mail address.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
}

/// Signs in. An unknown address and a wrong password get the same answer; after some failures the
/// address has to wait, longer and longer.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    operation_id = "signIn",
    tag = "auth",
    request_body = SignIn,
    responses((status = 200, description = "Tokens", body = TokenReply))
)]
pub async fn sign_in(
    State(app): State<App>,
    Origin(client): Origin,
    Body { value, .. }: Body<SignIn>,
) -> Result<Response, Problem> {
    let signed_in = app.accounts().sign_in(&value.email, &value.password, &client).await;
    let reply = TokenReply::introduced(&app, signed_in.map_err(refused)?).await?;
    Ok(axum::Json(reply).into_response())
}
