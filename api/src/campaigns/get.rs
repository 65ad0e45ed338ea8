//! One campaign.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::campaign::CampaignStatus;
use domain::{CampaignId, Role};
use projections::campaigns::read::{self, CampaignRow};

use super::reply::CampaignReply;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{NOT_YOUR_RESOURCE, Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// One campaign. Agents see those that they call for.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}",
    operation_id = "getCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses(
        (status = 200, description = "The campaign", body = CampaignReply),
        (status = 304, description = "The version of If-None-Match is the current one")
    )
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.fresh(&app, "campaigns").await?;
    let row = found(&app, &head, CampaignId::from(id)).await?;
    if head.has(row.version) {
        return Ok(fresh.unchanged(row.version));
    }
    Ok(fresh.resource(row.version, &CampaignReply::known(id, &row.campaign, row.version)))
}

/// A campaign that the caller may see.
pub(crate) async fn found(app: &App, head: &Head, id: CampaignId) -> Result<CampaignRow, Problem> {
    let org = head.caller.org;
    let row = read::get(app.database(), org, id).await.map_err(|error| unavailable(&error))?;
    let row = row.filter(|row| row.campaign.status != CampaignStatus::Deleted);
    let row = row.ok_or_else(Problem::not_found)?;
    if head.caller.role == Role::Agent {
        let theirs = app.campaigns().calls_for(org, &row.campaign, head.caller.user).await;
        if !theirs.map_err(|error| unavailable(&error))? {
            return Err(Problem::of(&NOT_YOUR_RESOURCE));
        }
    }
    Ok(row)
}
