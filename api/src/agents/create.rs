//! Makes a user an agent.

use axum::extract::State;
use axum::response::Response;
use domain::UserId;
use domain::agent::{Profile, Skill};
use domain::call::WrapUp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::AgentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;
use crate::teams::settings::WrapUpBody;

/// An agent to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAgent {
    /// An active user of the organization whose role takes calls.
    #[schema(value_type = String, format = Uuid)]
    user_id: UserId,
    /// How they are called by those who work with them.
    display_name: String,
    /// Where they are called: `client:name`, `sip:user@host` or a number in E.164.
    #[schema(example = "client:ann")]
    address: String,
    /// Calls at once, 1 to 10; 1 where nothing is said.
    #[schema(minimum = 1, maximum = 10)]
    max_concurrent_calls: Option<u8>,
    /// What they can do.
    #[serde(default)]
    skills: Vec<Skill>,
    /// What they speak, as in BCP 47.
    #[serde(default)]
    languages: Vec<String>,
    /// Their time after a call; 30 seconds where nothing is said.
    wrap_up: Option<WrapUpBody>,
}

/// Makes a user an agent. Nobody has two profiles.
#[utoipa::path(
    post,
    path = "/api/v1/agents",
    operation_id = "createAgent",
    tag = "agents",
    request_body = CreateAgent,
    responses((
        status = 201,
        description = "The agent",
        body = AgentReply,
        headers(("Location" = String, description = "Where the agent is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateAgent>,
) -> Result<Response, Problem> {
    let profile = Profile {
        display_name: value.display_name,
        address: value.address,
        max_concurrent_calls: value.max_concurrent_calls.unwrap_or(1),
        skills: value.skills,
        languages: value.languages,
        wrap_up: value.wrap_up.map_or(WrapUp::DEFAULT, WrapUp::from),
    };
    let id = value.user_id.uuid();
    let reply = Accepted::<AgentReply>::created(id, format!("/api/v1/agents/{id}"));
    let done = app.agents().create(head.creation(&canonical, reply)?, value.user_id, profile).await;
    respond::<AgentReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
