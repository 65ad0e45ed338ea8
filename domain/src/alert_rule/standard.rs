//! The rules that every organization has from its first day on, without a fact (domain/04 §4.13).
//!
//! Of what the design begins with, two have no facts here: that a webhook is not delivered, and
//! that a call is recorded without anybody's consent. That customers are angry is heard while they
//! speak, and told by what hears it ([`crate::call_sentiment`]): no rule tells it once more.

use std::sync::LazyLock;

use uuid::Uuid;

use super::{AlertMetric, AlertRule, AlertRules, Channel, Definition, Operator, Scope, ScopeType};
use crate::AlertRuleId;
use crate::sentiment::AlertSeverity;

/// The ids of standard rules: the same in every organization, and nobody else's.
const IDS: u128 = 0xa1e7_0000_0000_8000_8000_0000_0000_0000;

macro_rules! standard {
    ($($number:literal $name:literal: $metric:ident $operator:ident $threshold:literal
        $(over $window:literal)? , $consecutive:literal in a row, $severity:ident;)*) => {
        fn standard() -> Vec<AlertRule> {
            vec![$(AlertRule {
                id: AlertRuleId::from(Uuid::from_u128(IDS + $number)),
                definition: Definition {
                    name: $name.to_owned(),
                    metric: AlertMetric::$metric,
                    scope: Scope { kind: ScopeType::Org, id: None },
                    operator: Operator::$operator,
                    threshold: $threshold,
                    window_seconds: None$(.or(Some($window)))?,
                    consecutive: $consecutive,
                    severity: AlertSeverity::$severity,
                    cooldown_seconds: 300,
                    clear_threshold: None,
                    channels: vec![Channel::Feed],
                    enabled: true,
                },
                standard: true,
                created_at: None,
                changed_at: None,
            },)*]
        }
    };
}

standard! {
    1 "Somebody waits for long": LongestWait Gt 120.0, 1 in a row, Warning;
    2 "Many leave while they wait": AbandonmentRate Gt 0.1 over 1_800, 3 in a row, Warning;
    3 "Too few are answered in time": ServiceLevel Lt 0.7 over 1_800, 3 in a row, Warning;
    4 "An agent is idle while somebody waits": AgentIdle Gt 900.0, 1 in a row, Warning;
    5 "A call goes on for long": CallDuration Gt 1_800.0, 1 in a row, Info;
    6 "A campaign is close to its limit of abandonment": CampaignAbandonment Gte 0.8,
        1 in a row, Critical;
    7 "What is shown is behind": ProjectionLag Gt 10.0, 2 in a row, Critical;
    8 "A provider does not answer": BreakerOpen Gte 0.0, 1 in a row, Critical;
    9 "Nobody knows whether money has moved": PaymentUnknown Gt 600.0, 1 in a row, Critical;
}

static STANDARD: LazyLock<AlertRules> = LazyLock::new(|| AlertRules { entries: standard() });

impl AlertRules {
    /// The rules of an organization that has decided nothing.
    #[must_use]
    pub fn standard() -> &'static Self {
        &STANDARD
    }
}
