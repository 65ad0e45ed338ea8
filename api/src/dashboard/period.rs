//! Times that have names, and what lies before each.

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use domain::Timestamp;
use projections::bucket::first_instant;

const HOUR_MS: i64 = 3_600_000;

/// A time that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// Since local midnight.
    Today,
    /// The last so many hours.
    Hours(i64),
}

impl Period {
    /// Every name.
    pub(super) const WORDS: &'static [&'static str] = &["today", "24h", "7d", "30d"];

    /// By its name.
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "today" => Some(Self::Today),
            "24h" => Some(Self::Hours(24)),
            "7d" => Some(Self::Hours(7 * 24)),
            "30d" => Some(Self::Hours(30 * 24)),
            _ => None,
        }
    }

    /// From when until when, at an instant; and what it is compared with: for today, yesterday
    /// until as long after midnight, and otherwise as much time before it.
    pub(super) fn at(self, now: Timestamp, tz: Tz) -> [(Timestamp, Timestamp); 2] {
        match self {
            Self::Today => {
                let date = DateTime::<Utc>::from(now).with_timezone(&tz).date_naive();
                let midnight = first_instant(date, tz);
                let before = date.checked_sub_days(Days::new(1));
                let before = before.map_or(midnight, |date| first_instant(date, tz));
                let until = before.plus_ms(now.since_ms(midnight)).min(midnight);
                [(midnight, now), (before, until)]
            }
            Self::Hours(hours) => {
                let from = now.plus_ms(-hours * HOUR_MS);
                [(from, now), (from.plus_ms(-hours * HOUR_MS), from)]
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn today_is_compared_with_as_much_of_yesterday() {
        let prague = chrono_tz::Europe::Prague;
        let [today, before] = Period::Today.at(at("2025-03-05T09:30:00Z"), prague);
        assert_eq!(today, (at("2025-03-04T23:00:00Z"), at("2025-03-05T09:30:00Z")));
        assert_eq!(before, (at("2025-03-03T23:00:00Z"), at("2025-03-04T09:30:00Z")));
        // A day of 23 hours has nothing after its end.
        let late = at("2025-03-31T21:59:00Z");
        let [today, before] = Period::Today.at(late, prague);
        assert_eq!(today, (at("2025-03-30T22:00:00Z"), late));
        assert_eq!(before, (at("2025-03-29T23:00:00Z"), at("2025-03-30T22:00:00Z")));
    }

    #[test]
    fn hours_are_compared_with_as_many_before() {
        let [last, before] = Period::Hours(24).at(at("2025-03-30T12:00:00Z"), chrono_tz::UTC);
        assert_eq!(last, (at("2025-03-29T12:00:00Z"), at("2025-03-30T12:00:00Z")));
        assert_eq!(before, (at("2025-03-28T12:00:00Z"), at("2025-03-29T12:00:00Z")));
        for word in Period::WORDS {
            assert!(Period::parse(word).is_some(), "{word}");
        }
    }
}
