//! An agent's program says that it is there.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::AgentId;
use processes::agents::{EVERY_MS, LOST_MS};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer::not_done;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// What the agent does as far as the server knows: whoever is `offline` here has been signed out.
#[derive(Serialize, ToSchema)]
pub struct HeartbeatReply {
    /// What they have chosen.
    presence: &'static str,
    /// What they are seen to do.
    activity: &'static str,
    /// How often to say so, in milliseconds.
    every_ms: i64,
    /// After how long without a word they are signed out, in milliseconds.
    lost_after_ms: i64,
}

/// Says that the caller's program is there. After 90 seconds without a word they are signed out,
/// unless a live call keeps them.
#[utoipa::path(
    post,
    path = "/api/v1/agents/me/heartbeat",
    operation_id = "sendHeartbeat",
    tag = "agents",
    responses((status = 200, description = "What they do", body = HeartbeatReply))
)]
pub async fn heartbeat(
    State(app): State<App>,
    head: Head,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let (NoFields {}, caller) = (body.value, head.caller);
    let agent = app.agents().heard(caller.org, AgentId::from(caller.user.uuid())).await;
    let agent = agent.map_err(not_done)?.ok_or_else(Problem::not_found)?;
    Ok(axum::Json(HeartbeatReply {
        presence: agent.presence.word(),
        activity: agent.activity().word(),
        every_ms: EVERY_MS,
        lost_after_ms: LOST_MS,
    })
    .into_response())
}
