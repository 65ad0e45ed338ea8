//! A team: people who work together, and who supervises them (domain/03 §3.7).
//!
//! ```text
//! nobody ── create ──► active ⇄ archived
//! ```
//!
//! That teams form a tree at most five deep, and that no two have the same name, is seen to
//! before: one team does not know the others.

mod command;
mod event;
mod refusal;
mod settings;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use command::{Able, Among, Place, TeamCommand};
pub use event::TeamEvent;
pub use refusal::TeamRefusal;
pub use settings::{MAX_MEMBERS, Span, TeamChanges, TeamSettings, WorkingHours};

use crate::decider::aggregate;
use crate::words::words;
use crate::{Decider, FieldFault, SubjectId, Timestamp, UserId};

/// How many teams an organization has at most.
pub const MAX_TEAMS: usize = 500;
/// How deep the tree of teams is at most.
pub const MAX_DEPTH: usize = 5;

words! {
    /// What a member is in a team.
    TeamRole {
        /// Takes calls.
        Member,
        /// Takes calls and helps the others; may do no more.
        Lead,
        /// Sees the members' calls and sets what they do, also those of teams within this one.
        Supervisor,
    }
}

/// A team, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Team {
    /// There is no such team.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownTeam>),
}

/// A team that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownTeam {
    /// How it is run.
    pub settings: TeamSettings,
    /// Who belongs to it, and as what.
    pub members: BTreeMap<UserId, TeamRole>,
    /// Whether it is put away.
    pub archived: bool,
    /// Since when it is there.
    pub created_at: Timestamp,
}

aggregate!(Team, "team", TeamCommand, TeamEvent, TeamRefusal);

impl Decider for Team {
    fn decide(&self, command: TeamCommand) -> Result<Vec<TeamEvent>, TeamRefusal> {
        match (self, command) {
            (Self::Known(team), command) => team.decide(command),
            (Self::Unknown, TeamCommand::Create { settings, among, at }) => {
                settings.checked()?;
                if among.full {
                    return Err(TeamRefusal::TooMany);
                }
                among.checked()?;
                Ok(vec![TeamEvent::TeamCreated { settings, at }])
            }
            (Self::Unknown, _) => Err(TeamRefusal::Unknown),
        }
    }

