//! Has a campaign call.

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

/// Has a campaign call: its contacts can be called from now on. Everything that it lacks is
/// answered at once, in `errors`. One that calls already is answered as it is.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/activate",
    operation_id = "activateCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn activate(
    State(app): State<App>,
    head: Head,
    OwnCampaign(id): OwnCampaign,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    run(&app, &head, (id, &body.canonical), CampaignWish::Activate).await
}
