//! Defines a rule.

use axum::extract::State;
use axum::response::Response;
use domain::alert_rule::{AlertMetric, Channel, Definition, Operator};
use domain::sentiment::AlertSeverity;
use serde::Deserialize;
use utoipa::ToSchema;

use super::channel::channels;
use super::reply::{AlertRuleReply, AlertScope};
use super::rights;
use crate::http::answer::{Accepted, not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, VERSION_MISMATCH, keyring_failed};

/// When somebody has to know.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAlertRule {
    /// 1 to 120 characters; no other rule has it, whatever the case of its letters.
    #[schema(example = "Somebody waits for very long")]
    name: String,
    /// What is watched:
    ///
    /// - of now, in seconds: `longest_wait` (`org`, `queue`), `agent_idle` while somebody waits
    ///   (`org`, `team`, `agent`), `call_duration` (`org`, `team`, `queue`, `campaign`, `agent`),
    ///   `projection_lag`, `breaker_open` and `payment_unknown` (`org`);
    /// - of now, in number: `waiting` (`org`, `queue`);
    /// - of now, as a part of what is allowed: `campaign_abandonment` (`org`, `campaign`);
    /// - over the window, as `GET /analytics/queues` and `GET /analytics/calls` have it:
    ///   `abandonment_rate`, `service_level` and `csat`, 0 to 1, and `asa_seconds` (`org`, `queue`,
    ///   `campaign`).
    metric: AlertMetric,
    /// Of whom. Of what is of now, each queue, agent, call, campaign or payment in it has an alert
    /// of its own; a figure is that of all of it.
    scope: AlertScope,
    /// What is of now is watched with `gt` and `gte` alone.
    operator: Operator,
    /// From which value on somebody has to know.
    threshold: f64,
    /// Of a figure: 300, 900, 1800, 3600, 14400 or 86400.
    #[schema(example = json!(null))]
    window_seconds: Option<u32>,
    /// How often in a row it has to be so, 1 to 10; it is looked every ten seconds.
    #[serde(default = "once")]
    #[schema(minimum = 1, maximum = 10, default = 1)]
    consecutive: u8,
    severity: AlertSeverity,
    /// For how long after it was over it is not told again, 60 to 86400.
    #[serde(default = "five_minutes")]
    #[schema(minimum = 60, maximum = 86_400, default = 300)]
    cooldown_seconds: u32,
    /// At which value it is over; where nothing is said a tenth of the threshold away from it, to
    /// the good side.
    clear_threshold: Option<f64>,
    /// Where it is told: `feed`, which is these lists and the activity of the dashboard.
    #[schema(value_type = Option<Vec<Channel>>)]
    channels: Option<Vec<String>>,
    /// Whether it is looked at.
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
}

fn once() -> u8 {
    1
}

fn five_minutes() -> u32 {
    300
}

fn yes() -> bool {
    true
}

/// Defines a rule. An organization has at most 100, those that every one has included. Supervisors
/// define rules of their teams and of whoever belongs to them.
#[utoipa::path(
    post,
    path = "/api/v1/alert-rules",
    operation_id = "createAlertRule",
    tag = "dashboard",
    request_body = CreateAlertRule,
    responses((
        status = 201,
        description = "The rule",
        body = AlertRuleReply,
        headers(("Location" = String, description = "Where the rule is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateAlertRule>,
) -> Result<Response, Problem> {
    if head.if_match.is_some() {
        return Err(Problem::of(&VERSION_MISMATCH).because("there is no version to match yet"));
    }
    let definition = value.definition()?;
    rights::allows(&app, &head.caller, definition.scope).await?;
    let (org, by) = (head.caller.org, head.caller.user);
    let id = app.alerts().rule_id(org, by, head.key()).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let order = head.order(
        &canonical,
        Accepted::<AlertRuleReply>::created(id.uuid(), format!("/api/v1/alert-rules/{id}")),
    );
    let done = app.alerts().define(order, (id, definition), by).await;
    respond::<AlertRuleReply>(&app, org, done.map_err(not_done)?).await
}

impl CreateAlertRule {
    fn definition(self) -> Result<Definition, Problem> {
        let channels = match self.channels {
            Some(written) => channels(&written)?,
            None => vec![Channel::Feed],
        };
        Ok(Definition {
            name: self.name,
            metric: self.metric,
            scope: self.scope.into(),
            operator: self.operator,
            threshold: self.threshold,
            window_seconds: self.window_seconds,
            consecutive: self.consecutive,
            severity: self.severity,
            cooldown_seconds: self.cooldown_seconds,
            clear_threshold: self.clear_threshold,
            channels,
            enabled: self.enabled,
        })
    }
}
