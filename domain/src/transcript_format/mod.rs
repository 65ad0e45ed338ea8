//! Transcripts as others write them, read into segments of ours.
//!
//! - [`from_json_line`]: our own form, one transcript per line.
//! - [`from_azure`]: the input of Azure's conversation analysis, one call per document.
//!
//! What does not fit is refused, and the error says where. No error tells what was said.

mod azure;
mod error;
mod json_line;
mod object;
#[cfg(test)]
mod tests;

pub use azure::from_azure;
pub use error::FormatError;
pub use json_line::{Whose, from_json_line};

use crate::text;
use crate::transcript::{MAX_SEGMENTS, NewSegment, SegmentFault};

/// What was said in one call, in the order in which it was written down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// The language of the call, a tag such as `en`; nothing, where nobody said it.
    pub language: Option<String>,
    /// What was said.
    pub segments: Vec<NewSegment>,
}

/// A language, by its form.
fn checked_language(at: &str, tag: Option<String>) -> Result<Option<String>, FormatError> {
    let checked = tag.as_deref().map_or(Ok(()), text::language);
    FormatError::of_text(&format!("{at}/language"), checked)?;
    Ok(tag)
}

/// As many segments as a call may have.
fn checked_count(at: &str, segments: usize) -> Result<(), FormatError> {
    if segments <= MAX_SEGMENTS {
        return Ok(());
    }
    let words = format!("a call has at most {MAX_SEGMENTS} segments");
    Err(FormatError::new(at, "too-many", words))
}

/// What is wrong with a segment, by what its field is called there.
fn fault(fault: SegmentFault, pointer: impl FnOnce(&str) -> String) -> FormatError {
    FormatError::new(&pointer(fault.field), fault.reason, fault.words)
}
