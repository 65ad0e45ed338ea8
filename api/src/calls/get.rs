//! One call, in full.

use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::Timestamp;
use domain::call::{AgentSegment, CallDisposition, QueueSegment};
use projections::call_timeline::read::{self as timelines, Steps};
use projections::calls::read as calls;
use projections::calls::read::CallRow;
use projections::freshness::{self, Reached};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::heard::Heard;
use super::reply::CallReply;
use super::timeline::TimelineEntry;
use crate::http::app::App;
use crate::http::page;
use crate::http::path::CallPath;
use crate::http::problem::{Problem, unavailable};
use crate::http::query;
use crate::http::read::Head;
use crate::sentiment::summary::SentimentSummary;
use crate::transcripts::summary::TranscriptSummary;

/// The first facts that come along with the call.
const TIMELINE: i64 = 100;
/// How long the timeline may take to get where the call is.
const CATCH_UP: Duration = Duration::from_secs(1);

/// A call with everything that is known of it.
#[derive(Serialize, ToSchema)]
pub struct CallDetail {
    #[serde(flatten)]
    call: CallReply,
    /// With which agents, in order.
    segments: Vec<SegmentReply>,
    /// In which queues, in order.
    queue_segments: Vec<QueueSegmentReply>,
    /// How many notes there are; the timeline has them.
    notes: u32,
    /// What the call came to.
    disposition_detail: Option<DispositionReply>,
    /// The customer's rating, 1 to 5.
    rating: Option<u8>,
    /// Whether it is a test, which no report counts.
    test: bool,
    /// What the system knew that the call comes from.
    imported: Option<ImportedReply>,
    /// How much was written down of what was said; `null` where nothing was.
    transcript: Option<TranscriptSummary>,
    /// What the last run of an engine has found of that; `null` where there was none.
    sentiment: Option<SentimentSummary>,
    /// The first 100 facts, oldest first.
    timeline: Vec<TimelineEntry>,
    /// Whether `GET /calls/{id}/timeline` has more.
    timeline_truncated: bool,
}

/// What another system knew of a call, in its own words.
#[derive(Serialize, ToSchema)]
pub struct ImportedReply {
    source: String,
    source_id: String,
    agent: Option<String>,
    queue: Option<String>,
    campaign: Option<String>,
    /// The how-manieth attempt it was.
    attempt_no: Option<u32>,
}

/// A time with an agent.
#[derive(Serialize, ToSchema)]
pub struct SegmentReply {
    agent_id: Uuid,
    segment_no: u32,
    /// How the agent came into the call.
    via: String,
    connected_at: Timestamp,
    disconnected_at: Option<Timestamp>,
    /// On hold within it.
    held_ms: i64,
}

/// A wait in a queue.
#[derive(Serialize, ToSchema)]
pub struct QueueSegmentReply {
    queue_id: Uuid,
    queue_segment: u32,
    queued_at: Timestamp,
    dequeued_at: Option<Timestamp>,
    /// Why it ended.
    reason: Option<String>,
    waited_ms: Option<i64>,
}

/// What a call came to.
#[derive(Serialize, ToSchema)]
pub struct DispositionReply {
    code: String,
    /// The code in words, as they were when it was said.
    label: Option<String>,
    /// Who said so.
    by: String,
    at: Timestamp,
    resolved: Option<bool>,
    right_party: Option<bool>,
    sale: Option<SaleReply>,
    follow_up_at: Option<Timestamp>,
    /// Whether it took the place of an earlier one.
    revised: bool,
}

/// An amount of money.
#[derive(Serialize, ToSchema)]
pub struct SaleReply {
    /// In the smallest unit of the currency.
    amount_minor: i64,
    /// ISO 4217.
    currency: String,
}

impl From<&AgentSegment> for SegmentReply {
    fn from(segment: &AgentSegment) -> Self {
        Self {
            agent_id: segment.agent_id.uuid(),
            segment_no: segment.segment_no,
            via: segment.via.word().to_owned(),
            connected_at: segment.connected_at,
            disconnected_at: segment.disconnected_at,
            held_ms: segment.held_ms,
        }
    }
}

impl From<&QueueSegment> for QueueSegmentReply {
    fn from(segment: &QueueSegment) -> Self {
        Self {
            queue_id: segment.queue_id.uuid(),
            queue_segment: segment.queue_segment,
            queued_at: segment.queued_at,
            dequeued_at: segment.dequeued_at,
            reason: segment.reason.map(|reason| reason.word().to_owned()),
            waited_ms: segment.waited_ms,
        }
    }
}

