//! What a command is told when its connection is lost, and that it is the truth.

use std::time::{Duration, Instant};

use event_store::{Failure, Log, LogSettings};

use super::counter::Command;
use super::kit::{World, fresh, patient, run, until};
use super::proxy::{End, Proxy, Way};

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(300);

/// A log whose way to the server can be cut.
async fn behind_a_proxy(recheck: Duration) -> (World, Proxy, Log) {
    let world = World::new().await;
    let proxy = Proxy::to(&world.home).await;
    let settings = LogSettings { recheck, ..LogSettings::default() };
    let log = Log::open(&proxy.database(&world.home), patient(settings)).await.expect("a log");
    (world, proxy, log)
}

#[tokio::test]
async fn an_answer_that_is_lost_is_found_by_the_recheck() {
    let (world, proxy, log) = behind_a_proxy(LONG).await;
    let id = world.counter().await;
    let add = world.send(id, Command::Repeat(2)).to(&log);
    add.clone().run().await.expect("the way is open");
    proxy.set(Way::LosesAnswer(End::Open));
    let done = add.clone().run().await.expect("it is in the log, and that is found out");
    assert_eq!((done.version, done.position, done.replayed), (5, Some(5), false));
    assert_eq!(log.metrics().connects, 2);
    // Also where it has no events, only a key.
    proxy.set(Way::LosesAnswer(End::Open));
    let refused = world.send(fresh(), Command::Add(1)).key("k").to(&log).run().await;
    assert!(matches!(refused, Err(Failure::Refused { reply: Some(_), .. })), "{refused:?}");
    assert_eq!(log.metrics().unknown, 0);
    assert_eq!(world.sound().await, 5);
}

#[tokio::test]
async fn where_nobody_can_be_asked_the_outcome_is_unknown_and_the_key_tells_it_later() {
    let (world, proxy, log) = behind_a_proxy(SHORT).await;
    let id = world.counter().await;
    world.send(id, Command::Add(1)).key("j").to(&log).run().await.expect("the way is open");
    proxy.set(Way::LosesAnswer(End::Closed));
    let add = world.send(id, Command::Add(2)).key("k").to(&log);
    let unknown = add.clone().run().await;
    assert!(matches!(unknown, Err(Failure::OutcomeUnknown)), "{unknown:?}");
    let nothing = world.send(id, Command::Add(4)).to(&world.log).run().await;
    assert_eq!(nothing.expect("it did happen").reply.body, b"7");

    proxy.set(Way::Open);
    let told = until("the log is back", async || match add.clone().run().await {
        Ok(outcome) => Some(outcome),
        Err(Failure::Unavailable(_)) => None,
        Err(failure) => panic!("{failure}"),
    });
    let told = told.await;
    assert_eq!((told.replayed, told.version), (true, 3));
    assert_eq!(log.metrics().unknown, 1);
    world.sound().await;
}

/// The lost session still waits for the head. It is ended before anybody is told that
/// nothing happened, so that it cannot commit afterwards.
#[tokio::test]
async fn a_session_that_was_given_up_cannot_commit_afterwards() {
    let (world, proxy, log) = behind_a_proxy(LONG).await;
    let id = world.counter().await;
    let head = world.hold_head().await;
    let waiting = world.send(fresh(), Command::Open).to(&log).spawn();
    world.waiting(1).await;
    proxy.set(Way::Severed);
    let told = waiting.await.unwrap();
    assert!(matches!(told, Err(Failure::Unavailable(_))), "{told:?}");
    head.release().await;
    world.send(id, Command::Add(1)).run().await.expect("whoever waited longer had its turn");
    assert_eq!(world.sound().await, 2, "the lost command did not happen");
}

#[tokio::test]
async fn a_session_that_the_server_ends_has_not_committed() {
    let world = World::new().await;
    let id = world.counter().await;
    let head = world.hold_head().await;
    let add = world.send(id, Command::Add(1)).key("k").spawn();
    world.waiting(1).await;
    let mut admin = world.admin().await;
    run(
        &mut admin,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    .await;
    let told = add.await.unwrap();
    assert!(matches!(told, Err(Failure::Unavailable(_))), "{told:?}");
    head.release().await;
    let again = world.send(id, Command::Add(1)).key("k").run().await.expect("a new connection");
    assert_eq!((again.replayed, again.version), (false, 2));
    assert_eq!(world.sound().await, 2);
}

#[tokio::test]
async fn a_server_that_is_away_means_that_nothing_happened() {
    let (world, proxy, log) = behind_a_proxy(LONG).await;
    let id = world.counter().await;
    world.send(id, Command::Add(1)).to(&log).run().await.expect("the way is open");
    proxy.set(Way::Closed);
    // A connection that has rested for a second is asked first whether it lives.
    let rested = Instant::now() + Duration::from_millis(1_100);
    until("a second passes", async || (Instant::now() >= rested).then_some(())).await;
    for _ in 0..3 {
        let away = world.send(fresh(), Command::Open).to(&log).run().await;
        assert!(matches!(away, Err(Failure::Unavailable(_))), "{away:?}");
    }
    proxy.set(Way::Open);
    until("the log is back", async || world.send(fresh(), Command::Open).to(&log).run().await.ok())
        .await;
    assert_eq!(world.sound().await, 3, "nothing that was refused is there");
}

#[tokio::test]
async fn a_log_that_was_handed_over_refuses_clearly() {
    let world = World::new().await;
    let id = world.counter().await;
    let mut admin = world.admin().await;
    run(&mut admin, "UPDATE log_head SET epoch = epoch + 1").await;
    let commands = [
        world.send(id, Command::Add(1)),
        world.send(id, Command::Add(1)).key("k"),
        world.send(fresh(), Command::Add(1)).key("refused"),
    ];
    for command in commands {
        match command.run().await {
            Err(Failure::Unavailable(words)) => assert!(words.contains("epoch 1"), "{words}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.sound().await, 1, "nothing happened");
    let successor = world.other().await;
    world.send(id, Command::Add(1)).to(&successor).run().await.expect("the new one writes");
}
