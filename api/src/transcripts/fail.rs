//! Says that nothing more can be written down of a call.

use axum::extract::State;
use axum::response::Response;
use domain::transcript::TranscriptCommand;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::TranscriptReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::Problem;

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailTranscript {
    /// A line that names nobody.
    #[schema(example = "the recognizer went away")]
    reason: String,
}

/// Says that nothing more can be written down; what is there stays.
#[utoipa::path(
    post,
    path = "/api/v1/calls/{id}/transcript/fail",
    operation_id = "failTranscript",
    tag = "transcripts",
    params(("id" = String, Path, description = "The call")),
    request_body = FailTranscript,
    responses((status = 200, description = "How far it is", body = TranscriptReply))
)]
pub async fn fail(
    State(app): State<App>,
    head: Head,
    CallPath(call): CallPath,
    Body { value, canonical }: Body<FailTranscript>,
) -> Result<Response, Problem> {
    let command = TranscriptCommand::Fail { reason: value.reason, at: app.now() };
    run(&app, &head, (call, &canonical), command).await
}
