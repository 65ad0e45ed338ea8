//! The engine that is there without anybody else: VADER (Hutto & Gilbert, ICWSM 2014), a lexicon
//! and rules of negation, degree, contrast, punctuation and capitals, in its edition for Python
//! 3.3.2 by the crate `vader-parity`. English only.
//!
//! It agrees with the edition for Python on every one of 7,908 rated lines, and so has the same
//! accuracy (`tests/ground_truth.rs`).

use std::collections::BTreeMap;

use vader_parity::SentimentIntensityAnalyzer;

use super::engine::{Engine, NoScore, Scored, Trigger, confidence};
use super::score::Score;

/// How many different words of a text are looked at as triggers, so that the work grows with the
/// length of a text and not with its square.
const MOST_TRIGGERS: usize = 20;
/// Where the blocks of symbols begin in Unicode, after all scripts that are written with marks.
const SYMBOLS: char = '\u{2190}';
/// So many emojis of one word are a term.
const MOST_SYMBOLS: usize = 4;
/// Stands for a word that means nothing: it is in no lexicon and changes no other word.
const NOTHING: &str = "word";

/// VADER. Making one reads its lexicon, which takes milliseconds: one is made and kept.
pub struct Vader {
    analyzer: SentimentIntensityAnalyzer,
}

impl Default for Vader {
    fn default() -> Self {
        Self::new()
    }
}

impl Vader {
    /// With the lexicon that comes with it.
    #[must_use]
    pub fn new() -> Self {
        Self { analyzer: SentimentIntensityAnalyzer::new() }
    }

    fn compound(&self, text: &str) -> Score {
        Score::from_f64(self.analyzer.polarity_scores(text).compound).unwrap_or_default()
    }

    /// The words that score by themselves, by what they are, each with its places in the text, and
    /// how strong it is alone.
    fn hits(&self, words: &[&str]) -> BTreeMap<String, Hit> {
        let mut hits: BTreeMap<String, Hit> = BTreeMap::new();
        for (place, word) in words.iter().enumerate() {
            let term = term(word);
            if let Some(hit) = hits.get_mut(&term) {
                hit.places.push(place);
                continue;
            }
            let alone = self.compound(word).abs();
            if alone != Score::ZERO {
                hits.insert(term, Hit { alone, places: vec![place] });
            }
        }
        hits
    }

    fn triggers(&self, words: &[&str], score: Score, hits: BTreeMap<String, Hit>) -> Vec<Trigger> {
        let mut hits: Vec<(String, Hit)> = hits.into_iter().collect();
        // The strongest; of two that are as strong, the one that comes first in the text.
        hits.sort_by_key(|(_, hit)| (std::cmp::Reverse(hit.alone), hit.places.first().copied()));
        hits.truncate(MOST_TRIGGERS);
        let mut triggers = Vec::new();
        for (term, hit) in hits {
            let without = self.compound(&without(words, &hit.places));
            let impact = score.minus(without);
            if impact != Score::ZERO {
                triggers.push(Trigger { term, impact });
            }
        }
        triggers.sort_by_key(|trigger| std::cmp::Reverse(trigger.impact.abs()));
        triggers
    }
}

/// A word that scores by itself.
struct Hit {
    alone: Score,
    places: Vec<usize>,
}

impl Engine for Vader {
    fn name(&self) -> &'static str {
        "vader"
    }

    /// The edition of VADER, and how often we have changed what we make of it.
    fn version(&self) -> &'static str {
        "3.3.2-1"
    }

    /// The score is VADER's compound. The agreement within its confidence is |pos − neg| / (pos +
    /// neg) of VADER's own proportions, in which a word counts with its valence in its place and 1.
    fn score(&self, text: &str, language: Option<&str>) -> Result<Scored, NoScore> {
        if !language.is_some_and(is_english) {
            return Err(NoScore::LanguageUnsupported);
        }
        let of = self.analyzer.polarity_scores(text);
        let score = Score::from_f64(of.compound).unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        let tokens = u32::try_from(words.len()).unwrap_or(u32::MAX);
        if score == Score::ZERO && of.pos + of.neg == 0.0 {
            let (hits, triggers) = (0, vec![]);
            return Ok(Scored { score, confidence: Score::ZERO, tokens, hits, triggers });
        }
        let found = self.hits(&words);
        let hits = found.values().map(|hit| hit.places.len()).sum::<usize>();
        let hits = u32::try_from(hits).unwrap_or(u32::MAX);
        let polar = of.pos + of.neg;
        let agreement = if polar > 0.0 { (of.pos - of.neg).abs() / polar } else { 1.0 };
        let confidence = confidence(hits, agreement);
        let triggers = self.triggers(&words, score, found);
        Ok(Scored { score, confidence, tokens, hits, triggers })
    }
}

fn is_english(tag: &str) -> bool {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.eq_ignore_ascii_case("en") || primary.eq_ignore_ascii_case("eng")
}

/// A word without the marks around it, in small letters; marks alone are a term too, as `:)`.
///
/// The lexicon finds a word only as a whole, so a term that scores is a word of the lexicon and
/// nothing that could name a person. An emoji is found within a word too: of that word the first
/// ones alone are the term, and none of its letters, marks and digits of any script.
fn term(word: &str) -> String {
    let bare = word.trim_matches(|letter: char| letter.is_ascii_punctuation());
    let bare = if bare.chars().count() < 3 { word } else { bare };
    let term = bare.to_lowercase();
    if term.is_ascii() {
        return term;
    }
    let symbol = |letter: &char| *letter >= SYMBOLS && !letter.is_alphanumeric();
    term.chars().filter(symbol).take(MOST_SYMBOLS).collect()
}

/// The text with words that mean nothing in some places. What is in capitals stays so, for
/// capitals make other words stronger, and marks around a word stay too.
fn without(words: &[&str], places: &[usize]) -> String {
    let mut text = String::new();
    for (place, word) in words.iter().enumerate() {
        if !text.is_empty() {
            text.push(' ');
        }
        if places.binary_search(&place).is_err() {
            text.push_str(word);
            continue;
        }
        let capitals =
            word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
        let nothing = if capitals { NOTHING.to_uppercase() } else { NOTHING.to_owned() };
        let is_mark = |letter: char| letter.is_ascii_punctuation();
        let bare = word.trim_matches(is_mark);
        match word.split_once(bare) {
            Some((before, after)) if !bare.is_empty() => {
                text.push_str(before);
                text.push_str(&nothing);
                text.push_str(after);
            }
            _ => text.push_str(&nothing),
        }
    }
    text
}
