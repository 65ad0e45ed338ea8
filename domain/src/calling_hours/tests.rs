//! When may a person be called, told in instants of UTC.
#![allow(clippy::unwrap_used)]

mod clocks;
mod random;
mod zones;

use chrono_tz::Tz::{
    self, America__Adak, America__Kentucky__Louisville, America__Los_Angeles, America__New_York,
    Asia__Kolkata, Asia__Tokyo, Europe__Prague, Pacific__Auckland, Pacific__Honolulu,
};
use strum::VariantArray;

use super::*;
use crate::{FieldFault, PhoneNumber};

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn window(days: &[Weekday], from: &str, to: &str) -> Window {
    Window { days: days.to_vec(), from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn daily(from: &str, to: &str) -> Vec<Window> {
    vec![window(Weekday::VARIANTS, from, to)]
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn until(text: &str) -> Verdict {
    Verdict::Closed { next_allowed_at: instant(text) }
}

const NO_HOURS: Verdict = Verdict::Never { reason: NeverReason::NoCommonHours };

/// By the jurisdiction alone.
fn lawful(zones: &[Tz], at: &str) -> Verdict {
    verdict(&[jurisdiction()], &[], zones, instant(at))
}

#[test]
fn campaign_p5_the_last_second_of_the_day_is_allowed_and_the_next_is_not() {
    // The called party's zone decides, whatever ours is: New York is five hours behind in winter.
    let zone = [America__New_York];
    assert_eq!(lawful(&zone, "2026-01-14T01:59:59.000Z"), Verdict::Open, "20:59:59 on Tuesday");
    assert_eq!(lawful(&zone, "2026-01-14T01:59:59.999Z"), Verdict::Open);
    let morning = until("2026-01-14T13:00:00.000Z");
    assert_eq!(lawful(&zone, "2026-01-14T02:00:00.000Z"), morning, "21:00:00");
    assert_eq!(lawful(&zone, "2026-01-14T12:59:59.999Z"), morning, "07:59:59.999");
    assert_eq!(lawful(&zone, "2026-01-14T13:00:00.000Z"), Verdict::Open, "08:00:00");
    assert_eq!(lawful(&[Europe__Prague], "2026-01-14T13:00:00.000Z"), Verdict::Open);
    assert_eq!(lawful(&[Asia__Tokyo], "2026-01-14T13:00:00.000Z"), until("2026-01-14T23:00:00Z"));
}

#[test]
fn campaign_p5_a_number_of_unknown_zone_is_called_when_all_fifty_states_allow_it() {
    // 555 is no area code; New York is at UTC-5 and Hawaii at UTC-10 in winter.
    let zones = zones_of(&PhoneNumber::parse("+15550100042").unwrap());
    assert!(zones.contains(&America__New_York) && zones.contains(&Pacific__Honolulu));
    let from = "2026-01-14T18:00:00.000Z";
    assert_eq!(lawful(&zones, "2026-01-14T17:59:59.999Z"), until(from), "12:59:59 in New York");
    assert_eq!(lawful(&zones, from), Verdict::Open, "13:00 in New York, 08:00 in Hawaii");
    assert_eq!(lawful(&zones, "2026-01-15T01:59:59.999Z"), Verdict::Open, "20:59:59 in New York");
    let next = until("2026-01-15T18:00:00.000Z");
    assert_eq!(lawful(&zones, "2026-01-15T02:00:00.000Z"), next, "21:00 in New York");
    let nowhere = Verdict::Never { reason: NeverReason::UnknownTimeZone };
    assert_eq!(lawful(&[], from), nowhere);
}

#[test]
fn campaign_p9_a_retry_after_the_end_moves_to_the_next_window_of_every_rule() {
    let weekdays = [Weekday::Tuesday, Weekday::Thursday];
    let campaign = [window(&weekdays, "09:00", "12:00"), window(&weekdays, "14:00", "16:00")];
    let person = daily("11:30", "15:00");
    let rules: [&[Window]; 3] = [&campaign, jurisdiction(), &person];
    let at = |text| verdict(&rules, &[], &[Europe__Prague], instant(text));
    // Prague is one hour ahead in winter; the 13th of January is a Tuesday.
    assert_eq!(at("2026-01-13T08:30:00Z"), until("2026-01-13T10:30:00Z"));
    assert_eq!(at("2026-01-13T10:30:00Z"), Verdict::Open);
    assert_eq!(at("2026-01-13T11:00:00Z"), until("2026-01-13T13:00:00Z"));
    assert_eq!(at("2026-01-13T14:00:00Z"), until("2026-01-15T10:30:00Z"));
    assert_eq!(at("2026-01-16T14:00:00Z"), until("2026-01-20T10:30:00Z"));
}

#[test]
fn nobody_is_called_on_a_sunday() {
    let zone = [Europe__Prague];
    let monday = until("2026-01-19T07:00:00.000Z");
    assert_eq!(lawful(&zone, "2026-01-17T19:59:59.999Z"), Verdict::Open, "Saturday");
    assert_eq!(lawful(&zone, "2026-01-17T20:00:00.000Z"), monday);
    assert_eq!(lawful(&zone, "2026-01-18T12:00:00.000Z"), monday, "Sunday");
    // It is Sunday in Auckland already and Saturday in Los Angeles still.
    let both = [Pacific__Auckland, America__Los_Angeles];
    assert_eq!(lawful(&both, "2026-01-17T20:00:00.000Z"), until("2026-01-19T19:00:00.000Z"));
}

#[test]
fn nobody_is_called_on_a_holiday_of_their_own_date() {
    let holidays = [date("2026-01-01"), date("2026-01-02"), date("2026-01-02")];
    let rules: [&[Window]; 1] = [&daily("00:00", "24:00")];
    let at = |zone, text| verdict(&rules, &holidays, &[zone], instant(text));
    assert_eq!(at(Europe__Prague, "2025-12-31T22:59:59.999Z"), Verdict::Open);
    assert_eq!(at(Europe__Prague, "2025-12-31T23:00:00Z"), until("2026-01-02T23:00:00Z"));
    assert_eq!(at(America__New_York, "2026-01-01T04:59:59.999Z"), Verdict::Open);
    assert_eq!(at(America__New_York, "2026-01-01T05:00:00Z"), until("2026-01-03T05:00:00Z"));
    let both = [America__New_York, Europe__Prague];
    let at = |text| verdict(&rules, &holidays, &both, instant(text));
    assert_eq!(at("2025-12-31T23:30:00Z"), until("2026-01-03T05:00:00Z"));
}

#[test]
fn holidays_do_not_hide_the_hours_behind_them() {
    let rules: [&[Window]; 1] = [&[window(&[Weekday::Monday], "09:00", "10:00")]];
    let mondays = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02"];
    let at = instant("2026-01-01T00:00:00Z");
    let found = verdict(&rules, &mondays.map(date), &[Europe__Prague], at);
    assert_eq!(found, until("2026-02-09T08:00:00Z"));
    let year: Vec<NaiveDate> = date("2026-01-01").iter_days().take(3_000).collect();
    assert_eq!(verdict(&rules, &year, &[Europe__Prague], at), NO_HOURS);
}

#[test]
fn what_has_no_hours_is_never_called_and_what_has_no_rules_always() {
    let at = instant("2026-01-14T12:00:00Z");
    let zone = [Europe__Prague];
    assert_eq!(verdict(&[jurisdiction(), &[]], &[], &zone, at), NO_HOURS);
    assert_eq!(verdict(&[&daily("12:00", "12:00")], &[], &zone, at), NO_HOURS);
    assert_eq!(verdict(&[&daily("18:00", "08:00")], &[], &zone, at), NO_HOURS);
    assert_eq!(verdict(&[&[window(&[], "08:00", "20:00")]], &[], &zone, at), NO_HOURS);
    assert_eq!(verdict(&[jurisdiction(), &daily("06:00", "08:00")], &[], &zone, at), NO_HOURS);
    let sunday = [window(&[Weekday::Sunday], "08:00", "20:00")];
    assert_eq!(verdict(&[jurisdiction(), &sunday], &[], &zone, at), NO_HOURS);
    let far = [Asia__Tokyo, America__New_York];
    assert_eq!(verdict(&[&daily("09:00", "17:00")], &[], &far, at), NO_HOURS);
    assert_eq!(verdict(&[], &[], &zone, at), Verdict::Open);
}

#[test]
fn a_window_of_five_minutes_is_found() {
    let rules: [&[Window]; 1] = [&daily("09:05", "09:10")];
    let at = |zone, text| verdict(&rules, &[], &[zone], instant(text));
    assert_eq!(at(Asia__Kolkata, "2026-01-14T03:34:59.999Z"), until("2026-01-14T03:35:00Z"));
    assert_eq!(at(Asia__Kolkata, "2026-01-14T03:39:59.999Z"), Verdict::Open);
    assert_eq!(at(Asia__Kolkata, "2026-01-14T03:40:00Z"), until("2026-01-15T03:35:00Z"));
    // One minute that two zones have in common.
    let rules: [&[Window]; 1] = [&[
        window(&[Weekday::Friday], "09:00", "09:01"),
        window(&[Weekday::Friday], "03:00", "03:01"),
    ]];
    let zones = [America__New_York, Europe__Prague];
    let found = verdict(&rules, &[], &zones, instant("2026-01-14T00:00:01.234Z"));
    assert_eq!(found, until("2026-01-16T08:00:00Z"));
}

#[test]
fn an_instant_of_no_year_breaks_nothing() {
    for ms in [i64::MIN, i64::MIN + 1, -1, 0, 4_133_980_800_000, i64::MAX - 1, i64::MAX] {
        for zone in [America__Adak, America__Kentucky__Louisville, Pacific__Auckland] {
            let at = Timestamp::from_millis(ms);
            let _ = verdict(&[jurisdiction()], &[date("1970-01-01")], &[zone], at);
            let _ = verdict(&[&[]], &[NaiveDate::MIN, NaiveDate::MAX], &[zone], at);
        }
    }
}

#[test]
fn a_window_is_written_as_people_write_it() {
    let text = r#"{"days":["monday","tuesday"],"from":"08:00","to":"24:00"}"#;
    let read: Window = serde_json::from_str(text).unwrap();
    assert_eq!(read, window(&[Weekday::Monday, Weekday::Tuesday], "08:00", "24:00"));
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    assert_eq!(read.to, TimeOfDay::MIDNIGHT);
    for bad in ["", "8:00", "08:0", "08:60", "24:01", "25:00", "08:00:00", "0800", "+8:00", "৪8:00"]
    {
        assert_eq!(bad.parse::<TimeOfDay>(), Err(TimeOfDayError), "{bad}");
    }
    assert_eq!(NeverReason::UnknownTimeZone.word(), "unknown_time_zone");
    assert_eq!(NeverReason::NoCommonHours.word(), "no_common_hours");
}

#[test]
fn windows_that_allow_nothing_or_too_much_are_refused() {
    let fault = |windows: &[Window]| checked("/hours", windows).map_err(|fault| fault.reason);
    let monday = [Weekday::Monday];
    let many = |count| vec![window(&monday, "08:00", "09:00"); count];
    assert_eq!(fault(jurisdiction()), Ok(()));
    assert_eq!((fault(&many(1)), fault(&many(MAX_WINDOWS))), (Ok(()), Ok(())));
    assert_eq!(fault(&many(0)), Err("empty"));
    assert_eq!(fault(&many(MAX_WINDOWS + 1)), Err("too-many"));
    assert_eq!(fault(&[window(&[], "08:00", "09:00")]), Err("empty"));
    let twice = [Weekday::Monday, Weekday::Friday, Weekday::Monday];
    assert_eq!(fault(&[window(&twice, "08:00", "09:00")]), Err("repeated"));
    for (from, to) in [("08:00", "08:00"), ("22:00", "06:00"), ("24:00", "24:00")] {
        assert_eq!(fault(&[window(&monday, from, to)]), Err("out-of-range"), "{from}");
    }
    assert_eq!(fault(&[window(&monday, "00:00", "24:00")]), Ok(()));
    let FieldFault { pointer, .. } = checked("/hours", &[]).unwrap_err();
    assert_eq!(pointer, "/hours");
}
