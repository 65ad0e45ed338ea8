//! Everything has a limit: at it a command is accepted, beyond it refused with clear words.
//! And what the log makes of clocks, of callers that go away, and of its own end.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use event_store::{Failure, Log, LogSettings, Request};

use super::counter::{Command, Total, codec};
use super::kit::{World, clocked, fresh, until};

#[tokio::test]
async fn a_command_may_lead_to_256_events() {
    let world = World::new().await;
    let id = world.counter().await;
    let many = world.send(id, Command::Repeat(256)).run().await.expect("at the limit");
    assert_eq!((many.version, many.event_ids.len()), (257, 256));
    let more = world.send(id, Command::Repeat(257)).run().await;
    assert!(matches!(&more, Err(Failure::Fault(words)) if words.contains("257 events")));
    assert_eq!(world.state(id).await.unwrap().1, 257);
}

#[tokio::test]
async fn a_payload_may_have_256_kib_and_metadata_16_kib() {
    let world = World::new().await;
    let id = world.counter().await;
    let most = (256 << 10) - r#"{"Noted":{"text":""}}"#.len();
    world.send(id, Command::Note(most)).run().await.expect("at the limit");
    let more = world.send(id, Command::Note(most + 1)).run().await;
    assert!(matches!(&more, Err(Failure::Fault(words)) if words.contains("262145 bytes")));

    let most = (16 << 10) - r#"{"role":"","source":"suite"}"#.len();
    for (length, fits) in [(most, true), (most + 1, false)] {
        let sending = world.send(id, Command::Add(1));
        let mut context = sending.context();
        context.actor.role = Some("r".repeat(length));
        let (stream, reply) = (world.stream(id), Box::new(Total));
        let command = Command::Add(1);
        let request = Request { stream, command, context, key: None, if_match: None, reply };
        let done = world.log.execute(codec(), request).await;
        assert_eq!(done.is_ok(), fits, "{length}");
    }
    world.sound().await;
}

#[tokio::test]
async fn a_stream_that_is_full_is_closed() {
    let world = World::with(LogSettings { stream: 5, ..LogSettings::default() }).await;
    let id = world.counter().await;
    world.send(id, Command::Repeat(3)).run().await.expect("four");
    let two = world.send(id, Command::Repeat(2)).run().await;
    assert!(matches!(two, Err(Failure::StreamClosed)), "{two:?}");
    world.send(id, Command::Add(1)).run().await.expect("the fifth");
    let more = world.send(id, Command::Add(1)).run().await;
    assert!(matches!(more, Err(Failure::StreamClosed)), "{more:?}");
    world.send(id, Command::Add(0)).run().await.expect("nothing to do is no event");
}

#[tokio::test]
async fn a_full_queue_is_overload_and_what_was_accepted_goes_on() {
    let world = World::with(LogSettings { queue: 2, ..LogSettings::default() }).await;
    let (head, before) = (world.hold_head().await, world.log.metrics());
    let mut tasks = vec![world.send(fresh(), Command::Open).spawn()];
    world.waiting(1).await;
    for _ in 0..2 {
        tasks.push(world.send(fresh(), Command::Open).spawn());
    }
    World::handed(&world.log, before, 3).await;
    let shed = world.send(fresh(), Command::Open).run().await;
    assert!(matches!(shed, Err(Failure::Overloaded)), "{shed:?}");
    head.release().await;
    for task in tasks {
        task.await.unwrap().expect("what was accepted");
    }
    assert_eq!(world.sound().await, 3);
    assert_eq!(world.log.metrics().overloads, 1);
}

#[tokio::test]
async fn the_queue_is_bounded_in_bytes_and_commands_running_in_number() {
    let settings = LogSettings { queue_bytes: 5_000, running: 3, ..LogSettings::default() };
    let world = World::with(settings).await;
    let (id, other) = (world.counter().await, world.counter().await);
    let before = world.log.metrics();
    let head = world.hold_head().await;
    let first = world.send(fresh(), Command::Open).spawn();
    world.waiting(1).await;
    // Alone in the queue it may be as large as it is.
    let large = world.send(id, Command::Note(100_000)).spawn();
    World::handed(&world.log, before, 2).await;
    let shed = world.send(other, Command::Note(5_000)).run().await;
    assert!(matches!(shed, Err(Failure::Overloaded)), "{shed:?}");
    // A third one runs, waiting for its stream; a fourth is too many.
    let third = until("the third waits for its stream", async || {
        let third = world.send(id, Command::Add(1)).spawn();
        let mut patience = 0..50;
        while !third.is_finished() && patience.next().is_some() {
            tokio::task::yield_now().await;
        }
        (!third.is_finished()).then_some(third)
    })
    .await;
    let fourth = world.send(other, Command::Add(0)).run().await;
    assert!(matches!(fourth, Err(Failure::Overloaded)), "{fourth:?}");
    head.release().await;
    for task in [first, large, third] {
        task.await.unwrap().expect("what was accepted");
    }
    world.sound().await;
}

