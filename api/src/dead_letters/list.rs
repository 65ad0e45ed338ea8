//! Finds dead letters, newest first.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use processes::reactor::{DeadLetter, LetterPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problem::refused;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::page::Asked;
use crate::http::problem::Problem;
use crate::http::query::Query;

/// Which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDeadLetters {
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// Something that a process has tried too often in vain.
#[derive(Serialize, ToSchema)]
pub struct DeadLetterReply {
    /// Which.
    id: Uuid,
    /// Which process, such as `call-timer`.
    process: String,
    /// What it was about, such as `call`.
    aggregate_type: String,
    /// Its id.
    aggregate_id: Uuid,
    /// The newest fact that asked for it.
    event_id: Uuid,
    /// Where that stands in the log.
    position: i64,
    /// How often it was tried.
    attempts: i32,
    /// What was in the way the last time.
    error: Option<String>,
    /// When it was given up.
    failed_at: Timestamp,
}

impl From<DeadLetter> for DeadLetterReply {
    fn from(letter: DeadLetter) -> Self {
        Self {
            id: letter.task_id,
            process: letter.process,
            aggregate_type: letter.aggregate_type,
            aggregate_id: letter.aggregate_id,
            event_id: letter.event_id,
            position: letter.position,
            attempts: letter.attempts,
            error: letter.error,
            failed_at: letter.failed_at.into(),
        }
    }
}

/// A page of dead letters.
#[derive(Serialize, ToSchema)]
pub struct DeadLetterList {
    /// The newest first.
    items: Vec<DeadLetterReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// What processes have tried too often in vain, the newest first. Another fact about the same thing
/// has it tried again by itself.
#[utoipa::path(
    get,
    path = "/api/v1/admin/dead-letters",
    operation_id = "listDeadLetters",
    tag = "admin",
    params(ListDeadLetters),
    responses((status = 200, description = "Dead letters, newest first", body = DeadLetterList))
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListDeadLetters>,
) -> Result<Response, Problem> {
    let org = caller.org;
    let list = ("listDeadLetters", raw.as_deref());
    let asked: Asked<LetterPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let rows = app.dead_letters().list(org, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(refused)?);
    let next_cursor = page.next(&app, &asked, |row| LetterPlace {
        failed_at: Timestamp::from(row.failed_at),
        id: row.task_id,
    })?;
    let items = page.rows.into_iter().map(DeadLetterReply::from).collect();
    Ok(axum::Json(DeadLetterList { items, next_cursor, total: None }).into_response())
}
