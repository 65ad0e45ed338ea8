//! One erasure and its certificate.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::problem::refused;
use super::reply::ErasureReply;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query;

/// One erasure, with its certificate once it is done.
#[utoipa::path(
    get,
    path = "/api/v1/erasures/{id}",
    operation_id = "getErasure",
    tag = "erasures",
    params(("id" = String, Path, description = "The erasure")),
    responses((status = 200, description = "The erasure", body = ErasureReply))
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let erasure = app.erasures().find(caller.org, id).await.map_err(refused)?;
    let erasure = erasure.ok_or_else(Problem::not_found)?;
    Ok(axum::Json(ErasureReply::of(&app, caller.org, &erasure)?).into_response())
}
