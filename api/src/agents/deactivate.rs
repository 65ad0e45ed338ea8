//! Takes an agent out of everything.

use axum::extract::State;
use axum::response::Response;

use super::path::AgentPath;
use super::reply::AgentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Takes an agent out of everything: they are offline and get no calls until they are reactivated.
/// Not while they have a live call.
#[utoipa::path(
    post,
    path = "/api/v1/agents/{id}/deactivate",
    operation_id = "deactivateAgent",
    tag = "agents",
    params(("id" = String, Path, description = "The agent")),
    responses((status = 200, description = "The agent", body = AgentReply))
)]
pub async fn deactivate(
    State(app): State<App>,
    head: Head,
    AgentPath(id): AgentPath,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let order = head.order(&body.canonical, Accepted::<AgentReply>::changed(id.uuid()));
    let done = app.agents().deactivate(order, id).await;
    respond::<AgentReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
