//! Signs an agent out who has not done so.

use axum::extract::State;
use axum::response::Response;
use domain::agent::SignOutReason;

use super::path::AgentPath;
use super::reply::AgentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Signs an agent out, whatever they say: offers are taken back, a time after a call is over. A
/// live call goes on.
#[utoipa::path(
    post,
    path = "/api/v1/agents/{id}/sign-out",
    operation_id = "signOutAgent",
    tag = "agents",
    params(("id" = String, Path, description = "The agent")),
    responses((status = 200, description = "The agent", body = AgentReply))
)]
pub async fn sign_out(
    State(app): State<App>,
    head: Head,
    AgentPath(id): AgentPath,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let order = head.order(&body.canonical, Accepted::<AgentReply>::changed(id.uuid()));
    let done = app.agents().sign_out(order, id, SignOutReason::Supervisor).await;
    respond::<AgentReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
