//! The segments of an organization.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::reply::SegmentReply;
use crate::http::answer::tagged;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::{Problem, log_failed};
use crate::http::query;

/// Every segment.
#[derive(Serialize, ToSchema)]
pub struct SegmentList {
    /// In the order in which they were defined.
    items: Vec<SegmentReply>,
}

/// Every segment: at most 100, answered as a whole.
#[utoipa::path(
    get,
    path = "/api/v1/segments",
    operation_id = "listSegments",
    tag = "contacts",
    responses((
        status = 200,
        description = "The segments",
        body = SegmentList,
        headers(("ETag" = String, description = "Their version"))
    ))
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let catalog = app.segments().catalog(caller.org).await;
    let (catalog, version) = catalog.map_err(|error| log_failed(&error))?;
    let items = catalog.entries().iter().map(SegmentReply::from).collect();
    tagged(version, &SegmentList { items })
}
