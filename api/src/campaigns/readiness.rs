//! Whether a campaign can call.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::CampaignId;
use serde::Serialize;
use utoipa::ToSchema;

use super::get::found;
use super::problem::refused;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query;
use crate::http::read::Head;

/// Whether a campaign can call.
#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// Whether it can.
    ready: bool,
    /// Everything that it lacks, as `activateCampaign` would say it.
    errors: Vec<FieldError>,
}

/// Whether a campaign can call, and everything that it lacks.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}/readiness",
    operation_id = "getCampaignReadiness",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "Whether it can call", body = Readiness))
)]
pub async fn readiness(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let fresh = head.all_fresh(&app, &["campaigns", "contacts"]).await?;
    let id = CampaignId::from(id);
    let row = found(&app, &head, id).await?;
    let outlook = app.campaigns().outlook(head.caller.org, id).await.map_err(refused)?;
    let lacking = row.campaign.lacking(&outlook, app.now());
    let errors: Vec<FieldError> = lacking.iter().map(FieldError::of).collect();
    Ok(fresh.answer(&Readiness { ready: errors.is_empty(), errors }))
}
