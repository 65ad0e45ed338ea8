//! Key-encryption keys: what wraps every key that is kept in the database. They are not there.
//!
//! The first one follows from the root secret. A rotation makes the next one, 32 random bytes in a
//! file beside it; the newest wraps what is new, older ones unwrap what was not wrapped anew yet.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::Secrets;

const SIZE: usize = 32;
/// How long the newest one is taken for the newest: so long a server may wrap with the one before
/// after a rotation elsewhere.
pub const KEK_FRESH: Duration = Duration::from_secs(10);

/// A key-encryption key; never printed.
pub type Kek = Arc<Zeroizing<[u8; SIZE]>>;

/// The key-encryption keys of an installation; cheap to clone.
#[derive(Clone)]
pub struct Keks(Arc<Inner>);

struct Inner {
    dir: Option<PathBuf>,
    held: Mutex<Held>,
}

struct Held {
    keys: HashMap<i16, Kek>,
    newest: i16,
    looked: Option<Instant>,
}

impl Keks {
    /// Those of a directory of secrets.
    #[must_use]
    pub fn open(dir: &Path, secrets: &Secrets) -> Self {
        Self::beginning(Some(dir.to_owned()), secrets.key("key-encryption"))
    }

    fn beginning(dir: Option<PathBuf>, first: [u8; SIZE]) -> Self {
        let keys = HashMap::from([(1, Arc::new(Zeroizing::new(first)))]);
        let held = Mutex::new(Held { keys, newest: 1, looked: None });
        Self(Arc::new(Inner { dir, held }))
    }

    /// The newest one and its number.
    ///
    /// # Errors
    /// Its file cannot be read.
    pub fn newest(&self) -> io::Result<(i16, Kek)> {
        let number = {
            let mut held = self.grab();
            if held.looked.is_none_or(|looked| looked.elapsed() >= KEK_FRESH) {
                held.newest = self.look()?;
                held.looked = Some(Instant::now());
            }
            held.newest
        };
        Ok((number, self.get(number)?))
    }

    /// The one with a number.
    ///
    /// # Errors
    /// There is no such key, or its file cannot be read.
    pub fn get(&self, number: i16) -> io::Result<Kek> {
        if let Some(key) = self.grab().keys.get(&number) {
            return Ok(Arc::clone(key));
        }
        let dir = self.0.dir.as_ref().ok_or_else(|| io::Error::from(ErrorKind::NotFound))?;
        let mut bytes = Zeroizing::new([0_u8; SIZE]);
        File::open(file(dir, number))?.read_exact(&mut *bytes)?;
        let key = Arc::new(bytes);
        self.grab().keys.insert(number, Arc::clone(&key));
        Ok(key)
    }

    /// The turn to rotate, in all processes that share the directory; it ends when this is dropped.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn turn(&self) -> io::Result<File> {
        let dir = self.0.dir.as_ref().ok_or_else(|| io::Error::from(ErrorKind::Unsupported))?;
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false).mode(0o600);
        let lock = options.open(dir.join("kek.lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    /// Makes the next one after those that are there and the ones that the database knows; its
    /// number. Running servers take it within ten seconds.
    ///
    /// # Errors
    /// The file cannot be written, or somebody else has just made the next one.
    pub fn rotate(&self, used: i16) -> io::Result<i16> {
        let dir = self.0.dir.as_ref().ok_or_else(|| io::Error::from(ErrorKind::Unsupported))?;
        let number = self.look()?.max(used).checked_add(1).ok_or(ErrorKind::StorageFull)?;
        let key = Zeroizing::new(rand::random::<[u8; SIZE]>());
        let draft = dir.join(format!("kek-{number}.new"));
        let mut options = OpenOptions::new();
        let mut out = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        out.write_all(&*key)?;
        out.sync_all()?;
        // Unlike a rename it takes nobody's place.
        let done = fs::hard_link(&draft, file(dir, number));
        fs::remove_file(&draft)?;
        done?;
        File::open(dir)?.sync_all()?;
        self.grab().looked = None;
        Ok(number)
    }

    /// The number of the newest one.
    fn look(&self) -> io::Result<i16> {
        let Some(dir) = &self.0.dir else { return Ok(1) };
        let mut newest = 1;
        for entry in fs::read_dir(dir)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("kek-"));
            let number = number.and_then(|name| name.strip_suffix(".key")?.parse().ok());
            newest = newest.max(number.unwrap_or(1));
        }
        Ok(newest)
    }

    fn grab(&self) -> MutexGuard<'_, Held> {
        // Nothing is left half done under it.
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<[u8; SIZE]> for Keks {
    /// One that is never rotated.
    fn from(key: [u8; SIZE]) -> Self {
        Self::beginning(None, key)
    }
}

fn file(dir: &Path, number: i16) -> PathBuf {
    dir.join(format!("kek-{number}.key"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_next_key_is_another_one_and_the_old_ones_stay() {
        let name = format!("voice-keks-{}", hex::encode(rand::random::<[u8; 8]>()));
        let dir = std::env::temp_dir().join(name);
        let secrets = Secrets::open(&dir).unwrap();
        let (keks, other) = (Keks::open(&dir, &secrets), Keks::open(&dir, &secrets));
        assert_eq!(other.newest().unwrap().0, 1);
        assert_eq!(keks.rotate(1).unwrap(), 2);
        assert_eq!(keks.rotate(1).unwrap(), 3);
        let (number, newest) = keks.newest().unwrap();
        assert_eq!(number, 3);
        // Another server may take the old one for the newest for a while, and reads the new one.
        assert_eq!(other.newest().unwrap().0, 1);
        assert_eq!(**other.get(3).unwrap(), **newest);
        assert_ne!(**keks.get(1).unwrap(), **keks.get(2).unwrap());
        assert_eq!(Keks::open(&dir, &secrets).newest().unwrap().0, 3);
        // A number that the database knows is never given twice, also where its file is lost.
        fs::remove_file(file(&dir, 3)).unwrap();
        assert_eq!(Keks::open(&dir, &secrets).rotate(3).unwrap(), 4);
        assert_eq!(other.get(9).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(Keks::from([7; 32]).newest().unwrap().0, 1);
        fs::remove_dir_all(&dir).unwrap();
    }
}
