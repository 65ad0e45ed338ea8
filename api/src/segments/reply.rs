//! A segment as it is answered.

use axum::response::{IntoResponse, Response};
use domain::segment::{Segment, SegmentCatalog, SegmentRefusal};
use domain::{OrgId, SegmentId, Timestamp};
use event_store::{Reply, StoredReply};
use http::{HeaderValue, StatusCode, header};
use processes::commands::Order;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::command::{Head, etag};
use crate::http::problem::{Problem, stored_refusal};

/// Contacts of some kind, under a name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Segment)]
pub struct SegmentReply {
    /// The id.
    pub id: Uuid,
    name: String,
    description: Option<String>,
    /// Whom it means, as `POST /segments` says.
    #[schema(value_type = Object, example = json!({ "field": "tag", "op": "eq", "value": "vip" }))]
    filter: Value,
    created_at: Timestamp,
    /// Since when it is as it is.
    changed_at: Timestamp,
}

impl From<&Segment> for SegmentReply {
    fn from(segment: &Segment) -> Self {
        Self {
            id: segment.id.uuid(),
            name: segment.definition.name.clone(),
            description: segment.definition.description.clone(),
            filter: json!(segment.definition.filter),
            created_at: segment.created_at,
            changed_at: segment.changed_at,
        }
    }
}

impl Resource for SegmentReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

/// Writes the answer of an accepted command: the segment as it is then, under the version of the
/// catalog.
struct Accepted {
    id: SegmentId,
    status: StatusCode,
    location: Option<String>,
}

impl Reply<SegmentCatalog> for Accepted {
    fn accepted(&self, catalog: &SegmentCatalog, version: u64) -> StoredReply {
        let segment = catalog.find(self.id).map(SegmentReply::from);
        let body = segment.map(|segment| serde_json::to_vec(&segment).unwrap_or_default());
        StoredReply {
            status: self.status.as_u16(),
            body: body.unwrap_or_default(),
            etag: Some(etag(version)),
            location: self.location.clone(),
        }
    }

    fn refused(&self, refusal: &SegmentRefusal) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}

/// A command about a segment, answered with it.
fn order(head: &Head, canonical: &str, reply: Accepted) -> Order<SegmentCatalog> {
    Order {
        context: head.caller.context(head.trace),
        key: head.idempotency(canonical),
        if_match: head.if_match,
        reply: Box::new(reply),
    }
}

/// The same of one that is there now, and where.
pub(super) fn created(head: &Head, canonical: &str, id: SegmentId) -> Order<SegmentCatalog> {
    let location = Some(["/api/v1/segments/", &id.to_string()].concat());
    order(head, canonical, Accepted { id, status: StatusCode::CREATED, location })
}

/// The same of one that is another one now.
pub(super) fn changed(head: &Head, canonical: &str, id: SegmentId) -> Order<SegmentCatalog> {
    order(head, canonical, Accepted { id, status: StatusCode::OK, location: None })
}

/// The same of one that is there no more.
pub(super) fn gone(head: &Head, canonical: &str, id: SegmentId) -> Order<SegmentCatalog> {
    order(head, canonical, Accepted { id, status: StatusCode::NO_CONTENT, location: None })
}

/// An answer under the version of the catalog.
pub(super) fn tagged(version: u64, body: &impl Serialize) -> Result<Response, Problem> {
    let mut response = axum::Json(body).into_response();
    let tag = HeaderValue::from_str(&etag(version)).map_err(|error| Problem::fault(&error))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
