//! How far a reset of many contacts is.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::{CampaignId, ResetId};
use processes::resets::ResetError;

use super::own::runs;
use super::reset_reply::ResetReply;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Ids;
use crate::http::problem::{Problem, by_kind, log_failed};
use crate::http::query;

/// How far a reset of contacts is, and how many are called anew.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}/resets/{reset_id}",
    operation_id = "getContactReset",
    tag = "campaigns",
    params(
        ("id" = String, Path, description = "The campaign"),
        ("reset_id" = String, Path, description = "The reset")
    ),
    responses((status = 200, description = "The reset", body = ResetReply))
)]
pub async fn get_reset(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Ids(campaign, id): Ids,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let (campaign, id) = (CampaignId::from(campaign), ResetId::from(id));
    runs(&app, &caller, campaign).await?;
    let found =
        app.resets().get(caller.org, (campaign, id)).await.map_err(|error| match error {
            ResetError::Log(error) => log_failed(&error),
            ResetError::Database(error) => by_kind(&error),
        })?;
    let reset = found.ok_or_else(Problem::not_found)?;
    Ok(Json(ResetReply::known(&reset)).into_response())
}
