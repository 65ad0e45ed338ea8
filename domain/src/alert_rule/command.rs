//! What may be asked of the rules of an organization.

use super::{AlertRuleChanges, Definition};
use crate::{AlertRuleId, FieldFault, Timestamp, UserId};

/// A command.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum AlertRuleCommand {
    /// Somebody has to know of something else, too.
    Define {
        rule_id: AlertRuleId,
        definition: Box<Definition>,
        /// What it is about is not there.
        stranger: Option<FieldFault>,
        by: UserId,
        at: Timestamp,
    },
    /// Somebody has to know sooner or later, or not at all.
    Change { rule_id: AlertRuleId, changes: Box<AlertRuleChanges>, by: UserId, at: Timestamp },
    /// A rule is there no more.
    Delete { rule_id: AlertRuleId, by: UserId, at: Timestamp },
}