    fn evolve(&mut self, event: &TeamEvent) {
        match (self, event) {
            (Self::Known(team), event) => team.evolve(event),
            (team, TeamEvent::TeamCreated { settings, at }) => {
                *team = Self::Known(Box::new(KnownTeam {
                    settings: settings.clone(),
                    members: BTreeMap::new(),
                    archived: false,
                    created_at: *at,
                }));
            }
            // A team begins with its creation.
            (Self::Unknown, _) => {}
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl Team {
    /// The team, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownTeam> {
        match self {
            Self::Unknown => None,
            Self::Known(team) => Some(team),
        }
    }
}

impl Able {
    fn checked(self) -> Result<(), FieldFault> {
        let (pointer, words) = match self {
            Self::Yes => return Ok(()),
            Self::NoSuchUser => ("/user_id", "there is no such active user in the organization"),
            Self::NotToSupervise => ("/role", "their role lets them supervise nobody"),
            Self::NotByThem => ("/user_id", "a supervisor adds people with the role of an agent"),
        };
        Err(FieldFault::reference(pointer, words))
    }
}

impl Among {
    fn checked(self) -> Result<(), FieldFault> {
        if self.name_taken {
            return Err(FieldFault::new("/name", "taken", "another team has this name"));
        }
        let words = match self.place {
            Place::Fine => return Ok(()),
            Place::NoParent => "there is no such team, or it is archived",
            Place::Cycle => "a team cannot be within itself",
            Place::TooDeep => "teams are within one another at most five deep",
        };
        Err(FieldFault::reference("/parent_team_id", words))
    }
}

impl KnownTeam {
    /// Who supervises it.
    pub fn supervisors(&self) -> impl Iterator<Item = UserId> {
        let members = self.members.iter();
        members.filter(|(_, role)| **role == TeamRole::Supervisor).map(|(user, _)| *user)
    }

    fn decide(&self, command: TeamCommand) -> Result<Vec<TeamEvent>, TeamRefusal> {
        match command {
            TeamCommand::Create { .. } => Err(TeamRefusal::Exists),
            TeamCommand::Restore { .. } if !self.archived => Ok(Vec::new()),
            TeamCommand::Restore { at } => Ok(vec![TeamEvent::TeamRestored { at }]),
            TeamCommand::Archive { .. } if self.archived => Ok(Vec::new()),
            _ if self.archived => Err(TeamRefusal::Archived),
            TeamCommand::Archive { live_calls: true, .. } => Err(TeamRefusal::InUse),
            TeamCommand::Archive { at, .. } => Ok(vec![TeamEvent::TeamArchived { at }]),
            TeamCommand::Update { changes, among, at } => self.update(changes, among, at),
            TeamCommand::AddMember { user_id, able, role, at } => {
                if !self.members.contains_key(&user_id) {
                    able.checked()?;
                }
                self.add(user_id, role, at)
            }
            TeamCommand::ChangeMemberRole { user_id, able, role, live_calls, at } => {
                let from = *self.members.get(&user_id).ok_or(TeamRefusal::Unknown)?;
                if from == role {
                    return Ok(Vec::new());
                }
                if role == TeamRole::Supervisor {
                    able.checked()?;
                }
                self.spare(user_id, live_calls)?;
                Ok(vec![TeamEvent::TeamMemberRoleChanged { user_id, from, to: role, at }])
            }
            TeamCommand::RemoveMember { user_id, .. } if !self.members.contains_key(&user_id) => {
                Ok(Vec::new())
            }
            TeamCommand::RemoveMember { user_id, live_calls, at } => {
                self.spare(user_id, live_calls)?;
                Ok(vec![TeamEvent::TeamMemberRemoved { user_id, at }])
            }
        }
    }

    fn update(
        &self,
        changes: TeamChanges,
        among: Among,
        at: Timestamp,
    ) -> Result<Vec<TeamEvent>, TeamRefusal> {
        let settings = self.settings.with(&changes);
        if settings == self.settings {
            return Ok(Vec::new());
        }
        settings.checked()?;
        among.checked()?;
        if usize::from(settings.max_members) < self.members.len() {
            let words = format!("the team has {} members already", self.members.len());
            return Err(FieldFault::new("/max_members", "in-use", words).into());
        }
        Ok(vec![TeamEvent::TeamUpdated { changes, at }])
    }

    fn add(
        &self,
        user_id: UserId,
        role: TeamRole,
        at: Timestamp,
    ) -> Result<Vec<TeamEvent>, TeamRefusal> {
        match self.members.get(&user_id) {
            Some(already) if *already == role => Ok(Vec::new()),
            Some(already) => Err(TeamRefusal::AlreadyMember(*already)),
            None if self.members.len() >= usize::from(self.settings.max_members) => {
                Err(TeamRefusal::Full(self.settings.max_members))
            }
            None => Ok(vec![TeamEvent::TeamMemberAdded { user_id, role, at }]),
        }
    }

    /// Whether the team can do without this supervisor.
    fn spare(&self, user_id: UserId, live_calls: bool) -> Result<(), TeamRefusal> {
        let only = self.supervisors().eq([user_id]);
        if only && live_calls { Err(TeamRefusal::NeedsSupervisor) } else { Ok(()) }
    }

    fn evolve(&mut self, event: &TeamEvent) {
        match event {
            // A team begins once.
            TeamEvent::TeamCreated { .. } => {}
            TeamEvent::TeamUpdated { changes, .. } => self.settings = self.settings.with(changes),
            TeamEvent::TeamMemberAdded { user_id, role, .. }
            | TeamEvent::TeamMemberRoleChanged { user_id, to: role, .. } => {
                self.members.insert(*user_id, *role);
            }
            TeamEvent::TeamMemberRemoved { user_id, .. } => {
                self.members.remove(user_id);
            }
            TeamEvent::TeamArchived { .. } => self.archived = true,
            TeamEvent::TeamRestored { .. } => self.archived = false,
        }
    }
}
