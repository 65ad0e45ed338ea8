//! The facts of a team, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::settings::{TeamChanges, TeamSettings};
use super::{TeamRole, Timestamp};
use crate::{DecidedEvent, UserId};

/// One fact of a team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum TeamEvent {
    /// There is a team.
    TeamCreated {
        #[serde(flatten)]
        settings: TeamSettings,
        at: Timestamp,
    },
    /// It is run otherwise; what is not named stays. A description, a parent or a time after calls
    /// that is `null` is gone.
    TeamUpdated { changes: TeamChanges, at: Timestamp },
    /// Somebody belongs to it.
    TeamMemberAdded { user_id: UserId, role: TeamRole, at: Timestamp },
    /// They are something else in it.
    TeamMemberRoleChanged { user_id: UserId, from: TeamRole, to: TeamRole, at: Timestamp },
    /// They do not belong to it any more.
    TeamMemberRemoved { user_id: UserId, at: Timestamp },
    /// It is put away: nobody supervises anybody through it.
    TeamArchived { at: Timestamp },
    /// It is back.
    TeamRestored { at: Timestamp },
}

impl DecidedEvent for TeamEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::TeamCreated { at, .. }
            | Self::TeamUpdated { at, .. }
            | Self::TeamMemberAdded { at, .. }
            | Self::TeamMemberRoleChanged { at, .. }
            | Self::TeamMemberRemoved { at, .. }
            | Self::TeamArchived { at }
            | Self::TeamRestored { at } => *at,
        }
    }
}
