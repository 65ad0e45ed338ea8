//! Who belongs to a team.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::TeamId;
use domain::team::TeamRole;
use projections::teams::read;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::path::Id;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListMembers {
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A member of a team.
#[derive(Serialize, ToSchema)]
pub struct MemberReply {
    /// Who; also the id of their agent.
    user_id: Uuid,
    /// What they are in it.
    role: TeamRole,
}

/// A page of members.
#[derive(Serialize, ToSchema)]
pub struct MemberList {
    /// In the order of their ids.
    items: Vec<MemberReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// How many they are altogether.
    total: Option<usize>,
}

/// The members of a team.
#[utoipa::path(
    get,
    path = "/api/v1/teams/{id}/members",
    operation_id = "listTeamMembers",
    tag = "teams",
    params(("id" = String, Path, description = "The team"), ListMembers),
    responses((status = 200, description = "Members", body = MemberList))
)]
pub async fn members(
    State(app): State<App>,
    head: Head,
    Id(id): Id,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListMembers>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = format!("listTeamMembers {id}");
    let asked: Asked<Uuid> =
        Asked::of(&app, org, (&list, raw.as_deref()), (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "teams").await?;
    let row = read::get(app.database(), org, TeamId::from(id)).await;
    let row = row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    let total = Some(row.team.members.len());
    let rest = row.team.members.into_iter().filter(|(user, _)| asked.after < Some(user.uuid()));
    let some = rest.take(usize::try_from(asked.rows()).unwrap_or(usize::MAX)).collect();
    let page = asked.cut(some);
    let next_cursor = page.next(&app, &asked, |(user, _)| user.uuid())?;
    let items =
        page.rows.into_iter().map(|(user, role)| MemberReply { user_id: user.uuid(), role });
    Ok(fresh.answer(&MemberList { items: items.collect(), next_cursor, total }))
}
