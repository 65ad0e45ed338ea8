//! What happened to a call, in order, and who did it.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::{OrgId, Timestamp};
use projections::call_timeline::read as timelines;
use projections::call_timeline::read::{Steps, TimelineRow};
use projections::calls::read as calls;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::answer::open;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::path::CallPath;
use crate::http::problem::{Problem, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which part of it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListTimeline {
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// One step of a call.
#[derive(Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Of what it is a fact: of the `call`, its `transcript`, its `call_sentiment`, or a `payment`
    /// that is made there.
    about: String,
    /// The version of that after it.
    sequence: i64,
    /// Its place in the log.
    position: i64,
    event_id: Uuid,
    /// What happened, such as `call.answered`.
    kind: String,
    /// When it happened in the world.
    at: Timestamp,
    /// When it was recorded.
    recorded_at: Timestamp,
    /// Who did it: `user:<id>:<role>`, `system:<part>` or `provider:<name>`.
    actor: String,
    /// One sentence, without personal data.
    summary: String,
    /// The text of a note; `null` where there is none or it was erased.
    note: Option<String>,
}

/// A page of a timeline.
#[derive(Serialize, ToSchema)]
pub struct Timeline {
    /// The steps, oldest first.
    items: Vec<TimelineEntry>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

impl TimelineEntry {
    /// The version of the call after it.
    pub(super) fn sequence(&self) -> u64 {
        u64::try_from(self.sequence).unwrap_or_default()
    }

    /// Opens what is personal in a row.
    pub(super) async fn read(app: &App, org: OrgId, row: TimelineRow) -> Result<Self, Problem> {
        Ok(Self {
            about: row.about,
            sequence: row.sequence,
            position: row.position,
            event_id: row.event_id,
            kind: row.kind,
            at: row.at,
            recorded_at: row.recorded_at,
            actor: row.actor,
            summary: row.summary,
            note: open(app, org, row.note).await?,
        })
    }
}

/// What happened to the call, and what was said, felt and paid there, oldest first, as the log has
/// it. What was said one after the other is in `getTranscript`, how it was felt in
/// `getCallSentiment`.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{id}/timeline",
    operation_id = "getTimeline",
    tag = "calls",
    params(("id" = String, Path, description = "The call"), ListTimeline),
    responses((status = 200, description = "Steps, oldest first", body = Timeline))
)]
pub async fn timeline(
    State(app): State<App>,
    head: Head,
    CallPath(id): CallPath,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListTimeline>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = format!("getTimeline {id}");
    let asked: Asked<i64> =
        Asked::of(&app, org, (&list, raw.as_deref()), (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "call_timeline").await?;
    let page = (asked.after, asked.rows());
    let rows = timelines::list(app.database(), org, id, Steps::All, page).await;
    let rows = rows.map_err(|error| unavailable(&error))?;
    if rows.is_empty() && asked.after.is_none() {
        let call = calls::get(app.database(), org, id).await;
        call.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    }
    let page = asked.cut(rows);
    let next_cursor = page.next(&app, &asked, |row| row.position)?;
    let items = page.rows.into_iter().map(|row| TimelineEntry::read(&app, org, row));
    Ok(fresh.answer(&Timeline { items: page::opened(items).await?, next_cursor, total: None }))
}
