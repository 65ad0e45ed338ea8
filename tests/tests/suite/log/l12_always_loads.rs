//! L12: what was stored always loads, and what does not is never passed over. That today's
//! code still reads every event ever released is shown with golden files where the events
//! are; here, that the log says so when it does not.

use event_store::{Failure, LogError};

use super::counter::{Command, Counter, codec};
use super::defect::found;
use super::kit::{World, fresh};

#[tokio::test]
async fn l12_what_was_stored_always_loads() {
    let world = World::new().await;
    let id = world.counter().await;
    for command in [Command::Add(1), Command::Note(10), Command::At(5), Command::Close] {
        world.send(id, command).run().await.expect("stored");
    }
    let cold = world.other().await;
    let (state, version) = cold.load(&*codec(), world.stream(id)).await.unwrap().unwrap();
    assert_eq!((state, version), (Counter { total: 1, entries: 5, ..Counter::default() }, 5));
    assert_eq!(world.sound().await, 5);
}

#[tokio::test]
async fn l12_an_event_that_nobody_knows_stops_everybody_who_meets_it() {
    for (defect, words) in [
        ("UPDATE events SET event_type = 'Vanished' WHERE position = 2", "unknown event type"),
        ("UPDATE events SET event_version = 7 WHERE position = 2", "version 7"),
        ("UPDATE events SET payload = '{\"Added\":{}}' WHERE position = 2", "could not be read"),
    ] {
        let world = World::new().await;
        let id = world.counter().await;
        world.send(id, Command::Repeat(2)).run().await.expect("stored");
        let other = world.counter().await;
        let faults = found(&world, defect).await;
        assert!(faults.iter().any(|fault| fault.contains(words)), "{faults:?}");
        let cold = world.other().await;
        let load = cold.load::<Counter, _>(&*codec(), world.stream(id)).await;
        assert!(matches!(&load, Err(LogError::Codec(error)) if error.to_string().contains(words)));
        let add = world.send(id, Command::Add(1)).to(&cold).run().await;
        assert!(matches!(&add, Err(Failure::Fault(error)) if error.contains(words)), "{add:?}");
        world.send(other, Command::Add(1)).to(&cold).run().await.expect("others go on");
        world.send(fresh(), Command::Open).to(&cold).run().await.expect("and new ones");
    }
}

#[tokio::test]
async fn l12_a_stream_with_a_hole_is_not_folded() {
    let world = World::new().await;
    let id = world.counter().await;
    world.send(id, Command::Repeat(3)).run().await.expect("stored");
    found(&world, "DELETE FROM events WHERE position = 3").await;
    let cold = world.other().await;
    let load = cold.load::<Counter, _>(&*codec(), world.stream(id)).await;
    assert!(matches!(load, Err(LogError::Broken(_))), "{load:?}");
}
