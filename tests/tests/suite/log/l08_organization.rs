//! L8: the organization is part of a stream's identity.

use event_store::{Failure, Request};

use super::counter::{Command, Refusal, Total, codec};
use super::kit::{World, fresh, stream};

#[tokio::test]
async fn l8_another_organizations_id_names_an_empty_stream() {
    let world = World::new().await;
    let id = world.counter().await;
    world.send(id, Command::Add(7)).run().await.expect("ours");
    let (other, nobody) = (fresh(), fresh());
    let foreign = world.send(id, Command::Add(1)).of(other).run().await;
    let missing = world.send(nobody, Command::Add(1)).of(other).run().await;
    let unknown = |done: &super::kit::Done| {
        matches!(done, Err(Failure::Refused { error: Refusal::Unknown, reply: None }))
    };
    assert!(unknown(&foreign) && unknown(&missing), "not yours and not there are the same");
    let load = world.log.load::<super::counter::Counter, _>(&*codec(), stream(other, id)).await;
    assert!(load.unwrap().is_none());
    assert_eq!(world.log.read_stream(stream(other, id), 1).await.unwrap(), []);

    // The same id may be taken there: it is another stream.
    let opened = world.send(id, Command::Open).of(other).run().await.expect("theirs");
    assert_eq!(opened.version, 1);
    assert_eq!(world.state(id).await.unwrap().0.total, 7);
    world.sound().await;
}

#[tokio::test]
async fn l8_keys_of_two_organizations_have_nothing_to_do_with_each_other() {
    let world = World::new().await;
    let (mine, theirs, other) = (fresh(), fresh(), fresh());
    let first = world.send(mine, Command::Open).key("same").run().await.expect("ours");
    let second = world.send(theirs, Command::Open).of(other).printed("same", 2).run().await;
    let second = second.expect("theirs");
    assert!(!first.replayed && !second.replayed);
    assert_ne!(first.position, second.position);
}

#[tokio::test]
async fn l8_a_command_cannot_be_sent_under_another_organizations_name() {
    let world = World::new().await;
    let id = world.counter().await;
    let mut sending = world.send(id, Command::Add(1));
    sending.org = fresh();
    let request = Request {
        stream: world.stream(id),
        command: Command::Add(1),
        context: sending.context(),
        key: None,
        if_match: None,
        reply: Box::new(Total),
    };
    let done = world.log.execute(codec(), request).await;
    assert!(matches!(done, Err(Failure::Fault(_))), "{done:?}");
}
