//! A server that may break.

use std::process::Command as Process;

use database::{Database, Opened, Settings};
use event_store::{Log, LogSettings};
use sqlx::{Connection, PgConnection};
use tests::TestDirectory;

use super::counter::Command;
use super::kit::{Sending, patient, run, until};

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
