//! When two names are the same.

use unicode_normalization::UnicodeNormalization;

/// Names that differ only in the case of their letters, or in how these are written, are the same.
pub(crate) fn folded(name: &str) -> String {
    // Upper case first: it takes `ß` and the final sigma to what their other forms are taken to.
    name.nfkc().collect::<String>().to_uppercase().to_lowercase().nfkc().collect()
}
