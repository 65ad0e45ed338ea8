//! Sets what an agent does.

use axum::extract::State;
use axum::response::Response;
use domain::SessionId;
use domain::agent::{Presence, PresenceBy};
use processes::agents::Wish;
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::AgentPath;
use super::reply::AgentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// What they do from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeStatus {
    /// What.
    status: Status,
    /// Why: a code of a-z, 0-9 and _, at most 32 characters.
    #[schema(example = "lunch")]
    reason_code: Option<String>,
    /// What is to be noted about it; a line.
    note: Option<String>,
}

/// A presence, as it is asked for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    Offline,
    /// The same as `available`.
    Online,
    Available,
    Busy,
    Break,
    Training,
}

impl From<Status> for Presence {
    fn from(status: Status) -> Self {
        match status {
            Status::Offline => Self::Offline,
            Status::Online | Status::Available => Self::Available,
            Status::Busy => Self::Busy,
            Status::Break => Self::Break,
            Status::Training => Self::Training,
        }
    }
}

/// Sets what an agent does. While a call keeps them, it waits in `pending_presence`; what they do
/// now, asked for again, takes that back. Whoever is there says so every 30 seconds.
#[utoipa::path(
    patch,
    path = "/api/v1/agents/{id}/status",
    operation_id = "changeAgentStatus",
    tag = "agents",
    params(("id" = String, Path, description = "The agent")),
    request_body = ChangeStatus,
    responses((status = 200, description = "The agent", body = AgentReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    AgentPath(id): AgentPath,
    Body { value, canonical }: Body<ChangeStatus>,
) -> Result<Response, Problem> {
    let oneself = head.caller.user.uuid() == id.uuid();
    let wish = Wish {
        presence: Presence::from(value.status),
        reason_code: value.reason_code,
        note: value.note,
        by: if oneself { PresenceBy::Agent } else { PresenceBy::Supervisor },
        session_id: oneself.then(|| SessionId::from(head.caller.session)),
    };
    let order = head.order(&canonical, Accepted::<AgentReply>::changed(id.uuid()));
    let done = app.agents().set_presence(order, id, wish).await;
    respond::<AgentReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
