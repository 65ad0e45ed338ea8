//! Signs somebody out.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::refused;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::query::Query;

/// Of which sessions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignOut {
    /// `true`: of all of them, not of this one alone.
    #[serde(default)]
    all: bool,
}

/// Signs out: the session is closed, and its tokens are good for nothing from now on.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    operation_id = "signOut",
    tag = "auth",
    params(SignOut),
    responses((status = 204, description = "Signed out"))
)]
pub async fn sign_out(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SignOut>,
) -> Result<Response, Problem> {
    let (org, user) = (caller.org, caller.user);
    match query.all {
        true => app.accounts().close_all(org, user, "logout").await.map_err(refused)?,
        false => {
            let closed = app.accounts().close_one(org, user, caller.session, "logout").await;
            closed.map(|_| ()).map_err(refused)?;
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
