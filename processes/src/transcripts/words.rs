//! The words of what was said: without the marks over their letters, in small ones, and in English
//! by their stems.

use std::collections::BTreeSet;

use domain::sentiment::language_of_call;
use rust_stemmers::{Algorithm, Stemmer};

use super::Said;
use crate::text::plain_words;

/// So many letters a word has at least.
const LETTERS: usize = 2;
/// So many words of a call are found.
const WORDS: usize = 10_000;
/// So many words may be asked for at once.
const ASKED: usize = 8;
/// So many characters a question has at most.
pub const MAX_ASKED: usize = 200;

/// A word, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    /// As it was said.
    Said(String),
    /// The stem of an English one.
    English(String),
}

impl Word {
    /// What its clue is made of.
    pub(super) fn parts(&self) -> [&str; 2] {
        match self {
            Self::Said(word) => ["said-word", word],
            Self::English(stem) => ["said-stem-en", stem],
        }
    }
}

/// How the words of a call are kept.
pub(super) struct Tongue(Option<Stemmer>);

impl Tongue {
    /// That of a call, in the language that is declared, or the one that it is surely in.
    pub(super) fn of(declared: Option<&str>, said: &[Said]) -> Self {
        let texts = said.iter().map(|one| one.text.as_str());
        let language = declared.map(str::to_owned).or_else(|| language_of_call(texts));
        let primary = language.as_deref().and_then(|language| language.split('-').next());
        let english = primary.is_some_and(|primary| primary.eq_ignore_ascii_case("en"));
        Self(english.then(|| Stemmer::create(Algorithm::English)))
    }

    /// The words of a text.
    pub(super) fn words(&self, text: &str) -> impl Iterator<Item = Word> {
        letters(text).map(|word| match &self.0 {
            Some(stemmer) => Word::English(stemmer.stem(&word).into_owned()),
            None => Word::Said(word),
        })
    }

    /// The words of a call.
    pub(super) fn all(&self, said: &[Said]) -> BTreeSet<Word> {
        let mut all = BTreeSet::new();
        for word in said.iter().flat_map(|one| self.words(&one.text)) {
            if all.len() >= WORDS {
                break;
            }
            all.insert(word);
        }
        all
    }
}

fn letters(text: &str) -> impl Iterator<Item = String> {
    plain_words(text).into_iter().filter(|word| word.chars().nth(LETTERS - 1).is_some())
}

/// What somebody asks for: each word as it may be kept of a call in any language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedWords(Vec<[Word; 2]>);

/// Why nothing can be asked for so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// It has no word.
    #[error("a word of two letters at least")]
    NoWord,
    /// It is too long.
    #[error("at most 200 characters")]
    TooLong,
    /// It has too many words.
    #[error("at most 8 words")]
    TooMany,
}

impl AskedWords {
    /// The words of a question. Shorter ones than a word has letters are passed over, and the same
    /// counts once.
    ///
    /// # Errors
    /// [`WordsError`]
    pub fn parse(question: &str) -> Result<Self, WordsError> {
        if question.chars().count() > MAX_ASKED {
            return Err(WordsError::TooLong);
        }
        let stemmer = Stemmer::create(Algorithm::English);
        let forms = |word: String| {
            let stem = stemmer.stem(&word).into_owned();
            [Word::Said(word), Word::English(stem)]
        };
        let words: BTreeSet<[Word; 2]> = letters(question).map(forms).collect();
        match words.len() {
            0 => Err(WordsError::NoWord),
            1..=ASKED => Ok(Self(words.into_iter().collect())),
            _ => Err(WordsError::TooMany),
        }
    }

    /// Each word, as it may be kept.
    pub(super) fn forms(&self) -> impl Iterator<Item = &[Word; 2]> {
        self.0.iter()
    }

    /// Which of them a text has, by their number.
    pub(super) fn among(&self, tongue: &Tongue, text: &str) -> BTreeSet<usize> {
        let has: BTreeSet<Word> = tongue.words(text).collect();
        let held = |forms: &[Word; 2]| forms.iter().any(|form| has.contains(form));
        self.0.iter().enumerate().filter(|(_, forms)| held(forms)).map(|(place, _)| place).collect()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_its_letters_are_written_and_in_english_by_its_stem() {
        let english = Tongue::of(Some("en-US"), &[]);
        let czech = Tongue::of(Some("cs"), &[]);
        let has = |tongue: &Tongue, question: &str, text: &str| {
            let all = |asked: AskedWords| asked.among(tongue, text).len() == asked.count();
            AskedWords::parse(question).is_ok_and(all)
        };
        assert!(has(
            &english,
            "cancellation REFUNDED",
            "I cancel it, refunding you: cancellations"
        ));
        assert!(has(&english, "dont", "dont") && has(&english, "don't", "I don't"));
        assert!(!has(&english, "cancer", "I cancel it"));
        assert!(has(&czech, "zrušit", "chci ZRUSIT smlouvu") && has(&czech, "zrusit", "zrušit"));
        // No English stem is found in what is not English.
        assert!(!has(&czech, "running", "run") && has(&czech, "running", "running"));
    }

    #[test]
    fn a_question_has_from_one_word_to_eight() {
        let count = |question: &str| AskedWords::parse(question).map(|asked| asked.count());
        assert_eq!(AskedWords::parse("a - ž"), Err(WordsError::NoWord));
        assert_eq!(AskedWords::parse(&"ab ".repeat(67)), Err(WordsError::TooLong));
        assert_eq!(count(&"ab ".repeat(66)), Ok(1), "the same counts once");
        let words = |last: u32| (10..=last).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(count(&words(17)), Ok(8));
        assert_eq!(count(&words(18)), Err(WordsError::TooMany));
    }
}
