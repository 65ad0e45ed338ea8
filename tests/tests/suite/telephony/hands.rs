//! Everything that works in the background, as the composition root starts it.

use processes::breaker::Breakers;
use processes::telephony::{CrashPoint, DialSettings};
use processes::{Hands, HandsSettings, run_all};
use tests::until;
use tokio::time::{Duration, timeout};

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
