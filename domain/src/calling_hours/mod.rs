//! When may a person be called (domain/03 §3.3.4).
//!
//! The hours of the campaign, of the jurisdiction and of the person must all allow it, and no
//! holiday may forbid it, in every zone in which the person may be. An instant is only ever
//! converted to local time, never the reverse: an hour that does not exist on some day is never
//! met, one that is repeated is met twice, and neither needs a rule of its own.

mod countries;
mod north_america;
mod window;
mod zone;

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;

pub use window::{MAX_WINDOWS, TimeOfDay, TimeOfDayError, Weekday, Window, checked, jurisdiction};
pub use zone::zones_of;

use crate::Timestamp;
use crate::words::words;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// How far ahead common hours are sought. Hours repeat every week; a change of clocks can take
/// them from one week, so that the second has them. Where zones that change their clocks on
/// different days have none for longer, the answer is that there are none, until asked again.
const AHEAD_MS: i64 = 14 * DAY_MS;
/// How much further for each holiday on the way, which can take from a week its only day.
const HOLIDAY_MS: i64 = 7 * DAY_MS;
/// How far in the end, however many holidays there are.
const FARTHEST_MS: i64 = 366 * DAY_MS;

words! {
    /// Why a person can at no time be called.
    NeverReason {
        /// Nothing says in which zone they are.
        UnknownTimeZone,
        /// Nothing within two weeks, holidays aside, is allowed by every rule in every zone.
        NoCommonHours,
    }
}

/// Whether a person may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may.
    Open,
    /// Not now.
    Closed {
        /// The first instant from which they may.
        next_allowed_at: Timestamp,
    },
    /// Not as long as nothing else is known or set.
    Never {
        /// Why.
        reason: NeverReason,
    },
}

/// Whether a person may be called at an instant. They may, where in every zone the local time is
/// in a window of every rule and the local date is no holiday. A rule without windows allows
/// nothing; no rules forbid nothing.
///
/// `next_allowed_at` is the first instant, exact, however short a window is: it is found from one
/// opening to the next and not in steps of a fixed length, which would miss a short window.
#[must_use]
pub fn verdict(
    rules: &[&[Window]],
    holidays: &[NaiveDate],
    zones: &[Tz],
    at: Timestamp,
) -> Verdict {
    if zones.is_empty() {
        return Verdict::Never { reason: NeverReason::UnknownTimeZone };
    }
    let hours = Hours::new(rules, holidays, at);
    let mut next = at;
    while next < hours.until {
        // Until then it is forbidden in some zone, so nothing before can be the answer.
        match zones.iter().filter_map(|zone| hours.closed_until(*zone, next)).max() {
            Some(later) => next = later,
            None if next == at => return Verdict::Open,
            None => return Verdict::Closed { next_allowed_at: next },
        }
    }
    Verdict::Never { reason: NeverReason::NoCommonHours }
}

/// What allows and forbids, whatever the zone.
struct Hours<'a> {
    rules: &'a [&'a [Window]],
    /// The holidays that may matter, as days since 1970-01-01.
    holidays: Vec<i64>,
    /// How far ahead is sought.
    until: Timestamp,
}

impl<'a> Hours<'a> {
    fn new(rules: &'a [&'a [Window]], holidays: &[NaiveDate], at: Timestamp) -> Self {
        let day = |at: Timestamp| at.millis().div_euclid(DAY_MS);
        // A zone's date may be the day before or after that of UTC.
        let (first, last) = (day(at).saturating_sub(1), day(at.plus_ms(FARTHEST_MS)));
        let days = holidays.iter().map(|date| i64::from(date.to_epoch_days()));
        let mut holidays: Vec<i64> = days.filter(|day| (first..=last).contains(day)).collect();
        holidays.sort_unstable();
        holidays.dedup();
        let until = holidays.iter().fold(at.plus_ms(AHEAD_MS), |until, holiday| {
            if *holiday > day(until) { until } else { until.plus_ms(HOLIDAY_MS) }
        });
        Self { rules, holidays, until: until.min(at.plus_ms(FARTHEST_MS)) }
    }

    /// A later instant before which this zone allows no call; nothing, where it allows one now.
    fn closed_until(&self, zone: Tz, at: Timestamp) -> Option<Timestamp> {
        let offset = offset_ms(zone, at);
        let local = at.millis().saturating_add(offset);
        let (day, since) = (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS));
        let opens = if self.holidays.contains(&day) { DAY_MS } else { self.opens(day, since)? };
        let later = at.plus_ms(opens - since);
        // That is when the clock at the wall gets there, unless it is set in between.
        let steady = offset_ms(zone, later) == offset;
        Some(if steady { later } else { first_change(zone, at, later, offset) })
    }

    /// The time of day, in milliseconds, at which the last of the rules that are closed opens
    /// next, or the end of the day; nothing, where all are open.
    fn opens(&self, day: i64, since: i64) -> Option<i64> {
        let weekday = Weekday::of_day(day);
        let ms = |time: TimeOfDay| i64::from(time.minutes()) * MINUTE_MS;
        let mut latest = None;
        for windows in self.rules {
            let mut opens = DAY_MS;
            let today = windows.iter().filter(|window| window.days.contains(&weekday));
            for window in today {
                let (from, to) = (ms(window.from), ms(window.to));
                if since < to && from < to {
                    opens = opens.min(from);
                }
            }
            if opens > since {
                latest = latest.max(Some(opens));
            }
        }
        latest
    }
}

/// How much later a zone's clocks show than UTC, in milliseconds.
fn offset_ms(zone: Tz, at: Timestamp) -> i64 {
    let utc = DateTime::<Utc>::from(at).naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1_000
}

/// When a zone's clocks are set to another offset, between an instant that has this one and a
/// later one, at most a day, that has another. Clocks are set at a full second.
fn first_change(zone: Tz, before: Timestamp, after: Timestamp, offset: i64) -> Timestamp {
    let seconds = |at: Timestamp| at.millis().div_euclid(1_000);
    let (mut before, mut after) = (seconds(before), seconds(after));
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if offset_ms(zone, Timestamp::from_millis(middle.saturating_mul(1_000))) == offset {
            before = middle;
        } else {
            after = middle;
        }
    }
    Timestamp::from_millis(after.saturating_mul(1_000))
}
