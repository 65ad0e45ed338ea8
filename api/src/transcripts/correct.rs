//! Corrects what was written down.

use axum::extract::{RawPathParams, State};
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

/// What was said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectSegment {
    /// One line of at most 8 KiB.
    #[schema(example = "I would like to pay by card")]
    text: String,
}

/// Corrects what was written down. The log keeps what was there before, sealed.
#[utoipa::path(
    patch,
    path = "/api/v1/calls/{id}/transcript/segments/{seq}",
    operation_id = "correctTranscript",
    tag = "transcripts",
    params(
        ("id" = String, Path, description = "The call"),
        ("seq" = u32, Path, description = "The number of the segment, from 1")
    ),
    request_body = CorrectSegment,
    responses((status = 200, description = "How far it is", body = TranscriptReply))
)]
pub async fn correct(
    State(app): State<App>,
    head: Head,
    CallPath(call): CallPath,
    params: RawPathParams,
    Body { value, canonical }: Body<CorrectSegment>,
) -> Result<Response, Problem> {
    let seq = params.iter().find(|(name, _)| *name == "seq").map(|(_, seq)| seq);
    // A segment has one address.
    let seq = seq.and_then(|seq| seq.parse().ok().filter(|known: &u32| known.to_string() == seq));
    let (by, at) = (head.caller.user.to_string(), app.now());
    let seq = seq.ok_or_else(Problem::not_found)?;
    let command = TranscriptCommand::Correct { seq, text: value.text, by, at };
    run(&app, &head, (call, &canonical), command).await
}
