//! The two locks of a data directory. Both end with the process that holds
//! them, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::ClusterError;
use super::error::At;

/// Somebody may be installing PostgreSQL, or recovering after a crash.
const PATIENCE: Duration = Duration::from_secs(600);
const POLL: Duration = Duration::from_millis(20);

/// Held while the cluster is made, started or stopped.
pub(super) struct Turn(#[expect(dead_code, reason = "the lock is the open file")] File);

impl Turn {
    /// Waits until nobody else makes, starts or stops the cluster.
    pub(super) fn take(dir: &Path) -> Result<Self, ClusterError> {
        let path = dir.join("cluster.lock");
        let file = open(&path)?;
        let end = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::Error(error)) => return Err(error).at(&path),
                Err(TryLockError::WouldBlock) if Instant::now() >= end => {
                    return Err(ClusterError::TooSlow {
                        what: "another process that starts or stops the private cluster",
                        seconds: PATIENCE.as_secs(),
                        said: String::new(),
                    });
                }
                Err(TryLockError::WouldBlock) => thread::sleep(POLL),
            }
        }
    }
}

/// Held as long as the cluster is used. Only changed by who has the [`Turn`].
pub(super) struct Usage(File);

impl Usage {
    /// Begins to use it; says whether nobody else does.
    pub(super) fn begin(dir: &Path, _: &Turn) -> Result<(Self, bool), ClusterError> {
        let path = dir.join("cluster.users");
        let usage = Self(open(&path)?);
        let alone = usage.alone().at(&path)?;
        usage.0.lock_shared().at(&path)?;
        Ok((usage, alone))
    }

    /// Ceases to use it; says whether nobody else does.
    pub(super) fn end(&self, _: &Turn) -> std::io::Result<bool> {
        self.0.unlock()?;
        self.alone()
    }

    fn alone(&self) -> std::io::Result<bool> {
        match self.0.try_lock() {
            Ok(()) => self.0.unlock().map(|()| true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn open(path: &Path) -> Result<File, ClusterError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(path).at(path)
}
