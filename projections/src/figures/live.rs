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
