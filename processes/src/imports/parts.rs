//! A kept file as a stream that a blocking thread can read: its parts are fetched and opened as
//! fast as they are read, two ahead at most.

use std::io::{self, ErrorKind, Read};

use database::Database;
use domain::OrgId;
use event_store::Keyring;
use tokio::sync::mpsc::{self, Receiver, Sender};
use uuid::Uuid;

use super::table;

/// Parts that wait to be read.
const WAITING: usize = 2;
/// What it is when the database is away, in which case the file may well be fine.
pub(super) const AWAY: ErrorKind = ErrorKind::NotConnected;

/// A kept file.
pub(super) struct Parts {
    receiver: Receiver<io::Result<Vec<u8>>>,
    part: Vec<u8>,
    at: usize,
}

impl Parts {
    /// Begins to fetch a file. It ends when nobody reads any more.
    pub(super) fn open(database: Database, keyring: Keyring, of: (OrgId, Uuid)) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(fetch(database, keyring, of, sender));
        Self { receiver, part: Vec::new(), at: 0 }
    }
}

async fn fetch(
    database: Database,
    keyring: Keyring,
    (org, file): (OrgId, Uuid),
    sender: Sender<io::Result<Vec<u8>>>,
) {
    for number in 0.. {
        let part = match table::part(&database, (org, file), number).await {
            Ok(Some((sealed, last))) => match keyring.open_bytes(org.uuid(), &sealed).await {
                Ok(Some(bytes)) => Ok((bytes, last)),
                Ok(None) => Err(io::Error::new(ErrorKind::NotFound, "the file is gone")),
                Err(error) => Err(io::Error::new(AWAY, error.to_string())),
            },
            Ok(None) => Err(io::Error::new(ErrorKind::NotFound, "the file is gone")),
            Err(error) => Err(io::Error::new(AWAY, error.to_string())),
        };
        let (bytes, last) = match part {
            Ok((bytes, last)) => (Ok(bytes), last),
            Err(error) => (Err(error), true),
        };
        if sender.send(bytes).await.is_err() || last {
            return;
        }
    }
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.part.len() {
            match self.receiver.blocking_recv() {
                Some(part) => (self.part, self.at) = (part?, 0),
                None => return Ok(0),
            }
        }
        let rest = self.part.get(self.at..).unwrap_or_default();
        let (Some(from), length) = (rest.get(..rest.len().min(buffer.len())), buffer.len()) else {
            return Ok(0);
        };
        let size = from.len().min(length);
        if let Some(into) = buffer.get_mut(..size) {
            into.copy_from_slice(from);
        }
        self.at += size;
        Ok(size)
    }
}
