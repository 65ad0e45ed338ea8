//! How a call goes.

use axum::Json;
use axum::extract::{RawQuery, State};
use domain::Timestamp;
use domain::call::Call;
use domain::call_sentiment::{CallSentiment, OpenAlert};
use domain::sentiment::{AlertKind, AlertSeverity, Score};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::CallPath;
use crate::http::problem::{Problem, log_failed};
use crate::http::query;

/// How a call goes.
#[derive(Serialize, ToSchema)]
pub struct LiveSentiment {
    call_id: Uuid,
    /// How many segments were heard.
    heard: u32,
    /// The score over the last three things that the customer said; `null` before that.
    rolling: Option<Score>,
    /// What somebody has to know.
    alerts: Vec<LiveAlert>,
}

/// What somebody has to know.
#[derive(Serialize, ToSchema)]
pub struct LiveAlert {
    kind: AlertKind,
    severity: AlertSeverity,
    /// Since when it is so bad.
    raised_at: Timestamp,
    /// Who knows.
    acknowledged_by: Option<Uuid>,
}

/// How a call goes, by the last things that the customer said: asked of the log.
#[utoipa::path(
    get,
    path = "/api/v1/sentiment/calls/{id}/live",
    operation_id = "getLiveSentiment",
    tag = "sentiment",
    params(("id" = String, Path, description = "The call")),
    responses((status = 200, description = "How it goes", body = LiveSentiment))
)]
pub async fn live(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    CallPath(call): CallPath,
) -> Result<Json<LiveSentiment>, Problem> {
    query::none(raw.as_deref())?;
    let known = app.commands().state::<Call>(caller.org, call.uuid()).await;
    known.map_err(|error| log_failed(&error))?.ok_or_else(Problem::not_found)?;
    let found = app.commands().state::<CallSentiment>(caller.org, call.uuid()).await;
    let found = found.map_err(|error| log_failed(&error))?;
    let found = found.map(|(found, _)| found).unwrap_or_default();
    let alert = |(kind, alert): (&AlertKind, &OpenAlert)| LiveAlert {
        kind: *kind,
        severity: alert.severity,
        raised_at: alert.raised_at,
        acknowledged_by: alert.acknowledged_by.map(|by| by.uuid()),
    };
    Ok(Json(LiveSentiment {
        call_id: call.uuid(),
        heard: found.heard(),
        rolling: found.live().rolling(),
        alerts: found.alerts().iter().map(alert).collect(),
    }))
}
