//! Whatever interrupts an import, running it again completes it.

use std::io::{self, Read};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use processes::import::calls::{Retry, import_calls};
use sqlx::{Connection, PgConnection};
use tokio::sync::Notify;

use super::kit::{BANK_MAP, Imports, bank, counts};

const CALLS: u64 = 4_521;

/// Imports until a thousand rows are done with, then drops everything.
async fn killed(imports: &Imports) {
    let enough = Arc::new(Notify::new());
    let options = imports.options(BANK_MAP);
    let told = Arc::clone(&enough);
    let import = import_calls(&imports.deps, options, bank(), move |now| {
        if now.rows >= 1_000 {
            told.notify_one();
        }
    });
    let mut import = pin!(import);
    tokio::select! {
        biased;
        () = enough.notified() => {}
        done = &mut import => panic!("it was over before it could be stopped: {done:?}"),
    }
}

#[tokio::test]
async fn an_import_that_was_killed_goes_on_without_doubling_a_call() {
    let mut imports = Imports::new().await;
    killed(&imports).await;
    imports.deps.commands.log().close().await;
    let half = u64::try_from(imports.events().await.len()).unwrap();
    assert!((1_000..CALLS).contains(&half), "{half}");

    imports.restart().await;
    let rest = imports.run(imports.options(BANK_MAP), bank()).await.unwrap();
    assert_eq!(counts(&rest), (CALLS, CALLS - half, half, 0));
    assert_eq!(u64::try_from(imports.events().await.len()).unwrap(), CALLS);
}

async fn admin(imports: &Imports, allow: bool) {
    let options = imports.test.superuser().database("postgres");
    let mut admin = PgConnection::connect_with(&options).await.expect("a superuser");
    let name = imports.test.name();
    sqlx::query("UPDATE pg_database SET datallowconn = $2 WHERE datname = $1")
        .bind(name)
        .bind(allow)
        .execute(&mut admin)
        .await
        .unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = $1 AND pid <> pg_backend_pid()",
    )
    .bind(name)
    .execute(&mut admin)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_database_that_goes_away_stops_the_import_in_words_and_nothing_is_half_done() {
    let mut imports = Imports::new().await;
    let away = Arc::new(Notify::new());
    let told = Arc::clone(&away);
    let options = imports.options(BANK_MAP);
    let import = import_calls(&imports.deps, options, bank(), move |_| told.notify_one());
    let (error, ()) = tokio::join!(import, async {
        away.notified().await;
        admin(&imports, false).await;
    });
    let error = error.expect_err("there is no database");
    assert_eq!(error.retry(), Retry::GoesOn);
    assert!(error.to_string().contains("running it again goes on"), "{error}");
    assert!(error.done.imported >= 1_000 && error.done.rows < CALLS, "{:?}", error.done);

    admin(&imports, true).await;
    imports.restart().await;
    let half = u64::try_from(imports.events().await.len()).unwrap();
    assert!(half >= error.done.imported, "what was counted is there");
    let rest = imports.run(imports.options(BANK_MAP), bank()).await.unwrap();
    assert_eq!(counts(&rest), (CALLS, CALLS - half, half, 0));
    assert_eq!(u64::try_from(imports.events().await.len()).unwrap(), CALLS);
}

#[tokio::test]
async fn a_file_that_breaks_off_gives_what_is_whole_and_goes_on_when_it_is_mended() {
    let imports = Imports::new().await;
    let whole = std::fs::read(super::kit::BANK).unwrap();
    let half = io::Cursor::new(whole[..whole.len() / 2].to_vec());
    let error = imports.run(imports.options(BANK_MAP), half).await.expect_err("half a file");
    assert!(error.done.imported > 1_000, "{:?}", error.done);
    assert!(error.to_string().contains("cannot be read beyond row"), "{error}");
    let done = error.done.imported;
    let rest = imports.run(imports.options(BANK_MAP), bank()).await.unwrap();
    assert_eq!(counts(&rest), (CALLS, CALLS - done, done, 0));
}

/// Rows without an end, and how many bytes of them were asked for.
struct Endless {
    rest: Vec<u8>,
    row: u64,
    read: Arc<AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.row += 1;
            let row = match self.row {
                1 => "id,day,who\n".to_owned(),
                row => format!("{row},2024-01-01,{}\n", "x".repeat(100)),
            };
            self.rest = row.into_bytes();
        }
        let size = self.rest.len().min(buffer.len());
        buffer[..size].copy_from_slice(&self.rest[..size]);
        self.rest.drain(..size);
        self.read.fetch_add(u64::try_from(size).unwrap(), Ordering::Relaxed);
        Ok(size)
    }
}

#[tokio::test]
async fn the_file_is_read_no_faster_than_the_log_takes_it() {
    let imports = Imports::new().await;
    let read = Arc::<AtomicU64>::default();
    let endless = Endless { rest: Vec::new(), row: 0, read: Arc::clone(&read) };
    let map = "source = \"old\"\n[columns]\nsource_id = \"id\"\ndate = \"day\"\nagent = \"who\"\n\
               [constants]\ndirection = \"inbound\"\n";
    let (stop, mut most) = (Arc::new(Notify::new()), 0);
    let told = Arc::clone(&stop);
    {
        let import = import_calls(&imports.deps, imports.options(map), endless, |now| {
            // Rows of 113 bytes and more that were read and are not done with.
            most = most.max(read.load(Ordering::Relaxed).saturating_sub(now.rows * 113));
            if now.rows >= 5_000 {
                told.notify_one();
            }
        });
        let mut import = pin!(import);
        tokio::select! {
            biased;
            () = stop.notified() => {}
            done = &mut import => panic!("an endless file has ended: {done:?}"),
        }
    }
    assert!(most < 1_000_000, "{most} bytes were read ahead");
}
