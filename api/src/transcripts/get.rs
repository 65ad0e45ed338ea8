//! What was said in a call.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::call::Call;
use domain::speech::Speaker;
use domain::{CallId, OrgId, Timestamp};
use projections::transcripts::read as transcripts;
use projections::transcripts::read::{SegmentPlace, SegmentRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reply::TranscriptReply;
use super::speech::SpeechReply;
use crate::http::app::App;
use crate::http::page::{self, Asked};
use crate::http::path::CallPath;
use crate::http::problem::{Problem, keyring_failed, log_failed, unavailable};
use crate::http::query::Query;
use crate::http::read::Head;

/// Which part of it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetTranscript {
    /// How many segments at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where they go on, from `next_cursor`.
    cursor: Option<String>,
}

/// What somebody says without a pause.
#[derive(Serialize, ToSchema)]
pub struct TranscriptSegment {
    /// Its number, from 1, in the order in which it was told.
    seq: i32,
    speaker: Speaker,
    /// Since when, in ms from the beginning of the call.
    start_ms: i32,
    /// Until when.
    end_ms: i32,
    /// What was said; `null` once the person who was called is erased.
    text: Option<String>,
    words: i32,
    /// How sure whoever has written it down is, 0 to 1.
    confidence: Option<f64>,
    /// When it was corrected last.
    corrected_at: Option<Timestamp>,
}

/// A transcript, and a page of what was said.
#[derive(Serialize, ToSchema)]
pub struct TranscriptPage {
    #[serde(flatten)]
    transcript: TranscriptReply,
    /// How it was shared between its speakers; `null` where nobody has said who spoke when, as in
    /// a chat.
    speech: Option<SpeechReply>,
    /// What was said, in the order in which it was said.
    items: Vec<TranscriptSegment>,
    /// Where it goes on; `null` at its end.
    next_cursor: Option<String>,
    /// How many segments there are.
    total: Option<i64>,
}

/// What was said in a call, by whom and when, in the order in which it was said.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{id}/transcript",
    operation_id = "getTranscript",
    tag = "transcripts",
    params(("id" = String, Path, description = "The call"), GetTranscript),
    responses((status = 200, description = "The transcript", body = TranscriptPage))
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    CallPath(call): CallPath,
    RawQuery(raw): RawQuery,
    Query(query): Query<GetTranscript>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = format!("getTranscript {call}");
    let asked: Asked<SegmentPlace> =
        Asked::of(&app, org, (&list, raw.as_deref()), (query.limit, query.cursor.as_deref()))?;
    let fresh = head.fresh(&app, "transcripts").await?;
    let row = transcripts::get(app.database(), org, call).await;
    let row = row.map_err(|error| unavailable(&error))?.ok_or_else(Problem::not_found)?;
    let timings = transcripts::timings(app.database(), org, call).await;
    let timings = timings.map_err(|error| unavailable(&error))?;
    let rows =
        transcripts::segments(app.database(), org, call, asked.after.as_ref(), asked.rows()).await;
    let page = asked.cut(rows.map_err(|error| unavailable(&error))?);
    let place = |row: &SegmentRow| SegmentPlace { start_ms: row.start_ms, seq: row.seq };
    let next_cursor = page.next(&app, &asked, place)?;
    let items = page.rows.into_iter().map(|row| TranscriptSegment::read(&app, org, row));
    let transcript = TranscriptReply {
        call_id: call.uuid(),
        status: row.status,
        source: row.source,
        language: row.language,
        segments: u32::try_from(timings.len()).unwrap_or(u32::MAX),
        words: timings.iter().map(|timing| timing.words.unsigned_abs()).sum(),
        started_at: row.started_at,
        closed_at: row.closed_at,
        version: row.version,
    };
    let timed = timings.iter().any(|timing| timing.end_ms > 0);
    let speech = match timed {
        true => Some(SpeechReply::of(&timings, answered_ms(&app, org, call).await?)),
        false => None,
    };
    let total = i64::try_from(timings.len()).ok();
    let items = page::opened(items).await?;
    Ok(fresh.answer(&TranscriptPage { transcript, speech, items, next_cursor, total }))
}

/// For how long a call was answered, once it is over.
async fn answered_ms(app: &App, org: OrgId, call: CallId) -> Result<Option<u64>, Problem> {
    let state = app.commands().state::<Call>(org, call.uuid()).await;
    let state = state.map_err(|error| log_failed(&error))?;
    let known = state.as_ref().and_then(|(call, _)| call.known());
    let span = known.and_then(|known| known.answered_at.zip(known.ended_at));
    Ok(span.and_then(|(answered, ended)| u64::try_from(ended.since_ms(answered)).ok()))
}

impl TranscriptSegment {
    pub(crate) async fn read(app: &App, org: OrgId, row: SegmentRow) -> Result<Self, Problem> {
        let text = app.commands().reveal(org, &row.text).await;
        Ok(Self {
            seq: row.seq,
            speaker: row.speaker,
            start_ms: row.start_ms,
            end_ms: row.end_ms,
            text: text.map_err(|error| keyring_failed(&error))?,
            words: row.words,
            confidence: row.confidence,
            corrected_at: row.corrected_at,
        })
    }
}
