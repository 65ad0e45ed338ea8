//! What goes on now, with what of today is asked beside it: for `GET /analytics/realtime` and for
//! the wallboard, by one code.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use database::Database;
use domain::{OrgId, TeamId, Timestamp};
use projections::bucket::first_instant;
use projections::figures::live::{self, Live, WaitingNow};
use projections::figures::read::{
    self, CallMetricsQuery, Cell, Dimension, DimensionValue, GroupBy, Sheet, Tz,
};
use projections::teams::read as teams;
use uuid::Uuid;

use super::reply::failed;
use crate::http::problem::{INVALID_REFERENCE, NOT_YOUR_RESOURCE, Problem, unavailable};
use crate::http::reach::Reach;

/// What goes on now.
pub(crate) struct Now<S> {
    /// How many agents do what.
    pub(crate) agents: BTreeMap<String, i64>,
    /// How many calls that are not over are in which state.
    pub(crate) calls: BTreeMap<String, i64>,
    /// How many wait in all queues.
    pub(crate) waiting: i64,
    /// Since when the first of them does.
    pub(crate) since: Option<Timestamp>,
    /// Those in which somebody waits, or has waited today.
    pub(crate) queues: Vec<Queue<S>>,
}

/// A queue now.
pub(crate) struct Queue<S> {
    /// Its id, or the name that an imported call came with.
    pub(crate) queue: Option<String>,
    pub(crate) waiting: i64,
    pub(crate) since: Option<Timestamp>,
    /// Of what has waited since midnight.
    pub(crate) today: Option<S>,
}

/// What goes on at an instant, of some agents or of all; queues are nobody's.
pub(crate) async fn now<S: Sheet>(
    database: &Database,
    org: OrgId,
    among: Option<&[Uuid]>,
    (from, to, tz): (Timestamp, Timestamp, Tz),
) -> Result<Now<S>, Problem> {
    let now = live::live(database, org, among).await.map_err(|error| unavailable(&error))?;
    let query = CallMetricsQuery {
        dimensions: vec![Dimension::Queue],
        ..CallMetricsQuery::new(from, to, tz, GroupBy::None)
    };
    let today = read::metrics::<S>(database, org, &query).await.map_err(failed)?;
    Ok(Now {
        waiting: now.queues.iter().map(|queue| queue.waiting).sum(),
        since: now.queues.iter().map(|queue| queue.since).min(),
        queues: queues(&now, today.series),
        agents: now.agents,
        calls: now.calls,
    })
}

fn queues<S>(now: &Live, today: Vec<Cell<S>>) -> Vec<Queue<S>> {
    let mut queues: BTreeMap<Option<String>, Queue<S>> = BTreeMap::new();
    for cell in today {
        let queue = match cell.dims.get("queue") {
            Some(DimensionValue::Text(queue)) => Some(queue.clone()),
            Some(DimensionValue::Number(_) | DimensionValue::Nothing) | None => None,
        };
        let (since, today) = (None, Some(cell.metrics));
        queues.insert(queue.clone(), Queue { queue, waiting: 0, since, today });
    }
    for WaitingNow { queue, waiting, since } in &now.queues {
        let known = queues.entry(queue.clone()).or_insert_with(|| Queue {
            queue: queue.clone(),
            waiting: 0,
            since: None,
            today: None,
        });
        (known.waiting, known.since) = (*waiting, Some(*since));
    }
    queues.into_values().collect()
}

/// How long somebody has waited at an instant, in whole seconds.
pub(crate) fn waited(since: Timestamp, at: Timestamp) -> i64 {
    at.since_ms(since).max(0) / 1_000
}

/// The local day of an instant.
pub(crate) fn today(at: Timestamp, tz: Tz) -> (Timestamp, Timestamp) {
    let date = DateTime::<Utc>::from(at).with_timezone(&tz).date_naive();
    let from = first_instant(date, tz);
    let to = date.succ_opt().map_or(at, |next| first_instant(next, tz));
    // Some dates do not exist in some zones.
    (from, to.max(from.plus_ms(1)))
}

/// Whether each of some teams is there.
///
/// # Errors
/// `invalid-reference`, where one is not; the read model is away.
pub(crate) async fn known(database: &Database, org: OrgId, teams: &[Uuid]) -> Result<(), Problem> {
    if !teams::known(database, org, teams).await.map_err(|error| unavailable(&error))? {
        let words = "there is no such team";
        return Err(Problem::at(&INVALID_REFERENCE, "?team_id", "invalid-reference", words));
    }
    Ok(())
}

/// Who is in a team.
///
/// # Errors
/// `invalid-reference`, where there is no such team; the read model is away.
pub(crate) async fn members(
    database: &Database,
    org: OrgId,
    team: Uuid,
) -> Result<Vec<Uuid>, Problem> {
    known(database, org, &[team]).await?;
    let members = teams::members(database, org, TeamId::from(team)).await;
    members.map_err(|error| unavailable(&error))
}

/// The agents within a reach who are seen at work: of a team, its members. Everybody where there is
/// no limit.
///
/// # Errors
/// `not-your-resource`, `invalid-reference`; the read model is away.
pub(crate) async fn among(
    database: &Database,
    org: OrgId,
    reach: Reach,
    team: Option<Uuid>,
) -> Result<Option<Vec<Uuid>>, Problem> {
    let Some(team) = team else {
        return Ok(match reach {
            Reach::Everybody => None,
            Reach::Only(agents) => Some(agents),
        });
    };
    let members = members(database, org, team).await?;
    let seen: Vec<Uuid> = members.iter().copied().filter(|one| reach.includes(*one)).collect();
    if seen.is_empty() && !members.is_empty() {
        return Err(Problem::of(&NOT_YOUR_RESOURCE));
    }
    Ok(Some(seen))
}
