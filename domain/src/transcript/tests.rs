//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

use uuid::Uuid;

use super::*;
use crate::golden::{golden, sealed};
use crate::speech::Speaker;
use crate::{DecidedEvent, PersonalText, Refusal};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn subject() -> SubjectId {
    SubjectId::from(Uuid::from_u128(1))
}

fn said(start_ms: u32, text: &str) -> NewSegment {
    let span = (start_ms, start_ms + 500);
    NewSegment::parse(Speaker::Customer, span, text, None, None).unwrap()
}

fn named(id: &str, start_ms: u32, text: &str) -> NewSegment {
    let (span, id) = ((start_ms, start_ms + 500), Some(id.to_owned()));
    NewSegment::parse(Speaker::Agent, span, text, Some(0.9), id).unwrap()
}

fn append(segments: Vec<NewSegment>, complete: bool) -> TranscriptCommand {
    TranscriptCommand::Append {
        subject: subject(),
        source: TranscriptSource::Stt,
        language: None,
        segments,
        complete,
        at: at(1),
    }
}

fn correct(seq: u32, text: &str) -> TranscriptCommand {
    let (text, by) = (text.to_owned(), "somebody".to_owned());
    TranscriptCommand::Correct { seq, text, by, at: at(2) }
}

/// What follows, sealed, and what it becomes.
fn when(transcript: &Transcript, command: TranscriptCommand) -> (Vec<TranscriptEvent>, Transcript) {
    let events: Vec<_> = transcript.decide(command).unwrap().into_iter().map(sealed).collect();
    let mut after = transcript.clone();
    for event in &events {
        after.evolve(event);
    }
    (events, after)
}

fn types(events: &[TranscriptEvent]) -> Vec<&'static str> {
    events.iter().map(DecidedEvent::event_type).collect()
}

#[test]
fn every_type_of_event_has_a_golden_file() {
    let mut transcript = Transcript::default();
    let events = golden::<TranscriptEvent>("transcript");
    let started = events.iter().find(|e| matches!(e, TranscriptEvent::TranscriptStarted { .. }));
    transcript.evolve(started.unwrap());
    for event in &events {
        transcript.evolve(event);
    }
    assert!(transcript.known().is_some());
}

#[test]
fn what_is_said_is_numbered_as_it_is_told_and_counted_when_it_is_complete() {
    let told = vec![said(9_000, "two words"), said(1_000, "and three more")];
    let (events, open) = when(&Transcript::default(), append(told, false));
    let appended = "TranscriptSegmentAppended";
    assert_eq!(types(&events), ["TranscriptStarted", appended, appended]);
    let seqs: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            TranscriptEvent::TranscriptSegmentAppended { seq, start_ms, words, .. } => {
                Some((*seq, *start_ms, *words))
            }
            _ => None,
        })
        .collect();
    assert_eq!(seqs, [(1, 9_000, 2), (2, 1_000, 3)]);
    let (events, closed) = when(&open, append(vec![said(20_000, "bye")], true));
    assert_eq!(types(&events), [appended, "TranscriptCompleted"]);
    let completed = TranscriptEvent::TranscriptCompleted { segments: 3, words: 6, at: at(1) };
    assert_eq!(events.last(), Some(&completed));
    let known = closed.known().unwrap();
    assert_eq!((known.segments(), known.words(), known.is_open()), (3, 6, false));
}

#[test]
fn what_is_told_twice_is_kept_once() {
    let twice =
        vec![said(0, "hello"), said(0, "hello"), named("a", 5, "yes"), named("a", 9, "yes")];
    let (events, open) = when(&Transcript::default(), append(twice.clone(), false));
    assert_eq!(events.len(), 3);
    let (events, _) = when(&open, append(twice.clone(), false));
    assert_eq!(events, []);
    let (_, closed) = when(&open, append(Vec::new(), true));
    let (events, _) = when(&closed, append(twice, true));
    assert_eq!(events, [], "told again after the end");
}

