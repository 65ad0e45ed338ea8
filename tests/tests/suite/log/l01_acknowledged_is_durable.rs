//! L1: a reply that says yes means that COMMIT has returned with `fsync` and
//! `synchronous_commit` on. A server or session where they are off is refused.

use std::process::Command as Process;

use database::{Database, Opened, Settings};
use event_store::{Failure, Log, LogError, LogSettings};
use sqlx::{Connection, PgConnection};
use tests::TestDirectory;

use super::counter::Command;
use super::kit::{Sending, World, fresh, patient, run, until};

/// A server of the test's own, to be spoiled and killed.
pub struct Machine {
    pub opened: Opened,
    pub log: Log,
    directory: TestDirectory,
}

impl Machine {
    pub async fn start() -> Self {
        let directory = TestDirectory::create();
        let settings = Settings {
            data_dir: directory.path().to_owned(),
            database_url: None,
            secrets_dir: directory.path().join("secrets"),
            role_prefix: "voice".to_owned(),
            allow_install: false,
            say: |_| {},
        };
        let opened = Database::open(&settings).await.expect("a server");
        let settings = patient(LogSettings::default());
        let log = Log::open(&opened.database, settings).await.expect("a log");
        Self { opened, log, directory }
    }

    pub async fn admin(&self) -> PgConnection {
        until("the server answers", async || {
            PgConnection::connect(&self.opened.superuser_url).await.ok()
        })
        .await
    }

    pub fn send(&self, id: uuid::Uuid, command: Command) -> Sending {
        let (log, org) = (self.log.clone(), uuid::Uuid::from_u128(1));
        Sending { log, org, id, command, key: None, if_match: None }
    }

    /// Changes the configuration of the running server, and waits until it is seen.
    pub async fn configure(&self, set: &'static str, seen: &'static str) {
        let mut admin = self.admin().await;
        run(&mut admin, set).await;
        run(&mut admin, "SELECT pg_reload_conf()").await;
        until("the configuration is read", async || {
            let mut fresh = self.admin().await;
            let seen: bool = sqlx::query_scalar(seen).fetch_one(&mut fresh).await.ok()?;
            fresh.close().await.ok()?;
            seen.then_some(())
        })
        .await;
    }

    /// Kills the session of the writer, as a crash of the server does: all sessions end, and
    /// what was only in memory is lost.
    pub async fn crash(&self) {
        let mut admin = self.admin().await;
        let writer = "SELECT pid FROM pg_stat_activity WHERE usename = 'voice_writer' LIMIT 1";
        // There is none for a moment after it has lost one.
        let pid: i32 = until("there is a writer", async || {
            sqlx::query_scalar(writer).fetch_optional(&mut admin).await.expect("read")
        })
        .await;
        kill(pid);
    }

    pub async fn stop(self) {
        self.log.close().await;
        self.opened.database.close().await;
        if let Some(server) = self.opened.server {
            server.stop().await;
        }
        drop(self.directory);
    }
}

/// `kill -9`
pub fn kill(pid: i32) {
    let killed = Process::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(killed.expect("kill").success());
}

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
