//! Has somebody call for a campaign, or not any more; agents join and leave by themselves.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use domain::{AgentId, CampaignId, Role};
use serde::Deserialize;
use utoipa::ToSchema;

use super::own::OwnCampaign;
use super::problem::refused;
use super::reply::CampaignReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path;
use crate::http::problem::{NOT_YOUR_RESOURCE, Problem};

/// Who.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignAgent {
    #[schema(value_type = uuid::Uuid)]
    agent_id: AgentId,
}

/// Has somebody call for a campaign, also while it calls: from the next second on they take its
/// calls while they are `available`. Two who are assigned at once are both assigned. An agent names
/// themselves, and joins a campaign again that they have left.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/agents",
    operation_id = "assignAgent",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    request_body = AssignAgent,
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn assign(
    State(app): State<App>,
    head: Head,
    OwnCampaign(id): OwnCampaign,
    Body { value, canonical }: Body<AssignAgent>,
) -> Result<Response, Problem> {
    assigned(&app, &head, (id, &canonical), (value.agent_id, true)).await
}

/// Has somebody call for a campaign no more. Who is in one of its teams is `away` from it until
/// they join, or are assigned again. So is an agent who leaves by themselves; they stay assigned.
/// Calls that they have go on.
#[utoipa::path(
    delete,
    path = "/api/v1/campaigns/{id}/agents/{agent_id}",
    operation_id = "unassignAgent",
    tag = "campaigns",
    params(
        ("id" = String, Path, description = "The campaign"),
        ("agent_id" = String, Path, description = "Who")
    ),
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn unassign(
    State(app): State<App>,
    head: Head,
    OwnCampaign(id): OwnCampaign,
    params: RawPathParams,
) -> Result<Response, Problem> {
    let agent = params.iter().find(|(name, _)| *name == "agent_id");
    let agent = agent.and_then(|(_, id)| path::parse(id)).ok_or_else(Problem::not_found)?;
    assigned(&app, &head, (id, ""), (AgentId::from(agent), false)).await
}

async fn assigned(
    app: &App,
    head: &Head,
    (id, canonical): (CampaignId, &str),
    (agent, calls): (AgentId, bool),
) -> Result<Response, Problem> {
    let order = head.order(canonical, Accepted::<CampaignReply>::changed(id.uuid()));
    let (org, by) = (head.caller.org, head.caller.user);
    let done = if head.caller.role == Role::Agent {
        if agent.uuid() != by.uuid() {
            let words = "agents join and leave for themselves";
            return Err(Problem::of(&NOT_YOUR_RESOURCE).because(words));
        }
        app.campaigns().attend(order, id, calls, by).await.map_err(not_done)?
    } else {
        app.campaigns().assign(order, id, (agent, calls), by).await.map_err(refused)?
    };
    respond::<CampaignReply>(app, org, done).await
}
