//! Whose board it is.

use database::Database;
use domain::{OrgId, Role, UserId};
use projections::alerts::read::Sight;
use projections::figures::read::Tz;
use uuid::Uuid;

use crate::analytics::now;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::reach::Reach;

/// Of which organization, as far as whom, and where its day begins. Two who have the same scope see
/// the same board.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    pub(super) org: OrgId,
    /// Whoever does not see everybody.
    viewer: Option<UserId>,
    team: Option<Uuid>,
    pub(super) tz: Tz,
}

impl Scope {
    /// Of a caller, of a team of theirs where one is named, with days of a zone.
    #[must_use]
    pub fn of(caller: &Caller, team: Option<Uuid>, tz: Tz) -> Self {
        let viewer = match caller.role {
            Role::Agent | Role::Supervisor => Some(caller.user),
            Role::Admin | Role::Auditor | Role::Analyst | Role::Operator => None,
        };
        Self { org: caller.org, viewer, team, tz }
    }

    /// Which alerts are counted, of whom these agents are the board's: of a team, those of its
    /// people.
    pub(super) fn sight(&self, among: Option<Vec<Uuid>>) -> Sight {
        let beside = among.is_some() && self.team.is_none();
        Sight { agents: among, nobodys: beside, payments: beside }
    }

    /// The agents who are on the board; everybody where there is no limit. Who supervises whom is
    /// asked anew each time.
    pub(super) async fn among(&self, database: &Database) -> Result<Option<Vec<Uuid>>, Problem> {
        let reach = match self.viewer {
            None => Reach::Everybody,
            Some(user) => Reach::in_role(database, self.org, user, Role::Supervisor).await?,
        };
        now::among(database, self.org, reach, self.team).await
    }
}
