//! The server of all tests of a checkout: one cluster under `target/`, shared
//! by all test processes, ended by a watcher when the last one has gone. With
//! `DATABASE_URL`, that server.
//!
//! Roles and the template belong to the whole server, so one process at a time
//! makes them, under a file lock.

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use database::cluster::{Options, Search};
use database::{Cluster, RolePrefix, Secrets};
use sqlx::postgres::PgConnectOptions;

use crate::target;
use crate::template;

/// How a test runs a private cluster of its own in a directory.
#[must_use]
pub fn options(data_dir: &Path) -> Options {
    Options {
        data_dir: data_dir.to_owned(),
        allow_install: false,
        say: |_| {},
        search: Search::from_env(),
        max_connections: 50,
        lasting: false,
    }
}

/// What every test of this process needs to know of the server.
pub(crate) struct Server {
    /// How the role that may make databases and roles logs in.
    pub(crate) admin: PgConnectOptions,
    pub(crate) prefix: RolePrefix,
    pub(crate) secrets_dir: PathBuf,
    pub(crate) secrets: Secrets,
    /// What the names of our databases begin with.
    pub(crate) names: String,
    pub(crate) template: String,
    /// Held until the process ends; nobody drops it.
    pub(crate) cluster: Option<Cluster>,
    _here: File,
}

/// The server, made ready by the first test that asks.
///
/// # Panics
/// There is none, in the words of whoever missed it.
#[expect(clippy::expect_used, reason = "a test can not go on without it")]
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        // A runtime of its own: the tests' ones end with the tests.
        thread::spawn(open).join().expect("no panic").expect("a server for the tests")
    })
}

fn open() -> anyhow::Result<Server> {
    let dir = target().join("test-cluster");
    let users = dir.join("users");
    fs::create_dir_all(&users).with_context(|| format!("{}", users.display()))?;
    let dir = dir.canonicalize()?;
    let setup = lock_file(&dir.join("setup.lock"))?;
    setup.lock()?;
    let here = lock_file(&dir.join("users").join(process::id().to_string()))?;
    here.lock()?;
    let url = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
    let (cluster, admin) = match &url {
        Some(url) => (None, url.parse().context("DATABASE_URL")?),
        None => {
            let cluster = shared_cluster(&dir)?;
            let admin = cluster.superuser("postgres");
            (Some(cluster), admin)
        }
    };
    let secrets_dir = dir.join("secrets");
    let secrets = Secrets::open(&secrets_dir)?;
    let names = format!("voice_test_{}", checkout(&dir));
    let prefix = RolePrefix::parse(&names)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let template = runtime.block_on(template::make(&admin, &prefix, &secrets, &names, &dir))?;
    setup.unlock()?;
    Ok(Server { admin, prefix, secrets_dir, secrets, names, template, cluster, _here: here })
}

fn shared_cluster(dir: &Path) -> anyhow::Result<Cluster> {
    wait_for_the_watcher(dir)?;
    let cluster = Cluster::open_blocking(Options { max_connections: 400, ..options(dir) })?;
    watch(dir, &cluster.data())?;
    Ok(cluster)
}

/// The test processes that live, this one included.
pub(crate) fn processes(dir: &Path) -> anyhow::Result<Vec<u32>> {
    let mut living = Vec::new();
    for entry in fs::read_dir(dir.join("users"))? {
        let entry = entry?;
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else { continue };
        if pid == process::id() || lock_file(&entry.path())?.try_lock().is_err() {
            living.push(pid);
        }
    }
    Ok(living)
}

/// A watcher that has begun to stop the server has the file `stopping`. We are
/// listed already, so one that begins later sees us and lets it be.
fn wait_for_the_watcher(dir: &Path) -> anyhow::Result<()> {
    let (stopping, end) = (dir.join("stopping"), Instant::now() + Duration::from_secs(120));
    while stopping.exists() {
        let watcher = lock_file(&dir.join("watcher.lock"))?;
        if watcher.try_lock().is_ok() {
            // It has gone without tidying up, as it does when it has stopped the server.
            if stopping.exists() {
                fs::remove_file(&stopping)?;
            }
            return Ok(());
        }
        ensure!(Instant::now() < end, "the watcher does not stop the test cluster");
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Starts the watcher where none lives. It has the lock as its standard input,
/// so that the lock ends with it.
fn watch(dir: &Path, data: &Path) -> anyhow::Result<()> {
    let lock = lock_file(&dir.join("watcher.lock"))?;
    if lock.try_lock().is_err() {
        return Ok(());
    }
    let script = include_str!("watcher.sh");
    Command::new("/bin/sh")
        .args(["-c", script, "watcher"])
        .arg(dir)
        .arg(data)
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::from(lock))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(())
}

fn lock_file(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).open(path);
    file.with_context(|| format!("{}", path.display()))
}

/// Tells the databases and roles of one checkout from another's.
fn checkout(dir: &Path) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hash = DefaultHasher::new();
    dir.hash(&mut hash);
    format!("{:08x}", hash.finish() & 0xffff_ffff)
}
