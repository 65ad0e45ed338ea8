//! Has the engine look at what was said in a call.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::call_sentiment::EngineVersion;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::failed;
use crate::http::app::App;
use crate::http::body::{NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::Problem;

/// A look of the engine.
#[derive(Serialize, ToSchema)]
pub struct SentimentRun {
    call_id: Uuid,
    /// Which look.
    run_id: Uuid,
    engine: String,
    engine_version: String,
}

/// Has the engine look at all that was said in a call until now. Nobody has to ask for it: a call
/// is looked at by itself once its transcript is complete, and again when it is corrected. Where
/// it was done already for this version of the transcript, the answer is 200 with that run.
#[utoipa::path(
    post,
    path = "/api/v1/sentiment/calls/{id}/analyze",
    operation_id = "analyzeCall",
    tag = "sentiment",
    params(("id" = String, Path, description = "The call")),
    responses(
        (status = 200, description = "It was done already", body = SentimentRun),
        (
            status = 202,
            description = "It is done, and read in a moment",
            body = SentimentRun,
            headers(("Location" = String, description = "Where the result is"))
        )
    )
)]
pub async fn analyze(
    State(app): State<App>,
    head: Head,
    CallPath(call): CallPath,
    _: OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let context = head.caller.context(head.trace);
    let run = app.sentiments().analyze(context, call).await.map_err(failed)?;
    let by = app.sentiments().version();
    let (call_id, run_id) = (call.uuid(), run.id.uuid());
    let EngineVersion { engine, engine_version } = by;
    let body = Json(SentimentRun { call_id, run_id, engine, engine_version });
    let Some(position) = run.position else { return Ok(body.into_response()) };
    let location = format!("/api/v1/sentiment/calls/{call_id}?run_id={run_id}");
    let location = HeaderValue::from_str(&location).map_err(|error| Problem::fault(&error))?;
    let mut response = (StatusCode::ACCEPTED, body).into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert("x-event-position", HeaderValue::from(position));
    Ok(response)
}
