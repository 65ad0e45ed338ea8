//! Where the programs of PostgreSQL are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{ClusterError, install};

/// The oldest major version that is good enough.
const OLDEST: u32 = 15;

/// Where packages put the programs; `*` stands for a version.
const PLACES: [&str; 8] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/libexec/postgresql*",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
    "/usr/bin",
];

/// Where to look for PostgreSQL, in this order.
#[derive(Clone, Debug)]
pub struct Search {
    /// Only here, if it is named.
    pub pg_bin: Option<PathBuf>,
    /// Where `pg_config` and package managers are looked for.
    pub path: OsString,
    /// Directories, of which at most one part has a `*`.
    pub places: Vec<String>,
}

impl Search {
    /// What the environment says, and the usual places.
    #[must_use]
    pub fn from_env() -> Self {
        Self {
            pg_bin: std::env::var_os("PG_BIN").filter(|bin| !bin.is_empty()).map(PathBuf::from),
            path: std::env::var_os("PATH").unwrap_or_default(),
            places: PLACES.map(str::to_owned).to_vec(),
        }
    }

    /// A program on the path.
    pub(super) fn program(&self, name: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path).map(|dir| dir.join(name)).find(|file| file.is_file())
    }

    /// The directories that may hold the programs, the best first.
    fn candidates(&self) -> Vec<PathBuf> {
        let config = self.program("pg_config").and_then(|program| {
            let asked = Command::new(program).arg("--bindir").stdin(Stdio::null()).output().ok()?;
            let said = String::from_utf8(asked.stdout).ok()?;
            Some(PathBuf::from(said.trim()))
        });
        config.into_iter().chain(self.places.iter().flat_map(|place| expand(place))).collect()
    }
}

/// The programs of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    dir: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// Finds programs that fit a cluster that was made by a version, or a new
    /// one. Installs them where they are missing and it may.
    pub(super) fn find(
        search: &Search,
        cluster: Option<(u32, &Path)>,
        allow_install: bool,
        say: fn(&str),
    ) -> Result<Self, ClusterError> {
        let fits = |found: &Self| cluster.is_none_or(|(major, _)| found.major == major);
        if let Some(dir) = &search.pg_bin {
            let found = Self::at(dir).ok_or_else(|| ClusterError::WrongBin(dir.clone()))?;
            return if fits(&found) { Ok(found) } else { Err(other_version(cluster, &found)) };
        }
        let look = || {
            let found: Vec<_> =
                search.candidates().iter().filter_map(|dir| Self::at(dir)).collect();
            (found.iter().find(|found| fits(found)).cloned(), found.into_iter().next())
        };
        match look() {
            (Some(found), _) => return Ok(found),
            (None, Some(other)) => return Err(other_version(cluster, &other)),
            (None, None) => {}
        }
        let because = match allow_install {
            true => install::postgresql(search, say),
            false => Err(String::new()),
        };
        match look() {
            (Some(found), _) => Ok(found),
            (None, Some(other)) => Err(other_version(cluster, &other)),
            (None, None) => Err(ClusterError::NoBinaries {
                because: because
                    .err()
                    .unwrap_or_else(|| ", although its packages have been installed".to_owned()),
                advice: install::advice(search),
            }),
        }
    }

    /// The programs of a directory, if they are there and new enough.
    fn at(dir: &Path) -> Option<Self> {
        let dir = dir.canonicalize().ok()?;
        let major = version(&dir.join("initdb"))?;
        let same = version(&dir.join("postgres"))? == major;
        (same && major >= OLDEST).then_some(Self { dir, major })
    }

    /// One of the programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

fn other_version(cluster: Option<(u32, &Path)>, found: &Binaries) -> ClusterError {
    let (made_by, at) = cluster.unwrap_or((found.major, &found.dir));
    ClusterError::OtherVersion { at: at.to_owned(), made_by }
}

/// The major version that a program tells: `initdb (PostgreSQL) 15.18 (Debian …)`,
/// `postgres (PostgreSQL) 16beta1`.
fn version(program: &Path) -> Option<u32> {
    let told = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    major(&String::from_utf8(told.stdout).ok()?)
}

fn major(told: &str) -> Option<u32> {
    let number = told.split("(PostgreSQL) ").nth(1)?;
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number.get(..end)?.parse().ok()
}

/// The directories that a place means, the newest version first.
fn expand(place: &str) -> Vec<PathBuf> {
    let Some((before, after)) = place.split_once('*') else { return vec![PathBuf::from(place)] };
    let (parent, start) = before.rsplit_once('/').unwrap_or(("", before));
    let entries = std::fs::read_dir(format!("{parent}/")).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(start)?.parse().ok()?;
            Some((version, entry.path().join(after.trim_start_matches('/'))))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_a_program_tells() {
        assert_eq!(major("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("postgres (PostgreSQL) 9.6.24"), Some(9));
        assert_eq!(major("bash 5"), None);
        assert_eq!(major(""), None);
    }
}