#[tokio::test]
async fn a_batch_is_bounded_in_commands_and_in_bytes() {
    for (settings, most) in [
        (LogSettings { batch: 3, ..LogSettings::default() }, 3),
        (LogSettings { batch_bytes: 1, ..LogSettings::default() }, 1),
    ] {
        let world = World::with(settings).await;
        let (head, before) = (world.hold_head().await, world.log.metrics());
        let mut tasks = vec![world.send(fresh(), Command::Open).spawn()];
        world.waiting(1).await;
        tasks.extend((0..9).map(|_| world.send(fresh(), Command::Open).spawn()));
        World::handed(&world.log, before, 10).await;
        head.release().await;
        for task in tasks {
            task.await.unwrap().expect("committed");
        }
        assert_eq!(world.log.metrics().largest_batch, most);
        assert_eq!(world.sound().await, 10);
    }
}

#[tokio::test]
async fn a_clock_that_is_ahead_is_not_believed() {
    let now = 1_800_000_000_000_i64;
    let clock = Arc::new(AtomicI64::new(now));
    let world = World::with(clocked(&clock)).await;
    let id = world.counter().await;
    let tolerated = now + 5 * 60 * 1_000;
    world.send(id, Command::At(tolerated)).run().await.expect("at the limit");
    world.send(id, Command::At(tolerated + 1)).run().await.expect("beyond it");
    let events = world.log.read_stream(world.stream(id), 2).await.unwrap();
    assert_eq!((events[0].occurred_at_ms, events[1].occurred_at_ms), (tolerated, now));
    assert_eq!(events[0].metadata, br#"{"role":"admin","source":"suite"}"#);
    let suspect = br#"{"clock_suspect":true,"role":"admin","source":"suite"}"#;
    assert_eq!(events[1].metadata, suspect);

    // A clock that goes back does not take the log with it, nor does a restart.
    clock.store(now - 60_000, Ordering::SeqCst);
    world.send(id, Command::Add(1)).run().await.expect("in the past");
    let next = Log::open(world.home.database(), clocked(&clock)).await.expect("the next");
    world.send(id, Command::Add(1)).to(&next).run().await.expect("in the past");
    let events = world.log.read_stream(world.stream(id), 1).await.unwrap();
    assert!(events.iter().all(|event| event.recorded_at_ms == now), "recorded time never falls");
    world.sound().await;
}

#[tokio::test]
async fn a_caller_that_goes_away_cancels_nothing() {
    let world = World::new().await;
    let id = world.counter().await;
    let head = world.hold_head().await;
    let caller = world.send(id, Command::Add(13)).spawn();
    world.waiting(1).await;
    let queued = world.send(id, Command::Add(1)).spawn();
    tokio::task::yield_now().await;
    caller.abort();
    queued.abort();
    assert!(caller.await.unwrap_err().is_cancelled() && queued.await.unwrap_err().is_cancelled());
    head.release().await;
    until("both have happened", async || {
        let (state, _) = world.state(id).await?;
        (state.total == 14).then_some(())
    })
    .await;
    world.sound().await;
}

#[tokio::test]
async fn who_does_not_poll_a_command_holds_nobody_up_for_ever() {
    let world = World::new().await;
    let id = world.counter().await;
    let mut held = Box::pin(world.send(id, Command::Add(1)).run());
    assert!(futures::poll!(&mut held).is_pending(), "it is handed to the writer");
    let patience = Duration::from_secs(30);
    let later = tokio::time::timeout(patience, world.send(id, Command::Add(2)).run()).await;
    assert_eq!(later.expect("in time").expect("done").version, 3);
    assert_eq!(held.await.expect("done").version, 2);
    world.sound().await;
}

#[tokio::test]
async fn a_closing_log_answers_what_runs_and_takes_nothing_more() {
    let world = World::new().await;
    let id = world.counter().await;
    let head = world.hold_head().await;
    let running = world.send(id, Command::Add(1)).spawn();
    world.waiting(1).await;
    let log = world.log.clone();
    let closing = tokio::spawn(async move { log.close().await });
    until("it takes nothing more", async || {
        let late = world.send(fresh(), Command::Open).run();
        let late = tokio::time::timeout(Duration::from_millis(50), late).await;
        matches!(late, Ok(Err(Failure::Unavailable(_)))).then_some(())
    })
    .await;
    head.release().await;
    running.await.unwrap().expect("it was accepted");
    closing.await.unwrap();
    world.log.close().await;
    world.sound().await;
}
