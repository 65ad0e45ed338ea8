//! An organization: the tenant. Everything belongs to exactly one.

mod event;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use event::OrganizationEvent;

use crate::decider::aggregate;
use crate::{Decider, FieldFault, Refusal, SubjectId, Timestamp, text};

/// An organization, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Organization {
    /// There is no such organization.
    #[default]
    Unknown,
    /// There is.
    Known {
        /// How it is called.
        name: String,
        /// Since when.
        registered_at: Timestamp,
    },
}

/// What may be asked of an organization.
#[derive(Clone, Debug, PartialEq)]
pub enum OrganizationCommand {
    /// It is there.
    Register {
        /// How it is called.
        name: String,
        /// When.
        at: Timestamp,
    },
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationRefusal {
    /// There is one with this id.
    #[error("the organization exists already")]
    Exists,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

aggregate!(
    Organization,
    "organization",
    OrganizationCommand,
    OrganizationEvent,
    OrganizationRefusal
);

impl Decider for Organization {
    fn decide(
        &self,
        command: OrganizationCommand,
    ) -> Result<Vec<OrganizationEvent>, OrganizationRefusal> {
        let OrganizationCommand::Register { name, at } = command;
        match self {
            Self::Known { name: known, .. } if *known == name => Ok(Vec::new()),
            Self::Known { .. } => Err(OrganizationRefusal::Exists),
            Self::Unknown => {
                let line = text::line(&name, text::MAX_LABEL);
                FieldFault::of_text("/organization_name", line)?;
                Ok(vec![OrganizationEvent::OrganizationRegistered { name, at }])
            }
        }
    }

    fn evolve(&mut self, event: &OrganizationEvent) {
        let OrganizationEvent::OrganizationRegistered { name, at } = event;
        *self = Self::Known { name: name.clone(), registered_at: *at };
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl Organization {
    /// How it is called, where there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Unknown => None,
            Self::Known { name, .. } => Some(name),
        }
    }
}

impl Refusal for OrganizationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists => "duplicate-resource",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        match self {
            Self::Exists => None,
            Self::Field(fault) => Some(fault),
        }
    }
}
