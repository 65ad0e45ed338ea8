//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

use uuid::Uuid;

use super::*;
use crate::golden::golden;
use crate::sentiment::{Engine, Label, Score, Sentiment, Vader};
use crate::{DecidedEvent, Refusal};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn by(version: &str) -> EngineVersion {
    EngineVersion { engine: "test".to_owned(), engine_version: version.to_owned() }
}

fn heard(seq: u32, score: Result<i32, NoScore>) -> Heard {
    let scored = score.map(|score| Scored {
        score: Score::new(score),
        confidence: Score::new(5_000),
        tokens: 10,
        hits: 1,
        triggers: Vec::new(),
    });
    Heard { seq, speaker: Speaker::Customer, scored, phrases: Phrases::default() }
}

fn hear(heard: Vec<Heard>) -> SentimentCommand {
    SentimentCommand::Hear {
        by: by("1"),
        language: Some("en".to_owned()),
        heard,
        satisfaction: false,
        thresholds: Thresholds::default(),
        at: at(1),
    }
}

fn compute(version: &str, transcript_version: u64, heard: Vec<Heard>) -> SentimentCommand {
    SentimentCommand::Compute {
        run_id: RunId::from(Uuid::from_u128(u128::from(transcript_version))),
        by: by(version),
        transcript_version,
        language: Some("en".to_owned()),
        heard,
        thresholds: Thresholds::default(),
        over: true,
        at: at(2),
    }
}

fn when(call: &CallSentiment, command: SentimentCommand) -> (Vec<SentimentEvent>, CallSentiment) {
    let events = call.decide(command).unwrap();
    let mut after = call.clone();
    for event in &events {
        after.evolve(event);
    }
    (events, after)
}

fn types(events: &[SentimentEvent]) -> Vec<&'static str> {
    events.iter().map(DecidedEvent::event_type).collect()
}

/// What a run has found of the customer, or why it has found nothing.
fn computed(events: &[SentimentEvent]) -> (Option<Sentiment>, Option<NoScore>) {
    let found = events.iter().find_map(|event| match event {
        SentimentEvent::SentimentComputed { customer, no_score, .. } => {
            Some((*customer, *no_score))
        }
        _ => None,
    });
    found.unwrap()
}

#[test]
fn every_type_of_event_has_a_golden_file() {
    let mut call = CallSentiment::default();
    for event in &golden::<SentimentEvent>("call_sentiment") {
        call.evolve(event);
    }
    assert!(
        call.last_run(&EngineVersion {
            engine: "vader".to_owned(),
            engine_version: "3.3.2-1".to_owned(),
        })
        .is_some()
    );
}

#[test]
fn what_is_heard_twice_counts_once_and_anger_is_told_as_it_comes() {
    let angry = vec![heard(1, Ok(-6_000)), heard(2, Ok(-6_000)), heard(3, Ok(-6_000))];
    let (events, call) = when(&CallSentiment::default(), hear(angry.clone()));
    assert_eq!(types(&events), ["UtterancesScored", "SentimentAlertRaised"]);
    assert_eq!(call.heard(), 3);
    assert_eq!(call.alerts()[&AlertKind::Frustration].severity, AlertSeverity::Warning);
    assert_eq!(when(&call, hear(angry)).0, []);
    let (events, call) = when(&call, hear(vec![heard(4, Ok(9_000)), heard(5, Ok(9_000))]));
    assert_eq!(types(&events), ["UtterancesScored", "SentimentAlertCleared"]);
    assert!(call.alerts().is_empty());
}

#[test]
fn one_by_one_is_told_what_is_told_at_once() {
    let said: Vec<Heard> = [-6_000, -9_000, -9_000, 0, 9_000, 9_000]
        .iter()
        .zip(1..)
        .map(|(s, n)| heard(n, Ok(*s)))
        .collect();
    let (at_once, whole) = when(&CallSentiment::default(), hear(said.clone()));
    let mut call = CallSentiment::default();
    let mut told = Vec::new();
    for one in said {
        let (events, after) = when(&call, hear(vec![one]));
        told.extend(events);
        call = after;
    }
    let alerts = |events: &[SentimentEvent]| -> Vec<SentimentEvent> {
        let alert = |e: &&SentimentEvent| !matches!(e, SentimentEvent::UtterancesScored { .. });
        events.iter().filter(alert).cloned().collect()
    };
    assert_eq!(alerts(&told), alerts(&at_once));
    assert_eq!(call, whole);
}

#[test]
fn a_run_is_made_once_for_each_version_of_engine_and_transcript() {
    let said = vec![heard(1, Ok(-6_000)), heard(2, Err(NoScore::LanguageUnsupported))];
    let (events, call) = when(&CallSentiment::default(), compute("1", 3, said.clone()));
    assert_eq!(types(&events), ["UtterancesScored", "SentimentComputed"]);
    let (customer, no_score) = computed(&events);
    assert_eq!(customer.map(|found| found.label), Some(Label::Negative));
    assert_eq!(no_score, None);
    assert_eq!(when(&call, compute("1", 3, said.clone())).0, []);
    assert_eq!(when(&call, compute("1", 2, said.clone())).0, [], "an older transcript");
    assert_eq!(when(&call, compute("2", 3, said.clone())).0.len(), 2);
    let (_, later) = when(&call, compute("1", 4, said));
    assert_eq!(later.last_run(&by("1")).unwrap().transcript_version, 4);
}

