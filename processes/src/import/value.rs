//! Values that the files of other systems write in more than one way.

use unicode_normalization::UnicodeNormalization;

/// Why a text is not a value of its field: a stable code and a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) reason: String,
}

impl Fault {
    pub(super) fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

/// A whole number in a range; `3.0` is 3.
pub(super) fn whole(text: &str, least: i64, most: i64) -> Result<i64, Fault> {
    let digits = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let value = plain.then(|| digits.parse::<i64>().ok()).flatten();
    match value {
        Some(value) if (least..=most).contains(&value) => Ok(value),
        _ if plain => {
            Err(Fault::new("out-of-range", format!("must be between {least} and {most}")))
        }
        _ => Err(Fault::new(
            "invalid-value",
            format!("expected a whole number from {least} to {most}"),
        )),
    }
}

/// A foreign name (of a column, of a key) as it may be repeated in a sentence.
pub(super) fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

/// The name of a column, or its place where it has none.
pub(super) fn column_name(header: &[String], index: usize) -> String {
    match header.get(index) {
        Some(name) if !name.is_empty() => short(name),
        _ => format!("column {}", index + 1),
    }
}

/// Some names, as a sentence lists them.
pub(super) fn listed(names: &[String]) -> String {
    let mut words: Vec<String> =
        names.iter().take(50).map(|name| format!("`{}`", short(name))).collect();
    if names.len() > 50 {
        words.push(format!("and {} more", names.len() - 50));
    }
    words.join(", ")
}

/// A text as it is kept and compared: without white space around it, in Unicode's NFC.
pub(super) fn tidy(text: &str) -> String {
    text.trim().nfc().collect()
}
