//! What a text, a tag or a set of fields of somebody's own must look like.
//!
//! Texts arrive in Unicode's NFC. Nothing is shortened or repaired: what does
//! not fit is refused.

use serde_json::{Map, Value};

use crate::card::{contains_card_number, names_card_data};

/// The bytes of a note.
pub const MAX_NOTE: usize = 8 * 1024;
/// The characters of a line without another limit.
pub const MAX_LINE: usize = 256;
/// The characters of a label.
pub const MAX_LABEL: usize = 120;
/// The characters of a tag.
pub const MAX_TAG: usize = 64;
/// The tags of one thing.
pub const MAX_TAGS: usize = 50;
/// The bytes of metadata, written without white space.
pub const MAX_METADATA: usize = 8 * 1024;
/// The longest tag of a language that anybody needs (RFC 5646 §4.4.1).
const MAX_LANGUAGE: usize = 35;
/// How deep metadata may be nested; the object itself is the first level.
pub const MAX_DEPTH: usize = 32;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// There is nothing in it.
    #[error("the text is empty")]
    Empty,
    /// It is too long.
    #[error("the text is longer than {0}")]
    TooLong(usize),
    /// It holds a control character.
    #[error("the text holds a control character")]
    Control,
    /// It holds what looks like a payment card number.
    #[error("the text holds what looks like a payment card number")]
    Card,
    /// There are too many.
    #[error("there are more than {0}")]
    TooMany(usize),
    /// One is there twice.
    #[error("one is there twice")]
    Repeated,
    /// It holds something that is not seen, or white space around it.
    #[error("the text begins or ends with white space, or holds a character that is not seen")]
    Unseen,
    /// It is nested too deep.
    #[error("it is nested deeper than {0}")]
    TooDeep(usize),
    /// It is no tag of a language.
    #[error("a language is a tag such as en or pt-BR")]
    NoLanguage,
}

impl TextError {
    /// The rule, for a program.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong(_) => "too-long",
            Self::Control => "control-character",
            Self::Card => "card-data",
            Self::TooMany(_) => "too-many",
            Self::Repeated => "repeated",
            Self::Unseen => "unseen-character",
            Self::TooDeep(_) => "too-deep",
            Self::NoLanguage => "invalid-language",
        }
    }
}

/// A note: at most 8 KiB, with line ends and tabs.
///
/// # Errors
/// [`TextError`], where it is none.
pub fn note(text: &str) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    if text.len() > MAX_NOTE {
        return Err(TextError::TooLong(MAX_NOTE));
    }
    plain(text, line_end)
}

/// At most so many characters, with line ends and tabs.
///
/// # Errors
/// [`TextError`], where it is none.
pub fn lines(text: &str, most: usize) -> Result<(), TextError> {
    short(text, most, line_end)
}

/// One line of at most so many characters.
///
/// # Errors
/// [`TextError`], where it is none.
pub fn line(text: &str, most: usize) -> Result<(), TextError> {
    short(text, most, |_| false)
}

/// A name that people choose and tell others by: one line of at most so many characters, without
/// white space around it and without anything that is not seen.
///
/// # Errors
/// [`TextError`], where it is none.
pub fn name(text: &str, most: usize) -> Result<(), TextError> {
    let unseen = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    line(text, most)?;
    if text.trim() != text || text.contains(unseen) {
        return Err(TextError::Unseen);
    }
    Ok(())
}

/// Names that differ only in the case of their letters are the same. Upper case first: it takes `ß`
/// and the final sigma to what their other forms are taken to.
pub(crate) fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// A name that another system gave: one line of at most 120 characters.
///
/// # Errors
/// [`TextError`], where it is none.
pub fn label(text: &str) -> Result<(), TextError> {
    line(text, MAX_LABEL)
}

/// The tag of a language by its form (RFC 5646): 2 or 3 letters, then subtags.
///
/// # Errors
/// [`TextError`], where it is none.
pub fn language(tag: &str) -> Result<(), TextError> {
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    let letters = |tag: &str| tag.bytes().all(|byte| byte.is_ascii_alphabetic());
    let others = |tag: &str| {
        (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if tag.len() > MAX_LANGUAGE {
        return Err(TextError::TooLong(MAX_LANGUAGE));
    }
    if !(2..=3).contains(&first.len()) || !letters(first) || !subtags.all(others) {
        return Err(TextError::NoLanguage);
    }
    Ok(())
}

/// Tags: at most 50 of at most 64 characters, each once.
///
/// # Errors
/// [`TextError`], where one is none or there are too many.
pub fn tags(tags: &[String]) -> Result<(), TextError> {
    if tags.len() > MAX_TAGS {
        return Err(TextError::TooMany(MAX_TAGS));
    }
    for (place, tag) in tags.iter().enumerate() {
        line(tag, MAX_TAG)?;
        if tags.iter().take(place).any(|other| other == tag) {
            return Err(TextError::Repeated);
        }
    }
    Ok(())
}

/// Somebody's own fields: at most 8 KiB as JSON, 32 levels, no control
/// characters but line ends and tabs, no card numbers.
///
/// # Errors
/// [`TextError`], where they are too much.
pub fn metadata(fields: &Map<String, Value>) -> Result<(), TextError> {
    bounded(fields, MAX_METADATA)
}

/// A merge patch: twice the size of what it is for, so that everything can be
/// replaced at once.
///
/// # Errors
/// [`TextError`], where it is too much.
pub fn patch(fields: &Map<String, Value>) -> Result<(), TextError> {
    bounded(fields, 2 * MAX_METADATA)
}

/// At most so many characters of a text that a machine said: what would not be
/// accepted from a person is left out.
#[must_use]
pub fn clipped(text: &str, most: usize) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control()).take(most).collect();
    if contains_card_number(&kept) { String::new() } else { kept }
}

fn bounded(fields: &Map<String, Value>, most: usize) -> Result<(), TextError> {
    members(fields, 1)?;
    // Written only once it is known to be shallow.
    let length = serde_json::to_string(fields).map_or(usize::MAX, |text| text.len());
    if length > most { Err(TextError::TooLong(most)) } else { Ok(()) }
}

fn members(fields: &Map<String, Value>, depth: usize) -> Result<(), TextError> {
    fields.iter().try_for_each(|(name, value)| {
        plain(name, |_| false)?;
        if names_card_data(name) && !value.is_null() {
            return Err(TextError::Card);
        }
        inspect(value, depth)
    })
}

fn inspect(value: &Value, depth: usize) -> Result<(), TextError> {
    if depth > MAX_DEPTH || (depth == MAX_DEPTH && (value.is_object() || value.is_array())) {
        return Err(TextError::TooDeep(MAX_DEPTH));
    }
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => plain(&number.to_string(), |_| false),
        Value::String(text) => plain(text, |c| matches!(c, '\n' | '\r' | '\t')),
        Value::Array(values) => values.iter().try_for_each(|value| inspect(value, depth + 1)),
        Value::Object(fields) => members(fields, depth + 1),
    }
}

fn line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t')
}

fn short(text: &str, most: usize, allowed: fn(char) -> bool) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > most {
        return Err(TextError::TooLong(most));
    }
    plain(text, allowed)
}

fn plain(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), TextError> {
    if text.chars().any(|c| c.is_control() && !allowed(c)) {
        return Err(TextError::Control);
    }
    if contains_card_number(text) { Err(TextError::Card) } else { Ok(()) }
}
