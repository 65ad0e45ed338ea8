//! Adds somebody to a team.

use axum::extract::State;
use axum::response::Response;
use domain::UserId;
use domain::team::TeamRole;
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::OwnTeam;
use super::reply::TeamReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Who joins.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// An active user of the organization; supervisors add those with the role of an agent.
    #[schema(value_type = String, format = Uuid)]
    user_id: UserId,
    /// As what: `member`, `lead` or `supervisor`.
    role: TeamRole,
}

/// Adds somebody to a team. The same again is no news.
#[utoipa::path(
    post,
    path = "/api/v1/teams/{id}/members",
    operation_id = "addTeamMember",
    tag = "teams",
    params(("id" = String, Path, description = "The team")),
    request_body = AddMember,
    responses((status = 200, description = "The team", body = TeamReply))
)]
pub async fn add(
    State(app): State<App>,
    head: Head,
    OwnTeam(id): OwnTeam,
    Body { value, canonical }: Body<AddMember>,
) -> Result<Response, Problem> {
    let who = (value.user_id, value.role);
    let order = head.order(&canonical, Accepted::<TeamReply>::changed(id.uuid()));
    let done = app.teams().add(order, id, who, head.caller.role).await;
    respond::<TeamReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
