//! L9: the same key has the same answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use event_store::{Failure, Outcome};

use super::counter::{Command, Refusal};
use super::kit::{World, clocked, fresh};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The same answer, once more.
fn again(first: &Outcome) -> Outcome {
    Outcome { replayed: true, ..first.clone() }
}

#[tokio::test]
async fn l9_a_repeated_command_gets_the_answer_of_the_first() {
    let world = World::new().await;
    let id = fresh();
    let open = world.send(id, Command::Open).key("open");
    let opened = open.clone().run().await.expect("new");
    assert_eq!(opened.reply.location.as_deref(), Some("/new"));
    let repeat = world.send(id, Command::Repeat(3)).key("three");
    let first = repeat.clone().run().await.expect("three events");
    assert_eq!((first.version, first.position, first.event_ids.len()), (4, Some(4), 3));
    world.send(id, Command::Close).run().await.expect("so that the rules would refuse now");

    assert_eq!(repeat.clone().run().await.expect("answered"), again(&first));
    assert_eq!(open.run().await.expect("answered"), again(&opened));
    // Also where the precondition has long been passed, as it has by the first.
    let matched = repeat.if_match(1).run().await.expect("answered");
    assert_eq!(matched, again(&first));
    assert_eq!(world.sound().await, 5);
}

#[tokio::test]
async fn l9_a_refusal_is_kept_and_one_that_may_change_is_not() {
    let world = World::new().await;
    let id = fresh();
    let add = world.send(id, Command::Add(1)).key("early");
    let refused = add.clone().run().await;
    let Err(Failure::Refused { error: Refusal::Unknown, reply: Some(reply) }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((reply.status, &*reply.body), (409, &b"Unknown"[..]));
    assert_eq!(*world.log.head().borrow(), 0, "a refusal moves neither head nor chain");

    world.send(id, Command::Open).run().await.expect("it would be accepted now");
    let replayed = add.run().await.expect("answered with the refusal");
    assert_eq!((replayed.reply, replayed.replayed), (reply, true));
    assert_eq!((replayed.position, replayed.version), (None, 0));

    let negative = world.send(id, Command::Add(-1)).key("negative");
    for _ in 0..2 {
        let refused = negative.clone().run().await;
        let error = Refusal::Negative;
        assert!(matches!(refused, Err(Failure::Refused { error: e, reply: None }) if e == error));
    }
    let mut other = negative;
    other.command = Command::Add(1);
    assert!(!other.run().await.expect("the key was not used up").replayed);
    world.sound().await;
}

#[tokio::test]
async fn l9_nothing_to_do_is_kept_too() {
    let world = World::new().await;
    let id = world.counter().await;
    let nothing = world.send(id, Command::Add(0)).key("nothing");
    let first = nothing.clone().run().await.expect("nothing to do");
    assert_eq!((first.version, first.position, first.replayed), (1, None, false));
    world.send(id, Command::Add(5)).run().await.expect("the total is another now");
    assert_eq!(nothing.run().await.expect("answered"), again(&first));
}

#[tokio::test]
async fn l9_another_request_under_the_same_key_is_refused() {
    let world = World::new().await;
    let id = world.counter().await;
    world.send(id, Command::Add(1)).printed("k", 1).run().await.expect("the first");
    let other = world.send(id, Command::Add(2)).printed("k", 2);
    assert!(matches!(other.clone().run().await, Err(Failure::KeyReused)));
    // Also where this process does not remember the key, and the append meets it.
    let elsewhere = other.to(&world.other().await).run().await;
    assert!(matches!(elsewhere, Err(Failure::KeyReused)), "{elsewhere:?}");
    // Who else uses the word, or for what else, has nothing to do with it.
    let mut another = world.send(id, Command::Add(4)).key("k");
    another.key.as_mut().unwrap().actor = "user:eve".to_owned();
    assert!(!another.run().await.expect("eve's own").replayed);
    let mut another = world.send(id, Command::Add(8)).key("k");
    another.key.as_mut().unwrap().operation = "POST /others".to_owned();
    assert!(!another.run().await.expect("for something else").replayed);
    assert_eq!(world.state(id).await.unwrap().0.total, 13);
}

#[tokio::test]
async fn l9_the_same_key_is_not_run_twice_at_once() {
    let world = World::new().await;
    let id = world.counter().await;
    let head = world.hold_head().await;
    let add = world.send(id, Command::Add(1)).key("k");
    let running = add.clone().spawn();
    world.waiting(1).await;
    assert!(matches!(add.clone().run().await, Err(Failure::KeyInProgress)));
    let other = world.send(fresh(), Command::Open).key("k").run();
    assert!(matches!(other.await, Err(Failure::KeyInProgress)), "for another stream too");
    head.release().await;
    let first = running.await.unwrap().expect("it went on");
    assert_eq!(add.run().await.expect("answered"), again(&first));
}

#[tokio::test]
async fn l9_after_a_day_a_key_is_free_again() {
    let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
    let world = World::with(clocked(&clock)).await;
    let id = world.counter().await;
    let add = world.send(id, Command::Add(1)).key("k");
    add.clone().run().await.expect("the first");
    clock.fetch_add(DAY_MS - 1, Ordering::SeqCst);
    assert!(add.clone().run().await.expect("still kept").replayed);
    clock.fetch_add(1, Ordering::SeqCst);
    let second = add.clone().run().await.expect("free");
    assert_eq!((second.replayed, second.version), (false, 3), "the old row was in the way");

    clock.fetch_add(DAY_MS, Ordering::SeqCst);
    world.send(id, Command::Add(1)).key("young").run().await.expect("another");
    assert_eq!(world.log.purge_keys().await.unwrap(), 1, "the old one goes");
    assert_eq!(world.log.purge_keys().await.unwrap(), 0, "the young one stays");
    assert!(!add.run().await.expect("free").replayed);
    world.sound().await;
}
