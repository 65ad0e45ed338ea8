//! Where time is cut (domain/06 §6.1): local wall-clock boundaries as instants,
//! so that a day of a clock change has 23 or 25 hours, a repeated hour gives
//! two buckets and a skipped one none.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, Months, NaiveDate, NaiveTime, TimeZone, Utc,
};
use chrono_tz::Tz;
use domain::Timestamp;

use crate::words::words;

words! {
    /// How time is cut.
    GroupBy {
        /// Not at all.
        None = "none",
        /// Into quarters of an hour.
        Quarter = "15m",
        /// Into hours.
        Hour = "hour",
        /// Into local days.
        Day = "day",
        /// Into weeks from Monday.
        Week = "week",
        /// Into months.
        Month = "month",
    }
}

/// No answer has more buckets, nor more buckets times groups.
pub const MAX_CELLS: usize = 1_000;

/// No answer is about more: 400 days, one of which may have 25 hours.
pub const MAX_RANGE_MS: i64 = (400 * 24 + 1) * 3_600_000;

const HOUR_MS: i64 = 3_600_000;

/// A stretch of time, `[start, end)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub start: Timestamp,
    pub end: Timestamp,
    pub label: String,
    /// Cut short by the range that was asked for.
    pub partial: bool,
}

/// There are more than [`MAX_CELLS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The buckets of `[from, to)`, in order and without holes.
pub(crate) fn buckets(
    from: Timestamp,
    to: Timestamp,
    tz: Tz,
    group_by: GroupBy,
) -> Result<Vec<Bucket>, TooMany> {
    let mut cut = Cut { from, to, buckets: Vec::new() };
    if group_by == GroupBy::None {
        cut.take(from, to, || "total".to_owned())?;
        return Ok(cut.buckets);
    }
    let mut date = first_date(local_date(from, tz), group_by);
    while let Some(next) = next_date(date, group_by) {
        let (start, end) = (first_instant(date, tz), first_instant(next, tz));
        if start >= to {
            break;
        }
        match step_ms(group_by) {
            None => cut.take(start, end, || date_label(date, group_by))?,
            Some(step) => {
                let mut at = start;
                while at < end {
                    let next = at.plus_ms(step).min(end);
                    cut.take(at, next, || instant_label(at, tz))?;
                    at = next;
                }
            }
        }
        date = next;
    }
    Ok(cut.buckets)
}

struct Cut {
    from: Timestamp,
    to: Timestamp,
    buckets: Vec<Bucket>,
}

impl Cut {
    /// Takes what of a whole bucket lies in the range.
    fn take(
        &mut self,
        start: Timestamp,
        end: Timestamp,
        label: impl FnOnce() -> String,
    ) -> Result<(), TooMany> {
        let (from, to) = (start.max(self.from), end.min(self.to));
        if from >= to {
            return Ok(());
        }
        if self.buckets.len() == MAX_CELLS {
            return Err(TooMany);
        }
        let partial = from != start || to != end;
        self.buckets.push(Bucket { start: from, end: to, label: label(), partial });
        Ok(())
    }
}

fn local_date(at: Timestamp, tz: Tz) -> NaiveDate {
    DateTime::<Utc>::from(at).with_timezone(&tz).date_naive()
}

/// Midnight; where the clock skips it, the first instant of the date.
#[must_use]
pub fn first_instant(date: NaiveDate, tz: Tz) -> Timestamp {
    let midnight = date.and_time(NaiveTime::MIN);
    match tz.from_local_datetime(&midnight) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.to_utc().into(),
        MappedLocalTime::None => {
            let near = Timestamp::from(midnight.and_utc());
            let local = |at: Timestamp| DateTime::<Utc>::from(at).with_timezone(&tz).naive_local();
            let (before, after) = (near.plus_ms(-26 * HOUR_MS), near.plus_ms(26 * HOUR_MS));
            first(before, after, |at| local(at) >= midnight)
        }
    }
}

/// The first instant in `(before, after]` that fits, if all after it fit too.
pub(crate) fn first(
    before: Timestamp,
    after: Timestamp,
    fits: impl Fn(Timestamp) -> bool,
) -> Timestamp {
    let (mut before, mut after) = (before, after);
    while after.since_ms(before) > 1 {
        let middle = before.plus_ms(after.since_ms(before) / 2);
        if fits(middle) {
            after = middle;
        } else {
            before = middle;
        }
    }
    after
}

fn step_ms(group_by: GroupBy) -> Option<i64> {
    match group_by {
        GroupBy::Quarter => Some(HOUR_MS / 4),
        GroupBy::Hour => Some(HOUR_MS),
        GroupBy::None | GroupBy::Day | GroupBy::Week | GroupBy::Month => None,
    }
}

fn first_date(date: NaiveDate, group_by: GroupBy) -> NaiveDate {
    match group_by {
        GroupBy::None | GroupBy::Quarter | GroupBy::Hour | GroupBy::Day => date,
        GroupBy::Week => {
            let since_monday = u64::from(date.weekday().num_days_from_monday());
            date.checked_sub_days(Days::new(since_monday)).unwrap_or(date)
        }
        GroupBy::Month => date.with_day(1).unwrap_or(date),
    }
}

fn next_date(date: NaiveDate, group_by: GroupBy) -> Option<NaiveDate> {
    match group_by {
        GroupBy::None | GroupBy::Quarter | GroupBy::Hour | GroupBy::Day => date.succ_opt(),
        GroupBy::Week => date.checked_add_days(Days::new(7)),
        GroupBy::Month => date.checked_add_months(Months::new(1)),
    }
}

fn date_label(date: NaiveDate, group_by: GroupBy) -> String {
    let form = match group_by {
        GroupBy::Week => "%G-W%V",
        GroupBy::Month => "%Y-%m",
        GroupBy::None | GroupBy::Quarter | GroupBy::Hour | GroupBy::Day => "%Y-%m-%d",
    };
    date.format(form).to_string()
}

fn instant_label(at: Timestamp, tz: Tz) -> String {
    DateTime::<Utc>::from(at).with_timezone(&tz).format("%Y-%m-%dT%H:%M%:z").to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_date_begins_with_its_first_instant() {
        for (date, zone, instant) in [
            ("2025-03-09", "America/New_York", "2025-03-09T05:00:00.000Z"),
            ("2025-03-10", "America/New_York", "2025-03-10T04:00:00.000Z"),
            ("2025-10-27", "Europe/Prague", "2025-10-26T23:00:00.000Z"),
            // Midnight does not exist: 00:00 was 01:00.
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"),
            // Midnight comes twice; the first one counts.
            ("2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00.000Z"),
            // The whole date does not exist.
            ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00.000Z"),
        ] {
            let at = first_instant(date.parse().unwrap(), zone.parse().unwrap());
            assert_eq!(at.to_string(), instant, "{date} {zone}");
        }
    }
}
