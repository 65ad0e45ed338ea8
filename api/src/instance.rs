//! One server per data directory.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

use crate::composition::StartError;

/// Held as long as a server runs; it ends with the process, however that ends.
pub(crate) struct Instance {
    _lock: File,
}

impl Instance {
    /// Takes the data directory, which is made where it is missing.
    pub fn take(data_dir: &Path) -> Result<Self, StartError> {
        let failed = |error| StartError::DataDirectory { path: data_dir.to_owned(), error };
        fs::create_dir_all(data_dir).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let lock = options.open(data_dir.join("voice.lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StartError::Running(data_dir.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
