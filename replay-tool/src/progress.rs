//! Progress bars with rate and remaining time; nothing where nobody watches.

use indicatif::{ProgressBar, ProgressStyle};

use crate::Output;

const TEMPLATE: &str = "{msg} {wide_bar} {human_pos}/{human_len} events  {per_sec}  {eta} to go";

/// A bar for a stretch of events.
pub(crate) fn bar(output: &Output, what: &str) -> ProgressBar {
    if !output.watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0).with_message(what.to_owned());
    match ProgressStyle::with_template(TEMPLATE) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Moves a bar.
pub(crate) fn show(bar: &ProgressBar, done: i64, of: i64) {
    bar.set_length(u64::try_from(of).unwrap_or(0));
    bar.set_position(u64::try_from(done).unwrap_or(0));
}
