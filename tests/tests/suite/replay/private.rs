//! The private cluster of a data directory: with the server running, and without.

use database::{Database, Settings};
use tests::TestDirectory;

use super::{Buffer, run};

#[tokio::test(flavor = "multi_thread")]
async fn status_works_while_the_server_runs_and_when_it_is_stopped() {
    let home = TestDirectory::create();
    let data = home.path().join("voice");
    let words = ["status", "--json", "--data-dir", data.to_str().expect("a path")];
    let nothing = run(&words, Buffer::default()).await;
    assert_eq!((nothing.code, nothing.out.as_str()), (1, ""));
    assert!(nothing.err.contains("there is no data in"), "{}", nothing.err);
    let settings = Settings {
        data_dir: data.clone(),
        database_url: None,
        secrets_dir: data.join("secrets"),
        role_prefix: "voice".to_owned(),
        allow_install: false,
        say: |_| {},
    };
    let server = Database::open(&settings).await.expect("the server's database");
    let beside = run(&words, Buffer::default()).await;
    assert_eq!(beside.code, 0, "{}", beside.err);
    assert_eq!(beside.document()["head"], 0);
    // The look has taken nothing away from the server.
    let pool = server.database.pool(database::Role::Auditor);
    let mut connection = pool.acquire().await.expect("the server goes on");
    sqlx::query("SELECT 1").execute(&mut *connection).await.expect("an answer");
    drop(connection);
    server.database.close().await;
    if let Some(cluster) = server.server {
        cluster.stop().await;
    }
    let alone = run(&words, Buffer::default()).await;
    assert_eq!(alone.code, 0, "{}", alone.err);
    assert_eq!(alone.document()["head"], 0);
}
