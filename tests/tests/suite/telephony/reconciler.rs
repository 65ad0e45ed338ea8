//! Calls of which nothing is heard any more.

use std::sync::Arc;

use processes::telephony::{Reconciler, ReconcilerSettings, Simulator};

use super::kit::World;

const MISSED_MS: i64 = (4 * 60 + 5) * 60 * 1_000;

#[tokio::test]
async fn a_call_that_the_provider_does_not_know_any_more_is_ended() {
    let mut world = World::new().await;
    let call = world.dial("+420777120009").await;
    world.pass(60_000).await;
    assert_eq!(world.status(call).await, "in_progress");
    let receiver = Arc::new(world.inbox.clone());
    let forgetful = Arc::new(Simulator::new(world.clock.clone(), receiver.clone(), 7));
    world.reconciler = Reconciler::new(
        world.database().clone(),
        world.commands.clone(),
        forgetful,
        receiver,
        ReconcilerSettings::default(),
    );
    world.pass(MISSED_MS).await;
    let end = world.call(call).await.end.unwrap();
    assert_eq!(end.reason.as_deref(), Some("reconciled_missing"));
    let told = world.told(call).await;
    let last = &told.last().unwrap().stored;
    assert_eq!(
        (last.actor.as_str(), last.causation_id),
        ("system:reconciler", Some(told[0].stored.event_id),)
    );
}

#[tokio::test]
async fn calls_that_a_restarted_simulator_has_forgotten_end_at_once() {
    let mut world = World::new().await;
    let call = world.dial("+420777120009").await;
    world.pass(60_000).await;
    assert_eq!(world.status(call).await, "in_progress");
    let receiver = Arc::new(world.inbox.clone());
    let restarted = Arc::new(Simulator::new(world.clock.clone(), receiver.clone(), 7));
    world.reconciler = Reconciler::new(
        world.database().clone(),
        world.commands.clone(),
        restarted,
        receiver,
        ReconcilerSettings::default(),
    );
    assert_eq!(world.reconciler.after_restart().await.unwrap(), 1);
    let end = world.call(call).await.end.unwrap();
    assert_eq!(end.reason.as_deref(), Some("reconciled_missing"));
}

#[tokio::test]
async fn a_call_that_was_heard_of_is_not_asked_about() {
    let mut world = World::new().await;
    let call = world.dial("+420777120009").await;
    world.pass(60_000).await;
    world.pass(MISSED_MS - 120_000).await;
    let polled: i64 =
        world.value("SELECT count(*) FROM dial_submissions WHERE polled_at IS NOT NULL").await;
    assert_eq!((polled, world.status(call).await), (0, "in_progress"));
    world.inbox.take_in(world.callback(call, 90, "ringing")).await.unwrap();
    world.pass(MISSED_MS - 1_000).await;
    assert_eq!(world.status(call).await, "in_progress");
    world.pass(2_000).await;
    assert_eq!(world.status(call).await, "completed");
}
