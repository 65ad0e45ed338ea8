//! Corrects how a call ended for the business.

use axum::extract::State;
use axum::response::Response;
use domain::call::CallCommand;
use domain::{Role, Timestamp};
use http::StatusCode;
use processes::dispositions;
use serde::Deserialize;
use utoipa::ToSchema;

use super::dispose::SaleInput;
use super::reply::CallReply;
use super::run::Run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::{Problem, log_failed};

/// The corrected outcome of a call; it takes the place of the earlier one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviseDisposition {
    /// A code of the catalog.
    #[schema(example = "sale", pattern = "^[a-z0-9_]{2,32}$")]
    code: String,
    resolved: Option<bool>,
    right_party: Option<bool>,
    /// What was sold: needed for `sale`, refused where the disposition is no conversion.
    sale: Option<SaleInput>,
    /// When to call again; needed for `callback`, at most 180 days ahead.
    follow_up_at: Option<Timestamp>,
    /// At most 8 KiB.
    note: Option<String>,
    /// Why it is corrected.
    reason: Option<String>,
}

/// Corrects the disposition. Its author may for 24 hours, a supervisor always.
#[utoipa::path(
    put,
    path = "/api/v1/calls/{id}/disposition",
    operation_id = "reviseDisposition",
    tag = "calls",
    params(("id" = String, Path, description = "The call")),
    request_body = ReviseDisposition,
    responses((status = 200, description = "The call with its disposition", body = CallReply))
)]
pub async fn revise(
    State(app): State<App>,
    head: Head,
    CallPath(id): CallPath,
    Body { value, canonical }: Body<ReviseDisposition>,
) -> Result<Response, Problem> {
    let found = dispositions::found(app.commands(), head.caller.org, id, &value.code).await;
    let command = CallCommand::ReviseDisposition {
        found: found.map_err(|error| log_failed(&error))?,
        code: value.code,
        resolved: value.resolved,
        right_party: value.right_party,
        sale: value.sale.map(SaleInput::value),
        follow_up_at: value.follow_up_at,
        note: value.note,
        by: head.caller.user.to_string(),
        at: app.now(),
        reason: value.reason,
        privileged: match head.caller.role {
            Role::Supervisor | Role::Admin | Role::Operator => true,
            Role::Agent | Role::Auditor | Role::Analyst => false,
        },
    };
    let run = Run { app: &app, head: &head, id, canonical: &canonical };
    run.answer(StatusCode::OK, command).await
}
