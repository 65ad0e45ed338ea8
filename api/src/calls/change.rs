//! Changes a call's own fields: its metadata and its tags, never its status.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use domain::call::CallCommand;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::reply::CallReply;
use super::run::Run;
use crate::http::app::App;
use crate::http::body::{Body, present};
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::{Problem, VALIDATION_FAILED};

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCall {
    /// A merge patch: `null` removes a member. At most 8 kB.
    #[serde(default, deserialize_with = "present")]
    metadata: Option<Map<String, Value>>,
    /// The tags that the call has from now on.
    #[serde(default, deserialize_with = "present")]
    tags: Option<BTreeSet<String>>,
}

/// Changes the metadata, the tags, or both.
#[utoipa::path(
    patch,
    path = "/api/v1/calls/{id}",
    operation_id = "changeCall",
    tag = "calls",
    params(("id" = String, Path, description = "The call")),
    request_body = ChangeCall,
    responses((status = 200, description = "The call as it is now", body = CallReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    CallPath(id): CallPath,
    Body { value, canonical }: Body<ChangeCall>,
) -> Result<Response, Problem> {
    if value.metadata.is_none() && value.tags.is_none() {
        let message = "metadata or tags must be there";
        return Err(Problem::at(&VALIDATION_FAILED, "", "required", message));
    }
    let tags = value.tags.map(|tags| tags.into_iter().collect());
    let command = CallCommand::Change { patch: value.metadata, tags, at: app.now() };
    let run = Run { app: &app, head: &head, id, canonical: &canonical };
    run.answer(StatusCode::OK, command).await
}
