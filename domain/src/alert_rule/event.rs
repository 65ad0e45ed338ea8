//! The facts of rules, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::Definition;
use crate::{AlertRuleId, DecidedEvent, Timestamp, UserId};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum AlertRuleEvent {
    /// Somebody has to know of something else, too.
    AlertRuleDefined {
        rule_id: AlertRuleId,
        #[serde(flatten)]
        definition: Box<Definition>,
        by: UserId,
        at: Timestamp,
    },
    /// A rule, which may be a standard one, says something else from now on; all of it.
    AlertRuleChanged {
        rule_id: AlertRuleId,
        #[serde(flatten)]
        definition: Box<Definition>,
        by: UserId,
        at: Timestamp,
    },
    /// There is no such rule any more, and its name is free.
    AlertRuleDeleted { rule_id: AlertRuleId, by: UserId, at: Timestamp },
}

impl DecidedEvent for AlertRuleEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::AlertRuleDefined { at, .. }
            | Self::AlertRuleChanged { at, .. }
            | Self::AlertRuleDeleted { at, .. } => *at,
        }
    }
}
