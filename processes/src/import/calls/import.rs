//! Rows on their way into the log: read on a thread of their own, handed over in chunks, many
//! at once, so that the log commits them in groups.
//!
//! A row is one call, one event, one commit of its own: whatever interrupts an import leaves
//! whole calls behind, and running it again goes on, because every call's id is derived from
//! its source. Memory is bounded by a few chunks.

use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use domain::OrgId;
use event_store::Actor;
use futures::StreamExt;
use futures::stream;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::failure::{Cause, ImportError};
use super::map::ImportMap;
use super::reader::{FileError, Format};
use super::rejection::{RejectedRows, Rejection};
use super::submit::{Submitter, Taken};
use super::thread::{self, Chunk};
use crate::commands::Commands;
use crate::ids::Ids;

/// Chunks that wait for their people to be found.
const WAITING: usize = 2;

/// What an import works with.
#[derive(Clone)]
pub struct ImportDeps {
    /// Runs commands.
    pub commands: Commands,
    /// Makes the correlation id of the run.
    pub ids: Arc<dyn Ids>,
}

/// What is to be brought in, and for whom.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Whose calls they become.
    pub org: OrgId,
    /// Who brings them in.
    pub actor: Actor,
    /// Which column is what.
    pub map: ImportMap,
    /// How the file is written; its first byte decides where nothing is said.
    pub format: Option<Format>,
    /// Where rejected rows are listed; nowhere without a path.
    pub rejected: Option<PathBuf>,
    /// How many calls are on their way into the log at once: enough for two good batches, so that
    /// one is decided while the other is appended.
    pub in_flight: usize,
}

impl ImportOptions {
    /// The usual options.
    #[must_use]
    pub fn new(org: OrgId, actor: Actor, map: ImportMap) -> Self {
        Self { org, actor, map, format: None, rejected: None, in_flight: 512 }
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// Rows that are done with.
    pub rows: u64,
    /// Bytes of the file that were read, of its size as it lies on the disk.
    pub bytes: u64,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Rows that are done with: the three that follow together.
    pub rows: u64,
    /// Calls that were brought in.
    pub imported: u64,
    /// Calls that were there already.
    pub already_there: u64,
    /// Rows that were not taken.
    pub rejected: u64,
    /// Columns of the map that no row had. Only JSONL can have them: a header is held
    /// against the map before the first row.
    pub unseen: Vec<String>,
}

/// Brings the calls of a stream in.
///
/// `progress` is told after every chunk. Dropping the future stops the import; what was
/// handed to the log by then is still committed.
///
/// # Errors
/// [`ImportError`], which says how far it came and whether running it again goes on. A row
/// that cannot be taken is no error: it is in the report.
pub async fn import_calls<R: Read + Send + 'static>(
    deps: &ImportDeps,
    options: ImportOptions,
    input: R,
    mut progress: impl FnMut(ImportProgress) + Send,
) -> Result<ImportReport, ImportError> {
    let ImportOptions { org, actor, map, format, rejected, in_flight } = options;
    let mut report = ImportReport::default();
    let mut rejections = match RejectedRows::open(rejected) {
        Ok(rejections) => rejections,
        Err(error) => return Err(ImportError::new(error.into(), report)),
    };
    let submitter = Arc::new(Submitter::new(deps, org, actor, map.source()));
    let (sender, read) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || thread::read(input, format, map, &sender));
    let (sender, mut chunks) = mpsc::channel(1);
    let finding = find_people(Arc::clone(&submitter), read, sender);
    let finding = AbortOnDropHandle::new(tokio::spawn(finding));
    let mut known = false;
    while let Some(chunk) = chunks.recv().await {
        let before = report.already_there;
        let bytes = chunk.bytes;
        let failed =
            take(&submitter, chunk, (in_flight, known), &mut report, &mut rejections).await;
        if let Err(cause) = failed {
            return Err(ImportError::new(cause, report));
        }
        // Where some were there already, it is a second run: look before asking.
        known = report.already_there > before;
        progress(ImportProgress { rows: report.rows, bytes });
    }
    if let Err(death) = finding.await {
        return Err(ImportError::new(Cause::Thread(death.to_string()), report));
    }
    match reading.await {
        Ok(Ok(unseen)) => report.unseen = unseen,
        Ok(Err(error)) => return Err(ImportError::new(error.into(), report)),
        Err(death) => return Err(ImportError::new(Cause::Thread(death.to_string()), report)),
    }
    Ok(report)
}

/// While a chunk goes into the log, the people of the next ones are found.
async fn find_people(
    submitter: Arc<Submitter>,
    mut read: mpsc::Receiver<Chunk>,
    ready: mpsc::Sender<Chunk>,
) {
    while let Some(chunk) = read.recv().await {
        submitter.find_people(chunk.rows.iter().flatten()).await;
        if ready.send(chunk).await.is_err() {
            return;
        }
    }
}

/// Takes one chunk, counts, and lists what was rejected in the order of the rows.
async fn take(
    submitter: &Submitter,
    chunk: Chunk,
    (in_flight, known): (usize, bool),
    report: &mut ImportReport,
    rejections: &mut RejectedRows,
) -> Result<(), Cause> {
    let mut rejected: Vec<Rejection> = Vec::new();
    // Of rows with the same source id the first one is the call, so the others wait for it.
    let (mut first, mut later, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for row in chunk.rows {
        match row {
            Ok(call) if seen.insert(call.source_id.clone()) => first.push(call),
            Ok(call) => later.push(call),
            Err(rejection) => rejected.push(rejection),
        }
    }
    // A chunk that begins with a call that is there is one of a second run.
    let known = known
        || match first.first() {
            Some(call) => submitter.knows(call).await?,
            None => false,
        };
    let mut failed = None;
    for (calls, at_once) in [(first, in_flight.max(1)), (later, 1)] {
        let submitted = calls.into_iter().map(|call| submitter.submit(call, known));
        let mut taken = stream::iter(submitted).buffer_unordered(at_once);
        while failed.is_none()
            && let Some(outcome) = taken.next().await
        {
            match outcome {
                Ok(Taken::Imported) => report.imported += 1,
                Ok(Taken::AlreadyThere) => report.already_there += 1,
                Ok(Taken::Rejected(rejection)) => rejected.push(*rejection),
                Err(cause) => failed = Some(cause),
            }
        }
    }
    rejected.sort_by_key(|rejection| rejection.row);
    report.rejected += u64::try_from(rejected.len()).unwrap_or(0);
    report.rows = report.imported + report.already_there + report.rejected;
    rejections.write(&rejected)?;
    failed.map_or(Ok(()), Err)
}

impl From<FileError> for Cause {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
