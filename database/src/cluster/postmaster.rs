//! A server as its `postmaster.pid` tells it: whether it lives, whether it
//! answers, and how it is stopped.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const ANSWER: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(10);

/// How far a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Starting,
    Ready,
    Stopping,
}

/// A server that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Postmaster {
    pid: i32,
    pub(super) port: u16,
    pub(super) sockets: PathBuf,
    pub(super) phase: Phase,
}

impl Postmaster {
    /// The server of a data directory, if one lives.
    pub(super) fn of(data: &Path) -> io::Result<Option<Self>> {
        let told = match fs::read_to_string(data.join("postmaster.pid")) {
            Ok(told) => told,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let told = Self::parse(&told);
        Ok(told.filter(|postmaster| is_postmaster(postmaster.pid, data)))
    }

    /// Lines: pid, data directory, start time, port, socket directory, listen
    /// address, shared memory, phase. The later ones are missing at first.
    fn parse(told: &str) -> Option<Self> {
        let line = |number: usize| told.lines().nth(number).map_or("", str::trim);
        Some(Self {
            pid: line(0).parse().ok().filter(|pid| *pid > 1)?,
            port: line(3).parse().unwrap_or_default(),
            sockets: PathBuf::from(line(4)),
            phase: match line(7) {
                "ready" => Phase::Ready,
                "stopping" => Phase::Stopping,
                _ => Phase::Starting,
            },
        })
    }

    pub(super) fn pid(&self) -> i32 {
        self.pid
    }

    pub(super) fn has_pid(&self, pid: u32) -> bool {
        u32::try_from(self.pid) == Ok(pid)
    }

    /// Whether it still is the server of the data directory.
    pub(super) fn lives(&self, data: &Path) -> bool {
        is_postmaster(self.pid, data)
    }

    /// Whether it takes connections: asked for TLS, it says yes or no.
    pub(super) fn answers(&self) -> bool {
        let ask = || -> io::Result<u8> {
            let path = self.sockets.join(format!(".s.PGSQL.{}", self.port));
            let mut stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(ANSWER))?;
            stream.set_write_timeout(Some(ANSWER))?;
            stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
            let mut answer = [0_u8; 1];
            stream.read_exact(&mut answer)?;
            Ok(answer[0])
        };
        matches!(ask(), Ok(b'S' | b'N'))
    }

    /// Stops it: sessions are ended and everything is written; where that does
    /// not end, it is cut off, and recovers at its next start.
    pub(super) fn stop(&self, data: &Path, patience: Duration) {
        if !self.signaled(Signal::SIGINT, data, patience) {
            self.cut_off(data);
        }
    }

    /// Stops one that is of no use: it recovers at its next start.
    pub(super) fn cut_off(&self, data: &Path) {
        if !self.signaled(Signal::SIGQUIT, data, Duration::from_secs(2)) {
            self.signaled(Signal::SIGKILL, data, Duration::from_secs(10));
        }
    }

    /// Whether a signal ended it, or nothing can be done.
    fn signaled(&self, signal: Signal, data: &Path, patience: Duration) -> bool {
        match kill(Pid::from_raw(self.pid), signal) {
            Ok(()) => {}
            Err(Errno::ESRCH) => return true,
            Err(error) => {
                tracing::error!(%error, pid = self.pid, "PostgreSQL can not be stopped");
                return true;
            }
        }
        let gone = self.gone(data, patience);
        if !gone {
            tracing::warn!(pid = self.pid, %signal, "PostgreSQL does not stop");
        }
        gone
    }

    /// Waits for its end.
    fn gone(&self, data: &Path, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        while self.lives(data) {
            if Instant::now() >= end {
                return false;
            }
            thread::sleep(POLL);
        }
        true
    }
}

/// Whether a process is the server of a data directory. After a crash or a new
/// start of the machine the number may be that of any process; a server works
/// in its data directory.
fn is_postmaster(pid: i32, data: &Path) -> bool {
    match kill(Pid::from_raw(pid), None) {
        Ok(()) | Err(Errno::EPERM) => {}
        Err(_) => return false,
    }
    if !Path::new("/proc/self").exists() {
        let asked = std::process::Command::new("ps")
            .args(["-o", "command=", "-p"])
            .arg(pid.to_string())
            .output();
        let told = asked.map(|told| String::from_utf8_lossy(&told.stdout).into_owned());
        return told.is_ok_and(|told| told.contains(&data.display().to_string()));
    }
    match (fs::read_link(format!("/proc/{pid}/cwd")), data.canonicalize()) {
        (Ok(cwd), Ok(data)) => cwd == data,
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_is_read_as_far_as_it_goes() {
        let whole = "4711\n/d\n1700000000\n5432\n/tmp/s\n\n  1234  5\nready   \n";
        let read = Postmaster::parse(whole).unwrap();
        assert_eq!((read.port, read.phase), (5432, Phase::Ready));
        assert_eq!(read.sockets, PathBuf::from("/tmp/s"));
        assert_eq!(Postmaster::parse("4711\n/d\n").unwrap().phase, Phase::Starting);
        for broken in ["", "\n", "x\n", "-1\n", "0\n", "1\n"] {
            assert_eq!(Postmaster::parse(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn another_process_with_the_number_of_a_dead_server_is_no_server() {
        let dir = std::env::temp_dir().join(hex::encode(rand::random::<[u8; 8]>()));
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("postmaster.pid"), format!("{}\n", std::process::id())).unwrap();
        assert_eq!(Postmaster::of(&dir).unwrap(), None);
        fs::remove_dir_all(&dir).unwrap();
    }
}
