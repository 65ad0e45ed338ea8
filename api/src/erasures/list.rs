//! Finds erasures, newest first.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use processes::erasure::ErasurePlace;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::refused;
use super::reply::ErasureReply;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::page::Asked;
use crate::http::problem::Problem;
use crate::http::query::Query;

/// Which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListErasures {
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of erasures.
#[derive(Serialize, ToSchema)]
pub struct ErasureList {
    /// The newest first.
    items: Vec<ErasureReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// The erasures of the organization, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/erasures",
    operation_id = "listErasures",
    tag = "erasures",
    params(ListErasures),
    responses((status = 200, description = "Erasures, newest first", body = ErasureList))
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListErasures>,
) -> Result<Response, Problem> {
    let org = caller.org;
    let list = ("listErasures", raw.as_deref());
    let asked: Asked<ErasurePlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let rows =
        app.erasures().list(org, asked.after.as_ref(), asked.rows()).await.map_err(refused)?;
    let page = asked.cut(rows);
    let next_cursor = page.next(&app, &asked, |row| ErasurePlace {
        requested_at: Timestamp::from(row.requested_at),
        id: row.erasure_id,
    })?;
    let items = page.rows.iter().map(|row| ErasureReply::of(&app, org, row));
    let items = items.collect::<Result<_, _>>()?;
    Ok(axum::Json(ErasureList { items, next_cursor, total: None }).into_response())
}
