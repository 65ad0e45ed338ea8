//! The private cluster: started, kept, shared, stopped, and what is said where
//! that is not possible.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use database::Cluster;
use database::cluster::Search;
use sqlx::{Connection, PgConnection};
use tests::{TestDirectory, options};

use super::{number, run};

/// The words of a refusal, which are one sentence.
async fn refusal(options: database::cluster::Options) -> String {
    let said = match Cluster::open(options).await {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    };
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

fn is_root(dir: &Path) -> bool {
    fs::metadata(dir).expect("a directory of ours").uid() == 0
}

#[tokio::test]
async fn a_cluster_starts_and_stops_and_is_kept() {
    let dir = TestDirectory::create();
    let data = dir.path().join("not/yet/there");
    let cluster = Cluster::open(options(&data)).await.expect("a cluster");
    assert!(cluster.started_by_us());
    let to = cluster.superuser("postgres");
    run(&to, "CREATE TABLE kept AS SELECT 7::bigint AS n").await.expect("a table");
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let mut session = PgConnection::connect_with(&to).await.expect("a session");
        let value: String = sqlx::query_scalar(&format!("SHOW {setting}"))
            .fetch_one(&mut session)
            .await
            .expect(setting);
        assert_eq!(value, "on", "{setting}");
    }
    let sockets = to.get_socket().expect("sockets").clone();
    let mode = fs::metadata(&sockets).expect("their directory").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let pid = cluster.pid();
    cluster.stop().await;
    assert!(run(&to, "SELECT").await.is_err());
    assert!(!sockets.exists());
    assert!(!Path::new(&format!("/proc/{pid}/cwd")).exists());

    let cluster = Cluster::open(options(&data)).await.expect("the same cluster");
    let to = cluster.superuser("postgres");
    assert_eq!(number(&to, "SELECT n FROM kept").await.expect("the table"), 7);
    // A drop stops it too.
    drop(cluster);
    assert!(run(&to, "SELECT").await.is_err());
}

#[tokio::test]
async fn nobody_gets_in_without_the_password() {
    let dir = TestDirectory::create();
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    let url = cluster.superuser_url("postgres");
    run(&url.parse().expect("a URL"), "SELECT").await.expect("the URL has the password");
    assert!(!url.contains('?'), "psql refuses the options of others: {url}");
    let to = cluster.superuser("postgres");
    for password in ["", "postgres"] {
        let error = run(&to.clone().password(password), "SELECT").await.expect_err("refused");
        let code = error.as_database_error().and_then(|error| error.code().map(|c| c.into_owned()));
        assert_eq!(code.as_deref(), Some("28P01"), "{error}");
    }
    let mut session = PgConnection::connect_with(&to).await.expect("a session");
    let listens: String =
        sqlx::query_scalar("SHOW listen_addresses").fetch_one(&mut session).await.expect("a row");
    assert_eq!(listens, "", "there is no network");
    cluster.stop().await;
}

#[tokio::test]
async fn a_second_user_attaches_and_the_last_one_out_stops_it() {
    let dir = TestDirectory::create();
    let first = Cluster::open(options(dir.path())).await.expect("a cluster");
    let second = Cluster::open(options(dir.path())).await.expect("the same cluster");
    assert!(first.started_by_us() && !second.started_by_us());
    assert_eq!(first.pid(), second.pid());
    let to = second.superuser("postgres");
    first.stop().await;
    run(&to, "SELECT").await.expect("it runs while somebody uses it");
    second.stop().await;
    assert!(run(&to, "SELECT").await.is_err());
}

#[tokio::test]
async fn users_that_come_at_once_get_one_server() {
    let dir = TestDirectory::create();
    let opens: Vec<_> = (0..4).map(|_| tokio::spawn(Cluster::open(options(dir.path())))).collect();
    let mut clusters = Vec::new();
    for open in opens {
        clusters.push(open.await.expect("no panic").expect("a cluster"));
    }
    let first = clusters.first().expect("four");
    assert!(clusters.iter().all(|cluster| cluster.pid() == first.pid()));
    assert_eq!(clusters.iter().filter(|cluster| cluster.started_by_us()).count(), 1);
}

