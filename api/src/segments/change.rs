//! Has a segment mean others, or be called something else.

use axum::extract::State;
use axum::response::Response;
use domain::SegmentId;
use domain::segment::SegmentChanges;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::problem::filter;
use super::reply::SegmentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, present, stated};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// What is different from now on; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSegment {
    /// 1 to 120 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// `null`: none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// The whole of it, as `POST /segments` says.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, nullable = false)]
    filter: Option<Value>,
}

/// Has a segment mean others from now on, or be called something else.
#[utoipa::path(
    patch,
    path = "/api/v1/segments/{id}",
    operation_id = "changeSegment",
    tag = "contacts",
    params(("id" = String, Path, description = "The segment")),
    request_body = ChangeSegment,
    responses((status = 200, description = "The segment", body = SegmentReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Body { value, canonical }: Body<ChangeSegment>,
) -> Result<Response, Problem> {
    let (id, by) = (SegmentId::from(id), head.caller.user);
    let filter = value.filter.as_ref().map(filter).transpose()?;
    let changes = SegmentChanges { name: value.name, description: value.description, filter };
    let order = head.order(&canonical, Accepted::<SegmentReply>::changed(id.uuid()));
    let done = app.segments().change(order, (id, changes), by).await;
    respond::<SegmentReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
