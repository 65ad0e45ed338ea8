//! Why a transcript is refused, and where.

use serde_path_to_error::Segment;

use crate::text::TextError;

/// Why a transcript is refused. It tells nothing of what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// JSON Pointer to what is wrong; empty, where it is all of it.
    pub pointer: String,
    /// Which rule, for a program.
    pub reason: &'static str,
    /// Which rule, for a person.
    pub words: String,
}

impl std::error::Error for FormatError {}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.pointer.is_empty() { "all of it" } else { &self.pointer };
        write!(f, "{place}: {}", self.words)
    }
}

impl FormatError {
    pub(super) fn new(at: &str, reason: &'static str, words: impl Into<String>) -> Self {
        Self { pointer: at.to_owned(), reason, words: words.into() }
    }

    pub(super) fn of_text(at: &str, text: Result<(), TextError>) -> Result<(), Self> {
        text.map_err(|error| Self::new(at, error.reason(), error.to_string()))
    }

    /// What serde says, without the values that it quotes.
    pub(super) fn of_json(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        let (place, inner) = (pointer(error.path()), error.inner());
        if !inner.is_data() {
            let (line, column) = (inner.line(), inner.column());
            let words = format!("it is no JSON from line {line}, column {column} on");
            return Self::new(&place, "malformed", words);
        }
        let message = inner.to_string();
        let name = message.split('`').nth(1).unwrap_or_default();
        let within = |name: &str| {
            let own = format!("/{}", escaped(name));
            if place.ends_with(&own) { place.clone() } else { format!("{place}{own}") }
        };
        if message.starts_with("missing field") {
            return Self::new(&format!("{place}/{}", escaped(name)), "required", "it is not there");
        }
        if message.starts_with("unknown field") {
            return Self::new(&within(name), "unknown-field", "there is no such field");
        }
        if message.starts_with("duplicate field") {
            return Self::new(&within(name), "repeated", "it is there twice");
        }
        // After the last "expected" comes what we wrote, and before it what was sent.
        let expected = message.rsplit_once("expected ").map_or("something else", |(_, own)| own);
        let expected = expected.split(" at line ").next().unwrap_or_default();
        let wrong_type = message.starts_with("invalid type");
        let reason = if wrong_type { "wrong-type" } else { "invalid-value" };
        Self::new(&place, reason, format!("expected {expected}"))
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// A name within a JSON Pointer (RFC 6901 §3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
