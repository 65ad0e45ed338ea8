//! Where tests may write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// The directory that cargo builds into.
#[must_use]
pub fn target() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => workspace.join(target),
        None => workspace.join("target"),
    }
}

/// A directory of one test, removed when it is dropped.
#[derive(Debug)]
pub struct TestDirectory(PathBuf);

impl TestDirectory {
    /// Makes an empty directory that everybody may enter.
    ///
    /// # Panics
    /// It can not be made.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test can not go on without it")]
    pub fn create() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = target().join("test-directories").join(format!("{}-{number}", process::id()));
        // What a process of the same number has left.
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old test directory can be removed");
        }
        fs::create_dir_all(&path).expect("a test directory can be made");
        Self(path.canonicalize().expect("a test directory has a name"))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TestDirectory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} is left behind: {error}", self.0.display());
        }
    }
}
