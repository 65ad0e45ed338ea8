//! Adds a note to a call.

use axum::extract::State;
use axum::response::Response;
use domain::call::CallCommand;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::CallReply;
use super::run::Run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::Problem;

/// A note.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// At most 8 KiB.
    note: String,
}

/// Adds a note.
#[utoipa::path(
    post,
    path = "/api/v1/calls/{id}/notes",
    operation_id = "addNote",
    tag = "calls",
    params(("id" = String, Path, description = "The call")),
    request_body = AddNote,
    responses((status = 200, description = "The call; its timeline has the note", body = CallReply))
)]
pub async fn add_note(
    State(app): State<App>,
    head: Head,
    CallPath(id): CallPath,
    Body { value, canonical }: Body<AddNote>,
) -> Result<Response, Problem> {
    let by = head.caller.user.to_string();
    let command = CallCommand::AddNote { note: value.note, by, at: app.now() };
    let run = Run { app: &app, head: &head, id, canonical: &canonical };
    run.answer(StatusCode::OK, command).await
}
