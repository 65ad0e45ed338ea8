//! Finds agents, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::agent::{Activity, Presence};
use domain::text::MAX_LABEL;
use domain::{Role, TeamId};
use projections::agents::read::{self, AgentFilter, AgentPlace};
use projections::{teams, users};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::reply::{AgentReply, SeenAgent, View, seen};
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::page::{Asked, Page};
use crate::http::problem::{FORBIDDEN, Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Names that are looked through at once.
const SCANNED: i64 = 200;

/// Which agents.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAgents {
    /// What they have chosen to do.
    #[param(inline)]
    presence: Option<Presence>,
    /// What they are seen to do.
    #[param(inline)]
    activity: Option<Activity>,
    /// What their user may do.
    #[param(inline)]
    role: Option<Role>,
    /// Of this team.
    team_id: Option<Uuid>,
    /// Who can do this.
    skill: Option<String>,
    /// Who speak this.
    language: Option<String>,
    /// Whose name has this in it, whatever the letters' case. A page may then have fewer agents
    /// than `limit` and still go on.
    q: Option<String>,
    /// `false`: those who were deactivated; `true`, where nothing is said: the others.
    active: Option<bool>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of agents.
#[derive(Serialize, ToSchema)]
pub struct AgentList {
    /// The newest first.
    items: Vec<SeenAgent>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// The agents of the organization, the newest first. Agents see those of their teams only. Of
/// whoever is not in a team that they supervise, agents and supervisors see the name and what they
/// do.
#[utoipa::path(
    get,
    path = "/api/v1/agents",
    operation_id = "listAgents",
    tag = "agents",
    params(ListAgents),
    responses((status = 200, description = "Agents, newest first", body = AgentList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListAgents>,
) -> Result<Response, Problem> {
    let (org, caller) = (head.caller.org, head.caller);
    check(&query, &caller)?;
    let list = ("listAgents", raw.as_deref());
    let asked: Asked<AgentPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.all_fresh(&app, &["agents", "teams", "users"]).await?;
    let filter = AgentFilter {
        among: among(&app, &caller, &query).await?,
        deactivated: query.active == Some(false),
        presence: query.presence,
        activity: query.activity,
        skill: query.skill,
        language: query.language,
    };
    // Names are sealed, so whoever is looked for by name is found by opening them.
    let read = if query.q.is_some() { SCANNED } else { asked.limit };
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), read + 1).await;
    let page = Page::cut(rows.map_err(|error| unavailable(&error))?, read);
    let mut next_cursor = page.next(&app, &asked, AgentPlace::of)?;
    let agents =
        page.rows.iter().map(|row| AgentReply::known(row.id.uuid(), &row.agent, row.version));
    let mut items = AgentReply::all_opened(&app, org, agents).await?;
    if let Some(name) = &query.q {
        let name = name.to_lowercase();
        items.retain(|agent| agent.is_called(&name));
        let found = page.rows.into_iter().filter(|row| items.iter().any(|agent| agent.is(row.id)));
        let found = asked.cut(found.collect());
        next_cursor = found.next(&app, &asked, AgentPlace::of)?.or(next_cursor);
        items.truncate(found.rows.len());
    }
    let items = seen(items, &View::of(&app, &caller).await?);
    Ok(fresh.answer(&AgentList { items, next_cursor, total: None }))
}

fn check(query: &ListAgents, caller: &Caller) -> Result<(), Problem> {
    let ListAgents { presence, role, skill, language, .. } = query;
    let hidden = presence.is_some() || role.is_some() || skill.is_some() || language.is_some();
    if caller.role == Role::Agent && hidden {
        let words = "your role sees names and what others do, so it finds nobody by anything else";
        return Err(Problem::of(&FORBIDDEN).because(words));
    }
    let Some(name) = &query.q else { return Ok(()) };
    if caller.role == Role::Analyst {
        let words = "your role sees no names, so it finds none";
        return Err(Problem::of(&FORBIDDEN).because(words));
    }
    match name.trim().is_empty() || name.chars().count() > MAX_LABEL {
        true => Err(Problem::query("q", "a part of a name has 1 to 120 characters")),
        false => Ok(()),
    }
}

/// The people whom a question is restricted to, by what the agents' own read model does not know.
async fn among(
    app: &App,
    caller: &Caller,
    query: &ListAgents,
) -> Result<Option<Vec<Uuid>>, Problem> {
    let (database, org) = (app.database(), caller.org);
    let mut groups: Vec<Vec<Uuid>> = Vec::new();
    if caller.role == Role::Agent {
        let mates = teams::read::mates(database, org, caller.user).await;
        let mut mates = mates.map_err(|error| unavailable(&error))?;
        mates.push(caller.user.uuid());
        groups.push(mates);
    }
    if let Some(team) = query.team_id.map(TeamId::from) {
        let members = teams::read::members(database, org, team).await;
        groups.push(members.map_err(|error| unavailable(&error))?);
    }
    if let Some(role) = query.role {
        let users = users::read::with_role(database, org, role).await;
        groups.push(users.map_err(|error| unavailable(&error))?);
    }
    Ok(groups.into_iter().reduce(|some, others| {
        let others: std::collections::HashSet<Uuid> = others.into_iter().collect();
        some.into_iter().filter(|user| others.contains(user)).collect()
    }))
}
