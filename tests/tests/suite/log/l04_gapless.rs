//! L4: positions are 1..head without a hole, in the order of commits. L5: the order of a
//! stream is the order of positions.

use std::time::Duration;

use database::Role;
use event_store::{Feed, Log};
use sqlx::Connection;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::counter::Command;
use super::defect::found;
use super::kit::{World, fresh, run};

/// Streams of a few events, from several callers of two processes.
pub fn load(world: &World, logs: &[Log], callers: usize, commands: usize) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let log = logs[caller % logs.len()].clone();
        let first = world.send(fresh(), Command::Open).to(&log);
        tasks.spawn(async move {
            first.clone().run().await.expect("it opens");
            for count in 1..commands {
                let mut next = first.clone();
                next.command = Command::Repeat(1 + count % 3);
                next.run().await.expect("it adds");
            }
        });
    }
    tasks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l4_a_reader_that_has_seen_a_position_has_seen_everything_up_to_it() {
    let world = World::new().await;
    let logs = [world.log.clone(), world.other().await];
    let writers = load(&world, &logs, 12, 20);
    let pool = world.home.database().pool(Role::Projector).clone();
    let (mut head, (end, mut target)) = (world.log.head(), watch::channel(i64::MAX));
    let reader = tokio::spawn(async move {
        let mut feed = Feed::open(&pool).await.expect("a feed");
        let (mut seen, mut pages) = (0_i64, 0);
        while seen < *target.borrow_and_update() {
            let (known, after) = (*head.borrow_and_update(), seen);
            let take = |event: event_store::EventRef<'_>| {
                let expected = seen + 1;
                seen = event.position;
                if event.position == expected { Ok(()) } else { Err(expected) }
            };
            let page = feed.page(after, 50, take).await;
            let page = page.unwrap_or_else(|error| panic!("a hole: {error}"));
            assert!(page == 50 || seen >= known, "the head was ahead of the log");
            pages += usize::from(page > 0);
            if page == 0 {
                tokio::select! { _ = head.changed() => {}, _ = target.changed() => {} }
            }
        }
        (seen, pages)
    });
    writers.join_all().await;
    let written = i64::try_from(world.sound().await).unwrap();
    end.send_replace(written);
    let read = tokio::time::timeout(Duration::from_secs(20), reader).await;
    let (seen, pages) = read.expect("the reader gets there").unwrap();
    assert_eq!(seen, written);
    assert!(pages > 3, "the reader read along: {pages} pages");
    let mut admin = world.admin().await;
    let bounds = "SELECT min(position), max(position), count(*) FROM events";
    let bounds: (i64, i64, i64) = sqlx::query_as(bounds).fetch_one(&mut admin).await.unwrap();
    assert_eq!(bounds, (1, written, written), "1..head, without a hole");
}

/// Two writers, interleaved by hand: the second cannot commit before the first, so that no
/// position appears behind one that is not there yet.
#[tokio::test]
async fn l4_who_comes_second_waits_for_the_first() {
    let world = World::new().await;
    let (one, two) = (world.counter().await, world.counter().await);
    let other = world.other().await;
    let commit = world.hold_commit_of_13().await;
    let first = world.send(one, Command::Add(13)).spawn();
    world.waiting(1).await;
    let second = world.send(two, Command::Add(1)).to(&other).spawn();
    world.waiting(2).await;
    let mut feed = Feed::open(world.home.database().pool(Role::Projector)).await.unwrap();
    let ahead = feed.page(2, 10, |_| Ok::<(), String>(())).await.unwrap();
    assert_eq!(ahead, 0, "neither can be seen");
    commit.release().await;
    assert_eq!(first.await.unwrap().unwrap().position, Some(3));
    assert_eq!(second.await.unwrap().unwrap().position, Some(4));
}

