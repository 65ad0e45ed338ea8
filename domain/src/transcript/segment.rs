//! What somebody says without a pause, and when.

use serde::{Deserialize, Serialize};

use crate::card::without_card_numbers;
use crate::speech::Speaker;
use crate::text::{self, MAX_LABEL, TextError};
use crate::{FreeText, PersonalText};

/// A call lasts no longer: a day, in ms.
pub const MAX_OFFSET_MS: u32 = 86_400_000;

/// Something that was said, as it may be kept: nothing in it is a card number. It prints without
/// what was said.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSegment {
    pub(super) speaker: Speaker,
    pub(super) start_ms: u32,
    pub(super) end_ms: u32,
    pub(super) text: FreeText,
    pub(super) confidence: Option<f64>,
    pub(super) provider_segment_id: Option<String>,
}

/// What is wrong with something that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct SegmentFault {
    /// The field that is to blame.
    pub field: &'static str,
    /// Which rule, for a program.
    pub reason: &'static str,
    /// Which rule, for a person.
    pub words: &'static str,
}

impl NewSegment {
    /// Something that was said from `start_ms` to `end_ms`, counted from the beginning of the
    /// call. `confidence` is how sure whoever has written it down is, 0 to 1.
    ///
    /// Digits of what looks like a card number become `*`: it was said, and must not be kept.
    ///
    /// # Errors
    /// [`SegmentFault`]: the times are no span within a day, the text is empty, longer than 8 KiB
    /// or holds a control character, the confidence is none, the id is no line of at most 120
    /// characters.
    pub fn parse(
        speaker: Speaker,
        (start_ms, end_ms): (u32, u32),
        said: &str,
        confidence: Option<f64>,
        provider_segment_id: Option<String>,
    ) -> Result<Self, SegmentFault> {
        let fault = |field, reason, words| Err(SegmentFault { field, reason, words });
        if end_ms > MAX_OFFSET_MS {
            return fault("end_ms", "out-of-range", "a call lasts no longer than a day");
        }
        if start_ms > end_ms {
            return fault("end_ms", "invalid-range", "it ends after it begins");
        }
        if confidence.is_some_and(|confidence| !(0.0..=1.0).contains(&confidence)) {
            return fault("confidence", "out-of-range", "from 0 to 1");
        }
        if provider_segment_id.as_deref().is_some_and(|id| text::line(id, MAX_LABEL).is_err()) {
            let words = "one line of at most 120 characters without a card number";
            return fault("provider_segment_id", "invalid-value", words);
        }
        let text = FreeText::new(said_text(said)?);
        Ok(Self { speaker, start_ms, end_ms, text, confidence, provider_segment_id })
    }

    /// How many words were said.
    #[must_use]
    pub fn words(&self) -> u32 {
        words_of(self.text.expose())
    }

    /// Who speaks.
    #[must_use]
    pub fn speaker(&self) -> Speaker {
        self.speaker
    }

    /// From when until when, in ms from the beginning of the call.
    #[must_use]
    pub fn span(&self) -> (u32, u32) {
        (self.start_ms, self.end_ms)
    }

    /// What was said.
    #[must_use]
    pub fn text(&self) -> &FreeText {
        &self.text
    }

    /// How sure whoever has written it down is, 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> Option<f64> {
        self.confidence
    }

    /// Its name with whoever has written it down.
    #[must_use]
    pub fn provider_segment_id(&self) -> Option<&str> {
        self.provider_segment_id.as_deref()
    }

    pub(super) fn identity(&self) -> Identity {
        Identity::of(self.provider_segment_id(), self.speaker, self.span())
    }
}

/// A text that was said, card numbers masked.
///
/// # Errors
/// It is empty, too long, or holds a control character.
pub(super) fn said_text(said: &str) -> Result<String, SegmentFault> {
    let masked = without_card_numbers(said).into_owned();
    let control =
        if masked.chars().any(char::is_control) { Err(TextError::Control) } else { Ok(()) };
    let Err(error) = text::note(&masked).and(control) else { return Ok(masked) };
    let words = "one line of what was said, of at most 8 KiB";
    Err(SegmentFault { field: "text", reason: error.reason(), words })
}

/// How many words a text has: what stands between white space.
pub(super) fn words_of(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

/// What makes two segments the same: the name that whoever has written them down gave them, or
/// who speaks when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Identity {
    Named(String),
    Timed(Speaker, u32, u32),
}

impl Identity {
    pub(super) fn of(id: Option<&str>, speaker: Speaker, (start_ms, end_ms): (u32, u32)) -> Self {
        match id {
            Some(id) => Self::Named(id.to_owned()),
            None => Self::Timed(speaker, start_ms, end_ms),
        }
    }
}
