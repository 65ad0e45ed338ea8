//! The rows of a kept file: looked at once as a whole, then read chunk by chunk on a thread of
//! their own.

use database::Database;
use domain::OrgId;
use domain::import_batch::{ImportFailure, ImportFile, ImportOptions, KnownImport};
use event_store::Keyring;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::parts::{AWAY, Parts};
use super::result::{RowResult, faulty};
use crate::import::contacts::{
    ContactFile, ContactRows, Delimiter, Encoding, FIRST_ROWS, FileFault, FirstRows, Format,
    Mapping, Region, RowRead,
};
use crate::reactor::Trouble;

/// So many rows are taken together.
pub(super) const CHUNK: usize = 500;
/// Chunks that wait to be taken.
const WAITING: usize = 1;

/// A kept file, and how it is to be read.
#[derive(Clone)]
pub(super) struct Source {
    pub database: Database,
    pub keyring: Keyring,
    pub org: OrgId,
    pub file: ContactFile,
    pub mapping: Mapping,
    pub file_id: uuid::Uuid,
}

/// What a first look at a whole file has shown.
pub(super) enum Survey {
    /// It has so many rows.
    Sound(u64),
    /// Too many of its first rows are faulty: so many were looked at, and those cannot be taken.
    Faulty { rows: u64, rejected: Vec<RowResult>, fault: FileFault },
}

/// Why a file is not read any further.
#[derive(Debug)]
pub(super) enum Ends {
    /// It cannot be, now or later.
    Never(FileFault),
    /// Not now.
    NotNow(String),
}

impl From<FileFault> for Ends {
    fn from(fault: FileFault) -> Self {
        match &fault {
            FileFault::Io { cause, .. } if cause.kind() == AWAY => Self::NotNow(fault.to_string()),
            _ => Self::Never(fault),
        }
    }
}

/// A file's fault as it is kept; it repeats nothing of a row.
pub(super) fn failure(fault: &FileFault) -> ImportFailure {
    ImportFailure { code: fault.code().to_owned(), words: fault.to_string() }
}

/// How a file is written, as an import says it.
pub(super) fn spelled(file: &ContactFile, of: (uuid::Uuid, u64, String)) -> ImportFile {
    let (id, byte_size, sha256) = of;
    ImportFile {
        id,
        format: file.format.name().to_owned(),
        encoding: file.encoding.unwrap_or(Encoding::Utf8).name().to_owned(),
        delimiter: file.delimiter.map(|delimiter| delimiter.as_char().to_string()),
        byte_size,
        sha256,
    }
}

/// How a kept file is to be read, from what an import says.
pub(super) fn read_back(import: &KnownImport) -> Option<(ContactFile, Mapping)> {
    let ImportFile { format, encoding, delimiter, .. } = &import.file;
    let ImportOptions { default_region, mapping, .. } = &import.options;
    let mut file = ContactFile::new(Format::named(format)?);
    file.encoding = Some(Encoding::named(encoding)?);
    file.delimiter = delimiter.as_deref().map(Delimiter::named).unwrap_or_default();
    file.default_region = default_region.as_deref().and_then(Region::parse);
    Some((file, Mapping::parse(mapping).ok()?))
}

impl Source {
    fn rows(self) -> Result<ContactRows, FileFault> {
        let Self { database, keyring, org, file, mapping, file_id } = self;
        let parts = Parts::open(database, keyring, (org, file_id));
        ContactRows::open(parts, &file, &mapping)
    }

    /// Looks at the first rows, and counts all of them.
    pub(super) async fn surveyed(self) -> Result<Survey, Ends> {
        let runtime = tokio::runtime::Handle::current();
        let looked = tokio::task::spawn_blocking(move || {
            let _inside = runtime.enter();
            survey(self)
        });
        match looked.await {
            Ok(survey) => Ok(survey?),
            Err(death) => Err(Ends::NotNow(death.to_string())),
        }
    }

    /// Begins to read behind so many rows.
    pub(super) fn chunks(self, behind: u64) -> Chunks {
        let (sender, receiver) = mpsc::channel(WAITING);
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let _inside = runtime.enter();
            if let Err(fault) = read(self, behind, &sender) {
                // Nobody listens any more where the look is over.
                let _ = sender.blocking_send(Err(fault.into()));
            }
        });
        Chunks { receiver }
    }
}

fn survey(source: Source) -> Result<Survey, FileFault> {
    let mut rows = source.rows()?;
    let (mut verdict, mut rejected) = (FirstRows::new(), Vec::new());
    while rows.row() < FIRST_ROWS
        && let Some(row) = rows.next_row()?
    {
        let noted = verdict.note(row.is_err());
        rejected.extend(row.err().map(faulty));
        if let Err(fault) = noted {
            return Ok(Survey::Faulty { rows: rows.row(), rejected, fault });
        }
    }
    rows.skip_rows(u64::MAX)?;
    Ok(Survey::Sound(rows.row()))
}

fn read(
    source: Source,
    behind: u64,
    sender: &Sender<Result<Vec<RowRead>, Ends>>,
) -> Result<(), FileFault> {
    let mut rows = source.rows()?;
    rows.skip_rows(behind)?;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK
            && let Some(row) = rows.next_row()?
        {
            chunk.push(row);
        }
        let end = chunk.len() < CHUNK;
        if (!chunk.is_empty() && sender.blocking_send(Ok(chunk)).is_err()) || end {
            return Ok(());
        }
    }
}

/// The chunks of a file.
pub(super) struct Chunks {
    receiver: Receiver<Result<Vec<RowRead>, Ends>>,
}

impl Chunks {
    /// The next one; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<RowRead>>, Ends> {
        self.receiver.recv().await.transpose()
    }
}

impl From<Ends> for Trouble {
    fn from(ends: Ends) -> Self {
        match ends {
            Ends::Never(fault) => Self::Wrong(fault.to_string()),
            Ends::NotNow(words) => Self::Away(words),
        }
    }
}
