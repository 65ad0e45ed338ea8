//! Gives a campaign up.

use axum::extract::State;
use axum::response::Response;
use processes::campaigns::CampaignWish;
use serde::Deserialize;
use utoipa::ToSchema;

use super::own::OwnCampaign;
use super::reply::CampaignReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::Problem;

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelCampaign {
    /// A line.
    #[schema(example = "the offer is over")]
    reason: String,
}

/// Gives a campaign up: nobody is called any more. It cannot be reopened.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/cancel",
    operation_id = "cancelCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    request_body = CancelCampaign,
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn cancel(
    State(app): State<App>,
    head: Head,
    OwnCampaign(id): OwnCampaign,
    Body { value, canonical }: Body<CancelCampaign>,
) -> Result<Response, Problem> {
    run(&app, &head, (id, &canonical), CampaignWish::Cancel(value.reason)).await
}
