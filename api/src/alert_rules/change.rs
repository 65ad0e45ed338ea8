//! Has a rule say something else.

use axum::extract::State;
use axum::response::Response;
use domain::AlertRuleId;
use domain::alert_rule::{AlertRuleChanges, Channel, Operator};
use domain::sentiment::AlertSeverity;
use serde::Deserialize;
use utoipa::ToSchema;

use super::channel::channels;
use super::reply::AlertRuleReply;
use super::rights;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, present, stated};
use crate::http::command::Head;
use crate::http::path::Id;
use crate::http::problem::Problem;

/// What is different from now on; what is not named stays. What is watched, and of whom, stays:
/// that would be another rule.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAlertRule {
    /// 1 to 120 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    operator: Option<Operator>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    threshold: Option<f64>,
    /// Of a figure: 300, 900, 1800, 3600, 14400 or 86400.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    window_seconds: Option<u32>,
    /// 1 to 10.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 10, nullable = false)]
    consecutive: Option<u8>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    severity: Option<AlertSeverity>,
    /// 60 to 86400.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 60, maximum = 86_400, nullable = false)]
    cooldown_seconds: Option<u32>,
    /// `null`: a tenth of the threshold away from it.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<f64>)]
    clear_threshold: Option<Option<f64>>,
    /// `feed`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<Channel>, nullable = false)]
    channels: Option<Vec<String>>,
    /// Whether it is looked at; what is open by it is over once it is not.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
}

/// Has a rule say something else from now on, or switches it off. What is open by it stays open
/// until it is over by what the rule says then.
#[utoipa::path(
    patch,
    path = "/api/v1/alert-rules/{id}",
    operation_id = "changeAlertRule",
    tag = "dashboard",
    params(("id" = String, Path, description = "The rule")),
    request_body = ChangeAlertRule,
    responses((status = 200, description = "The rule", body = AlertRuleReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    Body { value, canonical }: Body<ChangeAlertRule>,
) -> Result<Response, Problem> {
    let (id, by) = (AlertRuleId::from(id), head.caller.user);
    rights::own(&app, &head.caller, id).await?;
    let changes = AlertRuleChanges {
        name: value.name,
        operator: value.operator,
        threshold: value.threshold,
        window_seconds: value.window_seconds,
        consecutive: value.consecutive,
        severity: value.severity,
        cooldown_seconds: value.cooldown_seconds,
        clear_threshold: value.clear_threshold,
        channels: value.channels.as_deref().map(channels).transpose()?,
        enabled: value.enabled,
    };
    let order = head.order(&canonical, Accepted::<AlertRuleReply>::changed(id.uuid()));
    let done = app.alerts().change(order, (id, changes), by).await;
    respond::<AlertRuleReply>(&app, head.caller.org, done.map_err(not_done)?).await
}
