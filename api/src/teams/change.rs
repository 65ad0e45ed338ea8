//! Runs a team otherwise.

use axum::extract::State;
use axum::response::Response;
use domain::call::WrapUp;
use domain::team::{TeamChanges, WorkingHours};
use domain::{Role, TeamId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::OwnTeam;
use super::reply::TeamReply;
use super::settings::WrapUpBody;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, present, stated};
use crate::http::command::Head;
use crate::http::problem::{FORBIDDEN, Problem};

/// What is different from now on; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTeam {
    /// Unique in the organization, whatever the letters' case.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// `null`: none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// `null`: it is within none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>, format = Uuid)]
    parent_team_id: Option<Option<TeamId>>,
    /// A name of the IANA database.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    time_zone: Option<String>,
    /// When it works.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    working_hours: Option<WorkingHours>,
    /// 1 to 500, and not less than it has.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 500, nullable = false)]
    max_members: Option<u16>,
    /// What its members can do where nothing else is said of them.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    skills_default: Option<Vec<String>>,
    /// `null`: as the organization has it.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<WrapUpBody>)]
    wrap_up: Option<Option<WrapUpBody>>,
}

impl ChangeTeam {
    /// Whether it touches only what supervisors may change: what the team is for, its hours and
    /// the time after a call.
    fn is_supervisors(&self) -> bool {
        self.name.is_none()
            && self.parent_team_id.is_none()
            && self.max_members.is_none()
            && self.skills_default.is_none()
    }
}

/// Runs a team otherwise. Supervisors change what their team is for, its hours with their zone, and
/// the time after a call.
#[utoipa::path(
    patch,
    path = "/api/v1/teams/{id}",
    operation_id = "changeTeam",
    tag = "teams",
    params(("id" = String, Path, description = "The team")),
    request_body = ChangeTeam,
    responses((status = 200, description = "The team", body = TeamReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    OwnTeam(id): OwnTeam,
    Body { value, canonical }: Body<ChangeTeam>,
) -> Result<Response, Problem> {
    if head.caller.role == Role::Supervisor && !value.is_supervisors() {
        let words = "supervisors change description, time_zone, working_hours and wrap_up";
        return Err(Problem::of(&FORBIDDEN).because(words));
    }
    let changes = TeamChanges {
        name: value.name,
        description: value.description,
        parent_team_id: value.parent_team_id,
        time_zone: value.time_zone,
        working_hours: value.working_hours,
        max_members: value.max_members,
        skills_default: value.skills_default,
        wrap_up: value.wrap_up.map(|wrap_up| wrap_up.map(WrapUp::from)),
    };
    let order = head.order(&canonical, Accepted::<TeamReply>::changed(id.uuid()));
    let done = app.teams().update(order, id, changes).await;
    respond::<TeamReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
