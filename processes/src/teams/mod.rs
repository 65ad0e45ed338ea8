//! Teams, as far as one team does not know enough: whether a name is free, where a team would stand
//! in the tree, whether somebody is an active user, whether calls are live.
//!
//! *Architecture invariant:* no two teams of an organization have the same name, whatever the case
//! of its letters, and no team is within itself: names are reserved before they are borne, and of
//! two who move teams at the same time one waits for the other.

mod names;
mod tree;

use std::sync::Arc;

use database::{Database, Role as DatabaseRole};
use domain::agent::Agent;
use domain::team::{
    Among, KnownTeam, MAX_DEPTH, MAX_TEAMS, Place, Team, TeamChanges, TeamCommand, TeamRefusal,
    TeamRole, TeamSettings,
};
use domain::user::{User, UserStatus};
use domain::{OrgId, TeamId, UserId};
use event_store::{Failure, KeyringError, LogError, Outcome};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::commands::{Commands, Order, OrderError};
use crate::ids::{self, Ids};

type Done = Result<Outcome, OrderError<TeamRefusal>>;

/// Runs the commands of teams; cheap to clone.
#[derive(Clone)]
pub struct Teams {
    database: Database,
    commands: Commands,
    ids: Arc<dyn Ids>,
}

impl Teams {
    /// The teams of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands, ids: Arc<dyn Ids>) -> Self {
        Self { database, commands, ids }
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
        let (org, at) = (order.org(), self.commands.now());
        let name = names::folded(&settings.name);
        let name_taken = !self.reserve(org, &name, id).await?;
        let (place, moving) = self.place(org, id, settings.parent_team_id).await?;
        let full = self.count(org).await? > MAX_TEAMS;
        let among = Among { full, name_taken, place };
        let command = TeamCommand::Create { settings, among, at };
        let done = self.commands.carry_out(order, id.uuid(), command).await;
        drop(moving);
        if !name_taken && refused(&done) {
            self.give_back(org, &name, id).await?;
        }
        done
    }

    /// Runs a team otherwise.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn update(&self, order: Order<Team>, id: TeamId, changes: TeamChanges) -> Done {
        let (org, at) = (order.org(), self.commands.now());
        let team = self.team(org, id).await?;
        let old = team.as_ref().map(|team| names::folded(&team.settings.name));
        let new =
            changes.name.as_deref().map(names::folded).filter(|new| Some(new) != old.as_ref());
        let name_taken = match &new {
            // Nobody reserves for a team that is not there.
            Some(new) if old.is_some() => !self.reserve(org, new, id).await?,
            Some(_) | None => false,
        };
        let (place, moving) = self.place(org, id, changes.parent_team_id.flatten()).await?;
        let among = Among { full: false, name_taken, place };
        let command = TeamCommand::Update { changes, among, at };
        let done = self.commands.carry_out(order, id.uuid(), command).await;
        drop(moving);
        let (Some(old), Some(new)) = (old, new) else { return done };
        let left = if refused(&done) { Some(new).filter(|_| !name_taken) } else { Some(old) };
        if let Some(left) = left.filter(|_| done.is_ok() || refused(&done)) {
            self.give_back(org, &left, id).await?;
        }
        done
    }

    /// Somebody belongs to a team.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn add(&self, order: Order<Team>, id: TeamId, user: UserId, role: TeamRole) -> Done {
        let state = self.commands.state::<User>(order.org(), user.uuid()).await?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        let active = known.is_some_and(|user| user.status == UserStatus::Active);
        let command =
            TeamCommand::AddMember { user_id: user, active, role, at: self.commands.now() };
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
        let live_calls = self.has_live_calls(order.org(), id).await?;
        let at = self.commands.now();
        let command = TeamCommand::ChangeMemberRole { user_id, role, live_calls, at };
        self.commands.carry_out(order, id.uuid(), command).await
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

    /// Where a team would stand, and what keeps others from moving teams meanwhile.
    async fn place(
        &self,
        org: OrgId,
        id: TeamId,
        parent: Option<TeamId>,
    ) -> Result<(Place, Option<Transaction<'static, Postgres>>), OrderError<TeamRefusal>> {
        let Some(parent) = parent else { return Ok((Place::Fine, None)) };
        let mut tx = self.database.pool(DatabaseRole::Process).transaction().await?;
        // One lock per organization, of which the number is the organization's.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('teams ' || $1::text, 0))")
            .bind(org.uuid())
            .execute(&mut *tx)
            .await?;
        let all: Vec<Uuid> =
            sqlx::query_scalar("SELECT DISTINCT team_id FROM team_names WHERE org_id = $1")
                .bind(org.uuid())
                .fetch_all(&mut *tx)
                .await?;
        let mut teams = tree::Tree::new();
        for team in all.into_iter().map(TeamId::from) {
            if let Some(known) = self.team(org, team).await? {
                teams.insert(team, (known.settings.parent_team_id, known.archived));
            }
        }
        Ok((tree::place(&teams, id, parent), Some(tx)))
    }

    /// How many names are kept, of which this one is one.
    async fn count(&self, org: OrgId) -> Result<i64, OrderError<TeamRefusal>> {
        let mut connection = self.database.pool(DatabaseRole::Process).acquire().await?;
        let count = sqlx::query_scalar("SELECT count(*) FROM team_names WHERE org_id = $1")
            .bind(org.uuid())
            .fetch_one(&mut *connection)
            .await?;
        Ok(count)
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

/// Whether it is certain that nothing has happened, now or before.
fn refused(done: &Done) -> bool {
    match done {
        Ok(outcome) => outcome.reply.status >= 400,
        Err(OrderError::Command(failure)) => matches!(
            failure,
            Failure::Refused { .. } | Failure::VersionMismatch { .. } | Failure::KeyReused
        ),
        Err(OrderError::Log(_) | OrderError::Database(_)) => false,
    }
}
