//! The rows of an import that were not taken.

use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::import_batch::RowOutcome;
use domain::{ImportId, OrgId};
use futures::stream;
use http::{HeaderValue, header};
use processes::import::escaped_for_csv;
use processes::imports::{ImportError, RowResult};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::get::found;
use super::own::OwnImport;
use super::rows::{ImportedRowList, page};
use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::read::Head;

/// Rows of CSV that are written at once.
const AT_ONCE: i64 = 500;
/// The only rows that are told of here.
const REJECTED: [RowOutcome; 1] = [RowOutcome::Rejected];

/// Which of them, and how.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListErrors {
    /// `json`, where nothing is said; `csv` is all of them, a line for each fault.
    #[param(inline)]
    format: Option<Shape>,
    /// How many at most, 1 to 100; 20 where nothing is said. Not of CSV.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// How they are written.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A page of JSON.
    Json,
    /// A file.
    Csv,
}

/// The rows of an import that were not taken, with everything that is wrong with them, in the order
/// of the file. As CSV it is a file with the columns row, line, column, code and message, of which
/// a spreadsheet takes none for a formula.
#[utoipa::path(
    get,
    path = "/api/v1/contacts/imports/{id}/errors",
    operation_id = "listImportErrors",
    tag = "contacts",
    params(("id" = String, Path, description = "The import"), ListErrors),
    responses((
        status = 200,
        description = "Rows that were not taken",
        content((ImportedRowList = "application/json"), (String = "text/csv"))
    ))
)]
pub async fn errors(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    OwnImport(id): OwnImport,
    Query(query): Query<ListErrors>,
) -> Result<Response, Problem> {
    listed(app, &head, ("listImportErrors", id), (query, raw.as_deref())).await
}

/// The rows of any import that were not taken.
pub(crate) async fn listed(
    app: App,
    head: &Head,
    (operation, id): (&str, Uuid),
    (query, raw): (ListErrors, Option<&str>),
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = format!("{operation} {id}");
    let asked = Asked::of(&app, org, (&list, raw), (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "imports").await?;
    if query.format != Some(Shape::Csv) {
        return page(&app, head, (id, &REJECTED), (&asked, &fresh)).await;
    }
    found(&app, org, id).await?;
    Ok(file(app, (org, ImportId::from(id))))
}

/// All of them as a file, written as fast as it is taken.
fn file(app: App, of: (OrgId, ImportId)) -> Response {
    let parts = stream::try_unfold(Some(0_u64), move |after| {
        let app = app.clone();
        async move {
            let Some(after) = after else { return Ok::<_, ImportError>(None) };
            let rows = app.imports().rows(of, &REJECTED, (after, AT_ONCE)).await?;
            let next = rows.last().map(|row| row.row);
            let mut text = String::new();
            if after == 0 {
                text.push_str("row,line,column,code,message\r\n");
            }
            rows.iter().for_each(|row| written(row, &mut text));
            Ok(Some((text, next)))
        }
    });
    let mut response = Body::from_stream(parts).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = HeaderValue::from_static("attachment; filename=\"errors.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}

fn written(row: &RowResult, text: &mut String) {
    for fault in &row.faults {
        let column = cell(fault.column.as_deref().unwrap_or_default());
        let (code, message) = (cell(&fault.code), cell(&fault.message));
        // Writing into a string cannot fail.
        let _ = write!(text, "{},{},{column},{code},{message}\r\n", row.row, row.line);
    }
}

/// A text as a cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    format!("\"{}\"", escaped_for_csv(text).replace('"', "\"\""))
}
