//! The ledger of erasures: a file beside the database that outlives a restore of it.
//!
//! A line per erasure, in JSON, each with the hash of the one before (SHA-256), so that none can be
//! taken out or altered without a trace. It holds nothing personal: of the person a random id, of
//! the key a mark that tells it from others.
//!
//! *Architecture invariant:* a key is destroyed only when the line that says so is on the disk.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The erasure.
    pub erasure_id: Uuid,
    /// In which organization.
    pub organization_id: Uuid,
    /// Whose data; a random id.
    pub subject_id: Uuid,
    /// Which key of theirs, in hexadecimal.
    pub key_mark: String,
    /// Why.
    pub legal_basis: String,
    /// Who has asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place, from 1.
    pub number: u64,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
    /// The hash of the line before, in hexadecimal.
    pub previous: String,
    /// The hash of this one.
    pub hash: String,
}

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be read or written.
    #[error("the ledger of erasures {}: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// It is not what was written.
    #[error(
        "line {line} of the ledger of erasures {} was altered, or one before it is missing; restore \
         it from a backup", path.display()
    )]
    Altered {
        /// Which file.
        path: PathBuf,
        /// The first line that does not fit.
        line: usize,
    },
}

impl LedgerError {
    /// Whether it is only that there is no room.
    #[must_use]
    pub fn disk_is_full(&self) -> bool {
        matches!(self, Self::Io { error, .. }
            if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
    }
}

/// The ledger; cheap to clone. One process at a time has it, until the last clone is dropped.
#[derive(Clone)]
pub struct Ledger {
    path: PathBuf,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    file: File,
    lines: Vec<Line>,
    /// Which lines there are, by erasure.
    places: HashMap<Uuid, usize>,
    /// What was written in part could not be taken off again: nothing may come after it.
    spoiled: bool,
}

impl Ledger {
    /// Opens the ledger, empty where there is none, and checks every line. A last line that was
    /// not written to its end is taken off: nothing was done on it.
    ///
    /// # Errors
    /// [`LedgerError`]
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let fault = |error| LedgerError::Io { path: path.to_owned(), error };
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(path).map_err(fault)?;
        file.try_lock().map_err(|error| fault(error.into()))?;
        // The file itself has to be there after a crash, not only what is written into it.
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = File::open(directory.unwrap_or(Path::new("."))).map_err(fault)?;
        directory.sync_all().map_err(fault)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(fault)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        text.truncate(whole);
        let mut lines: Vec<Line> = Vec::new();
        let written = text.strip_suffix(b"\n").unwrap_or_default();
        let written = written.split(|byte| *byte == b'\n').filter(|_| !text.is_empty());
        for (place, line) in written.enumerate() {
            let altered = || LedgerError::Altered { path: path.to_owned(), line: place + 1 };
            let line: Line = serde_json::from_slice(line).map_err(|_| altered())?;
            if chained(lines.last(), line.entry.clone()) != Some(line.clone()) {
                return Err(altered());
            }
            lines.push(line);
        }
        let end = u64::try_from(whole).unwrap_or(u64::MAX);
        file.set_len(end).map_err(fault)?;
        file.seek(SeekFrom::End(0)).map_err(fault)?;
        let place = |(place, line): (usize, &Line)| (line.entry.erasure_id, place);
        let places = lines.iter().enumerate().map(place).collect();
        let inner = Arc::new(Mutex::new(Inner { file, lines, places, spoiled: false }));
        Ok(Self { path: path.to_owned(), inner })
    }

