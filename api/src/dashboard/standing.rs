//! How an alert stands after somebody has said something of it, whatever raised it.

use domain::OrgId;
use domain::alert::{Alert, AlertRefusal, AlertState};
use domain::call_sentiment::{CallSentiment, SentimentRefusal};
use domain::sentiment::AlertKind;
use event_store::{Reply, StoredReply};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::command::etag;
use crate::http::problem::{Problem, stored_refusal};

/// How an alert stands.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct AlertStanding {
    id: Uuid,
    state: AlertState,
    /// Who knows.
    acknowledged_by: Option<Uuid>,
}

impl Resource for AlertStanding {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

fn written(standing: Option<AlertStanding>, version: u64) -> StoredReply {
    StoredReply {
        status: StatusCode::OK.as_u16(),
        body: serde_json::to_vec(&standing).unwrap_or_default(),
        etag: Some(etag(version)),
        location: None,
    }
}

/// Writes the answer about an alert of a rule.
pub(super) struct OfRule(pub Uuid);

impl Reply<Alert> for OfRule {
    fn accepted(&self, alert: &Alert, version: u64) -> StoredReply {
        let last = alert.last().filter(|last| last.id.uuid() == self.0);
        let standing = last.map(|last| AlertStanding {
            id: self.0,
            state: last.state,
            acknowledged_by: last.acknowledged_by.map(|by| by.uuid()),
        });
        written(standing, version)
    }

    fn refused(&self, refusal: &AlertRefusal) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}

/// Writes the answer about what was heard in a call. What is not open any more, is over.
pub(super) struct OfCall(pub Uuid, pub AlertKind);

impl Reply<CallSentiment> for OfCall {
    fn accepted(&self, call: &CallSentiment, version: u64) -> StoredReply {
        let open = call.alerts().get(&self.1);
        let by = open.and_then(|open| open.acknowledged_by).map(|by| by.uuid());
        let state = match (open, by) {
            (None, _) => AlertState::Resolved,
            (Some(_), None) => AlertState::Raised,
            (Some(_), Some(_)) => AlertState::Acknowledged,
        };
        written(Some(AlertStanding { id: self.0, state, acknowledged_by: by }), version)
    }

    fn refused(&self, refusal: &SentimentRefusal) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}
