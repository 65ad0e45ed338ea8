//! An organization: the tenant. Everything belongs to exactly one.

mod event;
mod settings;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use event::OrganizationEvent;
pub use settings::{PaymentSettings, SentimentSettings, Settings};

use crate::decider::aggregate;
use crate::{Decider, FieldFault, Refusal, SubjectId, Timestamp, UserId, text};

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
        /// What it has decided.
        #[serde(default)]
        settings: Settings,
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
    /// It decides; all of it at once.
    ChangeSettings {
        /// What.
        settings: Settings,
        /// Who says so.
        by: UserId,
        /// When.
        at: Timestamp,
    },
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationRefusal {
    /// There is none with this id.
    #[error("there is no such organization")]
    Unknown,
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
        use OrganizationCommand::{ChangeSettings, Register};
        match (self, command) {
            (Self::Known { name: known, .. }, Register { name, .. }) if *known == name => {
                Ok(Vec::new())
            }
            (Self::Known { .. }, Register { .. }) => Err(OrganizationRefusal::Exists),
            (Self::Unknown, ChangeSettings { .. }) => Err(OrganizationRefusal::Unknown),
            (Self::Known { settings: before, .. }, ChangeSettings { settings, by, at }) => {
                settings.checked()?;
                let same = *before == settings;
                let changed = OrganizationEvent::OrganizationSettingsChanged { settings, by, at };
                Ok(if same { Vec::new() } else { vec![changed] })
            }
            (Self::Unknown, Register { name, at }) => {
                let line = text::line(&name, text::MAX_LABEL);
                FieldFault::of_text("/organization_name", line)?;
                Ok(vec![OrganizationEvent::OrganizationRegistered { name, at }])
            }
        }
    }

    fn evolve(&mut self, event: &OrganizationEvent) {
        match event {
            OrganizationEvent::OrganizationRegistered { name, at } => {
                let settings = Settings::default();
                *self = Self::Known { name: name.clone(), registered_at: *at, settings };
            }
            OrganizationEvent::OrganizationSettingsChanged { settings, .. } => {
                if let Self::Known { settings: before, .. } = self {
                    *before = settings.clone();
                }
            }
        }
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

    /// What it has decided, where there is one.
    #[must_use]
    pub fn settings(&self) -> Option<&Settings> {
        match self {
            Self::Unknown => None,
            Self::Known { settings, .. } => Some(settings),
        }
    }
}

impl Refusal for OrganizationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        match self {
            Self::Unknown | Self::Exists => None,
            Self::Field(fault) => Some(fault),
        }
    }
}
