//! Why there is no private cluster.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no private cluster, in one sentence for a person.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL is not there, and must not or can not be installed.
    #[error(
        "PostgreSQL 15 or newer is needed and was not found{because}; install it ({advice}), or \
         name its directory of programs in PG_BIN or a server in DATABASE_URL"
    )]
    NoBinaries {
        /// What was tried, with a leading space or comma; may be empty.
        because: String,
        /// How it is installed here.
        advice: String,
    },
    /// `PG_BIN` is wrong.
    #[error(
        "PG_BIN names {}, where initdb and postgres of PostgreSQL 15 or newer are not to be found",
        .0.display()
    )]
    WrongBin(PathBuf),
    /// The cluster was made by another major version.
    #[error(
        "the cluster in {} was made by PostgreSQL {made_by}, which is not installed; install it, \
         or name its directory of programs in PG_BIN",
        at.display()
    )]
    OtherVersion {
        /// Where the cluster is.
        at: PathBuf,
        /// Its major version.
        made_by: u32,
    },
    /// A file or a directory can not be read or made.
    #[error("the private cluster needs {}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// Root, and nobody to run the server as.
    #[error(
        "PostgreSQL does not run as root, and there is no other user on this machine (postgres, \
         $SUDO_UID or nobody) to run it as"
    )]
    NoUser,
    /// No directory is short and private enough for the sockets.
    #[error("no directory for the sockets of the private cluster can be made in {0}")]
    NoSocketDirectory(String),
    /// A program of PostgreSQL failed.
    #[error("{program} failed{said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// What it said last, with a leading colon and space; may be empty.
        said: String,
    },
    /// It takes too long.
    #[error("{what} took longer than {seconds} s{said}")]
    TooSlow {
        /// What was waited for.
        what: &'static str,
        /// How long.
        seconds: u64,
        /// What the server said last, with a leading colon and space.
        said: String,
    },
    /// The thread that opens it ended.
    #[error("the opening of the private cluster was cut off")]
    Canceled,
}

/// Says which path an input or output error is about.
pub(super) trait At<T> {
    fn at(self, path: &Path) -> Result<T, ClusterError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, ClusterError> {
        self.map_err(|error| ClusterError::Io { path: path.to_owned(), error })
    }
}
