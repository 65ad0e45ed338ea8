//! Finds exports, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::export::ExportStatus;
use projections::exports::read::{self, ExportFilter, ExportPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::own::whose;
use super::reply::ExportReply;
use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::{Query, Several};
use crate::http::read::Head;

/// Which exports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListExports {
    /// In one of these states, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "queued,running")]
    status: Several<ExportStatus>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of exports.
#[derive(Serialize, ToSchema)]
pub struct ExportList {
    /// The newest first.
    items: Vec<ExportReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// Files that were asked for, the newest first: by the caller, or, for administrators and auditors,
/// by anybody.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/exports",
    operation_id = "listExports",
    tag = "analytics",
    params(ListExports),
    responses((status = 200, description = "Exports, newest first", body = ExportList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListExports>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listExports", raw.as_deref());
    let asked: Asked<ExportPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "exports").await?;
    let filter = ExportFilter { by: whose(&head.caller), statuses: query.status.0 };
    let rows = read::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let next_cursor = page.next(&app, &asked, |row| ExportPlace {
        requested_at: row.export.requested_at,
        id: row.id.uuid(),
    })?;
    let known = |row: &read::ExportRow| ExportReply::known(row.id.uuid(), &row.export, row.version);
    let items = page.rows.iter().map(known).collect();
    Ok(fresh.answer(&ExportList { items, next_cursor, total: None }))
}
