//! Our own form: JSON lines in UTF-8, one segment each.
//!
//! ```json
//! {"speaker":"customer","start_ms":2700,"end_ms":4404,"text":"Hello","confidence":0.93}
//! ```
//!
//! `speaker` is `customer`, `agent`, `assistant`, `supervisor` or `system`; `confidence` (0 to 1)
//! and `provider_segment_id` may be missing or `null`. Empty lines count as lines and say nothing.

use serde::Deserialize;

use super::object::read;
use super::{
    Conversation, FormatError, MAX_SEGMENTS, Segment, Times, checked_id, checked_ms, checked_text,
};
use crate::sentiment::Score;
use crate::speech::Speaker;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    speaker: Speaker,
    start_ms: u64,
    end_ms: u64,
    text: String,
    confidence: Option<f64>,
    provider_segment_id: Option<String>,
}

/// The segments of a call in our own form.
///
/// # Errors
/// The first thing that is wrong, with its line and a pointer into it.
pub fn from_jsonl(text: &str) -> Result<Conversation, FormatError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut segments = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        if segments.len() == MAX_SEGMENTS {
            let words = format!("a call has at most {MAX_SEGMENTS} segments");
            return Err(FormatError::new("", "too-many", words).on_line(number));
        }
        let segment = read(line).and_then(segment).map_err(|error| error.on_line(number))?;
        segments.push(segment);
    }
    Ok(Conversation { language: None, segments })
}

fn segment(line: Line) -> Result<Segment, FormatError> {
    let start_ms = checked_ms("/start_ms", line.start_ms)?;
    let end_ms = checked_ms("/end_ms", line.end_ms)?;
    if end_ms < start_ms {
        return Err(FormatError::new("/end_ms", "invalid-range", "it ends before it begins"));
    }
    Ok(Segment {
        speaker: line.speaker,
        times: Some(Times { start_ms, end_ms }),
        text: checked_text("/text", &line.text)?,
        language: None,
        confidence: line.confidence.map(confidence).transpose()?,
        provider_segment_id: checked_id("/provider_segment_id", line.provider_segment_id)?,
    })
}

fn confidence(confidence: f64) -> Result<Score, FormatError> {
    let within = Some(confidence).filter(|confidence| (0.0..=1.0).contains(confidence));
    within
        .and_then(Score::from_f64)
        .ok_or_else(|| FormatError::new("/confidence", "out-of-range", "expected 0 to 1"))
}
