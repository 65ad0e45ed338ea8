//! Somebody knows of an alert.

use axum::extract::State;
use axum::response::Response;
use domain::call_sentiment::CallSentiment;
use domain::sentiment::AlertKind;
use domain::{OrgId, Timestamp};
use projections::sentiment::read::{self, AlertFilter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Accepted, Resource, Shows, not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::reach::Reach;

/// What somebody knows of a call, from now on.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct AcknowledgedAlerts {
    call_id: Uuid,
    /// What is open of the call.
    alerts: Vec<KnownAlert>,
}

/// What somebody has to know, and who does.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct KnownAlert {
    kind: AlertKind,
    /// Since when it is so bad.
    raised_at: Timestamp,
    acknowledged_by: Option<Uuid>,
}

impl Resource for AcknowledgedAlerts {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<CallSentiment> for AcknowledgedAlerts {
    fn of(id: Uuid, state: &CallSentiment, _: u64) -> Option<Self> {
        let alerts = state.alerts().iter().map(|(kind, alert)| KnownAlert {
            kind: *kind,
            raised_at: alert.raised_at,
            acknowledged_by: alert.acknowledged_by.map(|by| by.uuid()),
        });
        Some(Self { call_id: id, alerts: alerts.collect() })
    }
}

/// Says that somebody knows. Should it get worse, nobody knows again; of what is so no longer,
/// nobody has to know.
#[utoipa::path(
    post,
    path = "/api/v1/sentiment/alerts/{id}/acknowledge",
    operation_id = "acknowledgeSentimentAlert",
    tag = "sentiment",
    params(("id" = String, Path, description = "The alert")),
    responses((status = 200, description = "What is open of the call", body = AcknowledgedAlerts))
)]
pub async fn acknowledge(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    OptionalBody(Body { canonical, .. }): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let agents = Reach::of(&app, &head.caller).await?.among(Vec::new())?;
    let filter = AlertFilter { id: Some(id), agents, ..AlertFilter::default() };
    let found = read::alerts(app.database(), org, &filter, None, 1).await;
    let found = found.map_err(|error| unavailable(&error))?.pop().ok_or_else(Problem::not_found)?;
    let (call, seq) = (found.call, u32::try_from(found.seq).unwrap_or_default());
    let reply = Accepted::<AcknowledgedAlerts>::changed(call.uuid());
    let order = head.order::<CallSentiment>(&canonical, reply);
    let done = app.sentiments().acknowledge(order, call, (found.kind, seq, head.caller.user)).await;
    respond::<AcknowledgedAlerts>(&app, org, done.map_err(not_done)?).await
}