/// The control: the same interleaving with positions from a sequence, and a reader that
/// trusts them, loses an event for ever.
#[tokio::test]
async fn l4_a_naive_sequence_makes_a_reader_lose_an_event() {
    let world = World::new().await;
    let (mut one, mut two) = (world.admin().await, world.admin().await);
    run(&mut one, "CREATE TABLE naive (position bigserial PRIMARY KEY, word text)").await;
    run(&mut one, "BEGIN; INSERT INTO naive (word) VALUES ('first')").await;
    run(&mut two, "INSERT INTO naive (word) VALUES ('second')").await;
    let page = "SELECT position, word FROM naive WHERE position > $1 ORDER BY position";
    let seen: Vec<(i64, String)> =
        sqlx::query_as(page).bind(0_i64).fetch_all(&mut two).await.unwrap();
    let checkpoint = seen.last().unwrap().0;
    run(&mut one, "COMMIT").await;
    let rest: Vec<(i64, String)> =
        sqlx::query_as(page).bind(checkpoint).fetch_all(&mut two).await.unwrap();
    assert_eq!((seen, rest), (vec![(2, "second".to_owned())], vec![]), "the first is lost");
    one.close().await.unwrap();
}

#[tokio::test]
async fn l5_stream_order_is_position_order() {
    let world = World::new().await;
    let logs = [world.log.clone(), world.other().await];
    load(&world, &logs, 4, 6).join_all().await;
    world.sound().await;
    // The control: two events of a stream in the wrong order are found.
    let swap = "WITH pair AS (
            SELECT a.position AS one, b.position AS two FROM events a JOIN events b
            ON b.aggregate_id = a.aggregate_id AND b.sequence = 3 AND a.sequence = 2 LIMIT 1)
        UPDATE events e SET sequence = CASE e.position WHEN one THEN 1003 ELSE 1002 END
        FROM pair WHERE e.position IN (one, two)";
    let back = "UPDATE events SET sequence = sequence - 1000 WHERE sequence > 1000";
    super::defect::plant(&world, swap).await;
    let faults = found(&world, back).await;
    assert!(faults.iter().any(|fault| fault.contains("in its stream event")), "{faults:?}");
}

#[tokio::test]
async fn l4_the_feed_hands_events_over_as_they_were_stored() {
    let world = World::new().await;
    let id = world.counter().await;
    let added = world.send(id, Command::Add(5)).run().await.expect("added");
    let mut feed = Feed::open(world.home.database().pool(Role::Projector)).await.unwrap();
    let mut events: Vec<event_store::StoredEvent> = Vec::new();
    let page = feed.page(1, 10, |event| {
        events.push(event.into());
        Ok::<(), String>(())
    });
    assert_eq!(page.await.unwrap(), 1);
    let event = &events[0];
    assert_eq!(events, world.log.read_stream(world.stream(id), 2).await.unwrap());
    assert_eq!((event.position, event.sequence), (2, 2));
    assert_eq!((event.org_id, event.aggregate_id), (world.org, id));
    assert_eq!((&*event.aggregate_type, &*event.event_type), ("counter", "Added"));
    assert_eq!((event.event_version, &*event.actor), (1, "user:ada:admin"));
    assert_eq!(event.correlation_id, uuid::Uuid::from_u128(7));
    assert_eq!((event.causation_id, event.occurred_at_ms), (None, 1_700_000_000_000));
    assert_eq!(event.payload, br#"{"Added":{"amount":5}}"#);
    assert_eq!(event.metadata, br#"{"role":"admin","source":"suite"}"#);
    assert_eq!(added.event_ids, [event.event_id]);
    let refused = feed.page(0, 10, |event| Err(event.position)).await;
    assert_eq!(refused.unwrap_err().to_string(), "1", "a refusal ends the page");
    assert_eq!(feed.page(0, 1, |_| Ok::<(), String>(())).await.unwrap(), 1, "and not the feed");
    assert_eq!(feed.page(0, 0, |_| Ok::<(), String>(())).await.unwrap(), 0);
}
