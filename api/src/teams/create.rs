//! Makes a team.

use axum::extract::State;
use axum::response::Response;
use domain::TeamId;
use domain::call::WrapUp;
use domain::team::{TeamSettings, WorkingHours};
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::TeamReply;
use super::settings::WrapUpBody;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, keyring_failed};

/// How many members a team may have where nothing is said.
const MEMBERS: u16 = 100;

/// A team to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTeam {
    /// 1 to 255 characters; unique in the organization, whatever the letters' case.
    name: String,
    /// What it is for.
    description: Option<String>,
    /// The team that it is within; teams are at most five deep.
    #[schema(value_type = Option<String>, format = Uuid)]
    parent_team_id: Option<TeamId>,
    /// A name of the IANA database; `UTC` where nothing is said.
    #[schema(example = "Europe/Prague")]
    time_zone: Option<String>,
    /// When it works.
    #[serde(default)]
    working_hours: WorkingHours,
    /// 1 to 500; 100 where nothing is said.
    #[schema(minimum = 1, maximum = 500)]
    max_members: Option<u16>,
    /// What its members can do where nothing else is said of them.
    #[serde(default)]
    skills_default: Vec<String>,
    /// The time after a call.
    wrap_up: Option<WrapUpBody>,
}

/// Makes a team, without members.
#[utoipa::path(
    post,
    path = "/api/v1/teams",
    operation_id = "createTeam",
    tag = "teams",
    request_body = CreateTeam,
    responses((
        status = 201,
        description = "The team",
        body = TeamReply,
        headers(("Location" = String, description = "Where the team is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateTeam>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let id = app.teams().id(org, head.caller.user, head.key()).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let settings = TeamSettings {
        name: value.name,
        description: value.description,
        parent_team_id: value.parent_team_id,
        time_zone: value.time_zone.unwrap_or_else(|| "UTC".to_owned()),
        working_hours: value.working_hours,
        max_members: value.max_members.unwrap_or(MEMBERS),
        skills_default: value.skills_default,
        wrap_up: value.wrap_up.map(WrapUp::from),
    };
    let reply = Accepted::<TeamReply>::created(id.uuid(), format!("/api/v1/teams/{id}"));
    let done = app.teams().create(head.creation(&canonical, reply)?, id, settings).await;
    respond::<TeamReply>(&app, org, done.map_err(not_done)?).await
}
