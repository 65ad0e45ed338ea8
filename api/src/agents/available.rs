//! How many agents a call could be offered to now.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use projections::{agents, teams};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;

/// How many agents are available.
#[derive(Serialize, ToSchema)]
pub struct AvailableReply {
    /// Those to whom a call could be offered now.
    available: usize,
    /// The same of each team that has one, in the order of their ids.
    by_team: Vec<AvailableInTeam>,
}

/// How many agents of a team are available.
#[derive(Serialize, ToSchema)]
pub struct AvailableInTeam {
    team_id: Uuid,
    available: usize,
}

/// How many agents a call could be offered to now. Whoever is in two teams counts in both.
#[utoipa::path(
    get,
    path = "/api/v1/agents/available/count",
    operation_id = "countAvailableAgents",
    tag = "agents",
    responses((status = 200, description = "How many", body = AvailableReply))
)]
pub async fn count(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let (org, database) = (head.caller.org, app.database());
    let fresh = head.all_fresh(&app, &["agents", "teams"]).await?;
    let routable = agents::read::routable(database, org).await;
    let routable = routable.map_err(|error| unavailable(&error))?;
    let of = teams::read::teams_of(database, org, &routable).await;
    let mut by_team: BTreeMap<Uuid, usize> = BTreeMap::new();
    for (_, team) in of.map_err(|error| unavailable(&error))? {
        *by_team.entry(team).or_default() += 1;
    }
    let by_team = by_team.into_iter();
    let by_team = by_team.map(|(team_id, available)| AvailableInTeam { team_id, available });
    let available = routable.len();
    Ok(fresh.answer(&AvailableReply { available, by_team: by_team.collect() }))
}
