//! What goes on now (domain/06 §6.10).

use std::collections::BTreeMap;

use database::Database;
use domain::{OrgId, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::planned;

/// The read models that it is read from.
pub const MODELS: [&str; 3] = ["agents", "call_facts", "calls"];

/// What goes on now.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// How many agents do what.
    pub agents: BTreeMap<String, i64>,
    /// How many calls that are not over are in which state.
    pub calls: BTreeMap<String, i64>,
    /// Who waits, by queue.
    pub queues: Vec<WaitingNow>,
}

/// Who waits in a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingNow {
    /// Which queue.
    pub queue: Option<String>,
    /// How many wait.
    pub waiting: i64,
    /// Since when the first of them does.
    pub since: Timestamp,
}

/// What goes on now, of some agents or of all; queues are nobody's.
///
/// # Errors
/// The database is away.
pub async fn live(
    database: &Database,
    org: OrgId,
    among: Option<&[Uuid]>,
) -> Result<Live, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let doing = sqlx::query_file!("src/figures/doing.sql", org.uuid(), among as _);
    let doing = doing.fetch_all(&mut *tx).await?;
    let going_on = sqlx::query_file!("src/figures/going_on.sql", org.uuid(), among as _);
    let going_on = going_on.fetch_all(&mut *tx).await?;
    let queues = waiting(&mut tx, org).await?;
    Ok(Live {
        agents: doing.into_iter().map(|row| (row.activity, row.count)).collect(),
        calls: going_on.into_iter().map(|row| (row.status, row.count)).collect(),
        queues,
    })
}

/// With fewer handled calls nothing is estimated.
const LEAST_HANDLED: i64 = 10;

/// How fast queues are served: what an estimate of a wait rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paces {
    /// Agents who take calls, or will as soon as theirs is over. No queue has agents of its own:
    /// they are those of all queues.
    pub agents: i64,
    /// By queue, how many of its last 50 calls were handled within a day, and how long that took in
    /// ms.
    pub handled: BTreeMap<Option<String>, (i64, i64)>,
}

impl Paces {
    /// How long whoever is at a place in a queue is going to wait, 1 is the first, in whole
    /// seconds: place × (mean handle time / agents, at least one); nothing where fewer than ten
    /// calls were handled (domain/06 §6.10).
    #[must_use]
    pub fn estimate(&self, queue: Option<&String>, place: i64) -> Option<i64> {
        let (handled, ms) = *self.handled.get(&queue.cloned())?;
        let handled = Some(handled).filter(|handled| *handled >= LEAST_HANDLED)?;
        let all = i128::from(place) * i128::from(ms);
        let each = i128::from(handled) * i128::from(self.agents.max(1)) * 1_000;
        i64::try_from((all + each / 2) / each).ok()
    }
}

/// How fast some queues are served.
///
/// # Errors
/// The database is away.
pub async fn paces(
    database: &Database,
    org: OrgId,
    queues: &[Option<String>],
) -> Result<Paces, RuntimeError> {
    if queues.is_empty() {
        return Ok(Paces::default());
    }
    let mut tx = planned(database, org).await?;
    let agents = sqlx::query_file_scalar!("src/figures/at_work.sql", org.uuid());
    let agents = agents.fetch_one(&mut *tx).await?;
    let ids: Vec<Uuid> = queues.iter().flatten().filter_map(|queue| queue.parse().ok()).collect();
    let named = ids.len() < queues.len();
    let handled = sqlx::query_file!("src/figures/paces.sql", org.uuid(), &ids, named);
    let handled = handled.fetch_all(&mut *tx).await?.into_iter();
    let handled = handled.map(|row| (row.queue, (row.handled, row.ms)));
    Ok(Paces { agents, handled: handled.collect() })
}

/// Who waits in queues.
pub(super) async fn waiting(
    tx: &mut PgConnection,
    org: OrgId,
) -> Result<Vec<WaitingNow>, sqlx::Error> {
    let rows = sqlx::query_file!("src/figures/waiting_now.sql", org.uuid());
    let queues = rows.fetch_all(tx).await?.into_iter().map(|row| WaitingNow {
        queue: row.queue,
        waiting: row.waiting,
        since: row.since.into(),
    });
    Ok(queues.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_estimated_from_ten_handled_calls_on() {
        let queue = Some("support".to_owned());
        let paces = |agents, handled, ms| Paces {
            agents,
            handled: [(queue.clone(), (handled, ms))].into(),
        };
        // Ten calls of three minutes each, and two agents: 90 s for each place.
        assert_eq!(paces(2, 10, 1_800_000).estimate(queue.as_ref(), 3), Some(270));
        assert_eq!(paces(0, 10, 1_800_000).estimate(queue.as_ref(), 1), Some(180), "one at least");
        assert_eq!(paces(2, 9, 1_800_000).estimate(queue.as_ref(), 1), None, "too few");
        assert_eq!(paces(4, 10, 1_499_999).estimate(queue.as_ref(), 1), Some(37), "rounded");
        assert_eq!(paces(2, 10, 1_800_000).estimate(None, 1), None, "another queue");
    }
}
