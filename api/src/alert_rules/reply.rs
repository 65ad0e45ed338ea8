//! A rule as it is answered.

use domain::alert_rule::{
    AlertMetric, AlertRule, AlertRules, AlertUnit, Channel, Operator, Scope, ScopeType,
};
use domain::sentiment::AlertSeverity;
use domain::{AlertRuleId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

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

impl Shows<AlertRules> for AlertRuleReply {
    fn of(id: Uuid, all: &AlertRules, _: u64) -> Option<Self> {
        all.find(AlertRuleId::from(id)).map(Self::from)
    }
}
