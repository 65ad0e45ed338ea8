//! The caller's open sessions.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use processes::auth::OpenSession;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::refused;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::query;

/// The open sessions, at most 20.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    /// The newest first.
    items: Vec<SessionReply>,
}

/// An open session.
#[derive(Serialize, ToSchema)]
pub struct SessionReply {
    /// The id.
    id: Uuid,
    /// Whether it is the one that asks.
    current: bool,
    /// What the program calls itself.
    program: String,
    /// Its network address.
    address: String,
    created_at: Timestamp,
    /// When it got its last tokens.
    refreshed_at: Timestamp,
    /// Until when it can get others.
    expires_at: Timestamp,
}

/// The caller's open sessions.
#[utoipa::path(
    get,
    path = "/api/v1/auth/sessions",
    operation_id = "listSessions",
    tag = "auth",
    responses((status = 200, description = "The open sessions", body = SessionList))
)]
pub async fn sessions(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let open = app.accounts().sessions(caller.org, caller.user).await.map_err(refused)?;
    let reply = |session: OpenSession| SessionReply {
        current: session.id == caller.session,
        id: session.id,
        program: session.program,
        address: session.address,
        created_at: session.created_at,
        refreshed_at: session.refreshed_at,
        expires_at: session.expires_at,
    };
    let items = open.into_iter().map(reply).collect();
    Ok(axum::Json(SessionList { items }).into_response())
}
