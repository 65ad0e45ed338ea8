//! The private cluster after kill -9: of its server, of its user, of both.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use database::{Cluster, Database, FaultKind, Role, Settings};
use tests::{TestDirectory, options, until};

use super::{number, run};

const HOLDER: &str = "VOICE_TEST_CLUSTER_TO_HOLD";

/// Not a test: the process that the tests below kill.
#[test]
#[ignore = "run by the tests of this file"]
fn holds_a_cluster_until_it_is_killed() {
    let Some(dir) = std::env::var_os(HOLDER) else { return };
    let dir = Path::new(&dir);
    let cluster = Cluster::open_blocking(options(dir)).expect("a cluster");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let made = runtime.expect("a runtime").block_on(async {
        run(&cluster.superuser("postgres"), "CREATE TABLE kept AS SELECT 7::bigint AS n").await
    });
    made.expect("a table");
    fs::write(dir.join("pid"), cluster.pid().to_string()).expect("a file");
    loop {
        std::thread::park();
    }
}

fn signal(name: &str, pid: i32) {
    let status = Command::new("kill").args([name, "--", &pid.to_string()]).status();
    assert!(status.expect("kill runs").success(), "{name} {pid}");
}

/// A process that uses the cluster of a directory, and its server's number.
async fn holder(dir: &Path) -> (Child, i32) {
    let me = std::env::current_exe().expect("the test binary");
    let name = concat!(module_path!(), "::holds_a_cluster_until_it_is_killed");
    let name = name.split_once("::").expect("a crate").1;
    let child = Command::new(me)
        .args([name, "--exact", "--ignored"])
        .env(HOLDER, dir)
        .stdout(Stdio::null())
        .spawn()
        .expect("a holder");
    let pid = dir.join("pid");
    until("the holder has a cluster", async || {
        fs::read_to_string(&pid).is_ok_and(|pid| !pid.is_empty())
    })
    .await;
    (child, fs::read_to_string(&pid).expect("a file").parse().expect("a number"))
}

fn kill(mut child: Child) {
    child.kill().expect("the holder can be killed");
    child.wait().expect("the holder ends");
}

#[tokio::test]
async fn a_server_that_outlived_its_user_is_adopted() {
    let dir = TestDirectory::create();
    let (child, pid) = holder(dir.path()).await;
    kill(child);
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    assert_eq!(cluster.pid(), pid, "it is the same server");
    assert!(cluster.started_by_us(), "nobody else uses it");
    let to = cluster.superuser("postgres");
    assert_eq!(number(&to, "SELECT n FROM kept").await.expect("the table"), 7);
    cluster.stop().await;
    assert!(run(&to, "SELECT").await.is_err(), "it was stopped");
}

#[tokio::test]
async fn after_kill_9_of_user_and_server_the_next_start_recovers() {
    let dir = TestDirectory::create();
    let (child, pid) = holder(dir.path()).await;
    kill(child);
    signal("-9", pid);
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    assert_ne!(cluster.pid(), pid);
    let to = cluster.superuser("postgres");
    assert_eq!(number(&to, "SELECT n FROM kept").await.expect("the table"), 7);
    cluster.stop().await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_replaced() {
    let dir = TestDirectory::create();
    let (child, pid) = holder(dir.path()).await;
    kill(child);
    signal("-STOP", pid);
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    assert_ne!(cluster.pid(), pid);
    let to = cluster.superuser("postgres");
    assert_eq!(number(&to, "SELECT n FROM kept").await.expect("the table"), 7);
    cluster.stop().await;
}

#[tokio::test]
async fn another_process_with_the_number_of_the_dead_server_is_in_nobodys_way() {
    let dir = TestDirectory::create();
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    let data = cluster.data();
    let sockets = cluster.superuser("postgres").get_socket().expect("sockets").clone();
    cluster.stop().await;
    // A process of the server's user, for that of another would be passed over.
    let owner = fs::metadata(&data).expect("the data directory");
    let mut other = Command::new("sleep");
    other.arg("600").current_dir("/");
    if fs::metadata(dir.path()).expect("ours").uid() == 0 {
        other.uid(owner.uid()).gid(owner.gid());
    }
    let mut other = other.spawn().expect("another process");
    let (pid, data_dir, sockets) = (other.id(), data.display(), sockets.display());
    let told = format!("{pid}\n{data_dir}\n1700000000\n5432\n{sockets}\n\n 1 1\nready   \n");
    fs::write(data.join("postmaster.pid"), told).expect("a file");
    let cluster = Cluster::open(options(dir.path())).await.expect("a cluster");
    run(&cluster.superuser("postgres"), "SELECT").await.expect("it runs");
    cluster.stop().await;
    assert!(other.try_wait().expect("a child").is_none(), "the other one was left alone");
    other.kill().expect("it can be killed");
    other.wait().expect("it ends");
}

#[tokio::test]
async fn a_server_that_dies_in_use_runs_again_and_its_pools_go_on() {
    let dir = TestDirectory::create();
    let settings = Settings {
        data_dir: dir.path().to_owned(),
        database_url: None,
        secrets_dir: dir.path().join("secrets"),
        role_prefix: "voice".to_owned(),
        allow_install: false,
        say: |_| {},
    };
    let opened = Database::open(&settings).await.expect("a database");
    let server = opened.server.expect("a private cluster");
    let second = Cluster::open(options(dir.path())).await.expect("a second user");
    let pool = opened.database.pool(Role::App);
    let held = pool.acquire().await.expect("a connection");
    let pid = server.pid();
    signal("-9", pid);
    let mut faults = Vec::new();
    until("the pool goes on", async || match pool.acquire().await {
        Ok(mut connection) => {
            let asked: Result<i32, _> =
                sqlx::query_scalar("SELECT 1").fetch_one(&mut *connection).await;
            asked.is_ok() && server.pid() != pid
        }
        Err(error) => {
            faults.push(error.kind());
            false
        }
    })
    .await;
    let honest = [FaultKind::Unavailable, FaultKind::Timeout];
    assert!(faults.iter().all(|fault| honest.contains(fault)), "{faults:?}");
    drop(held);
    // One of the users has started it; the other has found it.
    until("both know it", async || server.pid() == second.pid()).await;
    opened.database.close().await;
    second.stop().await;
    server.stop().await;
}