impl From<&CallDisposition> for DispositionReply {
    fn from(chosen: &CallDisposition) -> Self {
        Self {
            code: chosen.code.clone(),
            label: chosen.meaning().map(|meaning| meaning.label.clone()),
            by: chosen.by.clone(),
            at: chosen.at,
            resolved: chosen.resolved,
            right_party: chosen.right_party,
            sale: chosen.sale.as_ref().map(|sale| SaleReply {
                amount_minor: sale.amount_minor,
                currency: sale.currency.clone(),
            }),
            follow_up_at: chosen.follow_up_at,
            revised: chosen.revised,
        }
    }
}

/// One call with its segments, its disposition and its timeline, how much was said in it, and
/// what was found of that. The last two change without the call: they have versions of their own
/// in its entity tag, after that of the call.
#[utoipa::path(
    get,
    path = "/api/v1/calls/{id}",
    operation_id = "getCall",
    tag = "calls",
    params(("id" = String, Path, description = "The call")),
    responses(
        (status = 200, description = "The call", body = CallDetail),
        (status = 304, description = "The version of If-None-Match is the current one")
    )
)]
pub async fn get(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    CallPath(id): CallPath,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    let org = head.caller.org;
    let fresh = head.all_fresh(&app, &["calls", "transcripts", "sentiment"]).await?;
    let row = calls::get(app.database(), org, id).await.map_err(|error| unavailable(&error))?;
    let row = row.ok_or_else(Problem::not_found)?;
    let heard = Heard::of(&app, org, id).await?;
    let tag = heard.tag(row.version);
    if head.has_tag(&tag) {
        return Ok(fresh.same(&tag));
    }
    let (timeline, complete) = timeline(&app, &head, &row).await?;
    let known = row.call.known().ok_or_else(Problem::not_found)?;
    let detail = CallDetail {
        call: CallReply::read(&app, org, (&row.call, id, row.version)).await?,
        segments: known.segments.iter().map(SegmentReply::from).collect(),
        queue_segments: known.queue_segments.iter().map(QueueSegmentReply::from).collect(),
        notes: known.notes,
        disposition_detail: known.disposition.as_ref().map(DispositionReply::from),
        rating: known.rating,
        test: known.test,
        imported: known.imported.as_ref().map(|imported| ImportedReply {
            source: imported.source.clone(),
            source_id: imported.source_id.clone(),
            agent: imported.agent_label.clone(),
            queue: imported.queue_label.clone(),
            campaign: imported.campaign_label.clone(),
            attempt_no: known.belongs.attempt_no,
        }),
        transcript: heard.transcript.map(TranscriptSummary::from),
        sentiment: heard.run.map(SentimentSummary::from),
        timeline_truncated: timeline.last().is_none_or(|last| last.sequence() < row.version),
        timeline,
    };
    // One entity tag never stands for two answers.
    Ok(match complete {
        true => fresh.with_tag(&tag, &detail),
        false => fresh.answer(&detail),
    })
}

/// The facts up to the version that is answered, and whether none is missing
/// because its read model is behind that of the calls.
async fn timeline(
    app: &App,
    head: &Head,
    row: &CallRow,
) -> Result<(Vec<TimelineEntry>, bool), Problem> {
    let org = head.caller.org;
    let version = i64::try_from(row.version).unwrap_or(i64::MAX);
    let read = || async {
        let rows = timelines::list(app.database(), org, row.id, Steps::Own, (None, TIMELINE)).await;
        rows.map_err(|error| unavailable(&error))
    };
    let mut rows = read().await?;
    let mut complete = true;
    if rows.last().is_none_or(|last| last.sequence < version.min(TIMELINE)) {
        let at = freshness::position_of(app.database(), "calls").await;
        let at = at.map_err(|error| unavailable(&error))?.position;
        let reached = freshness::wait_for(app.database(), "call_timeline", at, CATCH_UP).await;
        complete = reached.map_err(|error| unavailable(&error))? == Reached::Reached;
        rows = read().await?;
    }
    rows.retain(|fact| fact.sequence <= version);
    let entries = rows.into_iter().map(|fact| TimelineEntry::read(app, org, fact));
    Ok((page::opened(entries).await?, complete))
}
