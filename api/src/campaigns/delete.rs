//! Deletes a campaign.

use axum::extract::State;
use axum::response::Response;
use domain::CampaignId;
use processes::campaigns::CampaignWish;

use super::run::run;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Deletes a draft. A campaign that has called is put away instead; one that calls is neither.
#[utoipa::path(
    delete,
    path = "/api/v1/campaigns/{id}",
    operation_id = "deleteCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 204, description = "It is gone, or put away"))
)]
pub async fn delete(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    run(&app, &head, (CampaignId::from(id), &body.canonical), CampaignWish::Delete).await
}
