//! Settings that can not be meant are refused in words, and nothing is left
//! running.

use std::fs;
use std::path::PathBuf;

use database::{Database, Settings};
use tests::TestDirectory;

fn settings(dir: &TestDirectory) -> Settings {
    Settings {
        data_dir: dir.path().to_owned(),
        database_url: None,
        secrets_dir: dir.path().join("secrets"),
        role_prefix: "voice".to_owned(),
        allow_install: false,
        say: |_| {},
    }
}

async fn refusal(settings: &Settings) -> String {
    let said = Database::open(settings).await.err().expect("refused").to_string();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[tokio::test]
async fn nonsense_is_refused_before_anything_is_done() {
    let dir = TestDirectory::create();
    let good = settings(&dir);
    let url = |url: &str| Settings { database_url: Some(url.to_owned()), ..good.clone() };
    for (bad, words) in [
        (Settings { role_prefix: String::new(), ..good.clone() }, "database roles"),
        (Settings { role_prefix: "a\"; DROP".to_owned(), ..good.clone() }, "database roles"),
        (Settings { role_prefix: "pg_voice".to_owned(), ..good.clone() }, "database roles"),
        (Settings { data_dir: PathBuf::new(), ..good.clone() }, "data directory"),
        (Settings { secrets_dir: PathBuf::new(), ..good.clone() }, "secrets directory"),
        (url(""), "DATABASE_URL"),
        (url("mysql://me:hidden@localhost/db"), "DATABASE_URL"),
        (url("postgres://me:hidden@localhost:x/db"), "DATABASE_URL"),
    ] {
        let said = refusal(&bad).await;
        assert!(said.contains(words), "{said}");
        assert!(!said.contains("hidden"), "{said}");
    }
    assert_eq!(fs::read_dir(dir.path()).expect("the directory").count(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_as_the_reason() {
    let dir = TestDirectory::create();
    let nowhere = dir.path().display().to_string().replace('/', "%2F");
    let url = format!("postgres://me:hidden@{nowhere}/db");
    let said = refusal(&Settings { database_url: Some(url), ..settings(&dir) }).await;
    assert!(said.starts_with("the database can not be reached"), "{said}");
    assert!(!said.contains("hidden"), "{said}");
}

#[tokio::test]
async fn where_opening_fails_the_cluster_is_stopped() {
    let dir = TestDirectory::create();
    let settings = settings(&dir);
    fs::create_dir(&settings.secrets_dir).expect("a directory");
    fs::write(settings.secrets_dir.join("root.key"), [7; 31]).expect("a file");
    let chmod = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(settings.secrets_dir.join("root.key"), chmod).expect("a mode");
    let said = refusal(&settings).await;
    assert!(said.contains("has 31 bytes and should have 32"), "{said}");
    let data = dir.path().join("postgres/data");
    assert!(data.join("PG_VERSION").exists(), "a cluster was made");
    assert!(!data.join("postmaster.pid").exists(), "and is stopped");
    fs::remove_file(settings.secrets_dir.join("root.key")).expect("a file");
    let opened = Database::open(&settings).await.expect("a database");
    assert!(opened.superuser_url.starts_with("postgres://"));
    opened.database.close().await;
    opened.server.expect("a private cluster").stop().await;
    assert!(!data.join("postmaster.pid").exists());
}
