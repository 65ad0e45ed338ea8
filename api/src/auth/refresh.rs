//! Gives the next pair of tokens.

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

/// What a session comes back with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token; it is good once.
    refresh_token: String,
}

/// Takes a refresh token and gives new tokens. A refresh token that was used before closes its
/// session, but within ten seconds the same program gets the same successor again: its answer may
/// have been lost.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    operation_id = "refresh",
    tag = "auth",
    request_body = Refresh,
    responses((status = 200, description = "Tokens", body = TokenReply))
)]
pub async fn refresh(
    State(app): State<App>,
    Origin(client): Origin,
    Body { value, .. }: Body<Refresh>,
) -> Result<Response, Problem> {
    let signed_in = app.accounts().refresh(&value.refresh_token, &client).await;
    let reply = TokenReply::of(&app, signed_in.map_err(refused)?).await?;
    Ok(axum::Json(reply).into_response())
}
