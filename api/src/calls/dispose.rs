//! Says how a call ended for the business.

use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use domain::call::{CallCommand, Sale};
use http::StatusCode;
use processes::dispositions;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::CallReply;
use super::run::Run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::{Problem, log_failed};

/// The outcome of a call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispose {
    /// A code of the catalog.
    #[schema(example = "not_interested", pattern = "^[a-z0-9_]{2,32}$")]
    code: String,
    resolved: Option<bool>,
    right_party: Option<bool>,
    /// What was sold: needed for `sale`, refused where the disposition is no conversion.
    sale: Option<SaleInput>,
    /// When to call again; needed for `callback`, at most 180 days ahead.
    follow_up_at: Option<Timestamp>,
    /// At most 8 KiB.
    note: Option<String>,
}

/// An amount of money.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleInput {
    /// In the smallest unit of the currency.
    amount_minor: i64,
    /// ISO 4217.
    #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
    currency: String,
}

impl SaleInput {
    pub(super) fn value(self) -> Sale {
        Sale { amount_minor: self.amount_minor, currency: self.currency }
    }
}

/// Says how the call ended for the business. Once; then it is revised.
#[utoipa::path(
    post,
    path = "/api/v1/calls/{id}/disposition",
    operation_id = "disposeCall",
    tag = "calls",
    params(("id" = String, Path, description = "The call")),
    request_body = Dispose,
    responses((status = 200, description = "The call with its disposition", body = CallReply))
)]
pub async fn dispose(
    State(app): State<App>,
    head: Head,
    CallPath(id): CallPath,
    Body { value, canonical }: Body<Dispose>,
) -> Result<Response, Problem> {
    let found = dispositions::found(app.commands(), head.caller.org, id, &value.code).await;
    let command = CallCommand::Disposition {
        found: found.map_err(|error| log_failed(&error))?,
        code: value.code,
        resolved: value.resolved,
        right_party: value.right_party,
        sale: value.sale.map(SaleInput::value),
        follow_up_at: value.follow_up_at,
        note: value.note,
        by: head.caller.user.to_string(),
        at: app.now(),
    };
    let run = Run { app: &app, head: &head, id, canonical: &canonical };
    run.answer(StatusCode::OK, command).await
}
