//! The private PostgreSQL cluster of a data directory.
//!
//! It is found, or made, kept between runs, and used over sockets that are
//! closed to everybody else. Any number of processes may use it at once: the
//! server, an import, a look with the replay tool. The first starts the server,
//! the others attach, **the last one out stops it**, so that the end of the one
//! that started it takes nothing away from another. [`Cluster::started_by_us`]
//! tells which of them one is; all of them end with [`Cluster::stop`], or with
//! a drop, which does the same.
//!
//! - One lock of the data directory for making, starting and stopping
//!   (`cluster.lock`), one shared by all users (`cluster.users`); both end with
//!   the process that holds them.
//! - A process that is killed leaves the server running; the next one adopts it
//!   if it answers, and stops it if not.
//! - A server that ends while somebody uses it is started again, by any of its
//!   users: connections of before are lost, new ones succeed.
//! - `fsync`, `synchronous_commit` and `full_page_writes` are never touched.
//! - PostgreSQL refuses root: there it runs as `postgres`, `$SUDO_UID` or
//!   `nobody`, and where the data directory is closed to that user, the cluster
//!   lives in `/var/lib/voice` and `cluster.location` names it.

mod binaries;
mod error;
mod install;
mod layout;
mod lock;
mod postmaster;
mod server;

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

pub use binaries::Search;
pub use error::ClusterError;

use crate::Settings;
use error::At;
use layout::Layout;
use lock::{Turn, Usage};
use postmaster::Postmaster;

/// How often a user looks whether the server lives.
const WATCH: Duration = Duration::from_millis(250);
/// How long it waits, at most, before it tries again to start it.
const BACKOFF: Duration = Duration::from_secs(30);

/// How to run a private cluster.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data directory; made if it is missing.
    pub data_dir: PathBuf,
    /// Whether PostgreSQL may be installed where it is missing.
    pub allow_install: bool,
    /// Where a line for the person who waits goes.
    pub say: fn(&str),
    /// Where to look for PostgreSQL.
    pub search: Search,
    /// How many sessions the server takes.
    pub max_connections: u16,
    /// Whether a new cluster is made for good. One for tests is not: it is used
    /// before the disk has it all (what is written later is safe either way),
    /// and logging in costs less.
    pub lasting: bool,
}

impl Options {
    /// The usual ones.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            data_dir: settings.data_dir.clone(),
            allow_install: settings.allow_install,
            say: settings.say,
            search: Search::from_env(),
            max_connections: 200,
            lasting: true,
        }
    }
}

/// A private cluster that runs, and our use of it.
pub struct Cluster {
    shared: Arc<Shared>,
    watch: Option<JoinHandle<()>>,
    usage: Usage,
    started: bool,
    password: String,
    sockets: PathBuf,
    port: u16,
}

struct Shared {
    layout: Layout,
    options: Options,
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    closed: bool,
    postmaster: Postmaster,
    child: Option<Child>,
}

impl Cluster {
    /// Starts the server of a data directory, or attaches to the one that runs.
    /// May take long: a new cluster is made, a crashed one recovers.
    ///
    /// Safe to cancel: what was started then is stopped.
    ///
    /// # Errors
    /// In one sentence, what is missing and what would help.
    pub async fn open(options: Options) -> Result<Self, ClusterError> {
        let opened = tokio::task::spawn_blocking(move || Self::open_blocking(options));
        opened.await.map_err(|_| ClusterError::Canceled)?
    }

    /// The same, for those who have no runtime.
    ///
    /// # Errors
    /// As [`Cluster::open`].
    pub fn open_blocking(options: Options) -> Result<Self, ClusterError> {
        let dir = layout::data_directory(&options.data_dir)?;
        let turn = Turn::take(&dir)?;
        let (usage, alone) = Usage::begin(&dir, &turn)?;
        let layout = Layout::find(dir, &turn)?;
        let server = server::ensure(&layout, &options, &turn)?;
        let started = alone || server.child.is_some();
        let (sockets, port) = (server.postmaster.sockets.clone(), server.postmaster.port);
        let state = State { closed: false, postmaster: server.postmaster, child: server.child };
        let shared = Shared { layout, options, state: Mutex::new(state), wake: Condvar::new() };
        let shared = Arc::new(shared);
        let mut cluster = Self {
            shared: Arc::clone(&shared),
            watch: None,
            usage,
            started,
            password: String::new(),
            sockets,
            port,
        };
        // From here on, an error drops the cluster, which waits for its turn.
        drop(turn);
        let path = shared.layout.password_file();
        fs::read_to_string(&path).at(&path)?.trim_end().clone_into(&mut cluster.password);
        let watch = thread::Builder::new().name("postgres-watch".to_owned());
        cluster.watch = Some(watch.spawn(move || shared.watch()).at(&path)?);
        Ok(cluster)
    }

