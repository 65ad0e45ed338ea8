//! Days on which clocks are set.

use chrono_tz::Tz::{
    America__New_York, America__Santiago, Australia__Lord_Howe, Europe__Prague, Pacific__Apia,
};

use super::*;

fn by(windows: &[Window], zone: Tz, at: &str) -> Verdict {
    verdict(&[windows], &[], &[zone], instant(at))
}

#[test]
fn campaign_p5_on_a_day_of_23_hours_the_window_begins_by_the_clock() {
    // New York leaves out 02:00 to 03:00 on Sunday the 8th of March 2026.
    let hours = daily("08:00", "21:00");
    let at = |text| by(&hours, America__New_York, text);
    assert_eq!(at("2026-03-08T01:59:59.999Z"), Verdict::Open, "20:59:59 at UTC-5");
    assert_eq!(at("2026-03-08T02:00:00Z"), until("2026-03-08T12:00:00Z"));
    assert_eq!(at("2026-03-08T11:59:59.999Z"), until("2026-03-08T12:00:00Z"));
    assert_eq!(at("2026-03-09T00:59:59.999Z"), Verdict::Open, "20:59:59 at UTC-4");
    assert_eq!(at("2026-03-09T01:00:00Z"), until("2026-03-09T12:00:00Z"));
    let saturday = "2026-03-08T02:00:00Z";
    assert_eq!(lawful(&[America__New_York], saturday), until("2026-03-09T12:00:00Z"));
}

#[test]
fn campaign_p5_on_a_day_of_25_hours_the_window_begins_by_the_clock() {
    // New York repeats 01:00 to 02:00 on Sunday the 1st of November 2026.
    let hours = daily("08:00", "21:00");
    let at = |text| by(&hours, America__New_York, text);
    assert_eq!(at("2026-11-01T00:59:59.999Z"), Verdict::Open, "20:59:59 at UTC-4");
    assert_eq!(at("2026-11-01T01:00:00Z"), until("2026-11-01T13:00:00Z"));
    assert_eq!(at("2026-11-01T12:59:59.999Z"), until("2026-11-01T13:00:00Z"));
    assert_eq!(at("2026-11-02T01:59:59.999Z"), Verdict::Open, "20:59:59 at UTC-5");
    assert_eq!(at("2026-11-02T02:00:00Z"), until("2026-11-02T13:00:00Z"));
    let saturday = "2026-11-01T01:00:00Z";
    assert_eq!(lawful(&[America__New_York], saturday), until("2026-11-02T13:00:00Z"));
}

#[test]
fn campaign_p5_a_window_in_the_hour_that_is_left_out_comes_the_next_time() {
    let hours = daily("02:15", "02:45");
    let at = |text| by(&hours, America__New_York, text);
    assert_eq!(at("2026-03-07T07:15:00Z"), Verdict::Open, "the day before");
    let next = until("2026-03-09T06:15:00Z");
    assert_eq!(at("2026-03-07T07:45:00Z"), next);
    assert_eq!(at("2026-03-08T07:15:00Z"), next, "03:15 on that day");
    let sundays = [window(&[Weekday::Sunday], "02:15", "02:45")];
    let found = by(&sundays, America__New_York, "2026-03-02T00:00:00Z");
    assert_eq!(found, until("2026-03-15T06:15:00Z"), "the Sunday after");
    // What reaches beyond the hour begins where the hour is over.
    let found = by(&daily("02:30", "04:00"), America__New_York, "2026-03-08T06:00:00Z");
    assert_eq!(found, until("2026-03-08T07:00:00Z"));
}

#[test]
fn campaign_p5_a_window_in_the_hour_that_is_repeated_is_open_twice() {
    let hours = daily("01:15", "01:45");
    let at = |text| by(&hours, America__New_York, text);
    assert_eq!(at("2026-11-01T04:00:00Z"), until("2026-11-01T05:15:00Z"));
    assert_eq!(at("2026-11-01T05:44:59.999Z"), Verdict::Open);
    assert_eq!(at("2026-11-01T05:45:00Z"), until("2026-11-01T06:15:00Z"), "the second time");
    assert_eq!(at("2026-11-01T06:44:59.999Z"), Verdict::Open);
    assert_eq!(at("2026-11-01T06:45:00Z"), until("2026-11-02T06:15:00Z"));
}

#[test]
fn campaign_p5_clocks_that_are_set_by_half_an_hour_are_followed() {
    // Lord Howe goes from UTC+11 to UTC+10:30 on the 5th of April 2026 at 02:00, and back on the
    // 4th of October.
    let hours = daily("08:00", "21:00");
    let at = |text| by(&hours, Australia__Lord_Howe, text);
    assert_eq!(at("2026-04-04T10:00:00Z"), until("2026-04-04T21:30:00Z"));
    assert_eq!(at("2026-10-03T10:30:00Z"), until("2026-10-03T21:00:00Z"));
    let twice = daily("01:40", "01:50");
    let at = |text| by(&twice, Australia__Lord_Howe, text);
    assert_eq!(at("2026-04-04T14:40:00Z"), Verdict::Open);
    assert_eq!(at("2026-04-04T14:50:00Z"), until("2026-04-04T15:10:00Z"));
    let gone = daily("02:10", "02:20");
    let at = |text| by(&gone, Australia__Lord_Howe, text);
    assert_eq!(at("2026-10-03T15:00:00Z"), until("2026-10-04T15:10:00Z"));
}

#[test]
fn campaign_p5_a_midnight_that_is_left_out_or_repeated_begins_a_day_all_the_same() {
    // Santiago leaves out 00:00 to 01:00 on Sunday the 6th of September 2026, and repeats 23:00
    // to 24:00 on Saturday the 4th of April.
    let sunday = [window(&[Weekday::Sunday], "00:00", "24:00")];
    let at = |text| by(&sunday, America__Santiago, text);
    assert_eq!(at("2026-09-05T12:00:00Z"), until("2026-09-06T04:00:00Z"), "01:00 at UTC-3");
    assert_eq!(at("2026-04-04T12:00:00Z"), until("2026-04-05T04:00:00Z"), "00:00 at UTC-4");
    let late = daily("23:30", "24:00");
    let at = |text| by(&late, America__Santiago, text);
    assert_eq!(at("2026-04-05T02:59:59.999Z"), Verdict::Open);
    assert_eq!(at("2026-04-05T03:00:00Z"), until("2026-04-05T03:30:00Z"), "the second time");
    // Samoa left out the whole 30th of December 2011, a Friday.
    let friday = [window(&[Weekday::Friday], "10:00", "11:00")];
    let found = by(&friday, Pacific__Apia, "2011-12-29T23:00:00Z");
    assert_eq!(found, until("2012-01-05T20:00:00Z"));
}

#[test]
fn campaign_p5_clocks_that_are_set_on_different_days_are_met_together() {
    // From the 8th to the 29th of March 2026, Prague is five hours ahead of New York, not six.
    let zones = [America__New_York, Europe__Prague];
    let hours = daily("09:00", "17:00");
    let at = |text| verdict(&[&hours], &[], &zones, instant(text));
    assert_eq!(at("2026-03-06T12:00:00Z"), until("2026-03-06T14:00:00Z"));
    assert_eq!(at("2026-03-09T12:00:00Z"), until("2026-03-09T13:00:00Z"));
    assert_eq!(at("2026-03-29T12:00:00Z"), until("2026-03-29T13:00:00Z"));
    assert_eq!(at("2026-03-29T15:00:00Z"), until("2026-03-30T13:00:00Z"));
}
