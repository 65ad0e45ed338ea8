//! The pools: limits, and no acknowledged write that is lost.

use std::future::Future;
use std::task::Poll;

use database::{Database, FaultKind, Role};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection};
use tests::{TestDatabase, TestDirectory};

use super::run;

/// A database with a table that everybody may write.
async fn with_table() -> TestDatabase {
    let test = TestDatabase::create().await;
    let make = "CREATE TABLE acknowledged (n bigint); GRANT ALL ON acknowledged TO PUBLIC";
    run(&test.superuser(), make).await.expect("a table");
    test
}

/// Lets a future go on for so many steps, then drops it. `false` when it was
/// ready before.
async fn cancel_after(steps: u32, future: impl Future) -> bool {
    let mut future = Box::pin(future);
    for _ in 0..steps {
        let step = std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context)));
        if step.await.is_ready() {
            return false;
        }
        tokio::task::yield_now().await;
    }
    true
}

/// Somebody else, who sees what is committed.
struct Witness(PgConnection);

impl Witness {
    async fn of(test: &TestDatabase) -> Self {
        Self(PgConnection::connect_with(&test.superuser()).await.expect("a session"))
    }

    /// How many acknowledged inserts nobody else sees.
    async fn lost(&mut self, acknowledged: i64) -> i64 {
        let seen = sqlx::query_scalar("SELECT count(*) FROM acknowledged");
        let seen: i64 = seen.fetch_one(&mut self.0).await.expect("a count");
        acknowledged - seen
    }
}

const INSERT: &str = "INSERT INTO acknowledged VALUES (1)";

#[tokio::test]
async fn a_canceled_transaction_loses_no_acknowledged_write() {
    let test = with_table().await;
    // One connection, so that each borrower gets what the last one left.
    let pool = test.database().pool(Role::Migrator);
    let mut witness = Witness::of(&test).await;
    let (mut acknowledged, mut canceled) = (0, 0);
    // On a slow machine the server has answered after two steps, and only the first is too early.
    for steps in (1..30).cycle() {
        canceled += i32::from(cancel_after(steps, pool.transaction()).await);
        let mut connection = pool.acquire().await.expect("a connection");
        let done = connection.execute(INSERT).await.expect("acknowledged");
        acknowledged += i64::try_from(done.rows_affected()).expect("one");
        drop(connection);
        assert_eq!(witness.lost(acknowledged).await, 0, "after {steps} steps");
        if acknowledged >= 120 && canceled >= 20 {
            break;
        }
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this is what the lint is for")]
async fn the_control_with_a_plain_pool_loses_acknowledged_writes() {
    let test = with_table().await;
    let pool: PgPool = PgPoolOptions::new().max_connections(1).connect_lazy_with(test.superuser());
    let mut witness = Witness::of(&test).await;
    let (mut acknowledged, mut missing) = (0, 0);
    for steps in 0..400 {
        cancel_after(steps % 40, pool.begin()).await;
        let done = pool.execute(INSERT).await.expect("acknowledged");
        acknowledged += i64::try_from(done.rows_affected()).expect("one");
        missing = witness.lost(acknowledged).await;
        if missing > 0 {
            break;
        }
    }
    assert!(missing > 0, "the defect is gone: is Pool::transaction still needed?");
}

#[tokio::test]
async fn a_returned_connection_is_rolled_back() {
    let test = with_table().await;
    let pool = test.database().pool(Role::Migrator);
    for left in ["BEGIN", "BEGIN; SELECT 1", "BEGIN; SELECT 1/0"] {
        let mut connection = pool.acquire().await.expect("a connection");
        let _ = connection.execute(left).await;
        drop(connection);
        pool.acquire().await.expect("a connection").execute(INSERT).await.expect("acknowledged");
    }
    assert_eq!(Witness::of(&test).await.lost(3).await, 0);
}

#[tokio::test]
async fn what_is_not_committed_is_rolled_back() {
    let test = with_table().await;
    let pool = test.database().pool(Role::App);
    let mut kept = pool.transaction().await.expect("a transaction");
    kept.execute(INSERT).await.expect("a row");
    kept.commit().await.expect("a commit");
    let mut dropped = pool.transaction().await.expect("a transaction");
    dropped.execute(INSERT).await.expect("a row");
    drop(dropped);
    assert_eq!(Witness::of(&test).await.lost(1).await, 0);
}

#[tokio::test]
async fn a_connection_to_a_standby_is_not_lent() {
    let test = TestDatabase::create().await;
    let pool = test.database().pool(Role::Migrator);
    let pid = "SELECT pg_backend_pid()";
    let mut connection = pool.acquire().await.expect("a connection");
    let first: i32 = sqlx::query_scalar(pid).fetch_one(&mut *connection).await.expect("a number");
    drop(connection);
    let mut connection = pool.acquire().await.expect("a connection");
    let again: i32 = sqlx::query_scalar(pid).fetch_one(&mut *connection).await.expect("a number");
    assert_eq!(first, again, "a good connection is lent again");
    // What a session of a standby says.
    connection.execute("SET default_transaction_read_only = on").await.expect("a setting");
    drop(connection);
    let mut connection = pool.acquire().await.expect("a connection");
    let other: i32 = sqlx::query_scalar(pid).fetch_one(&mut *connection).await.expect("a number");
    assert_ne!(first, other);
}

#[tokio::test]
async fn every_session_has_its_limits() {
    let test = TestDatabase::create().await;
    let settings = "SELECT concat_ws(' ', current_setting('statement_timeout'),
        current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'))";
    for role in Role::ALL {
        let pool = test.database().pool(role);
        let mut pooled = pool.acquire().await.expect("a connection");
        let limits: String =
            sqlx::query_scalar(settings).fetch_one(&mut *pooled).await.expect("a row");
        assert_eq!(limits, "5s 2s 10s", "{role:?}");
        let mut long =
            PgConnection::connect_with(&pool.connect_options()).await.expect("a session");
        let limits: String =
            sqlx::query_scalar(settings).fetch_one(&mut long).await.expect("a row");
        assert_eq!(limits, "0 2s 10s", "{role:?}");
    }
}

#[tokio::test]
async fn a_pool_that_is_used_up_says_so_in_time() {
    let (test, dir) = (TestDatabase::create().await, TestDirectory::create());
    let opened = Database::open(&test.settings(dir.path())).await.expect("a server's pools");
    let pool = opened.database.pool(Role::Migrator);
    let held = pool.acquire().await.expect("a connection");
    let error = pool.transaction().await.map(|_| ()).expect_err("none is free");
    assert_eq!(error.kind(), FaultKind::Timeout, "{error}");
    drop(held);
    pool.transaction().await.expect("one is free again");
    opened.database.close().await;
}
