//! Agents as they are listed and looked at, and what they did.

use chrono::{DateTime, Utc};
use database::Database;
use domain::agent::{Activity, KnownAgent, Presence};
use domain::{AgentId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{self, planned};

/// An agent as the read model has them, personal fields sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentRow {
    /// Who.
    pub id: AgentId,
    /// How many facts they have.
    pub version: u64,
    /// As the domain folds them.
    pub agent: KnownAgent,
}

/// Which agents: those who pass everything that is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentFilter {
    /// One of these; anyone where nothing is said.
    pub among: Option<Vec<Uuid>>,
    /// Those who take no calls any more, instead of those who do.
    pub deactivated: bool,
    /// What they have chosen to do.
    pub presence: Option<Presence>,
    /// What they are seen to do.
    pub activity: Option<Activity>,
    /// They can do this.
    pub skill: Option<String>,
    /// They speak this.
    pub language: Option<String>,
}

/// A place in the list, newest first: after this agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPlace {
    /// When they were made.
    pub created_at: Timestamp,
    /// Who.
    pub id: Uuid,
}

impl AgentPlace {
    /// The place of an agent in the list.
    #[must_use]
    pub fn of(row: &AgentRow) -> Self {
        Self { created_at: row.agent.created_at, id: row.id.uuid() }
    }
}

/// A time in which an agent did one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct IntervalRow {
    /// With which of the agent's facts it began.
    pub began_with: i64,
    /// What they were seen to do.
    pub activity: String,
    /// Why, where they have said it.
    pub reason_code: Option<String>,
    /// Who has set it: `agent`, `supervisor` or `system`; where a call did, nobody.
    pub set_by: Option<String>,
    /// What was noted about it, sealed.
    pub note: Option<String>,
    /// The call that kept them.
    pub call_id: Option<Uuid>,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// Until when; not over yet.
    pub ended_at: Option<DateTime<Utc>>,
}

/// At most `limit` agents after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &AgentFilter,
    after: Option<&AgentPlace>,
    limit: i64,
) -> Result<Vec<AgentRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file!(
        "src/agents/list.sql",
        org.uuid(),
        filter.among.as_deref() as _,
        !filter.deactivated,
        filter.presence.map(Presence::word) as _,
        filter.activity.map(Activity::word) as _,
        filter.skill as _,
        filter.language as _,
        after.map(|place| DateTime::<Utc>::from(place.created_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let agents = rows.into_iter().map(|row| agent(row.agent_id, row.version, &row.state));
    agents.collect()
}

/// One agent.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    id: AgentId,
) -> Result<Option<AgentRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/agents/get.sql", org.uuid(), id.uuid());
    let row = row.fetch_optional(&mut *tx).await?;
    row.map(|row| agent(id.uuid(), row.version, &row.state)).transpose()
}

/// Those to whom calls can be offered now.
///
/// # Errors
/// The database is away.
pub async fn routable(database: &Database, org: OrgId) -> Result<Vec<Uuid>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let agents = sqlx::query_file_scalar!("src/agents/routable.sql", org.uuid());
    Ok(agents.fetch_all(&mut *tx).await?)
}

/// At most `limit` intervals of an agent before a place, newest first, that overlap a time.
///
/// # Errors
/// The database is away.
pub async fn intervals(
    database: &Database,
    org: OrgId,
    id: AgentId,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<IntervalRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let rows = sqlx::query_file_as!(
        IntervalRow,
        "src/agents/intervals.sql",
        org.uuid(),
        id.uuid(),
        before as _,
        from.map(DateTime::<Utc>::from) as _,
        to.map(DateTime::<Utc>::from) as _,
        limit,
    );
    Ok(rows.fetch_all(&mut *tx).await?)
}

fn agent(id: Uuid, version: i64, state: &str) -> Result<AgentRow, RuntimeError> {
    let (version, agent) = reading::folded(version, state)?;
    Ok(AgentRow { id: AgentId::from(id), version, agent })
}
