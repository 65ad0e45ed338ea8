//! The root secret: 32 random bytes in a file, from which every other secret
//! of the installation is derived.
//!
//! Whether a new one may be made although the database holds keys that were
//! wrapped by an older one is for those to decide who know these keys.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const FILE: &str = "root.key";
/// Lies beside a root secret that no production server takes.
const DEVELOPMENT: &str = "development";
const SIZE: usize = 32;

/// The root secret. Has no way to be printed.
#[derive(Clone)]
pub struct Secrets(Zeroizing<[u8; SIZE]>);

/// Why there is no root secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// A file or a directory can not be read or made.
    #[error("the secret {}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// The file is no root secret.
    #[error("the secret {} has {size} bytes and should have {SIZE}; restore it from a backup",
        path.display())]
    Size {
        /// Which.
        path: PathBuf,
        /// How long it is; one more than right stands for anything longer.
        size: usize,
    },
    /// Everybody on this machine can read or change it.
    #[error("the secret {} is open to everybody; `chmod 600` it", path.display())]
    Open {
        /// Which.
        path: PathBuf,
    },
}

impl Secrets {
    /// Reads the root secret of a directory; makes both where they are missing,
    /// closed to everybody else. Two processes that start at once get the same.
    ///
    /// # Errors
    /// The file can not be read or made, has a wrong size, or is open to
    /// everybody.
    pub fn open(dir: &Path) -> Result<Self, SecretsError> {
        let path = dir.join(FILE);
        match read(&path)? {
            Some(secrets) => Ok(secrets),
            None => create(dir, &path),
        }
    }

    /// Notes, where there is no root secret yet, that the one to be made is for development:
    /// everybody who has seen a demo may know what follows from it.
    ///
    /// # Errors
    /// The directory can not be written.
    pub fn begin_development(dir: &Path) -> Result<(), SecretsError> {
        if dir.join(FILE).exists() {
            return Ok(());
        }
        let path = dir.join(DEVELOPMENT);
        let note = || {
            directory(dir)?;
            fs::write(&path, "These secrets were made by a development server.\n")
        };
        note().map_err(|error| SecretsError::Io { path: path.clone(), error })
    }

    /// Whether the secrets of a directory were made for development.
    #[must_use]
    pub fn for_development(dir: &Path) -> bool {
        dir.join(DEVELOPMENT).exists()
    }

    /// A key for one purpose: HMAC-SHA-256 of its name under the root secret.
    /// The same for ever; keys of two purposes tell nothing about each other.
    #[must_use]
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        // A key shorter than a block is padded with zeros by definition.
        let mut block = Zeroizing::new([0_u8; 64]);
        for (to, from) in block.iter_mut().zip(self.0.iter()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(b"voice/key/1/");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

fn read(path: &Path) -> Result<Option<Secrets>, SecretsError> {
    let fault = |error| SecretsError::Io { path: path.to_owned(), error };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    let mode = file.metadata().map_err(fault)?.permissions().mode();
    if mode & 0o007 != 0 {
        return Err(SecretsError::Open { path: path.to_owned() });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(SIZE + 1));
    file.take(u64::try_from(SIZE + 1).unwrap_or(u64::MAX))
        .read_to_end(&mut bytes)
        .map_err(fault)?;
    let root = <[u8; SIZE]>::try_from(bytes.as_slice());
    let root = root.map_err(|_| SecretsError::Size { path: path.to_owned(), size: bytes.len() })?;
    Ok(Some(Secrets(Zeroizing::new(root))))
}

fn create(dir: &Path, path: &Path) -> Result<Secrets, SecretsError> {
    make(dir, path).map_err(|error| SecretsError::Io { path: path.to_owned(), error })?;
    let missing = || SecretsError::Io { path: path.to_owned(), error: ErrorKind::NotFound.into() };
    read(path)?.ok_or_else(missing)
}

/// Under a lock, so that one process makes it and the others find it. It gets
/// its name when it is whole and on the disk.
fn make(dir: &Path, path: &Path) -> io::Result<()> {
    directory(dir)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let lock = options.open(dir.join("lock"))?;
    lock.lock()?;
    if path.exists() {
        return Ok(());
    }
    let draft = dir.join("root.key.new");
    let root = Zeroizing::new(rand::random::<[u8; SIZE]>());
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(&*root)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    File::open(dir)?.sync_all()
}

fn directory(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    fs::set_permissions(dir, Permissions::from_mode(0o700))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    struct Directory(PathBuf);

    impl Directory {
        fn new() -> Self {
            let name = format!("voice-secrets-{}", hex::encode(rand::random::<[u8; 8]>()));
            Self(std::env::temp_dir().join(name))
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn refusal(dir: &Path) -> SecretsError {
        match Secrets::open(dir) {
            Err(error) => error,
            Ok(_) => panic!("it was opened"),
        }
    }

    #[test]
    fn processes_that_start_at_once_get_the_same_secret() {
        let dir = Directory::new();
        let path = dir.0.join("a/b");
        let open = || Secrets::open(&path).unwrap().key("x");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == open()));
        assert_ne!(open(), Secrets::open(&path).unwrap().key("y"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join(FILE)), 0o600);
    }

    #[test]
    fn a_file_that_is_no_secret_is_refused_and_kept() {
        let dir = Directory::new();
        Secrets::open(&dir.0).unwrap();
        let path = dir.0.join(FILE);
        for size in [0, 31, 33, 5000] {
            fs::write(&path, vec![7; size]).unwrap();
            assert!(refusal(&dir.0).to_string().contains("should have 32"));
            assert_eq!(fs::metadata(&path).unwrap().len(), u64::try_from(size).unwrap());
        }
        fs::write(&path, [7; 32]).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(refusal(&dir.0), SecretsError::Open { .. }));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
        assert!(matches!(refusal(&dir.0), SecretsError::Io { .. }));
    }

    #[test]
    fn a_key_is_the_mac_of_its_purpose() {
        // python3: hmac.new(bytes(range(32)), b"voice/key/1/demo", "sha256").hexdigest()
        let root = std::array::from_fn(|index| u8::try_from(index).unwrap());
        let key = Secrets(Zeroizing::new(root)).key("demo");
        assert_eq!(
            hex::encode(key),
            "2d9f41498b2caa9a28aa6255d8b48153a7fd4c1afc6f5936a75f8ecb35ff8c49"
        );
    }
}
