//! How every read model is: who moves it, how far it is, what stops it (P8).

use std::collections::HashSet;

use database::Pool;
use serde::Serialize;

use super::{Projection, RuntimeError, registry};

/// Whether a projection moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// An owner holds the lease.
    Running,
    /// An event stopped it; the reason says which.
    Paused,
    /// Nobody moves it: never started, stopped, or its owner is dead.
    Stopped,
}

/// One projection.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: String,
    /// The version of the fold that made the rows.
    pub version: i32,
    /// Whether it moves.
    pub state: State,
    /// Why it is paused.
    pub reason: Option<String>,
    /// The last position whose event is in the rows.
    pub position: i64,
    /// Events of the log not yet applied.
    pub lag_events: i64,
    /// Age in ms of the oldest event not yet applied.
    pub lag_ms: i64,
    /// Events that it wanted and has applied.
    pub applied: i64,
    /// Who holds the lease.
    pub owner: Option<String>,
    /// The build under way.
    pub build: Option<BuildStatus>,
}

/// A rebuild that is not yet swapped in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BuildStatus {
    /// Its schema.
    pub schema: String,
    /// Its version.
    pub version: i32,
    /// How far it is.
    pub position: i64,
    /// Whether somebody works on it now.
    pub active: bool,
}

/// Every projection, and the head of the log they are measured against.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overview {
    /// The head of the log.
    pub head: i64,
    /// The projections, in the order of the registry.
    pub projections: Vec<ProjectionStatus>,
}

impl ProjectionStatus {
    /// Why health is red, if it is: paused, without an owner, or too late.
    /// A dead reader is red at once, whatever its lag (P8).
    #[must_use]
    pub fn trouble(&self, max_lag_ms: i64) -> Option<String> {
        match self.state {
            State::Paused => {
                let reason = self.reason.as_deref().unwrap_or("no reason is known");
                Some(format!("{} is paused: {reason}", self.name))
            }
            State::Stopped => Some(format!("nobody moves {}", self.name)),
            State::Running if self.lag_ms > max_lag_ms => {
                let (name, events, ms) = (&self.name, self.lag_events, self.lag_ms);
                Some(format!("{name} is {events} events and {ms} ms behind the log"))
            }
            State::Running => None,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    build: i32,
    version: i32,
    position: i64,
    applied: i64,
    state: String,
    reason: Option<String>,
    lease_owner: Option<String>,
    leased: bool,
    schema_name: Option<String>,
    lag_ms: i64,
}

/// Reads the state of every projection, through a pool that may read the log
/// and the checkpoints.
///
/// # Errors
/// The database is away.
pub async fn read(pool: &Pool) -> Result<Overview, RuntimeError> {
    let mut tx = pool.transaction().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .execute(&mut *tx)
        .await?;
    let head: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM log_head")
        .fetch_one(&mut *tx)
        .await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT c.name, c.build, c.version, c.position, c.applied, c.state, c.reason,
                c.lease_owner, c.schema_name,
                coalesce(c.lease_until > clock_timestamp(), false) AS leased,
                coalesce(greatest(0, (extract(epoch FROM clock_timestamp() - e.recorded_at)
                                      * 1000)::bigint), 0) AS lag_ms
         FROM projection_checkpoints c
         LEFT JOIN events e ON e.position = c.position + 1
         WHERE c.state <> 'swapped'
         ORDER BY c.name, c.build",
    )
    .fetch_all(&mut *tx)
    .await?;
    // How late is a projection that has no checkpoint yet? As late as it can be.
    let age: Option<i64> = sqlx::query_scalar(
        "SELECT greatest(0, (extract(epoch FROM clock_timestamp() - recorded_at) * 1000)::bigint)
         FROM events WHERE position = 1",
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(overview(head, age.unwrap_or(0), rows))
}

fn overview(head: i64, age_ms: i64, rows: Vec<Row>) -> Overview {
    let mut projections: Vec<ProjectionStatus> = Vec::new();
    let (live, builds): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.build == 0);
    let known: HashSet<&str> = live.iter().map(|row| row.name.as_str()).collect();
    let missing: Vec<_> =
        registry().into_iter().filter(|projection| !known.contains(projection.name())).collect();
    for projection in missing {
        projections.push(never_started(&*projection, head, age_ms));
    }
    projections.extend(live.into_iter().map(|row| status(head, row)));
    for build in builds {
        let of = projections.iter_mut().find(|projection| projection.name == build.name);
        if let Some(projection) = of {
            projection.build = Some(BuildStatus {
                schema: build.schema_name.unwrap_or_default(),
                version: build.version,
                position: build.position,
                active: build.leased,
            });
        }
    }
    let order: Vec<&str> = registry().iter().map(|projection| projection.name()).collect();
    projections.sort_by_key(|projection| {
        let place = order.iter().position(|name| *name == projection.name);
        (place.unwrap_or(usize::MAX), projection.name.clone())
    });
    Overview { head, projections }
}

fn status(head: i64, row: Row) -> ProjectionStatus {
    let state = match (row.state.as_str(), row.leased) {
        ("paused", _) => State::Paused,
        (_, true) => State::Running,
        (_, false) => State::Stopped,
    };
    ProjectionStatus {
        name: row.name,
        version: row.version,
        state,
        reason: row.reason,
        position: row.position,
        lag_events: head.saturating_sub(row.position),
        lag_ms: row.lag_ms,
        applied: row.applied,
        owner: row.lease_owner.filter(|_| row.leased),
        build: None,
    }
}

fn never_started(projection: &dyn Projection, head: i64, age_ms: i64) -> ProjectionStatus {
    ProjectionStatus {
        name: projection.name().to_owned(),
        version: projection.version(),
        state: State::Stopped,
        reason: None,
        position: 0,
        lag_events: head,
        lag_ms: age_ms,
        applied: 0,
        owner: None,
        build: None,
    }
}