    /// Writes a line; it is on the disk then. What is there already is not written again.
    ///
    /// # Errors
    /// It cannot be written; then nothing was.
    pub fn append(&self, entry: Entry) -> Result<Line, LedgerError> {
        let fault = |error| LedgerError::Io { path: self.path.clone(), error };
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let there = inner.places.get(&entry.erasure_id).and_then(|place| inner.lines.get(*place));
        if let Some(there) = there {
            return Ok(there.clone());
        }
        if inner.spoiled {
            return Err(fault(io::Error::other("its last line is spoiled; start again")));
        }
        let line = chained(inner.lines.last(), entry);
        let line = line.ok_or_else(|| fault(io::Error::from(io::ErrorKind::InvalidData)))?;
        let mut text = serde_json::to_vec(&line).map_err(|error| fault(error.into()))?;
        text.push(b'\n');
        let before = inner.file.stream_position().map_err(fault)?;
        let written = inner.file.write_all(&text).and_then(|()| inner.file.sync_all());
        if let Err(error) = written {
            // What was written in part would spoil what comes after it.
            let taken_off = inner.file.set_len(before);
            let taken_off = taken_off.and_then(|()| inner.file.seek(SeekFrom::Start(before)));
            inner.spoiled = taken_off.is_err();
            return Err(fault(error));
        }
        let place = inner.lines.len();
        inner.places.insert(line.entry.erasure_id, place);
        inner.lines.push(line.clone());
        Ok(line)
    }

    /// Every line, the oldest first.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).lines.clone()
    }
}

/// The line that an entry makes after another one; none where it cannot be written.
fn chained(before: Option<&Line>, entry: Entry) -> Option<Line> {
    let number = before.map_or(0, |line| line.number) + 1;
    let previous = before.map_or_else(|| hex::encode([0; 32]), |line| line.hash.clone());
    let mut sha = Sha256::new();
    sha.update(b"voice/erasure/1/");
    sha.update(number.to_be_bytes());
    sha.update(previous.as_bytes());
    sha.update(serde_json::to_vec(&entry).ok()?);
    let hash = hex::encode(sha.finalize());
    Some(Line { number, entry, previous, hash })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn entry(number: u128) -> Entry {
        Entry {
            erasure_id: Uuid::from_u128(number),
            organization_id: Uuid::from_u128(1),
            subject_id: Uuid::from_u128(2),
            key_mark: "00".repeat(8),
            legal_basis: "asked for it".to_owned(),
            requested_by: "ann".to_owned(),
            requested_at: Timestamp::from_millis(1),
        }
    }

    fn file() -> PathBuf {
        std::env::temp_dir()
            .join(format!("voice-ledger-{}", hex::encode(rand::random::<[u8; 8]>())))
    }

    #[test]
    fn what_was_written_is_there_again_and_chained() {
        let path = file();
        let ledger = Ledger::open(&path).unwrap();
        let first = ledger.append(entry(1)).unwrap();
        let second = ledger.append(entry(2)).unwrap();
        assert_eq!((second.number, &second.previous), (2, &first.hash));
        assert_eq!(ledger.append(entry(1)).unwrap(), first, "once");
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Io { .. })), "one at a time");
        drop(ledger);
        assert_eq!(Ledger::open(&path).unwrap().lines(), [first, second]);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_line_that_was_not_written_to_its_end_is_taken_off() {
        let path = file();
        Ledger::open(&path).unwrap().append(entry(1)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for cut in 1..whole.len() {
            let mut torn = whole.clone();
            torn.extend_from_slice(&whole[..cut]);
            std::fs::write(&path, torn).unwrap();
            let ledger = Ledger::open(&path).unwrap();
            assert_eq!(ledger.lines().len(), 1);
            ledger.append(entry(2)).unwrap();
            drop(ledger);
            assert_eq!(Ledger::open(&path).unwrap().lines().len(), 2);
        }
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_line_that_is_altered_or_missing_is_found() {
        let path = file();
        let ledger = Ledger::open(&path).unwrap();
        for number in 1..=3 {
            ledger.append(entry(number)).unwrap();
        }
        drop(ledger);
        let whole = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        let altered = whole.replacen("asked for it", "never asked!", 1);
        let missing = format!("{}\n{}\n", lines[0], lines[2]);
        let swapped = format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2]);
        for text in [altered, missing, swapped, "x\n".to_owned()] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(Ledger::open(&path), Err(LedgerError::Altered { .. })));
        }
        std::fs::remove_file(path).unwrap();
    }
}
