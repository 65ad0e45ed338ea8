//! Why a command to a team is refused, in words for a person.

use super::TeamRole;
use crate::{FieldFault, Refusal};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefusal {
    /// There is no such team, or no such member of it.
    #[error("there is no such team or member")]
    Unknown,
    /// A team with this id exists already.
    #[error("the team exists already")]
    Exists,
    /// Not while it is put away.
    #[error("this is not possible while the team is archived")]
    Archived,
    /// Somebody is a member already, as something else.
    #[error("they are a member already, as {0}")]
    AlreadyMember(TeamRole),
    /// The organization has as many teams as it may have.
    #[error("the organization has 500 teams, which is all that it may have")]
    TooMany,
    /// There is no room.
    #[error("the team has {0} members, which is all that it may have")]
    Full(u16),
    /// Nobody would supervise live calls.
    #[error("the team has live calls and would have no supervisor")]
    NeedsSupervisor,
    /// Somebody of it is on a call.
    #[error("a member of the team has a live call")]
    InUse,
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for TeamRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Archived => "invalid-state-transition",
            Self::AlreadyMember(_) => "already-member",
            Self::TooMany => "quota-exceeded",
            Self::Full(_) => "team-full",
            Self::NeedsSupervisor => "team-needs-supervisor",
            Self::InUse => "team-in-use",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }

    fn current_state(&self) -> Option<&str> {
        matches!(self, Self::Archived).then_some("archived")
    }

    fn allowed_commands(&self) -> &[&'static str] {
        if matches!(self, Self::Archived) { &["restore"] } else { &[] }
    }
}
