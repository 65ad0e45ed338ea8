//! Where time is cut (domain/06 §6.1): local wall-clock boundaries as instants,
//! so that a day of a clock change has 23 or 25 hours, a repeated hour gives
//! two buckets and a skipped one none.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, Months, NaiveDate, NaiveTime, Offset, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;
use domain::Timestamp;

use super::query::GroupBy;

/// No answer has more buckets, nor more buckets times groups.
pub const MAX_CELLS: usize = 1_000;

const HOUR_MS: i64 = 3_600_000;

/// A stretch of time, `[start, end)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    pub start: Timestamp,
    pub end: Timestamp,
    pub label: String,
    /// Cut short by the range that was asked for.
    pub partial: bool,
}

/// There are more than [`MAX_CELLS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// The buckets of `[from, to)`, in order and without holes.
pub(super) fn buckets(
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

/// Finer than buckets: within a slot neither the bucket nor the local hour and
/// weekday change, as far as they are asked for. The database finds the slot of
/// an instant and groups by its key; it never does calendar arithmetic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slots {
    pub starts: Vec<DateTime<Utc>>,
    pub keys: Vec<i32>,
}

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub bucket: usize,
    /// 1 is Monday; 0 where it was not asked for.
    pub weekday: u32,
    pub hour: u32,
}

impl Slot {
    fn key(self) -> i32 {
        let bucket = i32::try_from(self.bucket).unwrap_or(i32::MAX / 192);
        let rest = i32::try_from(self.weekday * 24 + self.hour).unwrap_or(0);
        bucket * 192 + rest
    }

    /// Reads a key.
    pub(super) fn of(key: i32) -> Self {
        let number = |part: i32| u32::try_from(part).unwrap_or(0);
        Self {
            bucket: usize::try_from(key / 192).unwrap_or(usize::MAX),
            weekday: number(key % 192 / 24),
            hour: number(key % 24),
        }
    }
}

/// Cuts buckets into slots.
pub(super) fn slots(buckets: &[Bucket], tz: Tz, by_hour: bool, by_weekday: bool) -> Slots {
    let mut slots = Slots::default();
    for (index, bucket) in buckets.iter().enumerate() {
        let mut at = bucket.start;
        while at < bucket.end {
            let local = DateTime::<Utc>::from(at).with_timezone(&tz);
            let weekday = if by_weekday { local.weekday().number_from_monday() } else { 0 };
            let hour = if by_hour { local.hour() } else { 0 };
            let key = Slot { bucket: index, weekday, hour }.key();
            if slots.keys.last() != Some(&key) {
                slots.starts.push(at.into());
                slots.keys.push(key);
            }
            at = if by_hour || by_weekday { hour_end(at, tz) } else { bucket.end };
        }
    }
    slots
}

/// The first instant after `at` with another local hour.
fn hour_end(at: Timestamp, tz: Tz) -> Timestamp {
    let local = DateTime::<Utc>::from(at).with_timezone(&tz);
    let seconds = i64::from(local.minute() * 60 + local.second());
    let into_hour = seconds * 1_000 + i64::from(local.timestamp_subsec_millis());
    let end = at.plus_ms(HOUR_MS - into_hour);
    let offset = offset_seconds(at, tz);
    if offset_seconds(end, tz) == offset {
        return end;
    }
    first(at, end, |instant| offset_seconds(instant, tz) != offset)
}

fn offset_seconds(at: Timestamp, tz: Tz) -> i32 {
    DateTime::<Utc>::from(at).with_timezone(&tz).offset().fix().local_minus_utc()
}

fn local_date(at: Timestamp, tz: Tz) -> NaiveDate {
    DateTime::<Utc>::from(at).with_timezone(&tz).date_naive()
}

/// Midnight; where the clock skips it, the first instant of the date.
fn first_instant(date: NaiveDate, tz: Tz) -> Timestamp {
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
fn first(before: Timestamp, after: Timestamp, fits: impl Fn(Timestamp) -> bool) -> Timestamp {
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
