//! Who calls for a campaign, and what they do now.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::{AgentId, CampaignId};
use projections::agents::read::{self, AgentFilter};
use serde::Serialize;
use utoipa::ToSchema;

use super::get::found;
use super::problem::refused;
use crate::agents::reply::{AgentReply, SeenAgent, View};
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// So many are told.
const MOST: i64 = 1_000;

/// Who calls for a campaign.
#[derive(Serialize, ToSchema)]
pub struct CampaignAgents {
    /// The newest agents first, at most 1000.
    items: Vec<CampaignAgent>,
}

/// Somebody who calls for a campaign.
#[derive(Serialize, ToSchema)]
pub struct CampaignAgent {
    /// Whether the campaign names them; it has the others for a team of theirs.
    named: bool,
    /// Whether they have left it for now.
    away: bool,
    /// They, and what they do.
    agent: SeenAgent,
}

/// Who calls for a campaign, and what they do now; deactivated agents are not told. Of whoever is
/// in no team that they supervise, supervisors see the name and what they do.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}/agents",
    operation_id = "listCampaignAgents",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "The agents", body = CampaignAgents))
)]
pub async fn agents(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.all_fresh(&app, &["campaigns", "agents", "teams"]).await?;
    let org = head.caller.org;
    let campaign = found(&app, &head, CampaignId::from(id)).await?.campaign;
    let assigned = app.campaigns().assigned(org, &campaign).await.map_err(refused)?;
    let among = Some(assigned.into_iter().collect());
    let filter = AgentFilter { among, ..AgentFilter::default() };
    let rows = read::list(app.database(), org, &filter, None, MOST).await;
    let rows = rows.map_err(|error| unavailable(&error))?;
    let known = rows.iter().map(|row| AgentReply::known(row.id.uuid(), &row.agent, row.version));
    let known = AgentReply::all_opened(&app, org, known).await?;
    let view = View::of(&app, &head.caller).await?;
    let items = known.into_iter().map(|agent| {
        let id = AgentId::from(agent.id);
        let (named, away) = (campaign.settings.agents.contains(&id), campaign.is_away(id));
        CampaignAgent { named, away, agent: view.seen(agent) }
    });
    Ok(fresh.answer(&CampaignAgents { items: items.collect() }))
}
