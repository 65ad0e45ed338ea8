//! The rules of an organization.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::reply::AlertRuleReply;
use crate::http::answer::tagged;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::{Problem, log_failed};
use crate::http::query;

/// Every rule.
#[derive(Serialize, ToSchema)]
pub struct AlertRuleList {
    /// Those that every organization has first, then your own in the order of their definition.
    items: Vec<AlertRuleReply>,
}

/// Every rule: at most 100, answered as a whole.
#[utoipa::path(
    get,
    path = "/api/v1/alert-rules",
    operation_id = "listAlertRules",
    tag = "dashboard",
    responses((
        status = 200,
        description = "The rules",
        body = AlertRuleList,
        headers(("ETag" = String, description = "Their version"))
    ))
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let rules = app.alerts().rules(caller.org).await;
    let (rules, version) = rules.map_err(|error| log_failed(&error))?;
    let items = rules.entries().iter().map(AlertRuleReply::from).collect();
    tagged(version, &AlertRuleList { items })
}
