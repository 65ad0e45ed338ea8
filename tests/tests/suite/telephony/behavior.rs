//! What the simulated provider does for the last four digits of a number, from the command
//! to the end of the call.

use domain::call::{AnsweredBy, CallEvent, EndStatus, Leg};

use super::kit::World;

const ANSWERED: [&str; 5] =
    ["CallInitiated", "CallDialSubmitted", "CallRinging", "CallAnswered", "CallEnded"];

/// Plays a call to its end, and longer than any timeout.
async fn played(number: &str) -> (World, domain::CallId) {
    let mut world = World::new().await;
    let call = world.dial(number).await;
    assert_eq!(world.status(call).await, "queued");
    world.pass(120_000).await;
    assert_eq!(world.simulator.requests(call), 1);
    (world, call)
}

#[tokio::test]
async fn n0001_rings_answers_after_two_seconds_and_ends() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    world.settle().await;
    assert_eq!(world.story(call).await, ANSWERED[..2]);
    assert_eq!(world.status(call).await, "queued");
    world.pass(1_500).await;
    assert_eq!(world.status(call).await, "ringing");
    world.pass(1_500).await;
    assert_eq!(world.status(call).await, "in_progress");
    world.pass(60_000).await;
    assert_eq!(world.story(call).await, ANSWERED);

    let known = world.call(call).await;
    let (ringing, answered) = (known.ringing_at.unwrap(), known.answered_at.unwrap());
    let end = known.end.unwrap();
    assert_eq!((known.leg, end.status), (Leg::Ended, EndStatus::Completed));
    assert_eq!(known.answered_by, Some(AnsweredBy::Human));
    assert_eq!(answered.since_ms(ringing), 2_000);
    let talked = known.ended_at.unwrap().since_ms(answered);
    assert_eq!(Some(talked / 1_000), end.provider_duration_seconds.map(i64::from));
    assert!((8_000..=30_000).contains(&talked) && talked % 1_000 == 0, "{talked}");
    assert!(!known.answered_estimated);
}

#[tokio::test]
async fn n0002_is_busy() {
    let (world, call) = played("+420777120002").await;
    assert_eq!(world.story(call).await, ["CallInitiated", "CallDialSubmitted", "CallEnded"]);
    let end = world.call(call).await.end.unwrap();
    assert_eq!((end.status, end.sip_code), (EndStatus::Busy, Some(486)));
}

#[tokio::test]
async fn n0003_is_not_answered_within_the_ring_timeout() {
    let (world, call) = played("+420777120003").await;
    let known = world.call(call).await;
    assert_eq!((world.status(call).await, known.answered_at), ("no_answer", None));
    assert_eq!(known.ended_at.unwrap().since_ms(known.ringing_at.unwrap()), 20_000);
}

#[tokio::test]
async fn n0004_is_a_machine_with_a_beep() {
    let (world, call) = played("+420777120004").await;
    let known = world.call(call).await;
    assert_eq!(known.answered_by, Some(AnsweredBy::MachineEndBeep));
    assert_eq!(world.status(call).await, "completed");
}

#[tokio::test]
async fn n0005_fails_with_404() {
    let (world, call) = played("+420777120005").await;
    let end = world.call(call).await.end.unwrap();
    assert_eq!((end.status, end.sip_code), (EndStatus::Failed, Some(404)));
}

#[tokio::test]
async fn n0006_hangs_up_after_a_second() {
    let (world, call) = played("+420777120006").await;
    let known = world.call(call).await;
    assert_eq!(known.ended_at.unwrap().since_ms(known.answered_at.unwrap()), 1_000);
    assert_eq!(known.end.unwrap().provider_duration_seconds, Some(1));
}

#[tokio::test]
async fn n0007_tells_everything_twice_and_it_counts_once() {
    let (world, call) = played("+420777120007").await;
    assert_eq!(world.story(call).await, ANSWERED);
    let kept: i64 = world.value("SELECT count(*) FROM provider_inbox").await;
    assert_eq!(kept, 4);
}

#[tokio::test]
async fn n0008_tells_everything_in_reverse_and_the_instants_are_the_same() {
    let (world, call) = played("+420777120008").await;
    let known = world.call(call).await;
    assert_eq!((world.status(call).await, known.answered_estimated), ("completed", false));
    let (ringing, answered) = (known.ringing_at.unwrap(), known.answered_at.unwrap());
    assert_eq!(answered.since_ms(ringing), 2_000);
    let talked = known.ended_at.unwrap().since_ms(answered);
    assert_eq!(Some(talked / 1_000), known.end.unwrap().provider_duration_seconds.map(i64::from));
    let seen = world.told(call).await;
    let late = seen.iter().any(|told| matches!(told.event, CallEvent::CallTimingBackfilled { .. }));
    assert!(late, "nothing was learned late, so nothing came in reverse");
}

#[tokio::test]
async fn n0009_never_tells_the_end_and_the_reconciler_asks_for_it() {
    let (mut world, call) = played("+420777120009").await;
    assert_eq!(world.status(call).await, "in_progress");
    world.pass(4 * 60 * 60 * 1_000).await;
    assert_eq!(world.status(call).await, "in_progress");
    world.pass(6 * 60 * 1_000).await;
    assert_eq!(world.status(call).await, "completed");
}

#[tokio::test]
async fn n0010_is_never_heard_of_and_given_up_after_thirty_seconds() {
    let mut world = World::new().await;
    let call = world.dial("+420777120010").await;
    let began = world.now();
    world.pass(29_999).await;
    assert_eq!(world.story(call).await, ["CallInitiated"]);
    world.pass(1).await;
    assert_eq!(world.now().since_ms(began), 30_000);
    assert_eq!(world.story(call).await, ["CallInitiated", "CallEnded"]);
    let end = world.call(call).await.end.unwrap();
    assert_eq!(end.status, EndStatus::Failed);
    assert_eq!(end.reason.as_deref(), Some("dial_outcome_unknown"));
    world.pass(120_000).await;
    assert_eq!(world.simulator.requests(call), 1);
}

#[tokio::test]
async fn n0011_is_answered_and_then_fails() {
    let (world, call) = played("+420777120011").await;
    let known = world.call(call).await;
    let end = known.end.unwrap();
    assert_eq!((end.status, end.sip_code), (EndStatus::Failed, Some(503)));
    assert!(known.answered_at.is_some());
}

#[tokio::test]
async fn what_follows_from_an_event_names_it() {
    let (world, call) = played("+420777120001").await;
    let told = world.told(call).await;
    let (asked, submitted) = (&told[0].stored, &told[1].stored);
    assert_eq!(submitted.event_type, "CallDialSubmitted");
    assert_eq!(submitted.causation_id, Some(asked.event_id));
    assert_eq!(submitted.correlation_id, asked.correlation_id);
    assert_eq!(submitted.actor, "system:dial-submitter");
    assert_eq!(told[2].stored.actor, "provider:simulator");
}

#[tokio::test]
async fn a_call_for_another_provider_is_not_dialed_here() {
    let mut world = World::new().await;
    let domain::call::CallCommand::InitiateOutbound(mut wish) =
        world.outbound("+420777120001").await
    else {
        panic!("another command");
    };
    wish.provider = domain::call::Provider::Twilio;
    let call = domain::CallId::from(uuid::Uuid::from_u128(5));
    world.run(call, domain::call::CallCommand::InitiateOutbound(wish)).await.unwrap();
    world.pass(60_000).await;
    assert_eq!((world.status(call).await, world.simulator.requests(call)), ("failed", 0));
}
