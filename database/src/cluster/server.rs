//! Making a cluster and starting its server.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use super::binaries::Binaries;
use super::error::At;
use super::layout::{Layout, outgrown};
use super::lock::Turn;
use super::postmaster::{Phase, Postmaster};
use super::{ClusterError, Options};
use crate::scram;

/// The superuser of a private cluster.
pub(super) const SUPERUSER: &str = "postgres";
/// The port is part of the name of the socket; there is no network.
const PORT: u16 = 5432;
/// A recovery reads what was written since the last checkpoint.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long the sessions of a server that was killed may live on.
const LEFTOVERS: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);
/// How long a server may take to stop.
pub(super) const STOP: Duration = Duration::from_secs(60);

/// A server that runs, and the handle of its process if we started it.
pub(super) struct Server {
    pub(super) postmaster: Postmaster,
    pub(super) child: Option<Child>,
}

/// The server of the cluster, whichever way: the one that runs if it answers,
/// else a new one; on a cluster that is made if there is none.
pub(super) fn ensure(
    layout: &Layout,
    options: &Options,
    turn: &Turn,
) -> Result<Server, ClusterError> {
    if let Some(postmaster) = running(layout)? {
        return Ok(Server { postmaster, child: None });
    }
    let made_by = layout.made_by()?;
    let data = layout.data();
    let binaries = Binaries::find(
        &options.search,
        made_by.map(|major| (major, data.as_path())),
        options.allow_install,
        options.say,
    )?;
    if made_by.is_none() {
        make(layout, &binaries, options)?;
    }
    start(layout, &binaries, options, turn)
}

/// The server that runs already, once it answers.
fn running(layout: &Layout) -> Result<Option<Postmaster>, ClusterError> {
    let data = layout.data();
    let end = Instant::now() + PATIENCE;
    while let Some(found) = Postmaster::of(&data).at(&data)? {
        match found.phase {
            Phase::Ready if found.answers() => return Ok(Some(found)),
            Phase::Ready => {
                tracing::warn!("a PostgreSQL that does not answer is stopped");
                found.cut_off(&data);
                return Ok(None);
            }
            Phase::Starting | Phase::Stopping if Instant::now() >= end => {
                found.cut_off(&data);
                return Ok(None);
            }
            Phase::Starting | Phase::Stopping => thread::sleep(POLL),
        }
    }
    Ok(None)
}

/// Makes a new cluster beside its place and moves it there when it is whole.
fn make(layout: &Layout, binaries: &Binaries, options: &Options) -> Result<(), ClusterError> {
    let (data, draft) = (layout.data(), layout.draft());
    (options.say)(&format!("making a PostgreSQL {} cluster in {}", binaries.major, data.display()));
    let password = hex::encode(rand::random::<[u8; 24]>());
    layout.write(&layout.password_file(), password.as_bytes())?;
    // PostgreSQL makes logging in dear; a random password does not need that,
    // but some programs refuse the cheap form.
    let given = layout.draft().with_extension("password");
    let form = if options.lasting { password } else { scram::verifier(&password) };
    layout.write(&given, form.as_bytes())?;
    let mut done = Err(ClusterError::Canceled);
    // The sort order is that of the bytes; letters are known as letters where
    // the system can tell.
    for ctype in ["C.UTF-8", "C"] {
        if draft.exists() {
            fs::remove_dir_all(&draft).at(&draft)?;
        }
        let mut command = layout.command(&binaries.program("initdb"));
        command.arg("-D").arg(&draft).arg("--pwfile").arg(&given);
        command.args(["-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--data-checksums"]);
        command.args(["--locale=C", &format!("--lc-ctype={ctype}")]);
        if SYNC_AT_ONCE || !options.lasting {
            command.arg("--no-sync");
        }
        done = run(command, "initdb");
        if done.is_ok() {
            break;
        }
    }
    fs::remove_file(&given).at(&given)?;
    done?;
    if options.lasting {
        sync(&draft)?;
    }
    fs::rename(&draft, &data).at(&data)?;
    let home = data.parent().unwrap_or(&data);
    File::open(home).and_then(|home| home.sync_all()).at(home)
}

/// Whether the thousand files of a new cluster can be brought to the disk at
/// once, which takes a tenth of the time.
const SYNC_AT_ONCE: bool = cfg!(target_os = "linux");

#[cfg(target_os = "linux")]
fn sync(dir: &Path) -> Result<(), ClusterError> {
    let open = File::open(dir).at(dir)?;
    nix::unistd::syncfs(open).map_err(std::io::Error::from).at(dir)
}

#[cfg(not(target_os = "linux"))]
fn sync(_: &Path) -> Result<(), ClusterError> {
    Ok(())
}

