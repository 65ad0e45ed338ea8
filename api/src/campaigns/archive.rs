//! Puts a campaign away.

use axum::extract::State;
use axum::response::Response;
use domain::CampaignId;
use processes::campaigns::CampaignWish;

use super::reply::CampaignReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Puts a campaign away that does not call: it is only read any more, and its name is free.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns/{id}/archive",
    operation_id = "archiveCampaign",
    tag = "campaigns",
    params(("id" = String, Path, description = "The campaign")),
    responses((status = 200, description = "The campaign", body = CampaignReply))
)]
pub async fn archive(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    run(&app, &head, (CampaignId::from(id), &body.canonical), CampaignWish::Archive).await
}
