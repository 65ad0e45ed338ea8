//! Whatever the rules, the answer is that of asking minute by minute.

use chrono::Timelike;
use proptest::prelude::*;

use super::*;

/// Zones whose clocks are set in different ways, or never.
const ZONES: [Tz; 8] = [
    Tz::America__New_York,
    Tz::Pacific__Honolulu,
    Tz::Europe__Prague,
    Tz::Asia__Kathmandu,
    Tz::Australia__Lord_Howe,
    Tz::America__Santiago,
    Tz::Pacific__Chatham,
    Tz::Africa__Casablanca,
];

fn one_window() -> impl Strategy<Value = Window> {
    let length = prop_oneof![1..16_u16, 1..600_u16];
    let days = proptest::sample::subsequence(Weekday::VARIANTS, 1..=7);
    (days, 0..1_440_u16, length).prop_map(|(days, from, length)| {
        let to = (from + length).min(1_440);
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        window(&days, &time(from), &time(to))
    })
}

fn rules() -> impl Strategy<Value = Vec<Vec<Window>>> {
    proptest::collection::vec(proptest::collection::vec(one_window(), 1..5), 0..3)
}

/// An hour before and three days after clocks are set somewhere, or any time.
fn somewhen() -> impl Strategy<Value = Timestamp> {
    let set = ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z"];
    let near = (proptest::sample::select(set.to_vec()), -259_200_000..3_600_000_i64)
        .prop_map(|(set, ms)| instant(set).plus_ms(ms));
    prop_oneof![near, (1_767_225_600_000..1_830_297_600_000_i64).prop_map(Timestamp::from_millis)]
}

/// The definition, by another way than the code's own.
fn allowed(rules: &[Vec<Window>], holidays: &[NaiveDate], zones: &[Tz], at: Timestamp) -> bool {
    zones.iter().all(|zone| {
        let local = DateTime::<Utc>::from(at).with_timezone(zone);
        let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap();
        let day: Weekday = local.format("%A").to_string().to_lowercase().parse().unwrap();
        let inside = |window: &Window| {
            window.days.contains(&day)
                && (window.from.minutes()..window.to.minutes()).contains(&minute)
        };
        !holidays.contains(&local.date_naive()) && rules.iter().all(|rule| rule.iter().any(inside))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn campaign_p9_the_next_allowed_instant_is_the_first(
        rules in rules(),
        off in proptest::collection::vec(0..6_i64, 0..3),
        zones in proptest::sample::subsequence(ZONES.to_vec(), 1..=3),
        at in somewhen(),
    ) {
        let today = DateTime::<Utc>::from(at).date_naive();
        let holidays: Vec<NaiveDate> =
            off.iter().map(|days| today + chrono::Duration::days(*days)).collect();
        let lists: Vec<&[Window]> = rules.iter().map(Vec::as_slice).collect();
        let allows = |at| allowed(&rules, &holidays, &zones, at);
        // All of these clocks stand at a full minute when UTC does, so one look at each is enough.
        let minute = |place: i64| {
            Timestamp::from_millis((at.millis().div_euclid(60_000) + place) * 60_000)
        };
        let answer = verdict(&lists, &holidays, &zones, at);
        let closed_before = |end: Timestamp| {
            !allows(at) && (1..).map(minute).take_while(|at| *at < end).all(|at| !allows(at))
        };
        match answer {
            Verdict::Open => prop_assert!(allows(at)),
            Verdict::Closed { next_allowed_at } => {
                prop_assert!(next_allowed_at > at && allows(next_allowed_at));
                prop_assert_eq!(verdict(&lists, &holidays, &zones, next_allowed_at), Verdict::Open);
                prop_assert!(closed_before(next_allowed_at));
                let before = next_allowed_at.plus_ms(-60_000).max(at);
                prop_assert_ne!(verdict(&lists, &holidays, &zones, before), Verdict::Open);
            }
            Verdict::Never { reason } => {
                prop_assert_eq!(reason, NeverReason::NoCommonHours);
                prop_assert!(closed_before(at.plus_ms(14 * 86_400_000)));
            }
        }
    }
}
