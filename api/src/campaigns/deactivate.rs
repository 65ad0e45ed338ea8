//! Has a campaign pause.

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

/// Has a campaign pause: nobody is called any more until it is activated again. Calls that are
/// under way go on; `live_calls` of the campaign says how many.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/deactivate",
    operation_id = "deactivateCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn deactivate(
    State(app): State<App>,
    head: Head,
    OwnCampaign(id): OwnCampaign,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    run(&app, &head, (id, &body.canonical), CampaignWish::Deactivate).await
}
