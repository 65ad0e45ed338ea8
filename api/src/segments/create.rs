//! Defines a segment.

use axum::extract::State;
use axum::response::Response;
use domain::segment::Definition;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::problem::filter;
use super::reply::SegmentReply;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, VERSION_MISMATCH, keyring_failed};

/// Contacts of some kind, under a name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSegment {
    /// 1 to 120 characters; no other segment has it, whatever the case of its letters.
    #[schema(example = "Worth another call")]
    name: String,
    /// What it is for: a line of at most 500 characters.
    description: Option<String>,
    /// Whom it means: `{"all": […]}`, `{"any": […]}`, `{"not": …}` or a condition
    /// `{"field", "op", "value"}`, at most 5 deep and of at most 50 conditions.
    ///
    /// - `status`, `campaign_id` and `tag` with `eq` and `ne`, or `in` and at most 50 values;
    /// - `outcome`, `time_zone` and `language` with the same, or `exists` and `true` or `false`;
    /// - `priority` and `attempts` (those that count) with `eq`, `ne`, `lt`, `lte`, `gt`, `gte`;
    /// - `created_at` and `next_attempt_at` with `lt`, `lte`, `gt`, `gte`, the latter with `exists`
    ///   too.
    ///
    /// Of whom a field is not known, every comparison is false, and `ne` is true.
    #[schema(value_type = Object, example = json!({ "all": [
        { "field": "status", "op": "in", "value": ["pending", "scheduled"] },
        { "not": { "field": "tag", "op": "eq", "value": "vip" } },
    ] }))]
    filter: Value,
}

/// Defines a segment. An organization has at most 100.
#[utoipa::path(
    post,
    path = "/api/v1/segments",
    operation_id = "createSegment",
    tag = "contacts",
    request_body = CreateSegment,
    responses((
        status = 201,
        description = "The segment",
        body = SegmentReply,
        headers(("Location" = String, description = "Where the segment is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateSegment>,
) -> Result<Response, Problem> {
    if head.if_match.is_some() {
        return Err(Problem::of(&VERSION_MISMATCH).because("there is no version to match yet"));
    }
    let (org, by) = (head.caller.org, head.caller.user);
    let CreateSegment { name, description, filter: written } = value;
    let definition = Definition { name, description, filter: filter(&written)? };
    let id = app.segments().id(org, by, head.key()).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let order = head.order(
        &canonical,
        Accepted::<SegmentReply>::created(id.uuid(), format!("/api/v1/segments/{id}")),
    );
    let done = app.segments().define(order, (id, definition), by).await;
    respond::<SegmentReply>(&app, org, done.map_err(not_done)?).await
}
