//! Where the cluster lives, and as whom its server runs.
//!
//! In the data directory: `cluster.lock` and `cluster.users`; `postgres`, the
//! home; or `cluster.location`, which names a home elsewhere. In the home:
//! `data`, the superuser's `password`, `server.log`.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};
use sha2::{Digest, Sha256};

use super::ClusterError;
use super::error::At;
use super::lock::Turn;

/// A socket's path has at most 107 bytes, and this one's name is 14 long.
const SOCKET_DIRECTORY: usize = 85;
/// What the name of a directory of sockets begins with.
pub(super) const SOCKETS: &str = "voice-";

/// As whom the server runs where we are root, which it refuses to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ServerUser {
    uid: u32,
    gid: u32,
}

/// The directories of a cluster.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) dir: PathBuf,
    home: PathBuf,
    user: Option<ServerUser>,
}

/// Makes the data directory where it is missing; its one name.
pub(super) fn data_directory(dir: &Path) -> Result<PathBuf, ClusterError> {
    fs::create_dir_all(dir).at(dir)?;
    dir.canonicalize().at(dir)
}

impl Layout {
    /// Finds the home of the cluster, or makes one.
    pub(super) fn find(dir: PathBuf, _: &Turn) -> Result<Self, ClusterError> {
        let note = dir.join("cluster.location");
        let home = match fs::read_to_string(&note) {
            Ok(elsewhere) => PathBuf::from(elsewhere.trim_end()),
            Err(error) if error.kind() == ErrorKind::NotFound => dir.join("postgres"),
            Err(error) => return Err(error).at(&note),
        };
        let root = Uid::effective().is_root();
        if let (true, Ok(owned)) = (root, fs::metadata(home.join("data"))) {
            let user = Some(ServerUser { uid: owned.uid(), gid: owned.gid() });
            return Ok(Self { dir, home, user });
        }
        let user = if root { Some(ServerUser::choose()?) } else { None };
        let mut layout = Self { dir, home, user };
        layout.own_directory(&layout.home)?;
        if layout.user.is_some_and(|user| !user.reaches(&layout.home)) {
            layout.home = layout.elsewhere()?;
            layout.write(&note, layout.home.to_string_lossy().as_bytes())?;
        }
        Ok(layout)
    }

    pub(super) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// Where a cluster is made before it gets its name.
    pub(super) fn draft(&self) -> PathBuf {
        self.home.join("data.new")
    }

    pub(super) fn password_file(&self) -> PathBuf {
        self.home.join("password")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.home.join("server.log")
    }

    /// The major version of the cluster, once there is one.
    pub(super) fn made_by(&self) -> Result<Option<u32>, ClusterError> {
        let path = self.data().join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(version) => Ok(Some(version.trim().parse().unwrap_or_default())),
            Err(error) if error.kind() == ErrorKind::NotFound && !self.data().exists() => Ok(None),
            Err(error) => Err(error).at(&path),
        }
    }

    /// A program that runs as the server does, with nothing of our
    /// environment, apart from the signals of our terminal.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C");
        command.current_dir("/").stdin(Stdio::null()).process_group(0);
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// The directory of the sockets, made if it is missing: short, private,
    /// and the same every time.
    pub(super) fn sockets(&self) -> Result<PathBuf, ClusterError> {
        let name = format!("{SOCKETS}{}", self.hash());
        let bases = [PathBuf::from("/tmp"), std::env::temp_dir(), self.home.clone()];
        for base in &bases {
            for number in 0..4 {
                let dir = match number {
                    0 => base.join(&name),
                    number => base.join(format!("{name}-{number}")),
                };
                if dir.as_os_str().len() <= SOCKET_DIRECTORY && self.own_directory(&dir).is_ok() {
                    return Ok(dir);
                }
            }
        }
        let tried: Vec<_> = bases.iter().map(|base| base.display().to_string()).collect();
        Err(ClusterError::NoSocketDirectory(tried.join(", ")))
    }

    /// Writes a small file that belongs to the server's user, whole or not at all.
    pub(super) fn write(&self, path: &Path, content: &[u8]) -> Result<(), ClusterError> {
        let draft = path.with_extension("new");
        let write = || {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let mut file = options.open(&draft)?;
            self.give(&draft)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&draft, path)?;
            path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
        };
        write().at(path)
    }

    fn give(&self, path: &Path) -> std::io::Result<()> {
        match self.user {
            Some(user) => chown(path, Some(user.uid), Some(user.gid)),
            None => Ok(()),
        }
    }

    /// Makes a directory that is the server's alone, or sees that it is.
    fn own_directory(&self, dir: &Path) -> Result<(), ClusterError> {
        match DirBuilder::new().mode(0o700).create(dir) {
            Ok(()) => self.give(dir).at(dir),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(dir).at(dir)?;
                let owner = self.user.map_or(Uid::effective().as_raw(), |user| user.uid);
                if !found.is_dir() || found.uid() != owner {
                    return Err(std::io::Error::other("it is somebody else's")).at(dir);
                }
                if found.mode() & 0o077 == 0 {
                    return Ok(());
                }
                fs::set_permissions(dir, Permissions::from_mode(0o700)).at(dir)
            }
            Err(error) => Err(error).at(dir),
        }
    }

    /// A home for a cluster whose data directory is closed to its server.
    fn elsewhere(&self) -> Result<PathBuf, ClusterError> {
        let state = Path::new("/var/lib/voice");
        let reached = fs::create_dir_all(state).is_ok();
        let reached = reached && self.user.is_none_or(|user| user.reaches(state));
        let base = if reached { state.to_owned() } else { std::env::temp_dir() };
        let name = if reached { self.hash() } else { format!("voice-home-{}", self.hash()) };
        // What a data directory of the same name has left is not ours.
        let free = (1..1000)
            .map(|number| if number == 1 { name.clone() } else { format!("{name}-{number}") })
            .map(|name| base.join(name))
            .find(|home| !home.exists());
        let home = free.unwrap_or_else(|| base.join(&name));
        self.own_directory(&home)?;
        Ok(home)
    }

    /// Tells one data directory from another.
    fn hash(&self) -> String {
        let hash = Sha256::digest(self.dir.as_os_str().as_encoded_bytes());
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl ServerUser {
    fn choose() -> Result<Self, ClusterError> {
        let named = |name| User::from_name(name).ok().flatten();
        let sudo = || {
            let uid = std::env::var("SUDO_UID").ok()?.parse().ok()?;
            User::from_uid(Uid::from_raw(uid)).ok().flatten()
        };
        let user = named("postgres").or_else(sudo).or_else(|| named("nobody"));
        let user = user.filter(|user| !user.uid.is_root()).ok_or(ClusterError::NoUser)?;
        Ok(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() })
    }

    /// Whether no directory on the way is closed to the user.
    fn reaches(self, dir: &Path) -> bool {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "cd \"$1\"", "sh"]).arg(dir).current_dir("/");
        command.uid(self.uid).gid(self.gid);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

/// Whether a file has grown too large to go on with.
pub(super) fn outgrown(file: std::io::Result<Metadata>) -> bool {
    const LIMIT: u64 = 10 * 1024 * 1024;
    file.is_ok_and(|file| file.len() > LIMIT)
}
