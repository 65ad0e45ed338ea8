//! Transcripts as others write them, read into plain segments.
//!
//! - [`from_jsonl`]: our own form, one segment per line.
//! - [`from_azure`]: the input of Azure's conversation analysis, one call per document.
//!
//! What does not fit is refused, and the error says where. No error tells what was said.

mod azure;
mod error;
mod jsonl;
mod object;
#[cfg(test)]
mod tests;

pub use azure::from_azure;
pub use error::FormatError;
pub use jsonl::from_jsonl;

use crate::FreeText;
use crate::card::without_card_numbers;
use crate::sentiment::Score;
use crate::speech::{Speaker, Timed};
use crate::text::{self, TextError};
use crate::transcript::MAX_OFFSET_MS;

/// The most segments of one call.
pub const MAX_SEGMENTS: usize = 10_000;

/// What was said in one call, in the order in which it was written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The language of the call, a tag such as `en`; nothing, where nobody said it.
    pub language: Option<String>,
    /// What was said.
    pub segments: Vec<Segment>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// By whom.
    pub speaker: Speaker,
    /// When; nothing, where nobody said it, as in some of Azure's documents.
    pub times: Option<Times>,
    /// What: at most 8 KiB. The digits of a card number are `*`: it was said, and must not be kept.
    /// It prints as `[personal]`.
    pub text: FreeText,
    /// In which language, where it is another one than that of the call.
    pub language: Option<String>,
    /// How sure whoever understood it is, 0 to 1.
    pub confidence: Option<Score>,
    /// Its name with whoever understood it.
    pub provider_segment_id: Option<String>,
}

/// From when until when, in milliseconds since the beginning of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// From when.
    pub start_ms: u32,
    /// Until when; never before it began.
    pub end_ms: u32,
}

impl Segment {
    /// Who spoke from when until when; nothing, where that is not known.
    #[must_use]
    pub fn timed(&self) -> Option<Timed> {
        let Times { start_ms, end_ms } = self.times?;
        let (start_ms, end_ms) = (start_ms.into(), end_ms.into());
        Some(Timed { speaker: self.speaker, start_ms, end_ms })
    }
}

/// A moment of a call, which lasts no longer than a day.
fn checked_ms(at: &str, ms: u64) -> Result<u32, FormatError> {
    u32::try_from(ms)
        .ok()
        .filter(|ms| *ms <= MAX_OFFSET_MS)
        .ok_or_else(|| FormatError::new(at, "out-of-range", "a call lasts no longer than a day"))
}

/// A text that may be kept, by the rules of a transcript's segments.
fn checked_text(at: &str, said: &str) -> Result<FreeText, FormatError> {
    let masked = without_card_numbers(said).into_owned();
    let control = if masked.contains(char::is_control) { Err(TextError::Control) } else { Ok(()) };
    FormatError::of_text(at, text::note(&masked).and(control))?;
    Ok(FreeText::new(masked))
}

/// The name of a segment.
fn checked_id(at: &str, id: Option<String>) -> Result<Option<String>, FormatError> {
    FormatError::of_text(at, id.as_deref().map_or(Ok(()), text::label))?;
    Ok(id)
}