fn run(mut command: Command, program: &'static str) -> Result<(), ClusterError> {
    let done = command.output();
    let (ok, said) = match &done {
        Ok(done) => (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned()),
        Err(error) => (false, error.to_string()),
    };
    if ok { Ok(()) } else { Err(ClusterError::Failed { program, said: last_words(&said) }) }
}

/// Starts a server where none lives.
fn start(
    layout: &Layout,
    binaries: &Binaries,
    options: &Options,
    _: &Turn,
) -> Result<Server, ClusterError> {
    let sockets = layout.sockets()?;
    let end = Instant::now() + LEFTOVERS;
    loop {
        forget_the_dead(layout, &sockets)?;
        match attempt(layout, binaries, options, &sockets) {
            // The sessions of a server that was killed end by themselves.
            Err(ClusterError::Failed { said, .. })
                if said.contains("still in use") && Instant::now() < end =>
            {
                thread::sleep(POLL * 10);
            }
            done => return done,
        }
    }
}

/// After a crash the number of the dead server may be that of a living process,
/// and PostgreSQL would take that for a server. The file is kept, because it
/// also names the shared memory by which sessions that live on are found; in
/// it, our own number stands for "nobody".
fn forget_the_dead(layout: &Layout, sockets: &Path) -> Result<(), ClusterError> {
    let path = layout.data().join("postmaster.pid");
    if let Ok(told) = fs::read_to_string(&path)
        && let Some((_, rest)) = told.split_once('\n')
    {
        fs::write(&path, format!("{}\n{rest}", std::process::id())).at(&path)?;
    }
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        let path = sockets.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).at(&path);
            }
            _ => {}
        }
    }
    Ok(())
}

fn attempt(
    layout: &Layout,
    binaries: &Binaries,
    options: &Options,
    sockets: &Path,
) -> Result<Server, ClusterError> {
    let (log, data) = (layout.log(), layout.data());
    if outgrown(fs::metadata(&log)) {
        fs::rename(&log, log.with_extension("log.old")).at(&log)?;
    }
    let output = OpenOptions::new().append(true).create(true).mode(0o600).open(&log).at(&log)?;
    let before = output.metadata().at(&log)?.len();
    let errors = output.try_clone().at(&log)?;
    let mut command = layout.command(&binaries.program("postgres"));
    command.arg("-D").arg(&data).arg("-k").arg(sockets).arg("-p").arg(PORT.to_string());
    command.arg("-N").arg(options.max_connections.to_string());
    for setting in [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "cluster_name=voice",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_destination=stderr",
        "logging_collector=off",
        "jit=off",
    ] {
        command.args(["-c", setting]);
    }
    command.stdout(output).stderr(errors);
    let mut child = command.spawn().map_err(|error| ClusterError::Failed {
        program: "postgres",
        said: format!(": {error}"),
    })?;
    match ready(&mut child, layout, before) {
        Ok(postmaster) => Ok(Server { postmaster, child: Some(child) }),
        Err(error) => {
            end(child);
            Err(error)
        }
    }
}

/// Waits until a new server takes connections.
fn ready(child: &mut Child, layout: &Layout, before: u64) -> Result<Postmaster, ClusterError> {
    let (data, deadline) = (layout.data(), Instant::now() + PATIENCE);
    let said = || last_words(&since(&layout.log(), before).unwrap_or_default());
    loop {
        if child.try_wait().at(&data)?.is_some() {
            return Err(ClusterError::Failed { program: "postgres", said: said() });
        }
        let found = Postmaster::of(&data).at(&data)?;
        let found = found.filter(|found| found.has_pid(child.id()) && found.phase == Phase::Ready);
        if let Some(found) = found {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            let what = "the start of PostgreSQL";
            return Err(ClusterError::TooSlow { what, seconds: PATIENCE.as_secs(), said: said() });
        }
        thread::sleep(POLL);
    }
}

/// Ends a server of ours that is of no use, and collects it.
fn end(mut child: Child) {
    if let (Ok(None), Ok(pid)) = (child.try_wait(), i32::try_from(child.id())) {
        let pid = nix::unistd::Pid::from_raw(pid);
        if let Err(error) = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGQUIT) {
            tracing::error!(%error, "PostgreSQL can not be stopped");
        }
    }
    if let Err(error) = child.wait() {
        tracing::error!(%error, "the end of PostgreSQL can not be seen");
    }
}

fn since(log: &Path, before: u64) -> std::io::Result<String> {
    let mut file = File::open(log)?;
    file.seek(SeekFrom::Start(before))?;
    let mut said = Vec::new();
    file.take(64 * 1024).read_to_end(&mut said)?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

/// The line that says most about a failure, as the end of a sentence.
fn last_words(said: &str) -> String {
    let bad = |line: &&str| ["FATAL:", "PANIC:", "error:"].iter().any(|word| line.contains(word));
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines().rfind(bad).or_else(|| lines().next_back());
    line.map(|line| format!(": {}", line.chars().take(300).collect::<String>())).unwrap_or_default()
}
