//! Finds calls by what was said in them.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::speech::Speaker;
use domain::{CampaignId, Timestamp};
use processes::transcripts::{AskedWords, Hit, SearchError, Within};
use projections::calls::read::CallPlace;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, keyring_failed, log_failed, unavailable};
use crate::http::query::{Query, span};
use crate::http::reach::Reach;
use crate::http::read::Head;

/// What was said, and where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchTranscripts {
    /// One to eight words, of which every one was said: in small letters or large ones, without
    /// the marks over them, and in English also in another form of the word. Single letters are
    /// passed over. At most 200 characters.
    #[param(example = "cancel contract")]
    q: String,
    /// Every word by them.
    #[param(inline)]
    speaker: Option<Speaker>,
    /// In calls of this campaign.
    #[param(value_type = Option<Uuid>)]
    campaign_id: Option<CampaignId>,
    /// In calls of this agent.
    agent_id: Option<Uuid>,
    /// In calls begun at this instant or later.
    #[param(inline)]
    from: Option<Timestamp>,
    /// In calls begun before this instant.
    #[param(inline)]
    to: Option<Timestamp>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
}

/// A page of calls in which the words were said.
#[derive(Serialize, ToSchema)]
pub struct TranscriptHits {
    /// The newest call first.
    items: Vec<TranscriptHit>,
    /// Where the list goes on; `null` at its end. Where the words are frequent and seldom
    /// together, a page has fewer than asked for, or none, although it goes on.
    next_cursor: Option<String>,
    /// Not counted.
    total: Option<i64>,
}

/// A call in which the words were said.
#[derive(Serialize, ToSchema)]
pub struct TranscriptHit {
    call_id: Uuid,
    /// When the call began.
    at: Timestamp,
    /// What was said that has most of the words, at most three segments, the most first.
    matches: Vec<TranscriptMatch>,
}

/// What somebody said without a pause.
#[derive(Serialize, ToSchema)]
pub struct TranscriptMatch {
    /// The number of the segment.
    seq: i32,
    speaker: Speaker,
    /// Since when, in ms from the beginning of the call.
    start_ms: i32,
    /// What was said.
    text: String,
}

impl From<Hit> for TranscriptHit {
    fn from(hit: Hit) -> Self {
        let matches = hit.matches.into_iter().map(|one| TranscriptMatch {
            seq: one.seq,
            speaker: one.speaker,
            start_ms: one.start_ms,
            text: one.text,
        });
        Self { call_id: hit.place.id, at: hit.place.created_at, matches: matches.collect() }
    }
}

/// Finds calls in which words were said, by their hashes: those of a call that goes on within
/// seconds, and none of whoever was erased. Newest first. Agents find their own calls, supervisors
/// those of whom they supervise.
#[utoipa::path(
    get,
    path = "/api/v1/transcripts/search",
    operation_id = "searchTranscripts",
    tag = "transcripts",
    params(SearchTranscripts),
    responses((status = 200, description = "Calls, newest first", body = TranscriptHits))
)]
pub async fn search(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<SearchTranscripts>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("searchTranscripts", raw.as_deref());
    let asked: Asked<CallPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let words = AskedWords::parse(&query.q);
    let words = words.map_err(|error| Problem::query("q", error.to_string()))?;
    span(query.from, query.to)?;
    let reach = Reach::fresh(&app, &head).await?;
    let within = Within {
        agents: reach.among(query.agent_id.into_iter().collect())?,
        campaign: query.campaign_id.map(CampaignId::uuid),
        from: query.from,
        to: query.to,
        speaker: query.speaker,
    };
    let fresh = head.all_fresh(&app, &["calls", "transcripts"]).await?;
    let limit = usize::try_from(asked.limit).unwrap_or_default();
    let found = app.transcripts().search(org, (&words, &within), asked.after, limit).await;
    let found = found.map_err(failed)?;
    let next_cursor = found.after.map(|place| asked.cursor(&app, &place)).transpose()?;
    let items = found.hits.into_iter().map(TranscriptHit::from).collect();
    Ok(fresh.answer(&TranscriptHits { items, next_cursor, total: None }))
}

fn failed(error: SearchError) -> Problem {
    match error {
        SearchError::Log(error) => log_failed(&error),
        SearchError::Keyring(error) => keyring_failed(&error),
        SearchError::Runtime(error) => unavailable(&error),
    }
}
