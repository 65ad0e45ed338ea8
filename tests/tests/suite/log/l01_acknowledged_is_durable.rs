//! L1: a reply that says yes means that COMMIT has returned with `fsync` and
//! `synchronous_commit` on. A server or session where they are off is refused.

use event_store::{Failure, Log, LogError, LogSettings};

use super::counter::Command;
use super::kit::{World, fresh, run, until};
use super::machine::Machine;

fn refused(opened: Result<Log, LogError>, name: &str) {
    match opened.err() {
        Some(LogError::NotDurable { setting, value }) => {
            assert_eq!((&*setting, &*value), (name, "off"))
        }
        other => panic!("{name}: {other:?}"),
    }
}

#[tokio::test]
async fn l1_a_session_that_would_forget_is_refused() {
    let world = World::new().await;
    let id = world.counter().await;
    let mut admin = world.admin().await;
    run(
        &mut admin,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off',
                                    current_database()); END $$",
    )
    .await;
    let database = world.home.database();
    refused(Log::open(database, LogSettings::default()).await, "synchronous_commit");
    world.send(id, Command::Add(1)).run().await.expect("what was open keeps its promise");
    run(
        &mut admin,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET synchronous_commit',
                                    current_database()); END $$",
    )
    .await;
    Log::open(database, LogSettings::default()).await.expect("it is on again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l1_a_server_that_would_forget_is_refused_also_when_it_starts_to_later() {
    let machine = Machine::start().await;
    let id = fresh();
    machine.send(id, Command::Open).run().await.expect("all is on");
    let database = &machine.opened.database;
    for (name, off, is_off, on, is_on) in [
        (
            "fsync",
            "ALTER SYSTEM SET fsync = off",
            "SELECT current_setting('fsync') = 'off'",
            "ALTER SYSTEM RESET fsync",
            "SELECT current_setting('fsync') = 'on'",
        ),
        (
            "full_page_writes",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT current_setting('full_page_writes') = 'off'",
            "ALTER SYSTEM RESET full_page_writes",
            "SELECT current_setting('full_page_writes') = 'on'",
        ),
    ] {
        machine.configure(off, is_off).await;
        refused(Log::open(database, LogSettings::default()).await, name);
        until("the open log refuses too", async || {
            match machine.send(id, Command::Add(1)).run().await {
                Err(Failure::Unavailable(words)) => words.contains("fsync").then_some(()),
                _ => None,
            }
        })
        .await;
        machine.configure(on, is_on).await;
        until("it goes on", async || machine.send(id, Command::Add(1)).run().await.ok()).await;
    }
    machine.stop().await;
}

/// The control: without `synchronous_commit` a crash takes what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l1_what_is_acknowledged_without_waiting_for_the_disk_is_lost_in_a_crash() {
    let machine = Machine::start().await;
    machine
        .configure(
            "ALTER SYSTEM SET wal_writer_delay = '10s'",
            "SELECT current_setting('wal_writer_delay') = '10s'",
        )
        .await;
    let mut admin = machine.admin().await;
    run(&mut admin, "CREATE TABLE control (word text)").await;
    run(&mut admin, "INSERT INTO control VALUES ('waited for')").await;
    let id = fresh();
    let kept = machine.send(id, Command::Open).run().await.expect("acknowledged by the log");
    let mut hasty = machine.admin().await;
    run(&mut hasty, "SET synchronous_commit = off").await;
    run(&mut hasty, "INSERT INTO control VALUES ('not waited for')").await;
    machine.crash().await;
    // The crash is over once the old sessions are.
    until("the crash is seen", async || sqlx::query("SELECT 1").execute(&mut hasty).await.err())
        .await;
    let mut admin = machine.admin().await;
    let words: Vec<String> =
        sqlx::query_scalar("SELECT word FROM control").fetch_all(&mut admin).await.unwrap();
    assert_eq!(words, ["waited for"], "what nobody waited for is gone");
    let there: Option<i64> =
        sqlx::query_scalar("SELECT position FROM events WHERE aggregate_id = $1")
            .bind(id)
            .fetch_optional(&mut admin)
            .await
            .unwrap();
    assert_eq!(there, kept.position, "what the log acknowledged is there");
    machine.stop().await;
}
