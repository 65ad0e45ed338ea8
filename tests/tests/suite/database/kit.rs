//! The kit: a database for each test, and none that is left.

use database::{Database, Role};
use tests::{TestDatabase, TestDirectory, until};

use super::{number, run};

#[tokio::test]
async fn every_test_has_a_database_of_its_own() {
    let (one, two) = (TestDatabase::create().await, TestDatabase::create().await);
    assert_ne!(one.name(), two.name());
    run(&one.superuser(), "CREATE TABLE only_here ()").await.expect("a table");
    run(&one.superuser(), "SELECT FROM only_here").await.expect("it is here");
    run(&two.superuser(), "SELECT FROM only_here").await.expect_err("it is not there");
    let migrated = "SELECT count(*) FROM _sqlx_migrations WHERE success";
    assert!(number(&one.superuser(), migrated).await.expect("a count") > 0);
}

#[tokio::test]
async fn a_database_that_is_dropped_is_dropped() {
    let (gone, kept) = (TestDatabase::create().await, TestDatabase::create().await);
    let held = gone.database().pool(Role::App).acquire().await.expect("a connection");
    let there = format!("SELECT count(*) FROM pg_database WHERE datname = '{}'", gone.name());
    drop(gone);
    until("it is gone", async || number(&kept.superuser(), &there).await.is_ok_and(|n| n == 0))
        .await;
    drop(held);
}

#[tokio::test]
async fn a_server_process_opens_a_test_database_as_its_own() {
    let (test, dir) = (TestDatabase::create().await, TestDirectory::create());
    let opened = Database::open(&test.settings(dir.path())).await.expect("a database");
    assert!(opened.server.is_none());
    assert_eq!(opened.superuser_url, test.url());
    let same = opened.database.pool(Role::App).connect_options();
    assert_eq!(same.get_database(), Some(test.name()));
    opened.database.close().await;
}