    /// Whether this process started the server, or took over one that nobody
    /// used; `false` where it attached to one in use.
    #[must_use]
    pub fn started_by_us(&self) -> bool {
        self.started
    }

    /// How the superuser logs in to a database.
    #[must_use]
    pub fn superuser(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.sockets)
            .port(self.port)
            .ssl_mode(PgSslMode::Disable)
            .username(server::SUPERUSER)
            .password(&self.password)
            .database(database)
    }

    /// The same as a URL, in the form that every program of PostgreSQL reads.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        let sockets = encoded(self.sockets.as_os_str().as_bytes());
        let (user, password, port) = (server::SUPERUSER, &self.password, self.port);
        let database = encoded(database.as_bytes());
        format!("postgres://{user}:{password}@{sockets}:{port}/{database}")
    }

    /// The number of the server's process, for those who want to watch or kill
    /// it; another one after it was started again.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.shared.state().postmaster.pid()
    }

    /// The directory that PostgreSQL calls its data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.shared.layout.data()
    }

    /// Ceases to use the cluster; stops the server if nobody else uses it.
    pub async fn stop(self) {
        if let Err(error) = tokio::task::spawn_blocking(move || drop(self)).await {
            tracing::error!(%error, "the private cluster was not stopped");
        }
    }

    fn release(&mut self) -> Result<(), ClusterError> {
        self.shared.state().closed = true;
        self.shared.wake.notify_all();
        if let Some(watch) = self.watch.take()
            && watch.join().is_err()
        {
            tracing::error!("the watch over the private cluster panicked");
        }
        let layout = &self.shared.layout;
        let turn = Turn::take(&layout.dir)?;
        if !self.usage.end(&turn).at(&layout.dir)? {
            return Ok(());
        }
        let data = layout.data();
        if let Some(postmaster) = Postmaster::of(&data).at(&data)? {
            postmaster.stop(&data, server::STOP);
        }
        if let Some(mut child) = self.shared.state().child.take() {
            child.wait().at(&data)?;
        }
        remove_sockets(&self.sockets).at(&self.sockets)
    }
}

fn encoded(text: &[u8]) -> String {
    let one = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.iter().map(one).collect()
}

/// Only what is ours, and only when the server has left nothing in it.
fn remove_sockets(dir: &Path) -> io::Result<()> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    if !name.starts_with(layout::SOCKETS) {
        return Ok(());
    }
    match fs::remove_dir(dir) {
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) =>
        {
            Ok(())
        }
        done => done,
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.release() {
            tracing::error!(%error, "the private cluster was not stopped");
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the cluster is closed: starts the server again when it has ended.
    fn watch(&self) {
        let (data, mut pause) = (self.layout.data(), WATCH);
        loop {
            let waited = self.wake.wait_timeout_while(self.state(), pause, |state| !state.closed);
            let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if state.closed {
                return;
            }
            if let Some(child) = &mut state.child
                && !matches!(child.try_wait(), Ok(None))
            {
                state.child = None;
            }
            if state.postmaster.lives(&data) {
                continue;
            }
            drop(state);
            match self.restart() {
                Ok(()) => {
                    tracing::warn!("PostgreSQL had ended and runs again");
                    pause = WATCH;
                }
                Err(error) => {
                    tracing::error!(%error, "PostgreSQL has ended and can not be started");
                    pause = (pause * 2).min(BACKOFF);
                }
            }
        }
    }

    fn restart(&self) -> Result<(), ClusterError> {
        let turn = Turn::take(&self.layout.dir)?;
        let options = Options { allow_install: false, ..self.options.clone() };
        let server = server::ensure(&self.layout, &options, &turn)?;
        let mut state = self.state();
        state.postmaster = server.postmaster;
        state.child = server.child;
        Ok(())
    }
}
