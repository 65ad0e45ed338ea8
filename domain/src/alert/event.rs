//! The facts of what somebody has to know, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::Resolution;
use crate::alert_rule::{AlertMetric, Operator, SubjectType};
use crate::sentiment::AlertSeverity;
use crate::{AlertId, AlertRuleId, DecidedEvent, Timestamp, UserId};

/// What an alert is about: the id of something, or the name of a provider. Nobody is named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub struct AlertSubject {
    #[serde(rename = "type")]
    pub kind: SubjectType,
    pub id: String,
}

/// What is told: the rule as it was then, and whom it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub struct Told {
    pub rule_id: AlertRuleId,
    pub rule: String,
    pub metric: AlertMetric,
    pub operator: Operator,
    pub threshold: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u32>,
    pub severity: AlertSeverity,
    pub subject: AlertSubject,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum AlertEvent {
    /// Somebody has to know.
    AlertRaised {
        alert_id: AlertId,
        #[serde(flatten)]
        told: Box<Told>,
        value: f64,
        at: Timestamp,
    },
    /// Somebody knows.
    AlertAcknowledged { alert_id: AlertId, by: UserId, at: Timestamp },
    /// It is over: by itself, because somebody says so, or because nobody asks any more.
    AlertResolved {
        alert_id: AlertId,
        reason: Resolution,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        at: Timestamp,
    },
    /// Nothing was known of it for a day.
    AlertExpired { alert_id: AlertId, at: Timestamp },
}

impl AlertEvent {
    /// Which time it is about.
    #[must_use]
    pub fn alert_id(&self) -> AlertId {
        match self {
            Self::AlertRaised { alert_id, .. }
            | Self::AlertAcknowledged { alert_id, .. }
            | Self::AlertResolved { alert_id, .. }
            | Self::AlertExpired { alert_id, .. } => *alert_id,
        }
    }
}

impl DecidedEvent for AlertEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::AlertRaised { at, .. }
            | Self::AlertAcknowledged { at, .. }
            | Self::AlertResolved { at, .. }
            | Self::AlertExpired { at, .. } => *at,
        }
    }
}