#[tokio::test]
async fn a_start_that_is_canceled_leaves_nothing_behind() {
    let dir = TestDirectory::create();
    // Canceled at once: the work goes on in its thread, and is undone there.
    let open = tokio::spawn(Cluster::open(options(dir.path())));
    tests::until("it has begun", async || dir.path().join("cluster.users").exists()).await;
    open.abort();
    let gone = async || {
        // A server leaves its options behind: it has run, and it has been stopped.
        let ran = dir.path().join("postgres/data/postmaster.opts").exists();
        ran && !dir.path().join("postgres/data/postmaster.pid").exists()
    };
    tests::until("it has been undone", gone).await;
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    assert!(cluster.started_by_us());
    cluster.stop().await;
}

#[tokio::test]
async fn without_programs_and_installation_one_sentence_says_what_to_install() {
    let dir = TestDirectory::create();
    let mut options = options(dir.path());
    options.search = Search { pg_bin: None, path: dir.path().into(), places: Vec::new() };
    let said = refusal(options.clone()).await;
    assert!(said.starts_with("PostgreSQL 15 or newer is needed and was not found;"), "{said}");
    assert!(said.contains("postgresql") && said.contains("DATABASE_URL"), "{said}");
    options.allow_install = true;
    let said = refusal(options.clone()).await;
    assert!(said.contains("no package manager that is known was found either"), "{said}");
    options.search.pg_bin = Some(dir.path().join("none"));
    let said = refusal(options).await;
    assert!(said.starts_with("PG_BIN names ") && said.contains("none"), "{said}");
    assert!(!dir.path().join("postgres/data").exists());
}

#[tokio::test]
async fn a_cluster_of_another_version_is_not_touched() {
    let dir = TestDirectory::create();
    let data = dir.path().join("postgres/data");
    fs::create_dir_all(&data).expect("a directory");
    fs::write(data.join("PG_VERSION"), "9\n").expect("a file");
    let said = refusal(options(dir.path())).await;
    assert!(said.contains("was made by PostgreSQL 9, which is not installed"), "{said}");
    assert_eq!(fs::read_dir(&data).expect("the directory").count(), 1);
}

#[tokio::test]
async fn a_data_directory_that_can_not_be_is_refused() {
    let dir = TestDirectory::create();
    let file = dir.path().join("file");
    fs::write(&file, "x").expect("a file");
    for bad in [file.clone(), file.join("below")] {
        let said = refusal(options(&bad)).await;
        assert!(said.contains("the private cluster needs"), "{said}");
    }
}

#[tokio::test]
async fn where_a_parent_is_closed_the_cluster_lives_elsewhere() {
    let dir = TestDirectory::create();
    let closed = dir.path().join("closed");
    fs::create_dir(&closed).expect("a directory");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("its mode");
    let data = closed.join("data");
    let cluster = Cluster::open(options(&data)).await.expect("a cluster");
    run(&cluster.superuser("postgres"), "CREATE TABLE kept ()").await.expect("a table");
    let note = data.join("cluster.location");
    // Only root's server is somebody else.
    assert_eq!(note.exists(), is_root(dir.path()));
    cluster.stop().await;
    let cluster = Cluster::open(options(&data)).await.expect("the same cluster");
    run(&cluster.superuser("postgres"), "SELECT FROM kept").await.expect("the table");
    let home = cluster.data().parent().expect("a home").to_owned();
    cluster.stop().await;
    if note.exists() {
        let named = fs::read_to_string(&note).expect("the note");
        assert_eq!(Path::new(named.trim_end()), home);
        assert!(!home.starts_with(dir.path()));
        fs::remove_dir_all(home).expect("the home is ours");
    }
}
