//! Texts on their way into a file that a spreadsheet will open.

use std::borrow::Cow;

/// A text that no spreadsheet takes for a formula: one that begins with `=`, `+`, `-`, `@`, a
/// tab or a carriage return gets a `'` in front. What is stored is never escaped; the quoting
/// of CSV itself is the writer's.
#[must_use]
pub fn escaped_for_csv(value: &str) -> Cow<'_, str> {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{value}"))
    } else {
        Cow::Borrowed(value)
    }
}
