//! Our own form: JSON lines in UTF-8, one transcript each.
//!
//! ```json
//! {"call_id":"0189…","language":"en","segments":[
//!   {"speaker":"customer","start_ms":2700,"end_ms":4404,"text":"Hello","confidence":0.93}]}
//! ```
//!
//! (in one line). The call is one of ours by its `call_id`, or one that was brought in by the names
//! that it had there: `source` and `source_id`. `speaker` is `customer`, `agent`, `assistant`,
//! `supervisor` or `system`; `language`, `confidence` (0 to 1) and `provider_segment_id` may be
//! missing or `null`.

use serde::Deserialize;

use super::object::{Object, read};
use super::{Conversation, FormatError, checked_count, checked_language, fault};
use crate::speech::Speaker;
use crate::transcript::NewSegment;
use crate::{CallId, text};

/// Which call a transcript is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// One of ours.
    Call(CallId),
    /// One that was brought in.
    Imported {
        /// The system that it comes from.
        source: String,
        /// What it is called there.
        source_id: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    call_id: Option<CallId>,
    source: Option<String>,
    source_id: Option<String>,
    language: Option<String>,
    segments: Vec<Object<Said>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    speaker: Speaker,
    start_ms: u32,
    end_ms: u32,
    text: String,
    confidence: Option<f64>,
    provider_segment_id: Option<String>,
}

/// A transcript in our own form, and which call it is of.
///
/// # Errors
/// The first thing that is wrong, with a pointer to it.
pub fn from_json_line(line: &str) -> Result<(Whose, Conversation), FormatError> {
    let line: Line = read(line)?;
    let whose = match (line.call_id, line.source, line.source_id) {
        (Some(call), None, None) => Whose::Call(call),
        (None, Some(source), Some(source_id)) => {
            FormatError::of_text("/source", text::label(&source))?;
            FormatError::of_text("/source_id", text::label(&source_id))?;
            Whose::Imported { source, source_id }
        }
        (None, None, Some(_)) => {
            return Err(FormatError::new("/source", "required", "it is not there"));
        }
        (None, Some(_), None) => {
            return Err(FormatError::new("/source_id", "required", "it is not there"));
        }
        (None, None, None) => {
            let words = "expected call_id, or source and source_id";
            return Err(FormatError::new("/call_id", "required", words));
        }
        (Some(_), _, _) => {
            let words = "expected call_id, or source and source_id, and not both";
            return Err(FormatError::new("/call_id", "not-one", words));
        }
    };
    checked_count("/segments", line.segments.len())?;
    let language = checked_language("", line.language)?;
    let segments = line.segments.into_iter().enumerate().map(|(place, Object(said))| {
        let span = (said.start_ms, said.end_ms);
        let (confidence, id) = (said.confidence, said.provider_segment_id);
        NewSegment::parse(said.speaker, span, &said.text, confidence, id)
            .map_err(|wrong| fault(wrong, |field| format!("/segments/{place}/{field}")))
    });
    Ok((whose, Conversation { language, segments: segments.collect::<Result<_, _>>()? }))
}
