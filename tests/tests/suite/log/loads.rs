//! Streams that are asked for together are read together, each as if it had been read alone.

use std::time::Duration;

use event_store::Log;
use sqlx::PgConnection;
use uuid::Uuid;

use super::counter::{Command, Counter, codec};
use super::kit::{World, fresh, run, stream, until};

/// Statements of the app that wait for the table of events.
const HELD_UP: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%payload%'";
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%payload%'";

async fn held_up(admin: &mut PgConnection) -> i64 {
    sqlx::query_scalar(HELD_UP).fetch_one(admin).await.expect("a number")
}

async fn version(log: &Log, org: Uuid, id: Uuid) -> u64 {
    let found = log.load::<Counter, _>(&*codec(), stream(org, id)).await.expect("the log");
    found.map_or(0, |(_, version)| version)
}

/// Streams of two organizations, with 1 to 8 events each and one with more than are read together,
/// and how many they have.
async fn streams(world: &World) -> Vec<(Uuid, Uuid, u64)> {
    let mut all = vec![(world.org, fresh(), 0)];
    let other = fresh();
    for number in 0..64_u64 {
        let (id, org) = (fresh(), if number % 2 == 0 { world.org } else { other });
        world.send(id, Command::Open).of(org).run().await.expect("opened");
        let (times, more) = if number == 7 { (2, 240) } else { (1, number % 8) };
        for _ in 0..times {
            let repeat = Command::Repeat(usize::try_from(more).unwrap());
            world.send(id, repeat).of(org).run().await.expect("repeated");
        }
        all.push((org, id, times * more + 1));
    }
    all
}

#[tokio::test]
async fn l10_streams_that_are_asked_for_together_take_few_statements() {
    let world = World::new().await;
    let (streams, mut admin) = (streams(&world).await, world.admin().await);
    for cut in [false, true] {
        let (reader, mut holder) = (world.other().await, world.admin().await);
        run(&mut holder, "BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE").await;
        let loads = streams.iter().map(|(org, id, _)| {
            let (reader, org, id) = (reader.clone(), *org, *id);
            tokio::spawn(async move { version(&reader, org, id).await })
        });
        let loads: Vec<_> = loads.collect();
        until("they wait", async || (held_up(&mut admin).await >= 2).then_some(())).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(held_up(&mut admin).await <= 3, "65 streams, one statement for each");
        if cut {
            // Whoever waited for what was cut off asks alone.
            run(&mut admin, CUT).await;
        }
        run(&mut holder, "ROLLBACK").await;
        for (load, (_, id, events)) in loads.into_iter().zip(&streams) {
            assert_eq!(load.await.expect("it ends"), *events, "{id}, cut: {cut}");
        }
    }
}
