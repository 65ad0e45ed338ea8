//! Twelve real calls, segment by segment.

use super::*;
use crate::speech::Speaker;

const CALLS: &[u8] = include_bytes!("../../../../tests/data/switchboard-sample/sw_calls.jsonl.gz");
const EXPECTED: &str = include_str!("../../../../tests/data/switchboard-sample/expected.json");

/// The texts of each call with their channels, and what is expected of it.
pub(super) fn calls() -> Vec<(Vec<(u64, String)>, Value)> {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    let call = |line: &str| {
        let call: Value = serde_json::from_str(line).unwrap();
        let segments = call["segments"].as_array().unwrap().iter();
        let said = segments.map(|segment| {
            (segment["channel"].as_u64().unwrap(), segment["clean"].as_str().unwrap().to_owned())
        });
        (said.collect(), expected[call["call"].as_str().unwrap()].clone())
    };
    unpacked(CALLS).lines().map(call).collect()
}

#[test]
fn every_segment_of_twelve_real_calls_scores_as_expected() {
    let mut segments = 0;
    for (said, expected) in calls() {
        let should = expected["vader_compound"].as_array().unwrap();
        assert_eq!(said.len(), should.len());
        let mut of_channels = [vec![], vec![]];
        let mut words = [0, 0];
        for ((channel, text), should) in said.iter().zip(should) {
            let scored = VADER.score(text, Some("en-US")).unwrap();
            assert_eq!(scored.score, number(should.as_f64().unwrap()), "{text}");
            let channel = usize::try_from(channel - 1).unwrap();
            of_channels[channel].push((scored.score, 1));
            words[channel] += scored.tokens;
            segments += 1;
        }
        let should = expected["vader_mean"].as_array().unwrap();
        for (of_channel, should) in of_channels.into_iter().zip(should) {
            assert_eq!(Mean::of(of_channel).score(), Score::from_f64(should.as_f64().unwrap()));
        }
        assert_eq!(serde_json::json!(words), expected["words"]);
    }
    assert_eq!(segments, 1_744);
}

#[test]
fn a_real_call_has_a_sentiment_of_each_speaker_and_no_more() {
    for (said, _) in calls() {
        let utterance = |(seq, (channel, text)): (usize, &(u64, String))| Utterance {
            seq: u32::try_from(seq).unwrap(),
            speaker: if *channel == 1 { Speaker::Customer } else { Speaker::Agent },
            scored: VADER.score(text, Some("en")).ok(),
        };
        let said: Vec<Utterance> = said.iter().enumerate().map(utterance).collect();
        let call = assess(&said, &Thresholds::default());
        assert_eq!(call, assess(&said, &Thresholds::default()));
        assert_eq!(call.customer, call.by_speaker.get(&Speaker::Customer).copied());
        let utterances: u32 = call.by_speaker.values().map(|one| one.utterances).sum();
        assert_eq!(usize::try_from(utterances).unwrap(), said.len());
        for one in call.by_speaker.values() {
            assert!(one.score.abs() <= one.intensity && one.intensity <= number(1.0));
            assert!(Score::ZERO < one.confidence && one.confidence <= number(1.0));
        }
    }
}
