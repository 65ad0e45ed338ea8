//! Buckets, cut finer for the dimensions that the clock has.

use chrono::{DateTime, Datelike, Offset, Timelike, Utc};
use chrono_tz::Tz;
use domain::Timestamp;

use crate::bucket::{Bucket, first};

const HOUR_MS: i64 = 3_600_000;

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
    /// The key that stands for it.
    pub(super) fn key(self) -> i32 {
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
