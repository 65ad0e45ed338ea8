//! What happened at the organization's doors.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Timestamp;
use projections::security_log::read::{self, KINDS, SecurityRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSecurity {
    /// What they are called, such as `user.sign_in_failed`.
    kind: Option<String>,
    /// Whom they are about.
    user_id: Option<Uuid>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub struct SecurityEntry {
    /// Its place in the log.
    position: i64,
    event_id: Uuid,
    /// What happened, such as `user.signed_in`.
    kind: String,
    /// Whom it is about.
    user_id: Uuid,
    /// In which session.
    session_id: Option<Uuid>,
    /// An operation, a role, or why a session was closed.
    detail: Option<String>,
    /// Who did it: `user:<id>:<role>` or `system:<part>`.
    actor: String,
    at: Timestamp,
    recorded_at: Timestamp,
}

/// A page of them.
#[derive(Serialize, ToSchema)]
pub struct SecurityList {
    /// The newest first.
    items: Vec<SecurityEntry>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

impl From<SecurityRow> for SecurityEntry {
    fn from(row: SecurityRow) -> Self {
        Self {
            position: row.position,
            event_id: row.event_id,
            kind: row.kind,
            user_id: row.user_id,
            session_id: row.session_id,
            detail: row.detail,
            actor: row.actor,
            at: row.at.into(),
            recorded_at: row.recorded_at.into(),
        }
    }
}

/// Who came in, who did not, who was refused what, and whose role or password has changed. The
/// newest first.
#[utoipa::path(
    get,
    path = "/api/v1/audit/security",
    operation_id = "listSecurityEvents",
    tag = "audit",
    params(ListSecurity),
    responses((status = 200, description = "What happened, the newest first", body = SecurityList))
)]
pub async fn security(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListSecurity>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    if query.kind.as_deref().is_some_and(|kind| !KINDS.contains(&kind)) {
        return Err(Problem::query("kind", format!("it is one of {}", KINDS.join(", "))));
    }
    let list = ("listSecurityEvents", raw.as_deref());
    let asked: Asked<i64> = Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "security_log").await?;
    let filter = (query.kind.as_deref(), query.user_id);
    let rows = read::list(app.database(), org, filter, asked.after, asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| row.position)?;
    let items = page.rows.into_iter().map(SecurityEntry::from).collect();
    Ok(fresh.answer(&SecurityList { items, next_cursor, total: None }))
}
