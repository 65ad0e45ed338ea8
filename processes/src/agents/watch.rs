//! Signs out whoever is not heard of any more. Any number of servers may watch: each agent who is
//! due is one server's at a time, and what was done twice is no news.

use chrono::{DateTime, Utc};
use database::{DatabaseError, Role as DatabaseRole};
use domain::agent::{Agent, AgentCommand, AgentRefusal, Presence, SignOutReason};
use domain::{AgentId, OrgId};
use event_store::{Actor, ActorKind, Context, Failure};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Agents, Standing};
use crate::commands::OrderError;

/// How often somebody looks.
const TICK_MS: i64 = 5_000;
/// When somebody looks again after a call that kept the agent.
const AGAIN_MS: i64 = 10_000;
/// At most so many at once, so that stopping does not take long.
const AT_ONCE: usize = 100;

/// Watches whether agents are there.
pub struct AgentWatch {
    agents: Agents,
}

impl AgentWatch {
    /// Over these agents.
    #[must_use]
    pub fn new(agents: Agents) -> Self {
        Self { agents }
    }

    /// Looks after everybody who is due now, and says how many they were.
    ///
    /// # Errors
    /// The database is away, or the log does not take it; who was not looked after stays due.
    pub async fn run_due(&self) -> Result<usize, OrderError<AgentRefusal>> {
        let mut seen = 0;
        while seen < AT_ONCE && self.next().await? {
            seen += 1;
        }
        Ok(seen)
    }

    /// Looks on every tick until the token is canceled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            if let Err(error) = self.run_due().await {
                tracing::error!(%error, "agents who are gone are looked for again");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = self.agents.clock.sleep_ms(TICK_MS) => {}
            }
        }
    }

    /// One agent; their row is locked meanwhile, so that a word of theirs comes before or after.
    async fn next(&self) -> Result<bool, OrderError<AgentRefusal>> {
        let now = self.agents.clock.now();
        let mut tx = self.agents.database.pool(DatabaseRole::Process).transaction().await?;
        let due: Option<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT org_id, agent_id FROM agent_heartbeats WHERE due_at <= $1 \
             ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        )
        .bind(DateTime::<Utc>::from(now))
        .fetch_optional(&mut *tx)
        .await?;
        let Some((org, id)) = due else { return Ok(false) };
        let gone = self.look_after(OrgId::from(org), AgentId::from(id)).await?;
        let again = (!gone).then(|| DateTime::<Utc>::from(now.plus_ms(AGAIN_MS)));
        sqlx::query("UPDATE agent_heartbeats SET due_at = $3 WHERE org_id = $1 AND agent_id = $2")
            .bind(org)
            .bind(id)
            .bind(again)
            .execute(&mut *tx)
            .await?;
        tx.commit().await.map_err(DatabaseError::from)?;
        Ok(true)
    }

    /// Whether somebody is not there any more; a live call keeps them.
    async fn look_after(&self, org: OrgId, id: AgentId) -> Result<bool, OrderError<AgentRefusal>> {
        let agents = &self.agents;
        let Some(agent) = agents.agent(org, id).await? else { return Ok(true) };
        let (standing, at) = (agents.standing(org, id).await?, agents.clock.now());
        let command = match standing {
            Standing::Never(reason) if agent.active => AgentCommand::Deactivate { reason, at },
            _ if agent.presence == Presence::Offline => return Ok(true),
            Standing::Takes => AgentCommand::SignOut { reason: SignOutReason::HeartbeatLost, at },
            Standing::Out | Standing::Never(_) => {
                AgentCommand::SignOut { reason: SignOutReason::Suspended, at }
            }
        };
        let context = Context {
            org_id: org.uuid(),
            actor: Actor { kind: ActorKind::System, id: "agent-watch".to_owned(), role: None },
            correlation_id: id.uuid(),
            causation_id: None,
            source: "agents",
        };
        let said = (None, "gone");
        match agents.commands.tell::<Agent>(context, id.uuid(), command, None, said).await {
            Ok(_) => Ok(true),
            Err(Failure::Refused { error: AgentRefusal::HasLiveCall, .. }) => {
                tracing::warn!(agent = %id, "nothing is heard of an agent who is on a call");
                Ok(false)
            }
            Err(failure) => Err(OrderError::Command(failure)),
        }
    }
}
