//! Adds what was said to the transcript of a call.

use axum::extract::State;
use axum::response::Response;
use domain::call::Call;
use domain::speech::Speaker;
use domain::transcript::{NewSegment, TranscriptCommand, TranscriptSource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::TranscriptReply;
use super::run::run;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::path::CallPath;
use crate::http::problem::{Problem, VALIDATION_FAILED, log_failed};

/// What was said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppendSegments {
    /// Who has written it down; `stt`, where nothing is said. Counts for the first segments.
    #[schema(inline)]
    source: Option<TranscriptSource>,
    /// In which language, as in BCP 47. Said with the first segments, and not changed after them.
    #[schema(example = "en")]
    language: Option<String>,
    /// At most 200, in any order. One that is there already is passed over: the same
    /// `provider_segment_id`, or where there is none, the same speaker and times.
    #[schema(max_items = 200)]
    segments: Vec<SpokenSegment>,
    /// Whether this is all.
    #[serde(default)]
    complete: bool,
}

/// What somebody says without a pause.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpokenSegment {
    /// Who speaks.
    speaker: Speaker,
    /// Since when, in ms from the beginning of the call.
    #[schema(maximum = 86_400_000)]
    start_ms: u32,
    /// Until when.
    #[schema(maximum = 86_400_000)]
    end_ms: u32,
    /// One line of at most 8 KiB. Each digit of what looks like a payment card number is kept as a
    /// `*`.
    #[schema(example = "I would like to pay by card")]
    text: String,
    /// How sure whoever has written it down is, 0 to 1.
    confidence: Option<f64>,
    /// What the provider calls it; at most 120 characters.
    provider_segment_id: Option<String>,
}

/// Adds what was said, while the call is going on or after it. Told twice, it is there once. The
/// first segments begin the transcript; a call has at most 5,000.
#[utoipa::path(
    post,
    path = "/api/v1/calls/{id}/transcript/segments",
    operation_id = "appendTranscript",
    tag = "transcripts",
    params(("id" = String, Path, description = "The call")),
    request_body = AppendSegments,
    responses((status = 200, description = "How far it is", body = TranscriptReply))
)]
pub async fn append(
    State(app): State<App>,
    head: Head,
    CallPath(call): CallPath,
    Body { value, canonical }: Body<AppendSegments>,
) -> Result<Response, Problem> {
    let AppendSegments { source, language, segments, complete } = value;
    if segments.is_empty() && !complete {
        let words = "at least one, unless this is all";
        return Err(Problem::at(&VALIDATION_FAILED, "/segments", "empty", words));
    }
    let segments = segments.into_iter().enumerate().map(|(place, said)| said.parsed(place));
    let segments = segments.collect::<Result<_, Problem>>()?;
    let state = app.commands().state::<Call>(head.caller.org, call.uuid()).await;
    let state = state.map_err(|error| log_failed(&error))?;
    let known = state.as_ref().and_then(|(call, _)| call.known()).ok_or_else(Problem::not_found)?;
    let command = TranscriptCommand::Append {
        subject: known.subject,
        source: source.unwrap_or(TranscriptSource::Stt),
        language,
        segments,
        complete,
        at: app.now(),
    };
    run(&app, &head, (call, &canonical), command).await
}

impl SpokenSegment {
    fn parsed(self, place: usize) -> Result<NewSegment, Problem> {
        let Self { speaker, start_ms, end_ms, text, confidence, provider_segment_id } = self;
        let span = (start_ms, end_ms);
        let parsed = NewSegment::parse(speaker, span, &text, confidence, provider_segment_id);
        parsed.map_err(|fault| {
            let pointer = format!("/segments/{place}/{}", fault.field);
            Problem::at(&VALIDATION_FAILED, &pointer, fault.reason, fault.words)
        })
    }
}
