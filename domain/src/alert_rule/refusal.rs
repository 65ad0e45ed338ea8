//! Why a rule is refused, in words for a person.

use super::MAX_RULES;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlertRuleRefusal {
    /// There is no such rule.
    #[error("there is no such rule")]
    Unknown,
    /// It is there, and is another one.
    #[error("there is such a rule")]
    Exists,
    /// Another one has the name.
    #[error("another rule has this name")]
    NameTaken,
    /// There are as many as there may be.
    #[error("an organization has at most {MAX_RULES} rules, the standard ones included")]
    Full,
    /// Every organization has it.
    #[error("every organization has this rule; it can be switched off")]
    Standard,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for AlertRuleRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists | Self::NameTaken => "duplicate-resource",
            Self::Full => "quota-exceeded",
            Self::Standard => "invalid-state-transition",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }

    fn current_state(&self) -> Option<&str> {
        matches!(self, Self::Standard).then_some("standard")
    }

    fn allowed_commands(&self) -> &[&'static str] {
        if let Self::Standard = self { &["change"] } else { &[] }
    }
}
