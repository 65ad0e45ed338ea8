//! K7: wherever the dial process dies, nobody's telephone rings twice for one call, and the
//! call ends.

use domain::CallId;
use processes::telephony::{CrashPoint, DialSettings, TelephonyError};

use super::kit::World;

/// Plays a call into a crash and a restart, and on until long after every timeout.
async fn crashed_at(point: CrashPoint) -> (World, CallId) {
    let crash_at = Some(point);
    let mut world = World::with(DialSettings { crash_at, ..DialSettings::default() }).await;
    let number = match point {
        CrashPoint::TimeoutTold => "+420777120010",
        _ => "+420777120001",
    };
    let call = world.dial(number).await;
    let error = match point {
        CrashPoint::EndAsked => {
            world.pass(1_000).await;
            world.end(call).await;
            world.try_settle().await.unwrap_err()
        }
        CrashPoint::TimeoutTold => world.try_pass(60_000).await.unwrap_err(),
        _ => world.try_settle().await.unwrap_err(),
    };
    assert!(matches!(error, TelephonyError::Crashed(at) if at == point), "{error}");
    let again = world.submitter.run_due().await.unwrap_err();
    assert!(matches!(again, TelephonyError::Crashed(_)), "a dead process went on: {again}");

    world.submitter = world.another_submitter(DialSettings::default());
    let refused = world.submitter.run_due().await.unwrap_err();
    assert!(matches!(refused, TelephonyError::Fenced), "{refused}");
    world.pass(DialSettings::default().lease_ms).await;
    world.pass(120_000).await;
    (world, call)
}

fn count(story: &[String], kind: &str) -> usize {
    story.iter().filter(|told| *told == kind).count()
}

/// How often the provider was asked, and how the call ended.
fn expected(point: CrashPoint) -> (u32, &'static str) {
    match point {
        CrashPoint::FactsRead
        | CrashPoint::FactsKept
        | CrashPoint::Asked
        | CrashPoint::AnswerKept
        | CrashPoint::AnswerTold => (1, "completed"),
        CrashPoint::Claimed => (0, "failed"),
        CrashPoint::EndAsked => (1, "canceled"),
        CrashPoint::TimeoutTold => (1, "failed"),
    }
}

/// Crashes at these points, one after the other, each in a world of its own.
async fn k7(points: &[CrashPoint]) -> Vec<(World, CallId)> {
    let mut played = Vec::new();
    for point in points {
        let (world, call) = crashed_at(*point).await;
        let story = world.story(call).await;
        let outcome = (world.simulator.requests(call), world.status(call).await);
        assert_eq!(outcome, expected(*point), "{point:?}: {story:?}");
        assert_eq!(count(&story, "CallEnded"), 1, "{point:?}: {story:?}");
        assert!(count(&story, "CallDialSubmitted") <= 1, "{point:?}: {story:?}");
        let open: i64 =
            world.value("SELECT count(*) FROM dial_submissions WHERE ended_at IS NULL").await;
        assert_eq!(open, 0, "{point:?}");
        played.push((world, call));
    }
    played
}

#[tokio::test]
async fn k7_what_was_not_yet_committed_is_dialed_after_the_restart() {
    k7(&[CrashPoint::FactsRead, CrashPoint::FactsKept]).await;
}

#[tokio::test]
async fn k7_a_crash_before_the_request_ends_with_an_unknown_outcome() {
    let (world, call) = k7(&[CrashPoint::Claimed]).await.remove(0);
    let end = world.call(call).await.end.unwrap();
    assert_eq!(end.reason.as_deref(), Some("dial_outcome_unknown"));
}

#[tokio::test]
async fn k7_a_crash_after_the_request_is_resolved_by_what_the_provider_tells() {
    let points = [CrashPoint::Asked, CrashPoint::AnswerKept, CrashPoint::AnswerTold];
    for (world, call) in k7(&points).await {
        let named = world.call(call).await.provider_call_id;
        assert_eq!(named, Some(format!("sim-{}", call.uuid().simple())));
    }
}

#[tokio::test]
async fn k7_a_call_that_was_to_end_is_ended_after_the_restart() {
    k7(&[CrashPoint::EndAsked]).await;
}

#[tokio::test]
async fn k7_a_call_that_was_given_up_is_given_up_once() {
    k7(&[CrashPoint::TimeoutTold]).await;
}

/// The counter of requests sees a second one where the rule is broken.
#[tokio::test]
async fn k7_control_a_process_that_repeats_an_interrupted_request_dials_twice() {
    let crash_at = Some(CrashPoint::Asked);
    let mut world = World::with(DialSettings { crash_at, ..DialSettings::default() }).await;
    let call = world.dial("+420777120001").await;
    world.try_settle().await.unwrap_err();
    world
        .execute(
            "UPDATE dial_submissions SET state = 'queued', provider = NULL, account = NULL \
             WHERE state = 'dialing'",
        )
        .await;
    world.submitter = world.another_submitter(DialSettings::default());
    world.pass(DialSettings::default().lease_ms).await;
    world.settle().await;
    assert_eq!(world.simulator.requests(call), 2);
}

#[tokio::test]
async fn a_call_that_waited_too_long_for_its_request_is_never_dialed() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    world.clock.advance(30_000);
    world.settle().await;
    assert_eq!((world.simulator.requests(call), world.status(call).await), (0, "failed"));
    let state: String = world.value("SELECT state FROM dial_submissions").await;
    assert_eq!(state, "expired");
}

#[tokio::test]
async fn a_process_that_was_dropped_half_way_goes_on_where_it_was() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    {
        let run = world.submitter.run_due();
        futures::pin_mut!(run);
        // Polled once, it waits for the database; then it is dropped.
        assert!(futures::poll!(&mut run).is_pending());
    }
    world.pass(60_000).await;
    assert_eq!((world.simulator.requests(call), world.status(call).await), (1, "completed"));
}
