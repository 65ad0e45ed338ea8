//! The rows of a list of numbers that were not taken.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::http::app::App;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::read::Head;
use crate::imports::errors::{ListErrors, listed};
use crate::imports::own::NumberImport;
use crate::imports::rows::ImportedRowList;

/// The rows of a list of numbers that were not taken, with everything that is wrong with them, in
/// the order of the file, for 30 days. As CSV it is a file with the columns row, line, column, code
/// and message, of which a spreadsheet takes none for a formula.
#[utoipa::path(
    get,
    path = "/api/v1/dnc/imports/{id}/errors",
    operation_id = "listNumberImportErrors",
    tag = "dnc",
    params(("id" = String, Path, description = "The import"), ListErrors),
    responses((
        status = 200,
        description = "Rows that were not taken",
        content((ImportedRowList = "application/json"), (String = "text/csv"))
    ))
)]
pub async fn list_import_errors(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    NumberImport(id): NumberImport,
    Query(query): Query<ListErrors>,
) -> Result<Response, Problem> {
    listed(app, &head, ("listNumberImportErrors", id), (query, raw.as_deref())).await
}
