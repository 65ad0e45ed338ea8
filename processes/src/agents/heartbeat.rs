//! What is heard of an agent's program: every 30 seconds something, or after 90 they are gone.

use chrono::{DateTime, Utc};
use database::Role as DatabaseRole;
use domain::agent::{AgentRefusal, KnownAgent, Presence};
use domain::{AgentId, OrgId};

use super::Agents;
use crate::commands::OrderError;

/// How often a program says that it is there.
pub const EVERY_MS: i64 = 30_000;
/// After how long without a word nobody is there.
pub const LOST_MS: i64 = 90_000;

impl Agents {
    /// An agent's program says that it is there; `None` where there is no such agent. Somebody who
    /// is offline stays so.
    ///
    /// # Errors
    /// The database is away, or the log cannot be read.
    pub async fn heard(
        &self,
        org: OrgId,
        id: AgentId,
    ) -> Result<Option<KnownAgent>, OrderError<AgentRefusal>> {
        let Some(agent) = self.agent(org, id).await? else { return Ok(None) };
        if agent.presence == Presence::Offline {
            return Ok(Some(agent));
        }
        self.listen(org, id).await?;
        // Whoever was signed out meanwhile, is told so.
        Ok(self.agent(org, id).await?)
    }

    /// From now on something has to be heard of them.
    pub(super) async fn listen(
        &self,
        org: OrgId,
        id: AgentId,
    ) -> Result<(), OrderError<AgentRefusal>> {
        let now = self.clock.now();
        let mut connection = self.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO agent_heartbeats (org_id, agent_id, heard_at, due_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, agent_id) DO UPDATE \
             SET heard_at = excluded.heard_at, due_at = excluded.due_at",
        )
        .bind(org.uuid())
        .bind(id.uuid())
        .bind(DateTime::<Utc>::from(now))
        .bind(DateTime::<Utc>::from(now.plus_ms(LOST_MS)))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }
}
