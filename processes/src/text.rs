//! When two names are the same, and what the words of a text are.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Names that differ only in the case of their letters, or in how these are written, are the same.
pub(crate) fn folded(name: &str) -> String {
    // Upper case first: it takes `ß` and the final sigma to what their other forms are taken to.
    name.nfkc().collect::<String>().to_uppercase().to_lowercase().nfkc().collect()
}

/// The words of a text, without the marks over their letters and in small ones.
pub(crate) fn plain_words(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let plain = plain.to_lowercase();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
