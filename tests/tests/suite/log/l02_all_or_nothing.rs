//! L2: a command's events, its answer and the head are committed together.

use event_store::Failure;

use super::counter::Command;
use super::kit::World;

#[tokio::test]
async fn l2_all_or_nothing_events_answer_and_head_are_of_one_transaction() {
    let world = World::new().await;
    let id = world.counter().await;
    world.send(id, Command::Repeat(3)).key("k").run().await.expect("three events and a key");
    let mut admin = world.admin().await;
    let of = "SELECT count(DISTINCT x)::int, count(*)::int FROM (
        SELECT xmin::text AS x FROM events WHERE position > 1
        UNION ALL SELECT xmin::text FROM idempotency UNION ALL SELECT xmin::text FROM log_head
        UNION ALL SELECT xmin::text FROM batches WHERE first > 1) rows";
    let together: (i32, i32) = sqlx::query_as(of).fetch_one(&mut admin).await.unwrap();
    assert_eq!(together, (1, 6), "three events, an answer, the head and a batch");
    // The control: two commands are two transactions.
    world.send(id, Command::Add(1)).run().await.expect("one more");
    let apart: (i32, i32) = sqlx::query_as(of).fetch_one(&mut admin).await.unwrap();
    assert_eq!(apart, (2, 8));
}

#[tokio::test]
async fn l2_where_one_event_cannot_be_stored_nothing_of_the_command_is() {
    let world = World::new().await;
    let id = world.counter().await;
    let poison = world.send(id, Command::Poison).key("k");
    let failed = poison.clone().run().await;
    assert!(matches!(failed, Err(Failure::Fault(_))), "{failed:?}");
    assert_eq!(world.state(id).await.unwrap().1, 1, "its first event was good");
    let mut admin = world.admin().await;
    let keys: i64 =
        sqlx::query_scalar("SELECT count(*) FROM idempotency").fetch_one(&mut admin).await.unwrap();
    assert_eq!(keys, 0);
    assert_eq!(*world.log.head().borrow(), 1);
    let added = world.send(id, Command::Add(2)).key("k").run().await.expect("the key is free");
    assert_eq!((added.position, added.replayed), (Some(2), false), "no position was lost");
    world.sound().await;
}
