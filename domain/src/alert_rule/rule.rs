//! A rule: what is watched, from which value on somebody has to know, and until which.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AlertMetric, ScopeType};
use crate::sentiment::AlertSeverity;
use crate::words::words;
use crate::{AlertRuleId, FieldFault, Timestamp, text};

/// Over which time a figure can be watched. There are few, so that rules share their questions.
pub const WINDOWS: [u32; 6] = [300, 900, 1_800, 3_600, 14_400, 86_400];
/// How often in a row it has to be so.
const CONSECUTIVE: RangeInclusive<u8> = 1..=10;
/// For how long the same thing is not told again.
const COOLDOWN: RangeInclusive<u32> = 60..=86_400;
/// How much of the way back to good an alert has to come before it is over, where nothing is said.
const BACK: f64 = 0.1;

words! {
    /// How a value is compared with the threshold.
    Operator {
        /// It is above it.
        Gt,
        /// It is at it, or above.
        Gte,
        /// It is below it.
        Lt,
        /// It is at it, or below.
        Lte,
    }
    /// Where an alert is told.
    Channel {
        /// In the lists of the dashboard.
        Feed,
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Of what kind it is.
    #[serde(rename = "type")]
    pub kind: ScopeType,
    /// Which one; the organization needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

/// What a rule is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Its name: 1 to 120 characters; no other one has it, whatever the case of its letters.
    pub name: String,
    /// What it watches.
    pub metric: AlertMetric,
    /// Of whom.
    pub scope: Scope,
    /// How a value is compared with the threshold.
    pub operator: Operator,
    /// From which value on somebody has to know.
    pub threshold: f64,
    /// Over which time a figure is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u32>,
    /// How often in a row it has to be so.
    pub consecutive: u8,
    /// How bad it is.
    pub severity: AlertSeverity,
    /// For how long after it is over it is not told again.
    pub cooldown_seconds: u32,
    /// At which value it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear_threshold: Option<f64>,
    /// Where it is told.
    pub channels: Vec<Channel>,
    /// Whether it is looked at.
    pub enabled: bool,
}

/// A rule that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRule {
    /// Which.
    pub id: AlertRuleId,
    /// What it is.
    pub definition: Definition,
    /// Whether every organization has it from its first day on.
    pub standard: bool,
    /// Since when it is there; a standard one always was.
    pub created_at: Option<Timestamp>,
    /// Since when it is as it is.
    pub changed_at: Option<Timestamp>,
}

/// What is different from now on. What is watched stays: that would be another rule.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields of Definition")]
pub struct AlertRuleChanges {
    pub name: Option<String>,
    pub operator: Option<Operator>,
    pub threshold: Option<f64>,
    pub window_seconds: Option<u32>,
    pub consecutive: Option<u8>,
    pub severity: Option<AlertSeverity>,
    pub cooldown_seconds: Option<u32>,
    pub clear_threshold: Option<Option<f64>>,
    pub channels: Option<Vec<Channel>>,
    pub enabled: Option<bool>,
}

impl Operator {
    /// Whether much is bad.
    #[must_use]
    pub fn upwards(self) -> bool {
        matches!(self, Self::Gt | Self::Gte)
    }
}

impl Definition {
    /// Whether a value is one of which somebody has to know.
    #[must_use]
    pub fn hit(&self, value: f64) -> bool {
        match self.operator {
            Operator::Gt => value > self.threshold,
            Operator::Gte => value >= self.threshold,
            Operator::Lt => value < self.threshold,
            Operator::Lte => value <= self.threshold,
        }
    }

    /// Whether a value is so good that it is over. Between that and [`Definition::hit`] things stay
    /// as they are.
    #[must_use]
    pub fn clears(&self, value: f64) -> bool {
        let far = match self.operator.upwards() {
            true => value <= self.clear(),
            false => value >= self.clear(),
        };
        far && !self.hit(value)
    }

    /// At which value it is over: as it is said, or a tenth of the threshold away from it, to the
    /// good side and within what is possible.
    #[must_use]
    pub fn clear(&self) -> f64 {
        let factor = if self.operator.upwards() { 1.0 - BACK } else { 1.0 + BACK };
        // Six decimals, as figures have.
        let near = (self.threshold * factor * 1e6).round() / 1e6;
        self.clear_threshold.unwrap_or_else(|| near.min(*self.metric.unit().range().end()))
    }

