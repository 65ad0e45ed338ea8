//! What an engine of sentiment is asked, and what it answers.

use serde::{Deserialize, Serialize};

use super::Score;
use crate::words::words;

/// Tells how good or bad what somebody said is. The same text gives the same answer as long as
/// name and version are the same; scores of different versions are never put into one figure.
pub trait Engine: Send + Sync {
    /// Which engine.
    fn name(&self) -> &'static str;

    /// Which version of it. A change that can change any answer changes it.
    fn version(&self) -> &'static str;

    /// The score of a text in a language, which is a tag such as `en` or `en-US`; nothing, where
    /// nobody knows the language.
    ///
    /// # Errors
    /// [`NoScore`], where there is no answer. A text that nobody understands is never neutral.
    fn score(&self, text: &str, language: Option<&str>) -> Result<Scored, NoScore>;
}

words! {
    /// Why a text has no score.
    NoScore {
        /// The engine does not know its language, or nobody does.
        LanguageUnsupported,
    }
}

/// What an engine says of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
pub struct Scored {
    /// How good, −1 to 1.
    pub score: Score,
    /// How sure that is, 0 to 1.
    pub confidence: Score,
    /// How many words the text has.
    pub tokens: u32,
    /// How many of them bear a meaning of good or bad by themselves.
    pub hits: u32,
    /// The words that moved the score, those first that moved it most.
    pub triggers: Vec<Trigger>,
}

/// A word that moved a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
pub struct Trigger {
    /// The word, in small letters: one of the engine's own, not just anything that was said.
    pub term: String,
    /// How much the score is above what it would be, did this word mean nothing wherever it
    /// stands; −2 to 2. In "not good" it is the word "good" that makes the text bad.
    pub impact: Score,
}

/// How sure a score is: (1 − e^(−hits/3)) × agreement.
///
/// The definition (domain/04 §4.17) has no parentheses. Read the other way, 1 − (e^(−hits/3) ×
/// agreement), a text without a word that bears a meaning would be the more certain the less its
/// words agree; so the first factor is how much there is to go by, 0 with no hit and 0.95 with
/// nine, and the second how far it points one way.
///
/// The power is a product, for a library's `exp` may differ between machines in its last bit.
pub(super) fn confidence(hits: u32, agreement: f64) -> Score {
    /// e^(−1/3).
    const STEP: f64 = 0.716_531_310_573_789_3;
    /// Beyond so many hits nothing is left at four decimals.
    const ENOUGH: u32 = 64;
    let left = (0..hits.min(ENOUGH)).fold(1.0, |left, _| left * STEP);
    Score::from_f64((1.0 - left) * agreement.clamp(0.0, 1.0)).unwrap_or_default()
}
