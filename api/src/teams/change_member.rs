//! Makes a member of a team something else in it.

use axum::extract::State;
use axum::response::Response;
use domain::team::TeamRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::{Member, OwnTeam};
use super::reply::TeamReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// What they are from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMember {
    /// `member`, `lead` or `supervisor`
    role: TeamRole,
}

/// Makes a member something else. While members have live calls the team keeps its last supervisor.
#[utoipa::path(
    patch,
    path = "/api/v1/teams/{id}/members/{user_id}",
    operation_id = "changeTeamMember",
    tag = "teams",
    params(
        ("id" = String, Path, description = "The team"),
        ("user_id" = String, Path, description = "The member")
    ),
    request_body = ChangeMember,
    responses((status = 200, description = "The team", body = TeamReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    OwnTeam(id): OwnTeam,
    Member(user): Member,
    Body { value, canonical }: Body<ChangeMember>,
) -> Result<Response, Problem> {
    let order = head.order(&canonical, Accepted::<TeamReply>::changed(id.uuid()));
    let done = app.teams().change_role(order, id, user, value.role).await;
    respond::<TeamReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
