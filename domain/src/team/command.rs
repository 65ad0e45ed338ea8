//! What may be asked of a team. What a team cannot know (whether somebody is an active user,
//! whether a name is free, whether calls are live) is looked up before.

use super::settings::{TeamChanges, TeamSettings};
use super::{TeamRole, Timestamp};
use crate::UserId;

/// What a team cannot know of the others, looked up consistently just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Among {
    /// Whether there are as many teams as there may be.
    pub full: bool,
    /// Whether another team has the name.
    pub name_taken: bool,
    /// Where it would stand in the tree.
    pub place: Place,
}

impl Among {
    /// Nothing speaks against it.
    pub const FINE: Self = Self { full: false, name_taken: false, place: Place::Fine };
}

/// Whether somebody can be something in a team, as far as their own role goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Able {
    /// They can.
    Yes,
    /// There is no such active user of the organization.
    NoSuchUser,
    /// Their role lets them supervise nobody.
    NotToSupervise,
    /// Supervisors add agents only.
    NotByThem,
}

/// Where a team would stand in the tree of teams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where it can.
    Fine,
    /// Within a team that is not there, or is archived.
    NoParent,
    /// Within itself.
    Cycle,
    /// Too far down, or with teams within it that would be.
    TooDeep,
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum TeamCommand {
    /// It is there.
    Create {
        /// How it is run.
        settings: TeamSettings,
        /// What the other teams say.
        among: Among,
        /// When.
        at: Timestamp,
    },
    /// It is run otherwise.
    Update {
        /// What is different.
        changes: TeamChanges,
        /// What the other teams say.
        among: Among,
        /// When.
        at: Timestamp,
    },
    /// Somebody belongs to it.
    AddMember {
        /// Who.
        user_id: UserId,
        /// Whether they can be that.
        able: Able,
        /// As what.
        role: TeamRole,
        /// When.
        at: Timestamp,
    },
    /// A member is something else in it.
    ChangeMemberRole {
        /// Who.
        user_id: UserId,
        /// Whether they can be that.
        able: Able,
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
