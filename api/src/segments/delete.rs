//! Takes a segment away.

use axum::extract::State;
use axum::response::Response;
use domain::SegmentId;

use super::reply::SegmentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Takes a segment away; whom it meant stays. Its name is free from then on.
#[utoipa::path(
    delete,
    path = "/api/v1/segments/{id}",
    operation_id = "deleteSegment",
    tag = "contacts",
    params(("id" = String, Path, description = "The segment")),
    responses((status = 204, description = "It is gone"))
)]
pub async fn delete(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(body): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let id = SegmentId::from(id);
    let order = head.order(&body.canonical, Accepted::<SegmentReply>::gone(id.uuid()));
    let done = app.segments().delete(order, id, head.caller.user).await;
    respond::<SegmentReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