#[test]
fn nothing_is_added_to_what_is_complete_or_has_failed_but_it_can_be_corrected() {
    let (_, open) = when(&Transcript::default(), append(vec![said(0, "helo")], false));
    let (_, closed) = when(&open, append(Vec::new(), true));
    let refused = closed.decide(append(vec![said(1, "more")], false)).unwrap_err();
    assert_eq!(refused, TranscriptRefusal::Completed);
    assert_eq!(refused.code(), "invalid-state-transition");
    let (_, corrected) = when(&closed, correct(1, "hello to you"));
    assert_eq!(corrected.known().unwrap().words(), 3);
    for seq in [0, 2, u32::MAX] {
        let refused = closed.decide(correct(seq, "hello")).unwrap_err();
        assert_eq!(refused, TranscriptRefusal::NoSegment);
    }
    let fail = TranscriptCommand::Fail { reason: "gone".to_owned(), at: at(2) };
    assert_eq!(closed.decide(fail.clone()).unwrap_err(), TranscriptRefusal::Completed);
    let (_, failed) = when(&open, fail.clone());
    assert_eq!(failed.decide(fail).unwrap(), []);
    let more = append(vec![said(1, "more")], false);
    assert_eq!(failed.decide(more).unwrap_err(), TranscriptRefusal::Failed);
    assert_eq!(failed.decide(correct(1, "hello")).unwrap_err(), TranscriptRefusal::Failed);
    let complete = TranscriptCommand::Complete { at: at(2) };
    assert_eq!(closed.decide(complete.clone()).unwrap(), []);
    assert_eq!(failed.decide(complete.clone()).unwrap_err(), TranscriptRefusal::Failed);
    let nothing = Transcript::default().decide(complete).unwrap_err();
    assert_eq!(nothing, TranscriptRefusal::Unknown);
    let nothing = Transcript::default().decide(correct(1, "hello")).unwrap_err();
    assert_eq!((nothing.code(), nothing), ("no-transcript", TranscriptRefusal::Unknown));
}

#[test]
fn a_language_is_said_at_the_beginning() {
    let speaking = |language: Option<&str>| TranscriptCommand::Append {
        subject: subject(),
        source: TranscriptSource::Import,
        language: language.map(str::to_owned),
        segments: Vec::new(),
        complete: false,
        at: at(1),
    };
    let (_, english) = when(&Transcript::default(), speaking(Some("en-US")));
    assert_eq!(when(&english, speaking(Some("en-US"))).0, []);
    assert_eq!(when(&english, speaking(Some("EN-us"))).0, [], "tags know no case");
    assert_eq!(when(&english, speaking(None)).0, []);
    let refused = english.decide(speaking(Some("cs"))).unwrap_err();
    assert_eq!(refused.pointer(), Some("/language"));
    let refused = Transcript::default().decide(speaking(Some("english"))).unwrap_err();
    assert_eq!(
        (refused.pointer(), refused.reason()),
        (Some("/language"), Some("invalid-language"))
    );
}

#[test]
fn there_are_no_more_segments_than_there_may_be() {
    let batch = |from: usize| {
        let starts = from..from + MAX_BATCH;
        starts.map(|start| said(u32::try_from(start).unwrap(), "yes")).collect::<Vec<_>>()
    };
    let mut transcript = Transcript::default();
    for from in (0..MAX_SEGMENTS).step_by(MAX_BATCH) {
        transcript = when(&transcript, append(batch(from), false)).1;
    }
    assert_eq!(when(&transcript, append(batch(0), false)).0, []);
    let one_more = append(vec![said(80_000_000, "yes")], false);
    assert_eq!(transcript.decide(one_more).unwrap_err(), TranscriptRefusal::Full);
    let mut many = batch(0);
    many.push(said(80_000_000, "yes"));
    let refused = Transcript::default().decide(append(many, false)).unwrap_err();
    assert_eq!(refused.pointer(), Some("/segments"));
}

#[test]
fn a_segment_is_a_span_of_a_day_and_one_line_without_card_numbers() {
    let parse = |span, text: &str, confidence, id: Option<&str>| {
        let id = id.map(str::to_owned);
        NewSegment::parse(Speaker::Agent, span, text, confidence, id)
    };
    let fault = |span, text: &str, confidence, id| {
        let fault = parse(span, text, confidence, id).unwrap_err();
        (fault.field, fault.reason)
    };
    assert_eq!(fault((2, 1), "a", None, None), ("end_ms", "invalid-range"));
    assert_eq!(fault((0, 86_400_001), "a", None, None), ("end_ms", "out-of-range"));
    assert_eq!(fault((0, 1), " ", None, None), ("text", "empty"));
    assert_eq!(fault((0, 1), "a\nb", None, None), ("text", "control-character"));
    assert_eq!(fault((0, 1), &"a".repeat(8_193), None, None), ("text", "too-long"));
    assert_eq!(fault((0, 1), "a", Some(1.5), None), ("confidence", "out-of-range"));
    assert_eq!(fault((0, 1), "a", Some(f64::NAN), None), ("confidence", "out-of-range"));
    assert_eq!(fault((0, 1), "a", None, Some("")), ("provider_segment_id", "invalid-value"));
    assert!(parse((5, 5), "a", Some(1.0), Some("x")).is_ok(), "no time at all");
    let card = parse((0, 1), "it is 4242 4242 4242 4242", None, None).unwrap();
    assert_eq!((card.text.expose(), card.words()), ("it is **** **** **** ****", 6));
}
