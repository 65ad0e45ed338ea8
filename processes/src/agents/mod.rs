//! Agents, as far as one agent does not know enough: whether their user may sign in and takes
//! calls, and whether anything is heard of their program.

mod heartbeat;
mod on_calls;
mod watch;

use std::sync::Arc;

use database::Database;
use domain::agent::{
    Agent, AgentCommand, AgentRefusal, DeactivationReason, KnownAgent, Presence, PresenceBy,
    Profile, ProfileChanges, SignOutReason,
};
use domain::user::{User, UserStatus};
use domain::{AgentId, OrgId, Role, SessionId, UserId};
use event_store::{Context, Failure, LogError, Outcome};

pub use heartbeat::{EVERY_MS, LOST_MS};
pub use on_calls::AgentCalls;
pub use watch::AgentWatch;

use crate::clock::Clock;
use crate::commands::{Commands, Order, OrderError};
use crate::organization;

type Done = Result<Outcome, OrderError<AgentRefusal>>;

/// What somebody wants an agent to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// What.
    pub presence: Presence,
    /// Why: a code.
    pub reason_code: Option<String>,
    /// What is to be noted about it.
    pub note: Option<String>,
    /// Who wants it.
    pub by: PresenceBy,
    /// In which session, where it is the agent.
    pub session_id: Option<SessionId>,
}

/// Whether a user may take calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// They may.
    Takes,
    /// They may not sign in now.
    Out,
    /// They take no calls: their role does not, they were erased, or there is no such user.
    Never(DeactivationReason),
}

/// Runs the commands of agents; cheap to clone.
#[derive(Clone)]
pub struct Agents {
    database: Database,
    commands: Commands,
    clock: Arc<dyn Clock>,
}

impl Agents {
    /// The agents of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands) -> Self {
        let clock = Arc::clone(commands.clock());
        Self { database, commands, clock }
    }

    /// Makes a profile for a user.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn create(&self, order: Order<Agent>, user_id: UserId, profile: Profile) -> Done {
        let standing = self.standing(order.org(), AgentId::from(user_id.uuid())).await?;
        let (eligible, at) = (standing == Standing::Takes, self.clock.now());
        let command = AgentCommand::Create { user_id, eligible, profile, at };
        self.commands.carry_out(order, user_id.uuid(), command).await
    }

    /// Changes a profile.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn update(&self, order: Order<Agent>, id: AgentId, changes: ProfileChanges) -> Done {
        let command = AgentCommand::Update { changes, at: self.clock.now() };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Sets what an agent does. Whoever comes is listened for from then on; of whoever is there
    /// already only their own word is one.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn set_presence(&self, order: Order<Agent>, id: AgentId, wish: Wish) -> Done {
        let org = order.org();
        let eligible = self.standing(org, id).await? == Standing::Takes;
        let before = self.agent(org, id).await?.map(|agent| agent.presence);
        let comes = before == Some(Presence::Offline) && wish.presence != Presence::Offline;
        if eligible && comes {
            // Before the fact, so that nobody is there whom nobody listens for.
            self.listen(org, id).await?;
        }
        let Wish { presence, reason_code, note, by, session_id } = wish;
        let reason_codes = organization::settings(&self.commands, org).await?.reason_codes;
        let at = self.clock.now();
        let command = AgentCommand::SetPresence {
            presence,
            reason_code,
            note,
            reason_codes,
            by,
            eligible,
            session_id,
            at,
        };
        let done = self.commands.carry_out(order, id.uuid(), command).await?;
        let there = !matches!(before, None | Some(Presence::Offline));
        if there && by == PresenceBy::Agent && done.reply.status < 400 {
            self.listen(org, id).await?;
        }
        Ok(done)
    }

    /// Signs an agent out, whatever they say.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn sign_out(&self, order: Order<Agent>, id: AgentId, reason: SignOutReason) -> Done {
        let command = AgentCommand::SignOut { reason, at: self.clock.now() };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// A profile takes no calls any more.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn deactivate(&self, order: Order<Agent>, id: AgentId) -> Done {
        let (reason, at) = (DeactivationReason::Administrator, self.clock.now());
        let command = AgentCommand::Deactivate { reason, at };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// A profile takes calls again.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn reactivate(&self, order: Order<Agent>, id: AgentId) -> Done {
        let eligible = self.standing(order.org(), id).await? == Standing::Takes;
        let command = AgentCommand::Reactivate { eligible, at: self.clock.now() };
        self.commands.carry_out(order, id.uuid(), command).await
    }

    /// Follows a user who has changed: whoever may not sign in is signed out, whoever has a role
    /// that takes no calls is deactivated. What a live call forbids is done when their program is
    /// not heard of any more, as its sessions are closed.
    ///
    /// # Errors
    /// [`OrderError`], but no refusal.
    pub async fn follow(
        &self,
        context: Context,
        user: UserId,
    ) -> Result<(), OrderError<AgentRefusal>> {
        let (org, id) = (OrgId::from(context.org_id), AgentId::from(user.uuid()));
        if self.agent(org, id).await?.is_none() {
            return Ok(());
        }
        let at = self.clock.now();
        let command = match self.standing(org, id).await? {
            Standing::Takes => return Ok(()),
            Standing::Out => AgentCommand::SignOut { reason: SignOutReason::Suspended, at },
            Standing::Never(reason) => AgentCommand::Deactivate { reason, at },
        };
        let said = (None, "followed");
        match self.commands.tell::<Agent>(context, id.uuid(), command, None, said).await {
            Ok(_) | Err(Failure::Refused { .. }) => Ok(()),
            Err(failure) => Err(OrderError::Command(failure)),
        }
    }

    /// An agent as they are now.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn agent(&self, org: OrgId, id: AgentId) -> Result<Option<KnownAgent>, LogError> {
        let state = self.commands.state::<Agent>(org, id.uuid()).await?;
        Ok(state.as_ref().and_then(|(agent, _)| agent.known()).cloned())
    }

    async fn standing(&self, org: OrgId, id: AgentId) -> Result<Standing, LogError> {
        let state = self.commands.state::<User>(org, id.uuid()).await?;
        let Some(user) = state.as_ref().and_then(|(user, _)| user.known()) else {
            return Ok(Standing::Never(DeactivationReason::RoleChanged));
        };
        Ok(match (user.status, user.role) {
            (UserStatus::Erased, _) => Standing::Never(DeactivationReason::Erased),
            (_, Role::Auditor | Role::Analyst) => Standing::Never(DeactivationReason::RoleChanged),
            (UserStatus::Active, _) => Standing::Takes,
            (UserStatus::Invited | UserStatus::Suspended, _) => Standing::Out,
        })
    }
}
