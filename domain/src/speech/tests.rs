//! Who spoke how long: real calls, and calls drawn at random.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod random;

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::Value;

use super::*;
use Speaker::{Agent, Customer, Supervisor};

const CALLS: &[u8] = include_bytes!("../../../tests/data/switchboard-sample/sw_calls.jsonl.gz");
const EXPECTED: &str = include_str!("../../../tests/data/switchboard-sample/expected.json");

fn timed(speaker: Speaker, start_ms: u64, end_ms: u64) -> Timed {
    Timed { speaker, start_ms, end_ms }
}

fn of_real_call(call: &Value) -> Vec<Timed> {
    let segments = call["segments"].as_array().unwrap().iter();
    let speaker = |segment: &Value| if segment["channel"] == 1 { Customer } else { Agent };
    let ms = |value: &Value| value.as_u64().unwrap();
    segments.map(|one| timed(speaker(one), ms(&one["start_ms"]), ms(&one["end_ms"]))).collect()
}

#[test]
fn twelve_real_calls_have_the_figures_that_others_computed() {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    let mut text = String::new();
    GzDecoder::new(CALLS).read_to_string(&mut text).unwrap();
    let mut calls = 0;
    for line in text.lines() {
        let call: Value = serde_json::from_str(line).unwrap();
        let mut segments = of_real_call(&call);
        let duration = call["duration_ms"].as_u64();
        let is = speech(&segments, duration);
        let of = |figure: fn(&Spoken) -> u64| -> Value {
            [Customer, Agent].map(|speaker| figure(&is.speakers[&speaker])).to_vec().into()
        };
        let found = serde_json::json!({
            "duration_ms": is.span_ms,
            "segments": segments.len(),
            "talk_ms": of(|spoken| spoken.talk_ms),
            "overlap_ms": is.overlap_ms,
            "silence_ms": is.silence_ms,
            "longest_silence_ms": is.longest_silence_ms,
            "turns": is.turns,
            "longest_monologue_ms": of(|spoken| spoken.longest_monologue_ms),
        });
        let should = &expected[call["call"].as_str().unwrap()];
        for (figure, found) in found.as_object().unwrap() {
            assert_eq!(*found, should[figure], "{figure} of {}", call["call"]);
        }
        let turns: usize = is.speakers.values().map(|spoken| spoken.turns).sum();
        assert_eq!(turns, is.turns);
        segments.sort_by_key(|segment| std::cmp::Reverse(segment.start_ms));
        assert_eq!(speech(&segments, duration), is, "the order does not matter");
        calls += 1;
    }
    assert_eq!(calls, 12);
}

#[test]
fn where_nothing_is_known_nothing_is_said() {
    let nothing = speech(&[], None);
    assert_eq!(nothing, Speech::default());
    assert_eq!(
        (nothing.span_ms, nothing.silence_ms, nothing.longest_silence_ms),
        (None, None, None)
    );
    assert_eq!(nothing.talk_ratio(Customer), None);

    let silent = speech(&[], Some(4_000));
    assert_eq!((silent.silence_ms, silent.longest_silence_ms), (Some(4_000), Some(4_000)));
    assert!(silent.speakers.is_empty());
}

#[test]
fn one_speaker_who_overlaps_with_themselves_talks_once() {
    let is =
        speech(&[timed(Agent, 0, 900), timed(Agent, 300, 600), timed(Agent, 800, 1_000)], None);
    let agent = is.speakers[&Agent];
    assert_eq!((agent.talk_ms, agent.segments, agent.turns), (1_000, 3, 1));
    assert_eq!((is.overlap_ms, is.silence_ms, is.longest_silence_ms), (0, Some(0), None));
    assert_eq!((is.talk_ratio(Agent), is.talk_ratio(Customer)), (Some(1.0), Some(0.0)));
}

#[test]
fn a_pause_of_a_second_keeps_a_monologue_and_a_longer_one_ends_it() {
    let said = |second: u64| {
        let segments =
            [timed(Agent, 0, 100), timed(Customer, 90, 110), timed(Agent, second, 3_000)];
        speech(&segments, None).speakers[&Agent].longest_monologue_ms
    };
    assert_eq!((said(1_100), said(1_101)), (3_000, 1_899));
}

#[test]
fn what_takes_no_time_is_a_turn_without_talk() {
    let segments = [timed(Agent, 0, 500), timed(Customer, 700, 700), timed(Agent, 900, 400)];
    let is = speech(&segments, Some(2_000));
    assert_eq!((is.turns, is.speakers[&Customer].turns, is.speakers[&Agent].turns), (3, 1, 2));
    assert_eq!((is.speakers[&Customer].talk_ms, is.speakers[&Agent].talk_ms), (0, 500));
    assert_eq!((is.silence_ms, is.longest_silence_ms), (Some(1_500), Some(1_500)));
}

#[test]
fn a_call_lasts_until_its_last_segment_at_least() {
    assert_eq!(speech(&[timed(Agent, 100, 500)], Some(300)).span_ms, Some(500));
}

#[test]
fn three_who_talk_at_once_overlap_once() {
    let segments = [timed(Agent, 0, 300), timed(Customer, 100, 300), timed(Supervisor, 200, 300)];
    assert_eq!(speech(&segments, None).overlap_ms, 200);
}

#[test]
fn times_at_the_end_of_the_scale_break_nothing() {
    let segments = [timed(Agent, 0, u64::MAX), timed(Customer, u64::MAX, u64::MAX)];
    let is = speech(&segments, Some(u64::MAX));
    assert_eq!((is.span_ms, is.silence_ms, is.overlap_ms), (Some(u64::MAX), Some(0), 0));
}
