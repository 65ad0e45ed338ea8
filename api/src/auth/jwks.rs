//! The public keys of access tokens.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::token::PublicKey;
use crate::http::app::App;
use crate::http::problem::Problem;

/// A JSON Web Key Set (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    /// The keys of access tokens, of this generation and the one before, and the one of
    /// certificates.
    keys: Vec<PublicKey>,
}

/// The public keys with which others can check access tokens and certificates of erasures.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "jwks",
    tag = "auth",
    responses((status = 200, description = "The keys", body = KeySet))
)]
pub async fn jwks(State(app): State<App>) -> Result<Response, Problem> {
    let keys = app.tokens().public(app.now()).map_err(|error| Problem::fault(&error))?;
    Ok(axum::Json(KeySet { keys }).into_response())
}
