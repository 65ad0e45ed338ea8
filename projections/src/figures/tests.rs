//! Boundary values of domain/06 §6.1, and slots.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use chrono_tz::{America, Europe, Pacific, Tz};
use domain::Timestamp;
use utoipa::PartialSchema;

use super::query::{Dimension, FcrMode, Level, SlMethod};
use super::slot::{Slot, slots};
use crate::bucket::{Bucket, GroupBy, MAX_CELLS, TooMany, buckets};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn cut(from: &str, to: &str, tz: Tz, group_by: GroupBy) -> Vec<Bucket> {
    buckets(at(from), at(to), tz, group_by).unwrap()
}

fn hours(bucket: &Bucket) -> i64 {
    bucket.end.since_ms(bucket.start) / 3_600_000
}

#[test]
fn the_days_of_a_clock_change_have_23_or_25_hours() {
    let cases = [
        (America::New_York, "2025-03-09", "2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z", 23),
        (America::New_York, "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z", 25),
        (Europe::Prague, "2025-03-30", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z", 23),
        (Europe::Prague, "2025-10-26", "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z", 25),
    ];
    for (tz, day, start, end, length) in cases {
        let days = cut("2025-01-01T00:00:00Z", "2025-12-31T00:00:00Z", tz, GroupBy::Day);
        let found = days.iter().find(|bucket| bucket.label == day).unwrap();
        assert_eq!((found.start, found.end), (at(start), at(end)), "{day} in {tz}");
        assert_eq!((hours(found), found.partial), (length, false));
    }
}

#[test]
fn a_call_late_in_the_evening_belongs_to_the_local_day() {
    let days = cut("2025-03-08T05:00:00Z", "2025-03-12T04:00:00Z", America::New_York, GroupBy::Day);
    let call = at("2025-03-10T03:30:00Z");
    let day = days.iter().find(|day| day.start <= call && call < day.end).unwrap();
    assert_eq!(day.label, "2025-03-09");
    assert_eq!(days.len(), 4);
}

#[test]
fn a_repeated_hour_gives_two_buckets_and_a_skipped_one_none() {
    let autumn =
        cut("2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z", America::New_York, GroupBy::Hour);
    let labels: Vec<&str> = autumn.iter().map(|bucket| bucket.label.as_str()).collect();
    assert_eq!(labels.len(), 25);
    assert_eq!(labels[1..3], ["2025-11-02T01:00-04:00", "2025-11-02T01:00-05:00"]);
    let spring =
        cut("2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z", America::New_York, GroupBy::Hour);
    let labels: Vec<&str> = spring.iter().map(|bucket| bucket.label.as_str()).collect();
    assert_eq!(labels.len(), 23);
    assert_eq!(labels[1..3], ["2025-03-09T01:00-05:00", "2025-03-09T03:00-04:00"]);
    let quarters =
        cut("2025-03-30T00:00:00Z", "2025-03-30T02:00:00Z", Europe::Prague, GroupBy::Quarter);
    assert_eq!(quarters.len(), 8);
    assert_eq!(quarters[4].label, "2025-03-30T03:00+02:00");
}

#[test]
fn a_day_without_midnight_begins_with_its_first_instant() {
    // In 2018 São Paulo went from 23:59:59 to 01:00:00 on 4 November.
    let days =
        cut("2018-11-03T03:00:00Z", "2018-11-05T02:00:00Z", America::Sao_Paulo, GroupBy::Day);
    let spans: Vec<_> = days.iter().map(|day| (day.label.as_str(), day.start)).collect();
    let fourth = ("2018-11-04", at("2018-11-04T03:00:00Z"));
    assert_eq!(spans, [("2018-11-03", at("2018-11-03T03:00:00Z")), fourth]);
    assert_eq!(hours(&days[1]), 23);
    // Samoa had no 30 December 2011 at all.
    let days = cut("2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", Pacific::Apia, GroupBy::Day);
    let labels: Vec<&str> = days.iter().map(|day| day.label.as_str()).collect();
    assert_eq!(labels, ["2011-12-29", "2011-12-31"]);
}

#[test]
fn weeks_begin_on_monday_and_months_on_their_first_day() {
    let weeks = cut("2025-03-05T12:00:00Z", "2025-03-17T00:00:00Z", Tz::UTC, GroupBy::Week);
    let seen: Vec<_> = weeks.iter().map(|week| (week.label.as_str(), week.partial)).collect();
    assert_eq!(seen, [("2025-W10", true), ("2025-W11", false)]);
    assert_eq!(weeks[1].start, at("2025-03-10T00:00:00Z"));
    let months = cut("2025-01-31T00:00:00Z", "2025-03-01T00:00:00Z", Tz::UTC, GroupBy::Month);
    let seen: Vec<_> = months.iter().map(|month| (month.label.as_str(), month.partial)).collect();
    assert_eq!(seen, [("2025-01", true), ("2025-02", false)]);
}

#[test]
fn buckets_are_clipped_to_the_range_without_holes() {
    for group_by in [GroupBy::None, GroupBy::Hour, GroupBy::Day, GroupBy::Week, GroupBy::Month] {
        let (from, to) = ("2025-10-24T13:37:00Z", "2025-10-27T01:02:03Z");
        let all = cut(from, to, Europe::Prague, group_by);
        assert_eq!((all[0].start, all[all.len() - 1].end), (at(from), at(to)));
        for pair in all.windows(2) {
            assert_eq!(pair[0].end, pair[1].start);
        }
        let partial = group_by != GroupBy::None;
        assert_eq!((all[0].partial, all[all.len() - 1].partial), (partial, partial));
    }
}

#[test]
fn more_than_a_thousand_buckets_are_refused() {
    let from = at("2025-01-01T00:00:00Z");
    let hour = 3_600_000;
    let most = i64::try_from(MAX_CELLS).unwrap() * hour;
    let cut = |to| buckets(from, to, Tz::UTC, GroupBy::Hour).map(|all| all.len());
    assert_eq!(cut(from.plus_ms(most)), Ok(MAX_CELLS));
    assert_eq!(cut(from.plus_ms(most + 1)), Err(TooMany));
}

#[test]
fn slots_know_the_local_hour_and_weekday_of_every_instant() {
    for tz in [America::New_York, Europe::Prague, Tz::Australia__Lord_Howe, Tz::UTC] {
        let days = cut("2025-03-01T00:00:00Z", "2025-11-30T00:00:00Z", tz, GroupBy::Week);
        let slots = slots(&days, tz, true, true);
        assert!(slots.starts.windows(2).all(|pair| pair[0] < pair[1]));
        let mut instant = at("2025-03-01T00:07:00Z");
        while instant < at("2025-11-30T00:00:00Z") {
            let utc = chrono::DateTime::<chrono::Utc>::from(instant);
            let place = slots.starts.partition_point(|start| *start <= utc) - 1;
            let slot = Slot::of(slots.keys[place]);
            let local = utc.with_timezone(&tz);
            use chrono::{Datelike, Timelike};
            assert_eq!(slot.hour, local.hour(), "{local}");
            assert_eq!(slot.weekday, local.weekday().number_from_monday());
            let bucket = &days[slot.bucket];
            assert!(bucket.start <= instant && instant < bucket.end);
            instant = instant.plus_ms(15 * 60_000);
        }
    }
}

#[test]
fn the_document_spells_words_as_they_are_answered() {
    macro_rules! spelled {
        ($($of:ty)+) => {
            [$((serde_json::to_value(<$of>::schema()).unwrap()["enum"].clone(), <$of>::WORDS)),+]
        };
    }
    let types = spelled![Dimension Level SlMethod FcrMode GroupBy];
    for (document, words) in types {
        assert_eq!(document, serde_json::json!(words));
    }
}
