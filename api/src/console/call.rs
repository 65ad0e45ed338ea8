//! The story of one call: what happened, what was said, and how it sounded.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

use super::client::{Listed, Reader};
use super::page::{self, Page};
use super::refused::Refused;
use super::words::{Instant, clock, clock_or_dash, percent, plain, score, signed};

#[derive(Deserialize)]
struct Call {
    direction: String,
    status: String,
    stage: String,
    from: Option<String>,
    to: Option<String>,
    created_at: Instant,
    answered_at: Option<Instant>,
    ended_at: Option<Instant>,
    end: Option<End>,
    durations: Durations,
    disposition: Option<String>,
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct End {
    by: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Durations {
    ring_ms: Option<i64>,
    queue_ms: Option<i64>,
    talk_ms: Option<i64>,
    hold_ms: Option<i64>,
    wrap_ms: Option<i64>,
    total_ms: Option<i64>,
}

impl Call {
    /// What took how long.
    fn times(&self) -> [(&'static str, String); 5] {
        let Durations { ring_ms, queue_ms, hold_ms, wrap_ms, total_ms, .. } = &self.durations;
        let took = [ring_ms, queue_ms, hold_ms, wrap_ms, total_ms].map(clock_or_dash);
        let [rang, waited, held, wrapped, all] = took;
        [("Rang", rang), ("Waited", waited), ("Held", held), ("Wrap-up", wrapped), ("In all", all)]
    }
}

#[derive(Deserialize)]
struct Entry {
    sequence: u64,
    kind: String,
    at: Instant,
    actor: String,
    summary: String,
    note: Option<String>,
}

#[derive(Deserialize)]
struct Transcript {
    status: String,
    language: Option<String>,
    speech: Option<Speech>,
    #[serde(flatten)]
    segments: Listed<Segment>,
}

#[derive(Deserialize)]
struct Speech {
    silence_ms: Option<i64>,
    overlap_ms: i64,
    turns: u64,
    speakers: Vec<Spoken>,
}

#[derive(Deserialize)]
struct Spoken {
    speaker: String,
    talk_ms: i64,
    talk_ratio: Option<f64>,
    words: u64,
    longest_monologue_ms: i64,
}

#[derive(Deserialize)]
struct Segment {
    seq: u32,
    speaker: String,
    start_ms: i64,
    text: Option<String>,
    corrected_at: Option<Instant>,
}

#[derive(Deserialize)]
struct Sentiment {
    score: Option<f64>,
    label: Option<String>,
    trend: String,
    engine: String,
    engine_version: String,
    reason: Option<String>,
    utterances: Vec<Utterance>,
    critical_moments: Vec<Moment>,
}

#[derive(Deserialize)]
struct Utterance {
    seq: u32,
    score: Option<f64>,
    label: Option<String>,
    triggers: Vec<Trigger>,
}

#[derive(Deserialize)]
struct Trigger {
    term: String,
    impact: f64,
}

#[derive(Deserialize)]
struct Moment {
    seq: u32,
    delta: f64,
}

/// A thing said, with how it sounded.
struct Said {
    segment: Segment,
    utterance: Option<Utterance>,
    moment: Option<f64>,
}

#[derive(Template)]
#[template(path = "console/call.html")]
struct Shown {
    page: Page,
    call: Call,
    timeline: Vec<Entry>,
    transcript: Option<Transcript>,
    said: Vec<Said>,
    sentiment: Option<Sentiment>,
}

/// The whole story.
pub(super) async fn get(reader: Reader, Path(id): Path<String>) -> Result<Response, Refused> {
    // Whatever is no id is no path of the API either.
    let id = uuid::Uuid::parse_str(&id).map_err(|_| Refused::not_found())?;
    let call = reader.get(&format!("/calls/{id}")).await?;
    let page = Page::of(&reader, "/console/calls", "A call").await?;
    let path = format!("/calls/{id}/timeline?limit=100");
    let timeline = reader.all(&path).await?;
    let path = format!("/calls/{id}/transcript?limit=100");
    let mut transcript: Option<Transcript> = reader.find(&path).await?;
    let mut segments = Vec::new();
    if let Some(Transcript { segments: Listed { items, next_cursor }, .. }) = &mut transcript {
        segments.append(items);
        segments.extend(reader.rest(&path, next_cursor.take(), usize::MAX).await?);
    }
    let mut sentiment: Option<Sentiment> = reader.find(&format!("/sentiment/calls/{id}")).await?;
    let said = said(segments, sentiment.as_mut());
    let shown = Shown { page, call, timeline, transcript, said, sentiment };
    Ok(page::shown(StatusCode::OK, &shown))
}

fn said(segments: Vec<Segment>, sentiment: Option<&mut Sentiment>) -> Vec<Said> {
    let (mut heard, mut moments) = (HashMap::new(), HashMap::new());
    if let Some(sentiment) = sentiment {
        let utterances = std::mem::take(&mut sentiment.utterances);
        heard.extend(utterances.into_iter().map(|utterance| (utterance.seq, utterance)));
        let critical = sentiment.critical_moments.iter();
        moments.extend(critical.map(|moment| (moment.seq, moment.delta)));
    }
    let with = |segment: Segment| Said {
        utterance: heard.remove(&segment.seq),
        moment: moments.remove(&segment.seq),
        segment,
    };
    segments.into_iter().map(with).collect()
}
