//! Ends a campaign.

use axum::extract::State;
use axum::response::Response;
use processes::campaigns::CampaignWish;

use super::own::OwnCampaign;
use super::reply::CampaignReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Ends a campaign that has called whom it could; it can be reopened.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/complete",
    operation_id = "completeCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn complete(
    State(app): State<App>,
    head: Head,
    OwnCampaign(id): OwnCampaign,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    run(&app, &head, (id, &body.canonical), CampaignWish::Complete).await
}
