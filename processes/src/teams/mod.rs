//! Teams, as far as one team does not know enough: whether a name is free, where a team would stand
//! in the tree, whether somebody is an active user, whether calls are live.
//!
//! *Architecture invariant:* no two teams of an organization have the same name, whatever the case
//! of its letters, and no team is within itself ([`places`]).

mod places;
mod tree;

use std::sync::Arc;

use database::Database;
use domain::agent::Agent;
use domain::team::{
    Able, Among, KnownTeam, MAX_DEPTH, Team, TeamChanges, TeamCommand, TeamRefusal, TeamRole,
    TeamSettings,
};
use domain::user::{User, UserStatus};
use domain::{OrgId, Role, TeamId, UserId};
use event_store::{KeyringError, LogError, Outcome};

use crate::commands::{Commands, Order, OrderError};
use crate::ids::{self, Ids};
use places::Turns;

type Done = Result<Outcome, OrderError<TeamRefusal>>;

/// Runs the commands of teams; cheap to clone.
#[derive(Clone)]
pub struct Teams {
    database: Database,
    commands: Commands,
    ids: Arc<dyn Ids>,
    /// Whose turn it is in this process to change names and places.
    turns: Arc<Turns>,
}

impl Teams {
    /// The teams of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands, ids: Arc<dyn Ids>) -> Self {
        Self { database, commands, ids, turns: Arc::default() }
    }

    /// The id of the team that somebody makes: with an idempotency key the same for every
    /// repetition.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched.
    pub async fn id(
        &self,
        org: OrgId,
        user: UserId,
        key: Option<&str>,
    ) -> Result<TeamId, KeyringError> {
        match key {
            Some(key) => {
                let user = user.to_string();
                ids::created_team(self.commands.keyring(), org, &user, key).await
            }
            None => Ok(TeamId::from(self.ids.next(self.commands.now()))),
        }
    }

    /// Makes a team.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn create(&self, order: Order<Team>, id: TeamId, settings: TeamSettings) -> Done {
        let at = self.commands.now();
        if settings.checked().is_err() {
            // It is refused for what is wrong with it.
            let command = TeamCommand::Create { settings, among: Among::FINE, at };
            return self.commands.carry_out(order, id.uuid(), command).await;
        }
        let turn = self.turn(order.org()).await?;
        let among = self.intend(&turn, id, &settings).await?;
        let command = TeamCommand::Create { settings, among, at };
        let done = self.commands.carry_out(order, id.uuid(), command).await;
        self.decided(turn, id).await;
        done
    }

    /// Runs a team otherwise.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn update(&self, order: Order<Team>, id: TeamId, changes: TeamChanges) -> Done {
        let (org, at) = (order.org(), self.commands.now());
        let moves = changes.name.is_some() || changes.parent_team_id.is_some();
        let turn = if moves { Some(self.turn(org).await?) } else { None };
        let team = self.team(org, id).await?;
        let settings = team.map(|team| team.settings.with(&changes));
        let settings = settings.filter(|settings| settings.checked().is_ok());
        let among = match (&turn, &settings) {
            (Some(turn), Some(settings)) => self.intend(turn, id, settings).await?,
            // It is refused for what is wrong with it, or touches no other team.
            _ => Among::FINE,
        };
        let command = TeamCommand::Update { changes, among, at };
        let done = self.commands.carry_out(order, id.uuid(), command).await;
        if let Some(turn) = turn {
            self.decided(turn, id).await;
        }
        done
    }

    /// Somebody belongs to a team. Supervisors add agents only: whoever they add, they see.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn add(
        &self,
        order: Order<Team>,
        id: TeamId,
        (user_id, role): (UserId, TeamRole),
        by: Role,
    ) -> Done {
        let able = self.able(order.org(), user_id, role, by).await?;
        let command = TeamCommand::AddMember { user_id, able, role, at: self.commands.now() };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// A member is something else.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn change_role(
        &self,
        order: Order<Team>,
        id: TeamId,
        user_id: UserId,
        role: TeamRole,
    ) -> Done {
        let able = self.able(order.org(), user_id, role, Role::Admin).await?;
        let live_calls = self.has_live_calls(order.org(), id).await?;
        let at = self.commands.now();
        let command = TeamCommand::ChangeMemberRole { user_id, able, role, live_calls, at };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Whether somebody can be that in a team, as far as their own role goes.
    async fn able(
        &self,
        org: OrgId,
        user: UserId,
        role: TeamRole,
        by: Role,
    ) -> Result<Able, LogError> {
        let state = self.commands.state::<User>(org, user.uuid()).await?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        let Some(user) = known.filter(|user| user.status == UserStatus::Active) else {
            return Ok(Able::NoSuchUser);
        };
        let supervises = matches!(user.role, Role::Supervisor | Role::Admin | Role::Operator);
        Ok(match role {
            TeamRole::Supervisor if !supervises => Able::NotToSupervise,
            _ if by == Role::Supervisor && user.role != Role::Agent => Able::NotByThem,
            TeamRole::Member | TeamRole::Lead | TeamRole::Supervisor => Able::Yes,
        })
    }

    /// Somebody does not belong to a team any more.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn remove(&self, order: Order<Team>, id: TeamId, user_id: UserId) -> Done {
        let live_calls = self.has_live_calls(order.org(), id).await?;
        let at = self.commands.now();
        let command = TeamCommand::RemoveMember { user_id, live_calls, at };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Puts a team away.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn archive(&self, order: Order<Team>, id: TeamId) -> Done {
        let live_calls = self.has_live_calls(order.org(), id).await?;
        let command = TeamCommand::Archive { live_calls, at: self.commands.now() };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Brings a team back.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn restore(&self, order: Order<Team>, id: TeamId) -> Done {
        let command = TeamCommand::Restore { at: self.commands.now() };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Whether somebody supervises a team or one that it is within; `None` where there is no such
    /// team. Through an archived team nobody supervises those within it; it itself they may bring
    /// back.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn supervises(
        &self,
        org: OrgId,
        user: UserId,
        id: TeamId,
    ) -> Result<Option<bool>, LogError> {
        let Some(mut team) = self.team(org, id).await? else { return Ok(None) };
        for _ in 0..MAX_DEPTH {
            if team.supervisors().any(|supervisor| supervisor == user) {
                return Ok(Some(true));
            }
            let Some(parent) = team.settings.parent_team_id else { break };
            let parent = self.team(org, parent).await?.filter(|parent| !parent.archived);
            let Some(parent) = parent else { break };
            team = parent;
        }
        Ok(Some(false))
    }

    async fn team(&self, org: OrgId, id: TeamId) -> Result<Option<KnownTeam>, LogError> {
        let state = self.commands.state::<Team>(org, id.uuid()).await?;
        Ok(state.as_ref().and_then(|(team, _)| team.known()).cloned())
    }

    /// Whether a member of a team is on a call.
    async fn has_live_calls(&self, org: OrgId, id: TeamId) -> Result<bool, LogError> {
        let members = self.team(org, id).await?.map(|team| team.members).unwrap_or_default();
        for user in members.keys() {
            let state = self.commands.state::<Agent>(org, user.uuid()).await?;
            let agent = state.as_ref().and_then(|(agent, _)| agent.known());
            if agent.is_some_and(domain::agent::KnownAgent::has_live_call) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
