//! One rule.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::reply::AlertRuleReply;
use super::rights::found;
use crate::http::answer::tagged;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query;

/// One rule.
#[utoipa::path(
    get,
    path = "/api/v1/alert-rules/{id}",
    operation_id = "getAlertRule",
    tag = "dashboard",
    params(("id" = String, Path, description = "The rule")),
    responses((
        status = 200,
        description = "The rule",
        body = AlertRuleReply,
        headers(("ETag" = String, description = "The version of all rules, for If-Match"))
    ))
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Id(id): Id,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let (rule, version) = found(&app, caller.org, id).await?.ok_or_else(Problem::not_found)?;
    tagged(version, &AlertRuleReply::from(&rule))
}
