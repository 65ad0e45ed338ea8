//! A team as it is answered.

use domain::OrgId;
use domain::team::{KnownTeam, Team, WorkingHours};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::settings::WrapUpBody;
use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

/// A team.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamReply {
    /// The id.
    pub id: Uuid,
    /// How it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The team that it is within.
    pub parent_team_id: Option<Uuid>,
    /// Who supervises it.
    pub supervisors: Vec<Uuid>,
    /// In which zone its hours are.
    pub time_zone: String,
    /// When it works.
    pub working_hours: WorkingHours,
    /// How many members it may have.
    pub max_members: u16,
    /// What its members can do where nothing else is said of them.
    pub skills_default: Vec<String>,
    /// The time after a call; `null` where the organization's counts.
    pub wrap_up: Option<WrapUpBody>,
    /// How many members it has.
    pub members_count: usize,
    /// Whether it is put away.
    pub archived: bool,
    /// How many facts it has.
    pub version: u64,
}

impl TeamReply {
    pub(super) fn known(id: Uuid, team: &KnownTeam, version: u64) -> Self {
        let settings = &team.settings;
        Self {
            id,
            name: settings.name.clone(),
            description: settings.description.clone(),
            parent_team_id: settings.parent_team_id.map(|parent| parent.uuid()),
            supervisors: team.supervisors().map(|user| user.uuid()).collect(),
            time_zone: settings.time_zone.clone(),
            working_hours: settings.working_hours.clone(),
            max_members: settings.max_members,
            skills_default: settings.skills_default.clone(),
            wrap_up: settings.wrap_up.map(WrapUpBody::from),
            members_count: team.members.len(),
            archived: team.archived,
            version,
        }
    }
}

impl Resource for TeamReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<Team> for TeamReply {
    fn of(id: Uuid, team: &Team, version: u64) -> Option<Self> {
        team.known().map(|known| Self::known(id, known, version))
    }
}
