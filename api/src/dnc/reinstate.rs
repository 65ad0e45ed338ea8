//! Says that a number may be called again.

use axum::extract::State;
use axum::response::Response;
use domain::dnc::Dnc;
use processes::dnc;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::dnc_failed;
use super::reply::DncReply;
use crate::http::answer::{Accepted, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// Why, and what shows that it may.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReinstateNumber {
    /// Why; a line that names nobody.
    #[schema(example = "asked to be called again")]
    reason: String,
    /// What shows that it may; a line that names nobody.
    #[schema(example = "letter 2026/114")]
    evidence: String,
}

/// Says that a number may be called again, and what shows that it may.
#[utoipa::path(
    post,
    path = "/api/v1/dnc/{id}/reinstate",
    operation_id = "reinstateNumber",
    tag = "dnc",
    params(("id" = String, Path, description = "The entry")),
    request_body = ReinstateNumber,
    responses((status = 200, description = "It may be called", body = DncReply))
)]
pub async fn reinstate(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Body { value, canonical }: Body<ReinstateNumber>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let order = head.order::<Dnc>(&canonical, Accepted::<DncReply>::changed(id));
    let said = (value.reason, value.evidence, head.caller.user);
    let outcome = dnc::reinstate(app.commands(), order, id, said).await;
    respond::<DncReply>(&app, org, outcome.map_err(dnc_failed)?).await
}
