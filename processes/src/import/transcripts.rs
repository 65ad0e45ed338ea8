//! Transcripts of calls that are there already, from JSON lines or from a vendor's document.
//!
//! What is there already is passed over, so that whoever dies on the way, or brings the same file
//! again, goes on where it stopped. A line that cannot be taken keeps no other one from it. Memory
//! is bounded by a few lines.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use domain::call::Call;
use domain::transcript::{MAX_BATCH, Transcript, TranscriptCommand, TranscriptSource};
use domain::transcript_format::{Conversation, FormatError, Whose, from_json_line};
use domain::{CallId, OrgId, Refusal};
use event_store::{Actor, Context, Failure, KeyringError, LogError};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::source;
use crate::commands::Commands;
use crate::ids;

/// The longest line, in bytes: 5,000 segments of twice as much as anybody says.
const MAX_LINE: u64 = 16 << 20;
/// Lines that wait between the reading thread and the log.
const WAITING: usize = 2;

/// For whom, and who brings them in.
#[derive(Clone, Debug)]
pub struct Importer {
    /// Whose calls they are of.
    pub org: OrgId,
    /// Who brings them in.
    pub actor: Actor,
    /// What belongs together.
    pub correlation: Uuid,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TranscriptReport {
    /// Transcripts that something was new in.
    pub imported: u64,
    /// Transcripts that were there already, as a whole.
    pub already_there: u64,
    /// Lines that could not be taken.
    pub rejected: u64,
}

/// Why a transcript cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// It is not written as it should be.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// It is longer than a line may be, or not in UTF-8.
    #[error("{0}")]
    Line(&'static str),
    /// There is no such call.
    #[error("there is no such call")]
    NoCall,
    /// The person who was called is erased.
    #[error("the person who was called is erased")]
    Erased,
    /// The transcript says no.
    #[error("{0}")]
    Refused(String),
}

/// Why an import ended before its file did. What is in stays in.
#[derive(Debug, thiserror::Error)]
pub enum ImportFault {
    /// The file cannot be read any further.
    #[error(transparent)]
    File(#[from] io::Error),
    /// An id could not be derived.
    #[error("the keys: {0}")]
    Keyring(#[from] KeyringError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log did not take it.
    #[error("it could not be written: {0}")]
    Write(String),
}

/// What has come of a transcript.
enum Taken {
    Imported,
    AlreadyThere,
    Rejected(Rejection),
}

/// Brings in a transcript per line, plain or packed by gzip. `rejected` is told of every line, from
/// 1, that cannot be taken.
///
/// # Errors
/// [`ImportFault`]
pub async fn import_lines<R: Read + Send + 'static>(
    commands: &Commands,
    importer: &Importer,
    input: R,
    mut rejected: impl FnMut(u64, &Rejection),
) -> Result<TranscriptReport, ImportFault> {
    let (to, mut lines) = mpsc::channel(WAITING);
    let reading = std::thread::spawn(move || read(input, &to));
    let mut report = TranscriptReport::default();
    while let Some((number, line)) = lines.recv().await {
        let read = line.and_then(|line| Ok(from_json_line(&line)?));
        let taken = match read {
            Ok((whose, spoken)) => take(commands, importer, whose, spoken).await?,
            Err(error) => Taken::Rejected(error),
        };
        match taken {
            Taken::Imported => report.imported += 1,
            Taken::AlreadyThere => report.already_there += 1,
            Taken::Rejected(error) => {
                report.rejected += 1;
                rejected(number, &error);
            }
        }
    }
    let died = |_| io::Error::other("the reading thread has ended");
    reading.join().map_err(died)??;
    Ok(report)
}

/// Brings in one transcript that was read already.
///
/// # Errors
/// [`ImportFault`]; within, why it cannot be taken, or whether something was new in it.
pub async fn import_one(
    commands: &Commands,
    importer: &Importer,
    call: CallId,
    spoken: Conversation,
) -> Result<Result<bool, Rejection>, ImportFault> {
    Ok(match take(commands, importer, Whose::Call(call), spoken).await? {
        Taken::Imported => Ok(true),
        Taken::AlreadyThere => Ok(false),
        Taken::Rejected(error) => Err(error),
    })
}

type Line = (u64, Result<String, Rejection>);

/// Reads lines until nobody wants any more.
fn read<R: Read + Send + 'static>(input: R, to: &mpsc::Sender<Line>) -> io::Result<()> {
    let (_, mut input) = source::plain(input, Arc::new(AtomicU64::new(0)))?;
    let mut number = 0;
    loop {
        number += 1;
        let mut bytes = Vec::new();
        let read = (&mut input).take(MAX_LINE + 1).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        let whole = bytes.last() == Some(&b'\n');
        let line = if !whole && u64::try_from(read).is_ok_and(|read| read > MAX_LINE) {
            skip(&mut input)?;
            Err(Rejection::Line("it is longer than 16 MiB"))
        } else {
            String::from_utf8(bytes).map_err(|_| Rejection::Line("it is not in UTF-8"))
        };
        let empty = line.as_ref().is_ok_and(|line| line.trim().is_empty());
        if !empty && to.blocking_send((number, line)).is_err() {
            return Ok(());
        }
    }
}

/// Passes over the rest of a line, some bytes at a time.
fn skip(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let bytes = input.fill_buf()?;
        let (used, over) = match bytes.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (bytes.len(), bytes.is_empty()),
        };
        input.consume(used);
        if over {
            return Ok(());
        }
    }
}

async fn take(
    commands: &Commands,
    importer: &Importer,
    whose: Whose,
    spoken: Conversation,
) -> Result<Taken, ImportFault> {
    let org = importer.org;
    let call = match whose {
        Whose::Call(call) => call,
        Whose::Imported { source, source_id } => {
            ids::imported_call(commands.keyring(), org, &source, &source_id).await?
        }
    };
    let state = commands.state::<Call>(org, call.uuid()).await?;
    let Some(known) = state.as_ref().and_then(|(call, _)| call.known()) else {
        return Ok(Taken::Rejected(Rejection::NoCall));
    };
    let Conversation { language, segments } = spoken;
    let mut segments = segments.into_iter().peekable();
    let mut taken = Taken::AlreadyThere;
    loop {
        let batch = segments.by_ref().take(MAX_BATCH).collect();
        let complete = segments.peek().is_none();
        let command = TranscriptCommand::Append {
            subject: known.subject,
            source: TranscriptSource::Import,
            language: language.clone(),
            segments: batch,
            complete,
            at: commands.now(),
        };
        let context = Context {
            org_id: org.uuid(),
            actor: importer.actor.clone(),
            correlation_id: importer.correlation,
            causation_id: None,
            source: "import",
        };
        let how = (None, "taken");
        match commands.tell::<Transcript>(context, call.uuid(), command, None, how).await {
            Ok(outcome) if outcome.position.is_some() => taken = Taken::Imported,
            Ok(_) => {}
            Err(Failure::Erased) => return Ok(Taken::Rejected(Rejection::Erased)),
            Err(Failure::Refused { error, .. }) => {
                let pointer = error.pointer().map(|pointer| format!("{pointer}: "));
                let words = format!("{}{error}", pointer.unwrap_or_default());
                return Ok(Taken::Rejected(Rejection::Refused(words)));
            }
            Err(failure) => return Err(ImportFault::Write(failure.to_string())),
        }
        if complete {
            return Ok(taken);
        }
    }
}
