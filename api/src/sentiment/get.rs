//! What an engine has found of a call.

use axum::extract::State;
use axum::response::Response;
use domain::RunId;
use projections::sentiment::read;
use serde::Deserialize;
use utoipa::IntoParams;

use super::reply::SentimentReply;
use crate::http::app::App;
use crate::http::path::CallPath;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which look of which engine.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetSentiment {
    /// This one; the last one, where nothing is said.
    #[param(value_type = Option<uuid::Uuid>)]
    run_id: Option<RunId>,
    /// Of this version of the engine.
    engine_version: Option<String>,
}

/// What an engine has found of a call: of the customer, of everybody, by thirds, and of each thing
/// that was said, with the words that moved it. Looks of earlier versions stay, and are found by
/// their id.
#[utoipa::path(
    get,
    path = "/api/v1/sentiment/calls/{id}",
    operation_id = "getCallSentiment",
    tag = "sentiment",
    params(("id" = String, Path, description = "The call"), GetSentiment),
    responses((status = 200, description = "What it has found", body = SentimentReply))
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    CallPath(call): CallPath,
    Query(query): Query<GetSentiment>,
) -> Result<Response, Problem> {
    let of = (head.caller.org, call);
    let fresh = head.fresh(&app, "sentiment").await?;
    let run = read::run(app.database(), of, query.run_id, query.engine_version.as_deref()).await;
    let run = run.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    let utterances = read::utterances(app.database(), of, run.run_id).await;
    let utterances = utterances.map_err(|error| unavailable(&error))?;
    Ok(fresh.answer(&SentimentReply::new(call.uuid(), run, utterances)))
}
