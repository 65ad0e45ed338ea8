//! Has somebody called at a time that was agreed.

use axum::extract::State;
use axum::response::Response;
use domain::{AgentId, Timestamp};
use processes::contacts::ContactWish;
use serde::Deserialize;
use utoipa::ToSchema;

use super::own::OwnContact;
use super::reply::ContactReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// When, and by whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleContact {
    /// In the future, at most 180 days ahead.
    due_at: Timestamp,
    /// By this agent only, until it expires; by anybody, where nothing is said.
    #[schema(value_type = Option<uuid::Uuid>)]
    agent_id: Option<AgentId>,
    /// Until when; then they wait to be called by anybody.
    expires_at: Option<Timestamp>,
}

/// Has somebody called at a time that was agreed, before those who only wait.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/{id}/schedule",
    operation_id = "scheduleContact",
    tag = "contacts",
    params(("id" = String, Path, description = "The contact")),
    request_body = ScheduleContact,
    responses((status = 200, description = "The contact", body = ContactReply))
)]
pub async fn schedule(
    State(app): State<App>,
    head: Head,
    OwnContact(id): OwnContact,
    Body { value, canonical }: Body<ScheduleContact>,
) -> Result<Response, Problem> {
    let ScheduleContact { due_at, agent_id, expires_at } = value;
    let wish = ContactWish::Schedule { due_at, agent_id, expires_at };
    run(&app, &head, (id, &canonical), wish).await
}
