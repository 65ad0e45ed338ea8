//! What became of the rows of an import.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::ImportId;
use domain::import_batch::RowOutcome;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::get::found;
use super::own::OwnImport;
use super::problem::refused;
use super::reply::RowReply;
use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::Problem;
use crate::http::query::{Query, Several};
use crate::http::read::{Freshness, Head};

/// Which rows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListRows {
    /// That have come to one of these, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "created,suppressed")]
    outcome: Several<RowOutcome>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of rows.
#[derive(Serialize, ToSchema)]
pub struct ImportedRowList {
    /// In the order of the file.
    items: Vec<RowReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// A place in the rows: after this one.
#[derive(Serialize, Deserialize)]
pub(super) struct RowPlace {
    row: u64,
}

/// What became of the rows of an import, in the order of the file: for 30 days, and of those that
/// were taken so far.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/imports/{id}/rows",
    operation_id = "listImportRows",
    tag = "contacts",
    params(("id" = String, Path, description = "The import"), ListRows),
    responses((status = 200, description = "Rows, in order", body = ImportedRowList))
)]
pub async fn rows(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    OwnImport(id): OwnImport,
    Query(query): Query<ListRows>,
) -> Result<Response, Problem> {
    let list = format!("listImportRows {id}");
    let list = (list.as_str(), raw.as_deref());
    let asked = Asked::of(&app, head.caller.org, list, (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "imports").await?;
    page(&app, &head, (id, &query.outcome.0), (&asked, &fresh)).await
}

/// A page of the rows that have come to one of these, or of all.
pub(super) async fn page(
    app: &App,
    head: &Head,
    (id, outcomes): (Uuid, &[RowOutcome]),
    (asked, fresh): (&Asked<RowPlace>, &Freshness),
) -> Result<Response, Problem> {
    let org = head.caller.org;
    found(app, org, id).await?;
    let after = asked.after.as_ref().map_or(0, |place| place.row);
    let of = (org, ImportId::from(id));
    let rows = app.imports().rows(of, outcomes, (after, asked.rows())).await.map_err(refused)?;
    let page = asked.cut(rows);
    let next_cursor = page.next(app, asked, |row| RowPlace { row: row.row })?;
    let items = page.rows.into_iter().map(RowReply::of).collect();
    Ok(fresh.answer(&ImportedRowList { items, next_cursor, total: None }))
}
