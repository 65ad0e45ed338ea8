//! Rules that say when somebody has to know (domain/04 §4.13).
//!
//! ```text
//! the standard rules ── define ──► there ⟲ change ── delete ──► as if it never was
//! ```
//!
//! All of an organization are one stream, under the organization's own id, so that the log itself
//! keeps two from having the same name. It is there without a fact: then it has the standard rules,
//! which can be changed and switched off, and stay.

mod command;
mod event;
mod metric;
mod refusal;
mod rule;
mod standard;
mod watch;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::AlertRuleCommand;
pub use event::AlertRuleEvent;
pub use metric::{AlertMetric, AlertUnit, ScopeType, SubjectType};
pub use refusal::AlertRuleRefusal;
pub use rule::{AlertRule, AlertRuleChanges, Channel, Definition, Operator, Scope, WINDOWS};
pub use watch::{EXPIRED_MS, Look, Seen, Step, Watch};

use crate::decider::aggregate;
use crate::{AlertRuleId, Decider, FieldFault, SubjectId, Timestamp, UserId, text};

/// How many rules an organization has at most, the standard ones included.
pub const MAX_RULES: usize = 100;

/// The rules of an organization: the standard ones first, its own in the order in which it has
/// defined them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRules {
    entries: Vec<AlertRule>,
}

impl Default for AlertRules {
    fn default() -> Self {
        Self::standard().clone()
    }
}

aggregate!(AlertRules, "alert_rules", AlertRuleCommand, AlertRuleEvent, AlertRuleRefusal);

type Decided = Result<Vec<AlertRuleEvent>, AlertRuleRefusal>;

impl Decider for AlertRules {
    fn decide(&self, command: AlertRuleCommand) -> Decided {
        match command {
            AlertRuleCommand::Define { rule_id, definition, stranger, by, at } => {
                self.define(rule_id, definition, stranger, (by, at))
            }
            AlertRuleCommand::Change { rule_id, changes, by, at } => {
                let before = &self.find(rule_id).ok_or(AlertRuleRefusal::Unknown)?.definition;
                let definition = Box::new(before.with(*changes));
                if *definition == *before {
                    return Ok(Vec::new());
                }
                self.checked(rule_id, &definition)?;
                Ok(vec![AlertRuleEvent::AlertRuleChanged { rule_id, definition, by, at }])
            }
            AlertRuleCommand::Delete { rule_id, by, at } => match self.find(rule_id) {
                None => Err(AlertRuleRefusal::Unknown),
                Some(rule) if rule.standard => Err(AlertRuleRefusal::Standard),
                Some(_) => Ok(vec![AlertRuleEvent::AlertRuleDeleted { rule_id, by, at }]),
            },
        }
    }

    fn evolve(&mut self, event: &AlertRuleEvent) {
        match event {
            AlertRuleEvent::AlertRuleDefined { rule_id, definition, at, .. } => {
                let (definition, at) = ((**definition).clone(), Some(*at));
                let (id, standard) = (*rule_id, false);
                let rule = AlertRule { id, definition, standard, created_at: at, changed_at: at };
                self.entries.push(rule);
            }
            AlertRuleEvent::AlertRuleChanged { rule_id, definition, at, .. } => {
                if let Some(known) = self.entries.iter_mut().find(|known| known.id == *rule_id) {
                    known.definition = (**definition).clone();
                    known.changed_at = Some(*at);
                }
            }
            AlertRuleEvent::AlertRuleDeleted { rule_id, .. } => {
                self.entries.retain(|known| known.id != *rule_id);
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl AlertRules {
    /// Every rule.
    #[must_use]
    pub fn entries(&self) -> &[AlertRule] {
        &self.entries
    }

    /// The rule with this id.
    #[must_use]
    pub fn find(&self, id: AlertRuleId) -> Option<&AlertRule> {
        self.entries.iter().find(|known| known.id == id)
    }

    fn define(
        &self,
        rule_id: AlertRuleId,
        definition: Box<Definition>,
        stranger: Option<FieldFault>,
        (by, at): (UserId, Timestamp),
    ) -> Decided {
        match self.find(rule_id) {
            Some(known) if known.definition == *definition => return Ok(Vec::new()),
            Some(_) => return Err(AlertRuleRefusal::Exists),
            None => {}
        }
        self.checked(rule_id, &definition)?;
        stranger.map_or(Ok(()), Err)?;
        if self.entries.len() >= MAX_RULES {
            return Err(AlertRuleRefusal::Full);
        }
        Ok(vec![AlertRuleEvent::AlertRuleDefined { rule_id, definition, by, at }])
    }

    /// Whether a rule can be like this beside the others.
    fn checked(&self, id: AlertRuleId, definition: &Definition) -> Result<(), AlertRuleRefusal> {
        definition.checked()?;
        let name = text::folded(&definition.name);
        let mut others = self.entries.iter().filter(|known| known.id != id);
        match others.any(|other| text::folded(&other.definition.name) == name) {
            true => Err(AlertRuleRefusal::NameTaken),
            false => Ok(()),
        }
    }
}
