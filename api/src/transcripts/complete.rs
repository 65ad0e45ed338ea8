//! Says that all that was said in a call is written down.

use axum::extract::State;
use axum::response::Response;
use domain::transcript::TranscriptCommand;

use super::reply::TranscriptReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::{Body, NoFields, OptionalBody};
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::Problem;

/// Says that all that was said is written down: nothing is added any more, and what is wrong can
/// be corrected.
#[utoipa::path(
    post,
    path = "/api/v1/calls/{id}/transcript/complete",
    operation_id = "completeTranscript",
    tag = "transcripts",
    params(("id" = String, Path, description = "The call")),
    responses((status = 200, description = "How far it is", body = TranscriptReply))
)]
pub async fn complete(
    State(app): State<App>,
    head: Head,
    CallPath(call): CallPath,
    OptionalBody(Body { canonical, .. }): OptionalBody<NoFields>,
) -> Result<Response, Problem> {
    let command = TranscriptCommand::Complete { at: app.now() };
    run(&app, &head, (call, &canonical), command).await
}
