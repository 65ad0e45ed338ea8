//! A provider that does not answer is left alone, and tried again.

use domain::CallId;
use domain::call::EndedBy;
use processes::breaker::{Breakers, Failure, Heard, Service, Standing};

use super::kit::{SERVICE, World};

/// Calls of which the provider never says that it has them.
async fn opened() -> World {
    let mut world = World::new().await;
    for number in 0..5 {
        assert!(!world.breakers.is_open(SERVICE), "after {number} failures");
        world.dial(&format!("+42077{number}000010")).await;
        world.settle().await;
    }
    assert!(world.breakers.is_open(SERVICE));
    world
}

fn asked(world: &World, calls: &[CallId]) -> Vec<u32> {
    calls.iter().map(|call| world.simulator.requests(*call)).collect()
}

#[tokio::test]
async fn c1_after_five_failures_in_a_row_a_call_ends_at_once_and_nobody_is_asked() {
    let mut world = opened().await;
    let call = world.dial("+420777120001").await;
    world.settle().await;
    assert_eq!(world.status(call).await, "failed");
    assert_eq!(asked(&world, &[call]), [0]);
    let end = world.call(call).await.end.expect("an end");
    assert_eq!((end.by, end.reason.as_deref()), (EndedBy::System, Some("provider_down")));
    assert_eq!(world.breakers.rejects_for_seconds(SERVICE), Some(30));
}

#[tokio::test]
async fn c4_when_it_is_tried_again_three_are_asked_and_the_others_wait_for_them() {
    let mut world = opened().await;
    world.pass(30_000).await;
    assert!(!world.breakers.is_open(SERVICE));
    assert_eq!(world.breakers.room(SERVICE), Some(3));
    let mut calls = Vec::new();
    for number in 0..4 {
        calls.push(world.dial(&format!("+42077{number}000001")).await);
    }
    world.settle().await;
    // All three were answered, and the fourth was asked for after them.
    assert_eq!(asked(&world, &calls), [1, 1, 1, 1]);
    assert_eq!(world.breakers.room(SERVICE), None);

    let mut world = opened().await;
    world.pass(30_000).await;
    let mut calls = Vec::new();
    for (number, suffix) in ["0010", "0010", "0010", "0001"].into_iter().enumerate() {
        calls.push(world.dial(&format!("+42077{number}00{suffix}")).await);
    }
    world.settle().await;
    // The first one says enough.
    assert_eq!(asked(&world, &calls), [1, 0, 0, 0]);
    for call in &calls[1..] {
        let end = world.call(*call).await.end.expect("an end");
        assert_eq!((end.by, end.reason.as_deref()), (EndedBy::System, Some("provider_down")));
    }
    assert!(world.breakers.is_open(SERVICE));
    assert_eq!(world.status(calls[3]).await, "failed");
}

#[tokio::test]
async fn calls_that_are_under_way_are_ended_while_it_is_open() {
    let mut world = World::new().await;
    let call = world.dial("+420777120001").await;
    world.pass(3_000).await;
    for _ in 0..5 {
        world.breakers.asked(SERVICE).heard(Heard::Failed(Failure::Server));
    }
    assert!(world.breakers.is_open(SERVICE));
    world.end(call).await;
    world.pass(1_000).await;
    assert_eq!(world.status(call).await, "completed");
}

#[tokio::test]
async fn what_one_process_knows_of_a_provider_the_others_hear_of() {
    let world = opened().await;
    let other = Breakers::new(world.clock.clone());
    let payment = Service::Payment(domain::payment::PaymentProvider::Stripe);
    assert!(!other.is_open(SERVICE));
    world.breakers.exchange(world.database()).await.expect("told");
    other.exchange(world.database()).await.expect("heard");
    assert!(other.is_open(SERVICE) && !other.is_open(payment));
    assert_eq!(other.rejects_for_seconds(SERVICE), Some(30));
    assert_eq!(other.room(SERVICE), Some(0));
    let seen = other.seen();
    assert_eq!(seen, world.breakers.seen(), "both say the same");
    assert_eq!((&*seen[0].service, seen[0].state), ("telephony:simulator", Standing::Open));
    assert_eq!(seen[0].window.failures, 5);

    // What is over is over, and who is gone is gone.
    world.clock.advance(30_000);
    assert!(!other.is_open(SERVICE));
    assert_eq!(other.rejects_until(SERVICE), None);
    world.clock.advance(1);
    other.exchange(world.database()).await.expect("heard");
    assert_eq!(other.seen(), []);
}
