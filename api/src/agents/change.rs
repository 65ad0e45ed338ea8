//! Changes an agent's profile.

use axum::extract::State;
use axum::response::Response;
use domain::Role;
use domain::agent::{ProfileChanges, Skill};
use domain::call::WrapUp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::AgentPath;
use super::reply::AgentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, present};
use crate::http::command::Head;
use crate::http::problem::{FORBIDDEN, Problem};
use crate::teams::settings::WrapUpBody;

/// What is different from now on; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAgent {
    /// How they are called by those who work with them.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    display_name: Option<String>,
    /// Where they are called: `client:name`, `sip:user@host` or a number in E.164.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    address: Option<String>,
    /// Calls at once, 1 to 10, and not less than keep them now.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 10, nullable = false)]
    max_concurrent_calls: Option<u8>,
    /// All that they can do from now on.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    skills: Option<Vec<Skill>>,
    /// All that they speak from now on.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    languages: Option<Vec<String>>,
    /// Their time after a call.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    wrap_up: Option<WrapUpBody>,
}

/// Changes an agent's profile. Supervisors change what the agents of their teams can do, and their
/// time after a call.
#[utoipa::path(
    patch,
    path = "/api/v1/agents/{id}",
    operation_id = "changeAgent",
    tag = "agents",
    params(("id" = String, Path, description = "The agent")),
    request_body = ChangeAgent,
    responses((status = 200, description = "The agent", body = AgentReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    AgentPath(id): AgentPath,
    Body { value, canonical }: Body<ChangeAgent>,
) -> Result<Response, Problem> {
    let ChangeAgent { display_name, address, max_concurrent_calls, skills, languages, wrap_up } =
        value;
    let others = display_name.is_some() || address.is_some() || max_concurrent_calls.is_some();
    if head.caller.role == Role::Supervisor && others {
        let words = "supervisors change skills, languages and wrap_up";
        return Err(Problem::of(&FORBIDDEN).because(words));
    }
    let wrap_up = wrap_up.map(WrapUp::from);
    let changes =
        ProfileChanges { display_name, address, max_concurrent_calls, skills, languages, wrap_up };
    let order = head.order(&canonical, Accepted::<AgentReply>::changed(id.uuid()));
    let done = app.agents().update(order, id, changes).await;
    respond::<AgentReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
