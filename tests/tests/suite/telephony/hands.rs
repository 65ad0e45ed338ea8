//! Everything that works in the background, as the composition root starts it.

use futures::future::join_all;
use processes::breaker::Breakers;
use processes::telephony::{CrashPoint, DialSettings};
use processes::{Hands, HandsSettings, run_all};
use tests::until;
use tokio::time::{Duration, timeout};
use tokio_util::sync::CancellationToken;

use super::kit::World;

fn start(world: &World, settings: HandsSettings) -> Hands {
    let breakers = Breakers::new(world.clock.clone());
    Hands::start(world.database(), &world.commands, (world.ids.clone(), breakers), settings)
}

#[tokio::test]
async fn the_hands_take_a_call_from_the_command_to_its_end() {
    let mut world = World::new().await;
    let hands = start(&world, HandsSettings::default());
    let call = world.dial("+420777120006").await;
    until("the call has ended", async || {
        world.clock.advance(50);
        world.status(call).await == "completed"
    })
    .await;
    assert_eq!(hands.simulator().requests(call), 1);
    hands.stop().await;
    // The lease was given back: nobody has to wait for it.
    world.submitter.run_due().await.expect("the lease is free");
}

#[tokio::test]
async fn the_hands_stop_when_they_are_told_to() {
    let world = World::new().await;
    let token = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(run_all(start(&world, HandsSettings::default()), token.clone()));
    token.cancel();
    let stopped = timeout(Duration::from_secs(30), running).await.expect("they stop");
    stopped.unwrap().expect("without a fault");
}

#[tokio::test]
async fn a_dead_process_is_a_fault() {
    let world = World::new().await;
    let dial = DialSettings { crash_at: Some(CrashPoint::Claimed), ..DialSettings::default() };
    let mut hands = start(&world, HandsSettings { dial, ..HandsSettings::default() });
    world.dial("+420777120001").await;
    let fault = timeout(Duration::from_secs(30), hands.fault()).await.expect("a fault");
    assert_eq!(fault.process, "dial process");
    hands.stop().await;
}

/// More than one turn can do is done by the next one, and not at the next tick.
#[tokio::test]
async fn a_burst_is_dialed_without_waiting_for_a_tick() {
    let world = World::new().await;
    let settings = DialSettings { parallel: 2, tick_ms: 60_000, ..DialSettings::default() };
    let token = CancellationToken::new();
    let running = tokio::spawn(world.another_submitter(settings).run(token.clone()));
    let first = world.dial("+420777120000").await;
    until("the first is dialed", async || world.simulator.requests(first) == 1).await;
    let numbers: Vec<String> = (1..=12).map(|n| format!("+42077713{n:04}")).collect();
    let calls = join_all(numbers.iter().map(|number| world.dial(number))).await;
    // The clock stands still, so there is no other tick.
    let all = async || calls.iter().all(|call| world.simulator.requests(*call) == 1);
    until("all are dialed", all).await;
    token.cancel();
    running.await.expect("it ends");
}
