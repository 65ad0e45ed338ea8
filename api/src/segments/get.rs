//! One segment.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::segment::Segment;
use domain::{OrgId, SegmentId};
use uuid::Uuid;

use super::reply::SegmentReply;
use crate::http::answer::tagged;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::{Problem, log_failed};
use crate::http::query;

/// One segment.
#[utoipa::path(
    get,
    path = "/api/v1/segments/{id}",
    operation_id = "getSegment",
    tag = "contacts",
    params(("id" = String, Path, description = "The segment")),
    responses((
        status = 200,
        description = "The segment",
        body = SegmentReply,
        headers(("ETag" = String, description = "The version of all segments, for If-Match"))
    ))
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let (segment, version) = found(&app, caller.org, id).await?.ok_or_else(Problem::not_found)?;
    tagged(version, &SegmentReply::from(&segment))
}

/// A segment as the log has it now, and the version of the catalog.
pub(crate) async fn found(
    app: &App,
    org: OrgId,
    id: Uuid,
) -> Result<Option<(Segment, u64)>, Problem> {
    let catalog = app.segments().catalog(org).await;
    let (catalog, version) = catalog.map_err(|error| log_failed(&error))?;
    Ok(catalog.find(SegmentId::from(id)).cloned().map(|segment| (segment, version)))
}
