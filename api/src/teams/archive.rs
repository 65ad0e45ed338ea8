//! Puts a team away.

use axum::extract::State;
use axum::response::Response;

use super::path::OwnTeam;
use super::reply::TeamReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Puts a team away: nobody supervises anybody through it, and nothing of it can be changed until
/// it is restored. Not while a member has a live call.
#[utoipa::path(
    post,
    path = "/api/v1/teams/{id}/archive",
    operation_id = "archiveTeam",
    tag = "teams",
    params(("id" = String, Path, description = "The team")),
    responses((status = 204, description = "It is put away"))
)]
pub async fn archive(
    State(app): State<App>,
    head: Head,
    OwnTeam(id): OwnTeam,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let order = head.order(&body.canonical, Accepted::<TeamReply>::gone(id.uuid()));
    let done = app.teams().archive(order, id).await;
    respond::<TeamReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
