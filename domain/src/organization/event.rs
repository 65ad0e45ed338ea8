//! The facts of an organization, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::settings::{NEWEST, Settings};
use crate::{DecidedEvent, Timestamp, UserId};

/// One fact of an organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum OrganizationEvent {
    /// It is there.
    OrganizationRegistered { name: String, at: Timestamp },
    /// It has decided something else; all of what it has decided.
    OrganizationSettingsChanged { settings: Settings, by: UserId, at: Timestamp },
}

impl DecidedEvent for OrganizationEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn event_version(&self) -> i16 {
        match self {
            Self::OrganizationSettingsChanged { settings, .. } => settings.version(),
            Self::OrganizationRegistered { .. } => 1,
        }
    }

    fn newest(event_type: &str) -> i16 {
        if event_type == "OrganizationSettingsChanged" { NEWEST } else { 1 }
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::OrganizationRegistered { at, .. }
            | Self::OrganizationSettingsChanged { at, .. } => *at,
        }
    }
}
