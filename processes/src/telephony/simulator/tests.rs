//! The stories that the simulated provider tells.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use domain::{CallId, Timestamp};
use uuid::Uuid;

use super::script::{Behavior, Dice, Happening, course, deliveries, ended_at, hears};

fn call(n: u128) -> CallId {
    CallId::from(Uuid::from_u128(n))
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn statuses(number: &str) -> Vec<&'static str> {
    let course = course(Behavior::of(number), Dice::of(7, call(1)), at(0), 30);
    course.iter().map(|happening| happening.status).collect()
}

#[test]
fn the_last_four_digits_say_how_the_called_party_behaves() {
    assert_eq!(statuses("+420777120001"), ["initiated", "ringing", "in-progress", "completed"]);
    assert_eq!(statuses("+420777120002"), ["initiated", "busy"]);
    assert_eq!(statuses("+420777120003"), ["initiated", "ringing", "no-answer"]);
    assert_eq!(statuses("+420777120005"), ["initiated", "failed"]);
    assert_eq!(statuses("+420777120010"), [""; 0]);
    assert_eq!(statuses("+420777120011"), ["initiated", "ringing", "in-progress", "failed"]);
    assert_eq!(statuses("+420777123456"), statuses("+420777120001"));
}

#[test]
fn the_same_seed_and_call_tell_the_same_story() {
    let story = |seed, n| course(Behavior::Answers, Dice::of(seed, call(n)), at(0), 30);
    assert_eq!(story(7, 1), story(7, 1));
    assert_ne!(story(7, 1), story(7, 2));
    assert_ne!(story(7, 1), story(8, 1));
}

#[test]
fn callbacks_come_twice_reversed_or_without_the_last() {
    let course = course(Behavior::Answers, Dice::of(7, call(1)), at(0), 30);
    let order = |behavior| {
        let mut plan = deliveries(behavior, Dice::of(7, call(1)), &course);
        plan.sort();
        plan.iter().map(|delivery| delivery.sequence).collect::<Vec<_>>()
    };
    assert_eq!(order(Behavior::Duplicates), [0, 0, 1, 1, 2, 2, 3, 3]);
    assert_eq!(order(Behavior::Reverses), [3, 2, 1, 0]);
    assert_eq!(order(Behavior::DropsFinal), [0, 1, 2]);
}

#[test]
fn a_call_that_we_end_is_completed_if_answered_and_canceled_if_not() {
    let course = course(Behavior::Answers, Dice::of(7, call(1)), at(0), 30);
    let answered_at = course[2].at;

    let ringing = ended_at(&course, answered_at.plus_ms(-1));
    assert_eq!(ringing.last().unwrap().status, "canceled");

    let talking = ended_at(&course, answered_at.plus_ms(3_400));
    let end = talking.last().unwrap();
    assert_eq!((end.status, end.duration_seconds, end.sequence), ("completed", Some(3), 3));

    let long_over = ended_at(&course, course[3].at.plus_ms(9_000));
    assert_eq!(long_over, course);
}

/// What happens from the answer on, and how long after it, where a message of four seconds begins
/// one second after that.
fn heard(number: &str) -> Vec<(&'static str, i64)> {
    let behavior = Behavior::of(number);
    let course = course(behavior, Dice::of(7, call(1)), at(0), 30);
    let answered = course.iter().find(|h| h.status == "in-progress").unwrap().at;
    let course = hears(behavior, &course, answered.plus_ms(500), (4_000, '9')).unwrap();
    let sequences: Vec<u32> = course.iter().map(|h| h.sequence).collect();
    assert_eq!(sequences, (0..).take(course.len()).collect::<Vec<_>>());
    let after = course.iter().filter(|h| h.at >= answered);
    after.map(|h| (h.status, h.at.since_ms(answered))).collect()
}

#[test]
fn whoever_does_not_hang_up_hears_a_message_to_its_end() {
    let story = heard("+420777120001");
    assert_eq!(story[..2], [("in-progress", 0), ("played", 4_500)]);
    assert!(story[2].0 == "completed" && story[2].1 >= 6_500, "{story:?}");
    assert_eq!(heard("+420777120004")[1], ("played", 4_500), "a machine too");
    let opts_out = heard("+420777120012");
    assert_eq!(opts_out[1..3], [("pressed", 2_500), ("played", 4_500)]);
    assert_eq!(heard("+420777120006"), [("in-progress", 0), ("completed", 1_000)]);
}

#[test]
fn what_is_told_of_a_message_ends_no_call() {
    let course = course(Behavior::OptsOut, Dice::of(7, call(1)), at(0), 30);
    let answered = course[2].at;
    let course = hears(Behavior::OptsOut, &course, answered, (4_000, '#')).unwrap();
    let [.., key, played, end] = &course[..] else { panic!("{course:?}") };
    assert_eq!((key.kind, key.key, played.kind), ("key", Some('#'), "message"));
    assert!(!key.ends() && !played.ends() && end.ends());
    let ended = ended_at(&course, key.at.plus_ms(10));
    let last: &Happening = ended.last().unwrap();
    assert_eq!((last.status, last.sequence, last.duration_seconds), ("completed", 4, Some(2)));
}

#[test]
fn nobody_hears_a_message_before_the_answer_or_after_the_end() {
    let course = course(Behavior::Answers, Dice::of(7, call(1)), at(0), 30);
    let hears = |now| hears(Behavior::Answers, &course, now, (4_000, '9'));
    assert_eq!(hears(course[2].at.plus_ms(-1)), None);
    assert_eq!(hears(course[3].at), None);
    assert!(hears(course[2].at).is_some());
}
