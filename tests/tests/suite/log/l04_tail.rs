//! L4 for whoever keeps up with the log, which is read once for all of them.

use std::sync::Arc;
use std::time::Duration;

use event_store::{EventRef, LogPage, Tail};
use futures::future::join_all;
use tokio::time::sleep;

use super::kit::{World, run};
use super::l04_gapless::load;

/// Events that are read at once for those who are behind.
const STRETCH: i64 = 256;

const CONNECTIONS: &str = "
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename LIKE '%_projector'";
const CUT: &str = "
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename LIKE '%_projector'";

/// Follows from the beginning until an event, in pages of this size, and says how often it had to
/// look once more because a connection was lost.
async fn follow(tail: &Tail, size: i64, until: i64) -> usize {
    let (mut moved, mut seen, mut lost) = (tail.moved(), 0_i64, 0);
    while seen < until {
        moved.mark_unchanged();
        let after = seen;
        let take = |event: EventRef<'_>| {
            let expected = seen + 1;
            assert_eq!(event.position, expected, "a hole");
            assert!(!event.payload.is_empty() && !event.event_type.is_empty());
            seen = expected;
            Ok::<(), String>(())
        };
        match tail.page(after, size, |_| true, take).await {
            Ok((read, _)) => {
                assert!(read <= usize::try_from(size).unwrap(), "as many as were asked for")
            }
            Err(_) => lost += 1,
        }
        if seen == after {
            // What was lost is found by looking again.
            tokio::select! {
                _ = moved.changed() => {}
                () = sleep(Duration::from_millis(50)) => {}
            }
        }
    }
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l4_whoever_follows_the_end_of_the_log_misses_nothing_though_connections_are_lost() {
    let world = World::new().await;
    let logs = [world.log.clone(), world.other().await];
    let tail = world.log.tail();
    load(&world, &logs, 6, 20).join_all().await;
    let until = i64::try_from(world.sound().await).unwrap() * 3;
    let cut = async {
        let mut admin = world.admin().await;
        for _ in 0..4 {
            load(&world, &logs, 3, 20).join_all().await;
            run(&mut admin, CUT).await;
        }
        // Until there is as much as everybody waits for.
        while *world.log.head().borrow() < until {
            load(&world, &logs, 6, 20).join_all().await;
        }
    };
    let (one, seven, many, late) = (1, 7, 1_000, 64);
    let behind = async {
        sleep(Duration::from_millis(500)).await;
        follow(&tail, late, until).await
    };
    let all = async {
        tokio::join!(
            cut,
            follow(&tail, one, until),
            follow(&tail, seven, until),
            follow(&tail, many, until),
            behind
        )
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("everybody gets there");
}

/// Thirty followers would ask for the same rows after every commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l4_one_connection_reads_the_end_of_the_log_for_everybody() {
    let world = World::new().await;
    let (id, tail) = (world.counter().await, world.log.tail());
    let mut admin = world.admin().await;
    tail.moved().wait_for(|moved| *moved == 1).await.unwrap();
    for amount in 2..20 {
        world.send(id, super::counter::Command::Add(1)).run().await.expect("it adds");
        for _ in 0..8 {
            let take = |event: EventRef<'_>| {
                assert_eq!(event.position, amount);
                Ok::<(), String>(())
            };
            // Whoever asks right after a commit that this process knows of is told of it.
            let read = tail.page(amount - 1, 10, |_| true, take).await.unwrap();
            assert_eq!(read, (1, amount));
            let read = tail.page(amount, 10, |_| true, |_| Err("more")).await.unwrap();
            assert_eq!(read, (0, amount));
        }
    }
    let open: i64 = sqlx::query_scalar(CONNECTIONS).fetch_one(&mut admin).await.unwrap();
    assert_eq!(open, 1, "those who follow the end have no connection of their own");
}

/// After a rest everybody is behind, and wants the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l4_those_who_are_behind_share_what_is_read_once_for_them() {
    let world = World::new().await;
    load(&world, std::slice::from_ref(&world.log), 30, 60).join_all().await;
    let until = i64::try_from(world.sound().await).unwrap();
    let tail = world.log.tail();
    tail.moved().wait_for(|moved| *moved == until).await.unwrap();
    let read = async || {
        let (mut pages, mut seen): (Vec<Arc<LogPage>>, i64) = (vec![], 0);
        while seen < until {
            for page in tail.pages(seen, seen + 700).await.unwrap() {
                for event in page.events(seen) {
                    assert_eq!(event.unwrap().position, seen + 1, "a hole");
                    seen += 1;
                }
                pages.push(page);
            }
        }
        pages
    };
    let all = join_all((0..8).map(|_| read())).await;
    let (first, others) = all.split_first().unwrap();
    let shared = first.iter().filter(|page| page.last() - page.after() == STRETCH).count();
    assert!(shared >= 3, "{shared} whole stretches");
    for pages in others {
        let same = first.iter().zip(pages).filter(|(one, other)| Arc::ptr_eq(one, other)).count();
        assert!(same >= shared, "{same} of {shared} stretches are shared");
    }
    // Whoever gets fewer than they asked for takes that for the end.
    let all = usize::try_from(until).unwrap();
    let nobody = |_: EventRef<'_>| Err("nobody wants it");
    assert_eq!(tail.page(0, until, |_| false, nobody).await.unwrap(), (all, until));
    let mut admin = world.admin().await;
    let open: i64 = sqlx::query_scalar(CONNECTIONS).fetch_one(&mut admin).await.unwrap();
    assert_eq!(open, 2, "one reads the end, and one what is behind");
    // What is kept of the end begins within a stretch, and nobody gets those events twice.
    load(&world, std::slice::from_ref(&world.log), 30, 20).join_all().await;
    let head = *world.log.head().borrow();
    assert!(until % STRETCH != 0 && head > until + STRETCH, "{until}, {head}");
    assert_eq!(follow(&tail, 2_000, head).await, 0);
    // After a connection was lost it may be another log.
    run(&mut admin, CUT).await;
    let again = async || {
        let pages = tail.pages(0, 1).await.unwrap_or_default();
        pages.iter().any(|page| !Arc::ptr_eq(page, &first[0]))
    };
    tests::until("what was read is read anew", again).await;
}
