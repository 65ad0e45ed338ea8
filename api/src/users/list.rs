//! Finds users, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Role;
use domain::user::UserStatus;
use projections::users::read::{self, UserPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reply::UserReply;
use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which users.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListUsers {
    /// With this role.
    #[param(inline)]
    role: Option<Role>,
    /// Who are invited, active, suspended or erased.
    #[param(inline)]
    status: Option<UserStatus>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of users.
#[derive(Serialize, ToSchema)]
pub struct UserList {
    /// The newest first.
    items: Vec<UserReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// The people of the organization, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/users",
    operation_id = "listUsers",
    tag = "users",
    params(ListUsers),
    responses((status = 200, description = "Users, newest first", body = UserList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListUsers>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listUsers", raw.as_deref());
    let asked: Asked<UserPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "users").await?;
    let filter = (query.role, query.status);
    let rows = read::list(app.database(), org, filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| UserPlace {
        created_at: row.user.created_at,
        id: row.id.uuid(),
    })?;
    let opened = page
        .rows
        .iter()
        .map(|row| UserReply::known(row.id, &row.user, row.version).opened(&app, org));
    Ok(fresh.answer(&UserList { items: page::opened(opened).await?, next_cursor, total: None }))
}
