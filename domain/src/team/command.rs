//! What may be asked of a team. What a team cannot know (whether somebody is an active user,
//! whether a name is free, whether calls are live) is looked up before.

use super::settings::{TeamChanges, TeamSettings};
use super::{TeamRole, Timestamp};
use crate::UserId;

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum TeamCommand {
    /// It is there.
    Create {
        /// How it is run.
        settings: TeamSettings,
        /// When.
        at: Timestamp,
    },
    /// It is run otherwise.
    Update {
        /// What is different.
        changes: TeamChanges,
        /// When.
        at: Timestamp,
    },
    /// An active user of the organization belongs to it.
    AddMember {
        /// Who.
        user_id: UserId,
        /// As what.
        role: TeamRole,
        /// When.
        at: Timestamp,
    },
    /// A member is something else in it.
    ChangeMemberRole {
        /// Who.
        user_id: UserId,
        /// As what.
        role: TeamRole,
        /// Whether a member has a live call.
        live_calls: bool,
        /// When.
        at: Timestamp,
    },
    /// Somebody does not belong to it any more.
    RemoveMember {
        /// Who.
        user_id: UserId,
        /// Whether a member has a live call.
        live_calls: bool,
        /// When.
        at: Timestamp,
    },
    /// It is put away.
    Archive {
        /// Whether a member has a live call.
        live_calls: bool,
        /// When.
        at: Timestamp,
    },
    /// It is back.
    Restore {
        /// When.
        at: Timestamp,
    },
}