#[test]
fn nobody_is_neutral_whom_nobody_understands() {
    let said = vec![heard(1, Err(NoScore::LanguageUnsupported))];
    let (events, _) = when(&CallSentiment::default(), compute("1", 3, said));
    let (customer, no_score) = computed(&events);
    assert_eq!((customer, no_score), (None, Some(NoScore::LanguageUnsupported)));
}

#[test]
fn somebody_knows_until_it_gets_worse_and_nobody_has_to_look_after_the_call() {
    let angry = vec![heard(1, Ok(-6_000)), heard(2, Ok(-6_000)), heard(3, Ok(-6_000))];
    let (_, call) = when(&CallSentiment::default(), hear(angry));
    let user = UserId::from(Uuid::from_u128(9));
    let knows_of = |kind, seq| SentimentCommand::Acknowledge { kind, seq, by: user, at: at(2) };
    let knows = |kind| knows_of(kind, 3);
    let (_, known) = when(&call, knows(AlertKind::Frustration));
    assert_eq!(known.alerts()[&AlertKind::Frustration].acknowledged_by, Some(user));
    assert_eq!(when(&known, knows(AlertKind::Frustration)).0, []);
    let refused = known.decide(knows(AlertKind::Confusion)).unwrap_err();
    assert_eq!(refused.code(), "not-found");
    let (_, worse) = when(&known, hear(vec![heard(4, Ok(-9_999)), heard(5, Ok(-9_999))]));
    let alert = &worse.alerts()[&AlertKind::Frustration];
    assert_eq!((alert.severity, alert.acknowledged_by), (AlertSeverity::Critical, None));
    let refused = worse.decide(knows(AlertKind::Frustration)).unwrap_err();
    assert_eq!(refused, SentimentRefusal::NoAlert, "what somebody knows of is not what is so now");
    let (ended, quiet) = when(&worse, SentimentCommand::End { at: at(3) });
    assert_eq!((types(&ended), quiet.alerts().len()), (vec!["SentimentAlertCleared"], 0));
    assert_eq!(when(&quiet, SentimentCommand::End { at: at(3) }).0, []);
    let (events, over) = when(&worse, compute("1", 9, Vec::new()));
    assert_eq!(types(&events), ["SentimentComputed", "SentimentAlertCleared"]);
    assert!(over.alerts().is_empty());
}

#[test]
fn the_facts_of_the_longest_call_fit() {
    let vader = Vader::new();
    let bad = "terrible awful horrible bad worst hate angry furious disgusting useless wrong ugly \
               stupid sad poor annoying broken fail cruel pathetic";
    let scored = vader.score(bad, Some("en")).unwrap();
    assert_eq!(scored.triggers.len(), 20);
    let heard = (1..=5_000).map(|seq| Heard {
        seq,
        speaker: Speaker::Customer,
        scored: Ok(scored.clone()),
        phrases: Phrases { confusion: true, escalation: true },
    });
    let (events, _) = when(&CallSentiment::default(), compute("1", 5_001, heard.collect()));
    assert!(events.len() <= 256, "{} facts of one command", events.len());
    for event in events {
        let size = serde_json::to_vec(&event).unwrap().len();
        assert!(size <= 256 * 1024, "{size} bytes");
    }
}

#[test]
fn a_burst_is_heard_in_parts_that_fit_whatever_it_tells() {
    let every = |seq: u32| Heard {
        phrases: Phrases { confusion: seq.is_multiple_of(4), escalation: true },
        ..heard(seq, Ok(if seq.is_multiple_of(2) { -9_999 } else { 9_999 }))
    };
    let burst: Vec<Heard> = (1..=600).map(every).collect();
    let mut call = CallSentiment::default();
    let mut parts = 0;
    while call.heard() < 600 {
        let (events, after) = when(&call, hear(burst.clone()));
        assert!((1..=256).contains(&events.len()), "{} facts", events.len());
        (call, parts) = (after, parts + 1);
    }
    assert_eq!(parts, 600 / HEARD_AT_ONCE);
}

#[test]
fn what_somebody_says_is_over_is_over_and_not_over_once_more_by_itself() {
    let low = |seq| heard(seq, Ok(-6_000));
    let (events, call) = when(&CallSentiment::default(), hear(vec![low(1), low(2), low(3)]));
    assert!(types(&events).contains(&"SentimentAlertRaised"), "{events:?}");
    let kind = AlertKind::Frustration;
    let resolve = |seq| SentimentCommand::Resolve { kind, seq, at: at(3) };
    assert_eq!(call.decide(resolve(2)).unwrap_err(), SentimentRefusal::NoAlert);
    let (events, call) = when(&call, resolve(3));
    assert_eq!(types(&events), ["SentimentAlertCleared"]);
    assert_eq!(call.decide(resolve(3)).unwrap_err(), SentimentRefusal::NoAlert);
    let (events, call) = when(&call, hear((4..8).map(|seq| heard(seq, Ok(9_000))).collect()));
    assert_eq!(types(&events), ["UtterancesScored"], "nobody has to be told again");
    let (events, _) = when(&call, hear((8..12).map(|seq| heard(seq, Ok(-9_000))).collect()));
    assert!(types(&events).contains(&"SentimentAlertRaised"), "{events:?}");
}
