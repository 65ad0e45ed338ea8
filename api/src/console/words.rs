//! How values are written on a page.

use serde::Deserialize;

/// An instant as the API writes it. A script shows it where the reader's clock is; without one it
/// stands in UTC.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct Instant(String);

impl Instant {
    /// For programs.
    pub fn iso(&self) -> &str {
        &self.0
    }

    /// To the second, in UTC.
    pub fn shown(&self) -> String {
        let whole: String = self.0.chars().take("2026-03-01T08:30:00".len()).collect();
        whole.replacen('T', " ", 1)
    }
}

/// A time that something took: `1:02:03`, or `2:03` below an hour.
pub(super) fn clock(ms: &i64) -> String {
    let seconds = (*ms).max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// The same where it may be unknown.
pub(super) fn clock_or_dash(ms: &Option<i64>) -> String {
    ms.as_ref().map_or_else(dash, clock)
}

/// A score with its sign.
pub(super) fn signed(score: &f64) -> String {
    format!("{score:+.2}")
}

/// The same where it may be unknown.
pub(super) fn score(score: &Option<f64>) -> String {
    score.as_ref().map_or_else(dash, signed)
}

/// A share in percent.
pub(super) fn percent(share: &Option<f64>) -> String {
    share.map_or_else(dash, |share| format!("{:.1} %", share * 100.0))
}

/// A word of the API for people: `in_progress` is `in progress`.
pub(super) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// What is not known.
pub(super) fn dash() -> String {
    "–".to_owned()
}

/// Pairs of a query, without those that say nothing.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    query.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_clocks_show_them() {
        assert_eq!(
            [0, 999, 61_000, 3_723_000].map(|ms| clock(&ms)),
            ["0:00", "0:00", "1:01", "1:02:03"]
        );
        let instant = Instant("2026-03-01T08:30:00.123Z".to_owned());
        assert_eq!(instant.shown(), "2026-03-01 08:30:00");
    }

    #[test]
    fn what_is_not_known_is_no_zero() {
        assert_eq!((score(&None), percent(&None), clock_or_dash(&None)), (dash(), dash(), dash()));
        assert_eq!((score(&Some(-0.5)), percent(&Some(0.1234))), ("-0.50".into(), "12.3 %".into()));
    }

    #[test]
    fn a_query_has_what_was_filled_in() {
        assert_eq!(query(&[("a", "x y&"), ("b", ""), ("c", "1")]), "a=x+y%26&c=1");
    }
}
