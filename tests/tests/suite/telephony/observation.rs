//! What a provider tells, in any order and more than once (domain/03 §3.1.3, K1 to K6).

use domain::call::{CallCommand, Direction, EndStatus, HistoricCall, KnownCall};
use domain::{CallId, OrgId, Timestamp};
use processes::telephony::{Inbox, ProviderCallback, Received};
use uuid::Uuid;

use super::kit::{World, commands};

/// A call that was asked for and that nobody dials.
async fn asked(world: &World) -> CallId {
    world.dial("+420777120001").await
}

async fn tell(world: &World, callback: ProviderCallback) -> Received {
    world.inbox.take_in(callback).await.expect("it is kept")
}

/// The whole course of an answered call, by the provider's clock.
fn course(world: &World, call: CallId) -> Vec<ProviderCallback> {
    let statuses = ["initiated", "ringing", "in-progress", "completed"];
    let callbacks = statuses.iter().zip(0_u32..).map(|(status, sequence)| {
        let mut callback = world.callback(call, sequence, status);
        callback.at = at(i64::from(sequence) * 10_000 + 137);
        if *status == "completed" {
            callback.duration_seconds = Some(10);
        }
        if *status == "in-progress" {
            callback.answered_by = Some("human".to_owned());
        }
        callback
    });
    callbacks.collect()
}

fn at(ms: i64) -> Timestamp {
    super::kit::START.parse::<Timestamp>().unwrap().plus_ms(ms)
}

/// What must not depend on the order: everything but the names of the call.
fn facts(call: KnownCall) -> String {
    let KnownCall { leg, stage, ringing_at, answered_at, answered_estimated, .. } = call;
    let instants = (ringing_at, answered_at, answered_estimated, call.ended_at);
    format!("{leg}/{stage} {instants:?} {:?} {:?}", call.answered_by, call.end)
}

fn permutations(of: &[usize]) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for first in of {
        let rest: Vec<usize> = of.iter().copied().filter(|other| other != first).collect();
        all.extend(permutations(&rest).into_iter().map(|mut tail| {
            tail.insert(0, *first);
            tail
        }));
    }
    all
}

#[tokio::test]
async fn k1_all_orders_of_a_course_with_duplicates_end_in_the_same_call() {
    let world = World::new().await;
    let orders = permutations(&[0, 1, 2, 3]);
    assert_eq!(orders.len(), 24);
    let mut seen = Vec::new();
    for (order, seed) in orders.iter().zip(0_usize..) {
        let call = asked(&world).await;
        let course = course(&world, call);
        for (place, of) in order.iter().enumerate() {
            assert_ne!(tell(&world, course[*of].clone()).await, Received::Duplicate);
            // One that was told before is told again, another one each time.
            let again = order[seed % (place + 1)];
            assert_eq!(tell(&world, course[again].clone()).await, Received::Duplicate);
        }
        seen.push(facts(world.call(call).await));
    }
    for (facts, order) in seen.iter().zip(&orders) {
        assert_eq!(facts, &seen[0], "{order:?}");
    }
    // Control: one that is missing is not made up by the others.
    let call = asked(&world).await;
    for of in [0, 1, 3] {
        tell(&world, course(&world, call)[of].clone()).await;
    }
    assert_ne!(facts(world.call(call).await), seen[0]);
}

#[tokio::test]
async fn k2_a_late_ringing_changes_nothing() {
    let world = World::new().await;
    let call = asked(&world).await;
    for callback in course(&world, call) {
        assert_eq!(tell(&world, callback).await, Received::Applied);
    }
    let (before, version) = (facts(world.call(call).await), world.story(call).await.len());
    let late = world.callback(call, 9, "ringing");
    assert_eq!(tell(&world, late).await, Received::Stale);
    let after = (facts(world.call(call).await), world.story(call).await.len());
    assert_eq!(after, (before, version));
    let stale: i64 = world.value("SELECT count(*) FROM provider_inbox WHERE state = 'stale'").await;
    assert_eq!(stale, 1);
}

#[tokio::test]
async fn k3_an_answer_that_nobody_told_is_estimated_until_it_is_told() {
    let world = World::new().await;
    let call = asked(&world).await;
    let mut end = world.callback(call, 3, "completed");
    (end.duration_seconds, end.at) = (Some(42), at(60_000));
    tell(&world, end).await;
    let known = world.call(call).await;
    assert_eq!((known.answered_at, known.answered_estimated), (Some(at(18_000)), true));
    let mut answer = world.callback(call, 2, "in-progress");
    answer.at = at(17_250);
    assert_eq!(tell(&world, answer).await, Received::Applied);
    let known = world.call(call).await;
    assert_eq!((known.answered_at, known.answered_estimated), (Some(at(17_250)), false));
    assert_eq!(known.ended_at, Some(at(60_000)));
}

#[tokio::test]
async fn k4_what_the_provider_tells_corrects_our_own_guess() {
    let mut world = World::new().await;
    let call = world.dial("+420777120010").await;
    world.pass(30_000).await;
    assert_eq!(world.status(call).await, "failed");
    let mut end = world.callback(call, 3, "completed");
    end.duration_seconds = Some(30);
    assert_eq!(tell(&world, end.clone()).await, Received::Applied);
    assert_eq!(world.status(call).await, "completed");
    assert!(world.story(call).await.contains(&"CallOutcomeCorrected".to_owned()));

    // The provider's own word is not corrected by another one.
    let mut other = world.callback(call, 4, "busy");
    other.at = end.at;
    assert_eq!(tell(&world, other).await, Received::Conflict);
    assert_eq!(world.status(call).await, "completed");
    let conflicts: i64 =
        world.value("SELECT count(*) FROM provider_inbox WHERE state = 'conflict'").await;
    assert_eq!(conflicts, 1);
}

