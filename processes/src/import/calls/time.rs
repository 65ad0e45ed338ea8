//! Instants out of foreign texts: RFC 3339, or local in the map's time zone.
//!
//! A local time that the clocks skipped (a daylight-saving gap) is the first instant after the
//! gap; one that happened twice is the earlier of the two. A date alone is the first instant of
//! that local day.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use domain::Timestamp;

use super::field::Fault;

const FIRST_YEAR: i32 = 1970;
const LAST_YEAR: i32 = 2100;
/// 2101-01-01T00:00:00Z, the first instant that is refused.
const END_MS: i64 = 4_133_980_800_000;

/// An instant: RFC 3339, or `YYYY-MM-DD[ HH:MM[:SS]]` in the zone.
pub(super) fn instant(text: &str, zone: Tz) -> Result<Timestamp, Fault> {
    let (day, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or("").trim()),
        None => (text, ""),
    };
    let day = date(day)?;
    if rest.is_empty() {
        return first_instant(day, zone);
    }
    let (clock, offset) = split_offset(rest)?;
    let local = day.and_time(time_of_day(clock)?);
    match offset {
        None => local_instant(local, zone),
        Some(seconds) => {
            let utc = local.checked_sub_signed(Duration::seconds(seconds)).ok_or_else(outside)?;
            in_range(utc.and_utc())
        }
    }
}

/// `YYYY-MM-DD` or `YYYY/MM/DD`.
pub(super) fn date(text: &str) -> Result<NaiveDate, Fault> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let [year, month, day] = parts.as_slice() else { return Err(not_a_date()) };
    if year.len() != 4 {
        return Err(not_a_date());
    }
    let number = |text: &str| -> Option<u32> {
        let plain = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return Err(not_a_date());
    };
    calendar_day(i32::try_from(year).unwrap_or(0), month, day)
}

fn not_a_date() -> Fault {
    Fault::new("invalid-date", "expected YYYY-MM-DD (day and month orders are never guessed)")
}

/// A day that the calendar has, in 1970 to 2100.
pub(super) fn calendar_day(year: i32, month: u32, day: u32) -> Result<NaiveDate, Fault> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(Fault::new("out-of-range", "the year must be between 1970 and 2100"));
    }
    NaiveDate::from_ymd_opt(year, month, day)
        .ok_or_else(|| Fault::new("invalid-date", "there is no such day in the calendar"))
}

/// `H:MM[:SS[.fff]]`, with AM or PM if need be.
pub(super) fn time_of_day(text: &str) -> Result<NaiveTime, Fault> {
    let fault = || Fault::new("invalid-time", "expected HH:MM or HH:MM:SS");
    let lower = text.to_ascii_lowercase();
    let (clock, half) = match lower.strip_suffix("am") {
        Some(clock) => (clock.trim_end(), Some(0)),
        None => match lower.strip_suffix("pm") {
            Some(clock) => (clock.trim_end(), Some(12)),
            None => (lower.as_str(), None),
        },
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return Err(fault()),
    };
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let two = |text: &str| -> Option<u32> {
        let plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let thousandths = {
        let digits =
            (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
        let head: String = fraction.chars().chain("000".chars()).take(3).collect();
        digits.then(|| head.parse::<u32>().ok()).flatten()
    };
    let (Some(hour), Some(minute), Some(second), Some(thousandths)) =
        (two(hour), two(minute), two(second), thousandths)
    else {
        return Err(fault());
    };
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return Err(fault()),
    };
    NaiveTime::from_hms_milli_opt(hour, minute, second, thousandths)
        .ok_or_else(|| Fault::new("invalid-time", "there is no such time of day"))
}

/// Cuts `Z` or `±HH:MM` off; the offset in seconds east of Greenwich.
fn split_offset(text: &str) -> Result<(&str, Option<i64>), Fault> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock, Some(0)));
    }
    let Some(at) = text.find(['+', '-']) else { return Ok((text, None)) };
    let clock = text.get(..at).unwrap_or("").trim_end();
    let sign = if text.get(at..=at) == Some("-") { -1 } else { 1 };
    let digits: String = text.get(at + 1..).unwrap_or("").chars().filter(|c| *c != ':').collect();
    let fault = || Fault::new("invalid-time", "the offset must be Z or ±HH:MM");
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fault());
    }
    let number: i64 = digits.parse().map_err(|_| fault())?;
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 23 || minutes > 59 {
        return Err(fault());
    }
    Ok((clock, Some(sign * (hours * 3_600 + minutes * 60))))
}

/// The first instant of a local day.
pub(super) fn first_instant(day: NaiveDate, zone: Tz) -> Result<Timestamp, Fault> {
    local_instant(day.and_time(NaiveTime::MIN), zone)
}

/// A local time in the zone; gaps and overlaps as the module says.
pub(super) fn local_instant(local: NaiveDateTime, zone: Tz) -> Result<Timestamp, Fault> {
    let instant = match zone.from_local_datetime(&local) {
        chrono::LocalResult::Single(at) => at.with_timezone(&Utc),
        chrono::LocalResult::Ambiguous(one, other) => one.min(other).with_timezone(&Utc),
        chrono::LocalResult::None => after_gap(local, zone).ok_or_else(outside)?,
    };
    in_range(instant)
}

/// The first whole second whose local time lies after `local`, found by bisection: inside a
/// gap that is the instant at which the clocks jumped.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let is_after = |utc: NaiveDateTime| {
        let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
        utc.checked_add_signed(Duration::seconds(i64::from(offset))).is_some_and(|at| at > local)
    };
    // Offsets lie between -12 and +14 hours, so the answer lies between these two.
    let whole = NaiveDateTime::new(local.date(), local.time());
    let mut low = whole.checked_sub_signed(Duration::hours(15))?.and_utc().timestamp();
    let mut high = whole.checked_add_signed(Duration::hours(13))?.and_utc().timestamp();
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_after(DateTime::from_timestamp(middle, 0)?.naive_utc()) {
            high = middle;
        } else {
            low = middle;
        }
    }
    DateTime::from_timestamp(high, 0)
}

fn in_range(at: DateTime<Utc>) -> Result<Timestamp, Fault> {
    let millis = at.timestamp_millis();
    if is_in_range(millis) { Ok(Timestamp::from_millis(millis)) } else { Err(outside()) }
}

/// Whether an instant lies in the years 1970 to 2100.
pub(super) fn is_in_range(millis: i64) -> bool {
    (0..END_MS).contains(&millis)
}

pub(super) fn outside() -> Fault {
    Fault::new("out-of-range", "the instant must lie in the years 1970 to 2100 (UTC)")
}
