//! How many contacts a segment means.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use projections::contacts::segment;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::get::found;
use crate::http::app::App;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// How many contacts a segment means.
#[derive(Serialize, ToSchema)]
pub struct SegmentCount {
    segment_id: Uuid,
    /// As many as `GET /contacts?segment_id=` lists: those that were taken off a list are in none.
    count: i64,
}

/// How many contacts a segment means at this moment.
#[utoipa::path(
    get,
    path = "/api/v1/segments/{id}/count",
    operation_id = "countSegment",
    tag = "contacts",
    params(("id" = String, Path, description = "The segment")),
    responses((status = 200, description = "How many they are", body = SegmentCount))
)]
pub async fn count(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let org = head.caller.org;
    let (meant, _) = found(&app, org, id).await?.ok_or_else(Problem::not_found)?;
    let fresh = head.fresh(&app, "contacts").await?;
    let count = segment::count(app.database(), org, &meant.definition.filter).await;
    let count = count.map_err(|error| unavailable(&error))?;
    Ok(fresh.answer(&SegmentCount { segment_id: id, count }))
}
