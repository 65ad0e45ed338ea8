//! What stands out now: who waits, who is free, what goes on, and since when. It is what rules of
//! alerts watch, asked once for all of them.

use database::Database;
use domain::{OrgId, Timestamp};
use uuid::Uuid;

use super::live::{WaitingNow, waiting};
use crate::RuntimeError;
use crate::reading::planned;

/// So many of a kind at most, those that have been so for longest.
const MOST: i64 = 1_000;

/// What is asked: what nobody watches costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Who waits.
    pub waits: bool,
    /// Who is free.
    pub idle: bool,
    /// Which calls go on.
    pub calls: bool,
    /// Of which payments nobody knows the outcome.
    pub payments: bool,
    /// Which campaigns call.
    pub campaigns: bool,
    /// Who belongs to these teams.
    pub teams: Vec<Uuid>,
}

/// What stands out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StandingOut {
    /// Who waits, by queue.
    pub waits: Vec<WaitingNow>,
    /// Who is free, and since when.
    pub idle: Vec<(Uuid, Timestamp)>,
    /// Which calls go on.
    pub calls: Vec<GoingOn>,
    /// Of which payments nobody knows the outcome, and since when.
    pub payments: Vec<(Uuid, Timestamp)>,
    /// Which campaigns call.
    pub campaigns: Vec<Uuid>,
    /// Teams and who belongs to them.
    pub members: Vec<(Uuid, Uuid)>,
}

/// A call that was answered and goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoingOn {
    /// Which.
    pub call: Uuid,
    /// When it was answered.
    pub since: Timestamp,
    /// Whose it is.
    pub agent: Option<Uuid>,
    /// The queue that it came by.
    pub queue: Option<Uuid>,
    /// The campaign that it is of.
    pub campaign: Option<Uuid>,
}

/// What stands out now, in one transaction with a statement for each thing that is watched.
///
/// # Errors
/// The database is away.
pub async fn standing_out(
    database: &Database,
    org: OrgId,
    what: &Watched,
) -> Result<StandingOut, RuntimeError> {
    let mut found = StandingOut::default();
    if *what == Watched::default() {
        return Ok(found);
    }
    let mut tx = planned(database, org).await?;
    let id = org.uuid();
    if what.waits {
        found.waits = waiting(&mut tx, org).await?;
    }
    if what.idle {
        let rows = sqlx::query_file!("src/agents/idle.sql", id, MOST).fetch_all(&mut *tx).await?;
        let rows = rows.into_iter().map(|row| (row.agent_id, row.since.into()));
        found.idle = rows.collect();
    }
    if what.calls {
        let rows = sqlx::query_file!("src/calls/lasting.sql", id, MOST).fetch_all(&mut *tx).await?;
        let rows = rows.into_iter().map(|row| GoingOn {
            call: row.call_id,
            since: row.since.into(),
            agent: row.agent_id,
            queue: row.queue_id,
            campaign: row.campaign_id,
        });
        found.calls = rows.collect();
    }
    if what.payments {
        let rows = sqlx::query_file!("src/payments/unknown.sql", id, MOST);
        let rows = rows.fetch_all(&mut *tx).await?;
        found.payments = rows.into_iter().map(|row| (row.payment_id, row.since.into())).collect();
    }
    if what.campaigns {
        let ids = sqlx::query_file_scalar!("src/campaigns/active.sql", id, MOST);
        found.campaigns = ids.fetch_all(&mut *tx).await?;
    }
    if !what.teams.is_empty() {
        let rows = sqlx::query_file!("src/teams/members_of.sql", id, &what.teams);
        let rows = rows.fetch_all(&mut *tx).await?;
        found.members = rows.into_iter().map(|row| (row.team_id, row.user_id)).collect();
    }
    Ok(found)
}
