//! How fresh a read model is, and how a query waits for a position (P8, P10).
//!
//! The lag is measured against the log's true head, never against what a
//! reader believes; its age is that of the oldest event not yet applied, so
//! that a dead reader's lag grows by itself.

use std::time::Duration;

use chrono::{DateTime, Utc};
use database::{Database, Role};
use domain::Timestamp;
use serde::Serialize;
use tokio::time::{Instant, sleep, timeout};

pub use super::wake::Moves;
use super::{RuntimeError, registry, wake};

const POLL_MIN: Duration = Duration::from_millis(5);
const POLL_MAX: Duration = Duration::from_millis(100);

/// How a wait for a position ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The projection has it.
    Reached,
    /// It has not, within the time given.
    Lagging {
        /// Where the projection is.
        at: i64,
    },
}

/// Where a projection stands against the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct At {
    /// The last position whose event is in the rows.
    pub position: i64,
    /// The head of the log.
    pub head: i64,
    /// Events not yet applied.
    pub lag_events: i64,
    /// Age in ms of the oldest event not yet applied; 0 when there is none.
    pub lag_ms: i64,
}

/// Waits until a projection has a position, at most for `patience`.
///
/// # Errors
/// The database is away.
pub async fn wait_for(
    database: &Database,
    projection: &str,
    position: i64,
    patience: Duration,
) -> Result<Reached, RuntimeError> {
    let deadline = Instant::now() + patience;
    let mut at = checkpoint(database, projection).await?;
    if at >= position {
        return Ok(Reached::Reached);
    }
    let mut waiting = wake::Waiting::of(database, projection);
    let mut pause = POLL_MIN;
    while Instant::now() < deadline {
        let left = deadline.saturating_duration_since(Instant::now());
        let moved = waiting.moved.wait_for(|moved| *moved >= position);
        let hinted = timeout(pause.min(left), moved).await;
        // The guard inside must not live across the next await.
        let hinted = hinted.map(|seen| seen.is_ok());
        if hinted == Ok(false) {
            sleep(pause.min(left)).await;
        }
        at = checkpoint(database, projection).await?;
        if at >= position {
            return Ok(Reached::Reached);
        }
        if hinted.is_ok() {
            // The hint ran ahead (a rebuild set the checkpoint): polls decide.
            sleep(pause.min(left)).await;
        }
        pause = (pause * 2).min(POLL_MAX);
    }
    Ok(Reached::Lagging { at })
}

/// Where a projection stands, and how far that is from the head.
///
/// # Errors
/// The database is away.
pub async fn position_of(database: &Database, projection: &str) -> Result<At, RuntimeError> {
    least_of(database, &[projection]).await
}

/// Where the one of some projections stands that is behind all others, in one round trip.
///
/// # Errors
/// The database is away.
pub async fn least_of(database: &Database, projections: &[&str]) -> Result<At, RuntimeError> {
    let mut connection = database.pool(Role::Projector).acquire().await?;
    let at = sqlx::query_as(
        "SELECT at.position, at.head, at.head - at.position AS lag_events,
                CASE WHEN at.position < at.head THEN coalesce(greatest(0, (extract(epoch FROM
                    clock_timestamp() - (SELECT e.recorded_at FROM events e
                                         WHERE e.position = at.position + 1)) * 1000)::bigint), 0)
                ELSE 0 END AS lag_ms
         FROM (SELECT coalesce((SELECT min(coalesce(c.position, 0))
                                FROM unnest($1::text[]) AS p(name)
                                LEFT JOIN projection_checkpoints c
                                    ON c.name = p.name AND c.build = 0), 0) AS position,
                      coalesce((SELECT max(h.position) FROM log_head h), 0) AS head) at",
    );
    Ok(at.bind(projections).fetch_one(&mut *connection).await?)
}

/// By how many ms the read model that is furthest behind lags behind the log.
///
/// # Errors
/// The database is away.
pub async fn furthest_behind(database: &Database) -> Result<i64, RuntimeError> {
    let names: Vec<&str> = registry().iter().map(|projection| projection.name()).collect();
    let mut connection = database.pool(Role::Projector).acquire().await?;
    let ms = sqlx::query_scalar(
        "SELECT coalesce(max(greatest(0, (extract(epoch FROM clock_timestamp() - e.recorded_at)
                                          * 1000)::bigint)), 0)
         FROM unnest($1::text[]) AS m(name)
         LEFT JOIN projection_checkpoints c ON c.name = m.name AND c.build = 0
         JOIN events e ON e.position = coalesce(c.position, 0) + 1",
    );
    Ok(ms.bind(names).fetch_one(&mut *connection).await?)
}

/// When the log recorded a position, whoever's event that is; `None` where
/// there is none.
///
/// # Errors
/// The database is away.
pub async fn recorded_at(
    database: &Database,
    position: i64,
) -> Result<Option<Timestamp>, RuntimeError> {
    let mut connection = database.pool(Role::Projector).acquire().await?;
    let recorded_at = sqlx::query_scalar("SELECT recorded_at FROM events WHERE position = $1");
    let recorded_at: Option<DateTime<Utc>> =
        recorded_at.bind(position).fetch_optional(&mut *connection).await?;
    Ok(recorded_at.map(Timestamp::from))
}

async fn checkpoint(database: &Database, projection: &str) -> Result<i64, RuntimeError> {
    let mut connection = database.pool(Role::Projector).acquire().await?;
    let position = sqlx::query_scalar(
        "SELECT position FROM projection_checkpoints WHERE name = $1 AND build = 0",
    );
    let position: Option<i64> = position.bind(projection).fetch_optional(&mut *connection).await?;
    Ok(position.unwrap_or(0))
}
