//! Brings a team back that was put away.

use axum::extract::State;
use axum::response::Response;

use super::path::OwnTeam;
use super::reply::TeamReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Brings a team back, with the members that it had.
#[utoipa::path(
    post,
    path = "/api/v1/teams/{id}/restore",
    operation_id = "restoreTeam",
    tag = "teams",
    params(("id" = String, Path, description = "The team")),
    responses((status = 200, description = "The team", body = TeamReply))
)]
pub async fn restore(
    State(app): State<App>,
    head: Head,
    OwnTeam(id): OwnTeam,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let order = head.order(&body.canonical, Accepted::<TeamReply>::changed(id.uuid()));
    let done = app.teams().restore(order, id).await;
    respond::<TeamReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
