//! Whose calls and profiles a caller may see: everybody's, or those of some agents, who are
//! themselves and whoever they supervise.

use axum::extract::FromRequestParts;
use database::Database;
use domain::{OrgId, Role, UserId};
use http::request::Parts;
use projections::teams::read as teams;
use uuid::Uuid;

use super::app::App;
use super::caller::Caller;
use super::problem::{NOT_YOUR_RESOURCE, Problem, unavailable};
use super::read::Head;

/// How far a caller sees.
pub(crate) enum Reach {
    /// The whole organization.
    Everybody,
    /// These agents, the caller first.
    Only(Vec<Uuid>),
}

impl Reach {
    /// The reach of whoever makes a request, which includes what the request has to see already
    /// (`X-Min-Position`).
    ///
    /// # Errors
    /// The read model is away or does not get there in time; the request's headers are malformed.
    pub(crate) async fn asked(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let head = Head::from_request_parts(parts, app).await?;
        Self::fresh(app, &head).await
    }

    /// The same, with the head of the query at hand.
    ///
    /// # Errors
    /// The read model is away or does not get there in time.
    pub(crate) async fn fresh(app: &App, head: &Head) -> Result<Self, Problem> {
        if head.caller.role == Role::Supervisor {
            head.fresh(app, "teams").await?;
        }
        Self::of(app, &head.caller).await
    }

    /// A caller's; an agent has the id of its user. Who supervises whom, is asked of the read
    /// model, milliseconds after it has changed.
    ///
    /// # Errors
    /// The read model is away.
    pub(crate) async fn of(app: &App, caller: &Caller) -> Result<Self, Problem> {
        Self::in_role(app.database(), caller.org, caller.user, caller.role).await
    }

    /// The same of somebody in a role, whoever asks.
    ///
    /// # Errors
    /// The read model is away.
    pub(crate) async fn in_role(
        database: &Database,
        org: OrgId,
        user: UserId,
        role: Role,
    ) -> Result<Self, Problem> {
        let own = user.uuid();
        match role {
            Role::Agent => Ok(Self::Only(vec![own])),
            Role::Supervisor => {
                let found = teams::supervised(database, org, user).await;
                let theirs = found.map_err(|error| unavailable(&error))?;
                let theirs = theirs.into_iter().filter(|agent| *agent != own);
                Ok(Self::Only(std::iter::once(own).chain(theirs).collect()))
            }
            Role::Admin | Role::Auditor | Role::Analyst | Role::Operator => Ok(Self::Everybody),
        }
    }

    /// The agents whom it has; none where it has everybody.
    pub(crate) fn limit(&self) -> &[Uuid] {
        match self {
            Self::Everybody => &[],
            Self::Only(agents) => agents,
        }
    }

    /// Whether an agent is in it.
    pub(crate) fn includes(&self, agent: Uuid) -> bool {
        match self {
            Self::Everybody => true,
            Self::Only(agents) => agents.contains(&agent),
        }
    }

    /// Refuses what is of an agent who is not in it.
    ///
    /// # Errors
    /// `not-your-resource`
    pub(crate) fn allows(&self, agent: Option<Uuid>) -> Result<(), Problem> {
        match (self, agent) {
            (Self::Everybody, _) => Ok(()),
            (Self::Only(_), Some(agent)) if self.includes(agent) => Ok(()),
            (Self::Only(_), _) => Err(Problem::of(&NOT_YOUR_RESOURCE)),
        }
    }

    /// The agents whose calls are asked for, none of which are all: those in it, where none is
    /// named.
    ///
    /// # Errors
    /// `not-your-resource`
    pub(crate) fn among(&self, asked: Vec<Uuid>) -> Result<Vec<Uuid>, Problem> {
        asked.iter().try_for_each(|agent| self.allows(Some(*agent)))?;
        match self {
            Self::Only(agents) if asked.is_empty() => Ok(agents.clone()),
            Self::Only(_) | Self::Everybody => Ok(asked),
        }
    }
}