    pub(super) fn with(&self, changes: AlertRuleChanges) -> Self {
        let before = self.clone();
        Self {
            name: changes.name.unwrap_or(before.name),
            operator: changes.operator.unwrap_or(before.operator),
            threshold: changes.threshold.unwrap_or(before.threshold),
            window_seconds: changes.window_seconds.or(before.window_seconds),
            consecutive: changes.consecutive.unwrap_or(before.consecutive),
            severity: changes.severity.unwrap_or(before.severity),
            cooldown_seconds: changes.cooldown_seconds.unwrap_or(before.cooldown_seconds),
            clear_threshold: changes.clear_threshold.unwrap_or(before.clear_threshold),
            channels: changes.channels.unwrap_or(before.channels),
            enabled: changes.enabled.unwrap_or(before.enabled),
            ..before
        }
    }

    /// Whether its parts go together.
    pub(super) fn checked(&self) -> Result<(), FieldFault> {
        FieldFault::of_text("/name", text::name(&self.name, text::MAX_LABEL))?;
        self.about()?;
        self.compared()?;
        self.timed()?;
        match self.channels.as_slice() {
            [Channel::Feed] => Ok(()),
            _ => Err(FieldFault::new("/channels", "invalid-value", "it is [\"feed\"]")),
        }
    }

    fn about(&self) -> Result<(), FieldFault> {
        let Scope { kind, id } = self.scope;
        let scopes = self.metric.scopes();
        if !scopes.contains(&kind) {
            let scopes: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
            let words = format!("{} is watched of: {}", self.metric, scopes.join(", "));
            return Err(FieldFault::new("/scope/type", "inconsistent", words));
        }
        match (kind, id) {
            (ScopeType::Org, Some(_)) => {
                let words = "there is one organization, your own";
                Err(FieldFault::new("/scope/id", "inconsistent", words))
            }
            (ScopeType::Org, None) | (_, Some(_)) => Ok(()),
            (_, None) => Err(FieldFault::new("/scope/id", "required", format!("which {kind}"))),
        }
    }

    fn compared(&self) -> Result<(), FieldFault> {
        if !self.operator.upwards() && !self.metric.windowed() {
            let words = format!("{} is bad where it is much: gt or gte", self.metric);
            return Err(FieldFault::new("/operator", "inconsistent", words));
        }
        let range = self.metric.unit().range();
        let within = |pointer, value: &f64| match range.contains(value) {
            true => Ok(()),
            false => {
                let (from, to) = (range.start(), range.end());
                let words = format!("{} is from {from} to {to}", self.metric);
                Err(FieldFault::new(pointer, "out-of-range", words))
            }
        };
        within("/threshold", &self.threshold)?;
        let Some(clear) = self.clear_threshold else { return Ok(()) };
        within("/clear_threshold", &clear)?;
        let good = match self.operator.upwards() {
            true => clear <= self.threshold,
            false => clear >= self.threshold,
        };
        if good {
            return Ok(());
        }
        let words = "it is over on the good side of the threshold, or at it";
        Err(FieldFault::new("/clear_threshold", "inconsistent", words))
    }

    fn timed(&self) -> Result<(), FieldFault> {
        let pointer = "/window_seconds";
        match (self.metric.windowed(), self.window_seconds) {
            (false, None) => {}
            (false, Some(_)) => {
                let words = format!("{} is of now, and has no window", self.metric);
                return Err(FieldFault::new(pointer, "inconsistent", words));
            }
            (true, Some(window)) if WINDOWS.contains(&window) => {}
            (true, window) => {
                let reason = if window.is_some() { "invalid-value" } else { "required" };
                let words = "it is one of 300, 900, 1800, 3600, 14400 and 86400";
                return Err(FieldFault::new(pointer, reason, words));
            }
        }
        if !CONSECUTIVE.contains(&self.consecutive) {
            return Err(FieldFault::new("/consecutive", "out-of-range", "from 1 to 10"));
        }
        if !COOLDOWN.contains(&self.cooldown_seconds) {
            let words = "from 60 seconds to a day, 86400";
            return Err(FieldFault::new("/cooldown_seconds", "out-of-range", words));
        }
        Ok(())
    }
}
