//! A call that somebody wants to end.

use std::sync::Arc;

use domain::call::EndedBy;
use processes::telephony::{DialSettings, DialSubmitter, Simulator};

use super::kit::World;

#[tokio::test]
async fn a_call_that_nobody_was_asked_for_is_withdrawn() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    world.end(call).await;
    world.pass(60_000).await;
    assert_eq!(world.simulator.requests(call), 0);
    assert_eq!(world.story(call).await, ["CallInitiated", "CallEndRequested", "CallEnded"]);
    let told = world.told(call).await;
    assert_eq!(told[2].stored.causation_id, Some(told[1].stored.event_id));
    assert_eq!(told[2].stored.correlation_id, told[1].stored.correlation_id);
    let by = world.call(call).await.end.unwrap().by;
    assert_eq!((world.status(call).await, by), ("canceled", EndedBy::Agent));
}

#[tokio::test]
async fn a_call_that_rings_is_canceled() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    world.pass(1_000).await;
    assert_eq!(world.status(call).await, "ringing");
    world.end(call).await;
    world.pass(1_000).await;
    assert_eq!(world.status(call).await, "canceled");
    assert_eq!(world.call(call).await.answered_at, None);
    world.pass(60_000).await;
    assert_eq!(world.status(call).await, "canceled");
}

#[tokio::test]
async fn a_call_that_was_answered_is_completed() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    world.pass(6_000).await;
    assert_eq!(world.status(call).await, "in_progress");
    world.end(call).await;
    world.end(call).await;
    world.pass(1_000).await;
    let known = world.call(call).await;
    let end = known.end.unwrap();
    assert_eq!((world.status(call).await, end.by), ("completed", EndedBy::Agent));
    let talked = known.ended_at.unwrap().since_ms(known.answered_at.unwrap());
    assert_eq!(end.provider_duration_seconds.map(i64::from), Some(talked / 1_000));
    let story = world.story(call).await;
    assert_eq!(story.iter().filter(|kind| *kind == "CallEndRequested").count(), 1);
}

#[tokio::test]
async fn a_call_that_the_provider_has_forgotten_is_ended_by_us() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    world.pass(4_000).await;
    // The provider restarts and knows nothing any more.
    let receiver = Arc::new(world.inbox.clone());
    world.simulator = Arc::new(Simulator::new(world.clock.clone(), receiver, 7));
    world.submitter.release().await;
    let (database, commands) = (world.database().clone(), world.commands.clone());
    let provider = world.simulator.clone();
    world.submitter = DialSubmitter::new(database, commands, provider, DialSettings::default());
    world.end(call).await;
    world.settle().await;
    let end = world.call(call).await.end.unwrap();
    assert_eq!(end.reason.as_deref(), Some("reconciled_missing"));
    assert_eq!(world.status(call).await, "failed");
}
