//! Whatever was said when, the figures are those of counting millisecond by millisecond.

use proptest::prelude::*;

use super::*;

const SPEAKERS: [Speaker; 3] = [Customer, Agent, Supervisor];

fn segments() -> impl Strategy<Value = Vec<Timed>> {
    let length = prop_oneof![Just(0_u64), 1..40_u64, 200..1_500_u64];
    let segment = (proptest::sample::select(SPEAKERS.to_vec()), 0..6_000_u64, length)
        .prop_map(|(speaker, start, length)| timed(speaker, start, start + length));
    proptest::collection::vec(segment, 0..14)
}

/// How many talk in each millisecond, by one test for each.
fn talking(segments: &[Timed], span: u64) -> Vec<usize> {
    let talks = |speaker: Speaker, at: u64| {
        let mut own = segments.iter().filter(|segment| segment.speaker == speaker);
        own.any(|segment| segment.start_ms <= at && at < segment.end_ms)
    };
    (0..span).map(|at| SPEAKERS.iter().filter(|who| talks(**who, at)).count()).collect()
}

fn milliseconds(talking: &[usize], are: impl Fn(usize) -> bool) -> u64 {
    u64::try_from(talking.iter().filter(|count| are(**count)).count()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_figures_are_those_of_counting_every_millisecond(
        segments in segments(),
        duration in proptest::option::of(0..9_000_u64),
    ) {
        let is = speech(&segments, duration);
        let span = is.span_ms.unwrap_or(0);
        let talking = talking(&segments, span);
        prop_assert_eq!(is.overlap_ms, milliseconds(&talking, |count| count > 1));
        prop_assert_eq!(is.silence_ms.unwrap_or(0), milliseconds(&talking, |count| count == 0));
        let silences = talking.split(|count| *count > 0).map(<[usize]>::len).max();
        let longest = usize::try_from(is.longest_silence_ms.unwrap_or(0)).unwrap();
        prop_assert_eq!(longest, silences.unwrap_or(0));
        for (speaker, spoken) in &is.speakers {
            let own: Vec<Timed> =
                segments.iter().filter(|one| one.speaker == *speaker).copied().collect();
            let alone = self::talking(&own, span);
            prop_assert_eq!(spoken.talk_ms, milliseconds(&alone, |count| count == 1));
            prop_assert!(spoken.longest_monologue_ms <= span);
            let longest = own.iter().map(|one| one.end_ms - one.start_ms).max();
            prop_assert!(Some(spoken.longest_monologue_ms) >= longest);
        }
    }

    #[test]
    fn talk_of_two_less_overlap_plus_silence_is_the_call(
        segments in segments(),
        duration in 0..9_000_u64,
    ) {
        let two: Vec<Timed> =
            segments.into_iter().filter(|one| one.speaker != Supervisor).collect();
        let is = speech(&two, Some(duration));
        let talk: u64 = is.speakers.values().map(|spoken| spoken.talk_ms).sum();
        let whole = talk - is.overlap_ms + is.silence_ms.unwrap();
        prop_assert_eq!(Some(whole), is.span_ms);
        let ratios: Option<f64> = [Customer, Agent].map(|who| is.talk_ratio(who)).into_iter().sum();
        prop_assert!(ratios.is_none_or(|sum| (sum - 1.0).abs() < 1e-9));
    }
}
