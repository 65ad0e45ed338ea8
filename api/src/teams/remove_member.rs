//! Removes somebody from a team.

use axum::extract::State;
use axum::response::Response;

use super::path::{Member, OwnTeam};
use super::reply::TeamReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Removes somebody from a team; whoever is no member, is none. While members have live calls the
/// team keeps its last supervisor.
#[utoipa::path(
    delete,
    path = "/api/v1/teams/{id}/members/{user_id}",
    operation_id = "removeTeamMember",
    tag = "teams",
    params(
        ("id" = String, Path, description = "The team"),
        ("user_id" = String, Path, description = "The member")
    ),
    responses((status = 204, description = "They are no member"))
)]
pub async fn remove(
    State(app): State<App>,
    head: Head,
    OwnTeam(id): OwnTeam,
    Member(user): Member,
) -> Result<Response, Problem> {
    let order = head.order("", Accepted::<TeamReply>::gone(id.uuid()));
    let done = app.teams().remove(order, id, user).await;
    respond::<TeamReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
