//! What was said in calls: in which of them words were said (ADR 13).
//!
//! What was said is sealed, so no read model knows its words. What is kept are keyed hashes of
//! them, beside the key of whoever was called: they go with it, in one transaction. They follow
//! from the transcript as it is, so that calls from before are found once the process has read the
//! log. They lead to calls; what is answered is opened then, and looked at once more.

mod index;
mod search;
mod words;

use std::time::Duration;

use database::Database;
use domain::speech::Speaker;
use domain::{CallId, OrgId};
use event_store::KeyringError;
use projections::RuntimeError;
use projections::freshness::{self, Reached};
use projections::transcripts::read::{self, SegmentRow};

pub use index::TranscriptWords;
pub use search::{Found, Hit, Match, SearchError, Within};
pub use words::{AskedWords, MAX_ASKED, WordsError};

use crate::commands::Commands;

/// How long the read model of transcripts may take to get where the log is.
const PATIENCE: Duration = Duration::from_secs(3);
/// As many segments as a transcript may have.
pub(crate) const MOST: i64 = 5_000;
const _: () = assert!(domain::transcript::MAX_SEGMENTS == 5_000);

/// Finds what was said; cheap to clone.
#[derive(Clone)]
pub struct Transcripts {
    database: Database,
    commands: Commands,
}

/// Something that was said, open for as long as it is looked at.
pub(crate) struct Said {
    pub(crate) seq: i32,
    pub(crate) speaker: Speaker,
    pub(crate) start_ms: i32,
    pub(crate) text: String,
}

impl Transcripts {
    /// Those of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands) -> Self {
        Self { database, commands }
    }

    /// What was said in a call and can still be read, in the order in which it was said.
    async fn said(&self, org: OrgId, call: CallId) -> Result<Vec<Said>, SearchError> {
        let rows = read::segments(&self.database, org, call, None, MOST).await?;
        Ok(opened(&self.commands, org, rows).await?)
    }

    /// A clue for each of these words.
    async fn clues(
        &self,
        org: OrgId,
        words: impl IntoIterator<Item = &words::Word>,
    ) -> Result<Vec<i64>, KeyringError> {
        let mut clues = Vec::new();
        for word in words {
            clues.push(self.commands.keyring().word_clue(org.uuid(), &word.parts()).await?);
        }
        Ok(clues)
    }
}

/// What of these was said and can still be read.
///
/// # Errors
/// The keys are away.
pub(crate) async fn opened(
    commands: &Commands,
    org: OrgId,
    rows: Vec<SegmentRow>,
) -> Result<Vec<Said>, KeyringError> {
    let mut said = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(text) = commands.reveal(org, &row.text).await? {
            let (seq, speaker, start_ms) = (row.seq, row.speaker, row.start_ms);
            said.push(Said { seq, speaker, start_ms, text });
        }
    }
    Ok(said)
}

/// Waits until the read model has as much of a transcript as the log; whether it has.
///
/// # Errors
/// The read model is away.
pub(crate) async fn reached(
    database: &Database,
    org: OrgId,
    call: CallId,
    version: u64,
) -> Result<bool, RuntimeError> {
    let has = async || -> Result<bool, RuntimeError> {
        let row = read::get(database, org, call).await?;
        Ok(row.is_some_and(|row| row.version >= version))
    };
    if has().await? {
        return Ok(true);
    }
    let head = freshness::position_of(database, "transcripts").await?.head;
    let reached = freshness::wait_for(database, "transcripts", head, PATIENCE).await?;
    Ok(reached == Reached::Reached && has().await?)
}
