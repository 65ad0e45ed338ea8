//! The stories that the simulated provider tells.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use domain::{CallId, Timestamp};
use uuid::Uuid;

use super::script::{Behavior, Dice, course, deliveries, ended_at};

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