#[tokio::test]
async fn k5_an_unknown_status_is_kept_and_means_nothing() {
    let world = World::new().await;
    let call = asked(&world).await;
    let callback = world.callback(call, 1, "teleported");
    assert_eq!(tell(&world, callback.clone()).await, Received::Unknown);
    assert_eq!(tell(&world, callback).await, Received::Duplicate);
    assert_eq!(world.story(call).await, ["CallInitiated"]);
    let kept: String =
        world.value("SELECT status FROM provider_inbox WHERE state = 'unknown'").await;
    assert_eq!(kept, "teleported");
}

#[tokio::test]
async fn k6_a_callback_that_comes_before_our_own_record_finds_its_call() {
    let mut world = World::new().await;
    let call = asked(&world).await;
    let mut early = world.callback(call, 90, "ringing");
    early.provider_call_id = format!("sim-{}", call.uuid().simple());
    early.call = None;
    assert_eq!(tell(&world, early).await, Received::Unmatched);
    world.submitter.run_due().await.unwrap();
    assert_eq!(world.status(call).await, "queued");
    world.clock.advance(5_000);
    assert_eq!(world.inbox.retry_due().await.unwrap(), 1);
    assert_eq!(world.status(call).await, "ringing");
}

#[tokio::test]
async fn k6_a_callback_without_a_call_is_tried_for_ten_minutes() {
    let mut world = World::new().await;
    let nobodys = CallId::from(Uuid::from_u128(77));
    assert_eq!(tell(&world, world.callback(nobodys, 0, "ringing")).await, Received::Unmatched);
    world.pass(10 * 60_000 - 1).await;
    let state = "SELECT state FROM provider_inbox";
    assert_eq!(world.value::<String>(state).await, "unmatched");
    assert!(world.value::<i32>("SELECT attempts FROM provider_inbox").await >= 100);
    world.pass(5_001).await;
    assert_eq!(world.value::<String>(state).await, "orphaned");
    assert_eq!(world.inbox.next_due().await.unwrap(), None);
}

#[tokio::test]
async fn a_callback_reaches_no_call_of_another_organization() {
    let world = World::new().await;
    let call = asked(&world).await;
    let mut foreign = world.callback(call, 1, "ringing");
    foreign.org = OrgId::from(Uuid::from_u128(0xB));
    assert_eq!(tell(&world, foreign).await, Received::Unmatched);
    assert_eq!(world.story(call).await, ["CallInitiated"]);
}

#[tokio::test]
async fn what_differs_in_anything_is_no_repetition() {
    let world = World::new().await;
    let call = asked(&world).await;
    let mut first = world.callback(call, 0, "ringing");
    first.sequence = None;
    let mut other = first.clone();
    other.at = other.at.plus_ms(1);
    assert_eq!(tell(&world, first.clone()).await, Received::Applied);
    assert_eq!(tell(&world, first).await, Received::Duplicate);
    assert_eq!(tell(&world, other).await, Received::Stale);
}

#[tokio::test]
async fn a_callback_that_was_kept_is_applied_after_a_restart() {
    let world = World::new().await;
    let call = asked(&world).await;
    let dying = commands(world.database(), world.clock.clone()).await;
    dying.log().close().await;
    let inbox = Inbox::new(world.database().clone(), dying, world.clock.clone(), world.ids.clone());
    let kept = inbox.take_in(world.callback(call, 1, "ringing")).await.unwrap();
    assert_eq!(kept, Received::Kept);
    assert_eq!(world.status(call).await, "queued");
    world.clock.advance(5_000);
    assert_eq!(world.inbox.retry_due().await.unwrap(), 1);
    assert_eq!(world.status(call).await, "ringing");
}

#[tokio::test]
async fn an_observation_that_was_applied_and_not_noted_is_applied_once() {
    let world = World::new().await;
    let call = asked(&world).await;
    assert_eq!(tell(&world, world.callback(call, 1, "ringing")).await, Received::Applied);
    // As if the process had died between the log and its own table.
    world
        .execute(
            "UPDATE provider_inbox SET state = 'received', settled_at = NULL, \
             next_attempt_at = received_at",
        )
        .await;
    assert_eq!(world.inbox.retry_due().await.unwrap(), 1);
    assert_eq!(world.story(call).await, ["CallInitiated", "CallDialSubmitted", "CallRinging"]);
    let state: String = world.value("SELECT state FROM provider_inbox").await;
    assert_eq!(state, "applied");
}

#[tokio::test]
async fn an_imported_call_is_not_moved_by_a_callback() {
    let world = World::new().await;
    let call = CallId::from(Uuid::from_u128(4));
    let historic = HistoricCall {
        source: "old".to_owned(),
        source_id: "1".to_owned(),
        direction: Direction::Outbound,
        subject: world.subject("+420777120001").await,
        from: None,
        to: None,
        created_at: at(0),
        answered_at: None,
        ended_at: at(1_000),
        end_status: EndStatus::NoAnswer,
        wait_ms: None,
        talk_ms: None,
        hold_ms: None,
        wrap_ms: None,
        agent_label: None,
        queue_label: None,
        campaign_label: None,
        attempt_no: None,
        disposition: None,
        meaning: None,
        resolved: None,
        rating: None,
        tags: vec![],
        test: false,
        metadata: serde_json::Map::new(),
    };
    world.run(call, CallCommand::ImportHistoric(Box::new(historic))).await.unwrap();
    let mut end = world.callback(call, 1, "completed");
    end.duration_seconds = Some(30);
    assert_eq!(tell(&world, end).await, Received::Conflict);
    assert_eq!(world.story(call).await, ["CallImported"]);
    assert_eq!(world.status(call).await, "no_answer");
}
