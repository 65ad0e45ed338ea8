//! A rule as it is answered.

use axum::response::{IntoResponse, Response};
use domain::alert_rule::{
    AlertMetric, AlertRule, AlertRuleRefusal, AlertRules, AlertUnit, Channel, Operator, Scope,
    ScopeType,
};
use domain::sentiment::AlertSeverity;
use domain::{AlertRuleId, OrgId, Timestamp};
use event_store::{Reply, StoredReply};
use http::{HeaderValue, StatusCode, header};
use processes::commands::Order;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::command::{Head, etag};
use crate::http::problem::{Problem, stored_refusal};

/// What a rule is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertScope {
    #[serde(rename = "type")]
    kind: ScopeType,
    /// Which one; of `org` there is none.
    #[serde(default)]
    id: Option<Uuid>,
}

impl From<AlertScope> for Scope {
    fn from(AlertScope { kind, id }: AlertScope) -> Self {
        Self { kind, id }
    }
}

/// A rule that says when somebody has to know.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = AlertRule)]
pub struct AlertRuleReply {
    /// The id.
    pub id: Uuid,
    name: String,
    metric: AlertMetric,
    /// In what thresholds of this metric are counted.
    unit: AlertUnit,
    scope: AlertScope,
    operator: Operator,
    threshold: f64,
    /// Over which time a figure is watched; `null` for what is of now.
    window_seconds: Option<u32>,
    consecutive: u8,
    severity: AlertSeverity,
    cooldown_seconds: u32,
    /// At which value it is over, said or not.
    clear_threshold: f64,
    channels: Vec<Channel>,
    enabled: bool,
    /// Whether every organization has it from its first day on.
    standard: bool,
    created_at: Option<Timestamp>,
    /// Since when it is as it is.
    changed_at: Option<Timestamp>,
}

impl From<&AlertRule> for AlertRuleReply {
    fn from(rule: &AlertRule) -> Self {
        let of = &rule.definition;
        Self {
            id: rule.id.uuid(),
            name: of.name.clone(),
            metric: of.metric,
            unit: of.metric.unit(),
            scope: AlertScope { kind: of.scope.kind, id: of.scope.id },
            operator: of.operator,
            threshold: of.threshold,
            window_seconds: of.window_seconds,
            consecutive: of.consecutive,
            severity: of.severity,
            cooldown_seconds: of.cooldown_seconds,
            clear_threshold: of.clear(),
            channels: of.channels.clone(),
            enabled: of.enabled,
            standard: rule.standard,
            created_at: rule.created_at,
            changed_at: rule.changed_at,
        }
    }
}

impl Resource for AlertRuleReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

/// Writes the answer of an accepted command: the rule as it is then, under the version of all of
/// them.
struct Accepted {
    id: AlertRuleId,
    status: StatusCode,
    location: Option<String>,
}

impl Reply<AlertRules> for Accepted {
    fn accepted(&self, rules: &AlertRules, version: u64) -> StoredReply {
        let rule = rules.find(self.id).map(AlertRuleReply::from);
        let body = rule.map(|rule| serde_json::to_vec(&rule).unwrap_or_default());
        StoredReply {
            status: self.status.as_u16(),
            body: body.unwrap_or_default(),
            etag: Some(etag(version)),
            location: self.location.clone(),
        }
    }

    fn refused(&self, refusal: &AlertRuleRefusal) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}

/// A command about a rule, answered with it.
fn order(head: &Head, canonical: &str, reply: Accepted) -> Order<AlertRules> {
    Order {
        context: head.caller.context(head.trace),
        key: head.idempotency(canonical),
        if_match: head.if_match,
        reply: Box::new(reply),
    }
}

/// The same of one that is there now, and where.
pub(super) fn created(head: &Head, canonical: &str, id: AlertRuleId) -> Order<AlertRules> {
    let location = Some(["/api/v1/alert-rules/", &id.to_string()].concat());
    order(head, canonical, Accepted { id, status: StatusCode::CREATED, location })
}

/// The same of one that is another one now.
pub(super) fn changed(head: &Head, canonical: &str, id: AlertRuleId) -> Order<AlertRules> {
    order(head, canonical, Accepted { id, status: StatusCode::OK, location: None })
}

/// The same of one that is there no more.
pub(super) fn gone(head: &Head, canonical: &str, id: AlertRuleId) -> Order<AlertRules> {
    order(head, canonical, Accepted { id, status: StatusCode::NO_CONTENT, location: None })
}

/// An answer under the version of all rules.
pub(super) fn tagged(version: u64, body: &impl Serialize) -> Result<Response, Problem> {
    let mut response = axum::Json(body).into_response();
    let tag = HeaderValue::from_str(&etag(version)).map_err(|error| Problem::fault(&error))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
