//! A segment as it is answered.

use domain::segment::{Segment, SegmentCatalog};
use domain::{OrgId, SegmentId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

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

impl Shows<SegmentCatalog> for SegmentReply {
    fn of(id: Uuid, all: &SegmentCatalog, _: u64) -> Option<Self> {
        all.find(SegmentId::from(id)).map(Self::from)
    }
}
