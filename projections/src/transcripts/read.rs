//! Transcripts, as they are read: what was said stays sealed.

use chrono::{DateTime, Utc};
use database::Database;
use domain::speech::Speaker;
use domain::transcript::{TranscriptSource, TranscriptStatus};
use domain::{CallId, FreeText, OrgId, Personal, Timestamp};
use serde::{Deserialize, Serialize};

use crate::RuntimeError;
use crate::reading::word;

/// The transcript of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct TranscriptRow {
    /// How many facts it has.
    pub version: u64,
    /// Who has written it down.
    pub source: TranscriptSource,
    /// In which language, as in BCP 47, where it was said.
    pub language: Option<String>,
    /// How far it is.
    pub status: TranscriptStatus,
    /// Since when it is there.
    pub started_at: Timestamp,
    /// Since when nothing is added.
    pub closed_at: Option<Timestamp>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentRow {
    /// Its number, from 1, in the order in which it was told.
    pub seq: i32,
    /// Who speaks.
    pub speaker: Speaker,
    /// Since when, in ms from the beginning of the call.
    pub start_ms: i32,
    /// Until when.
    pub end_ms: i32,
    /// How many words.
    pub words: i32,
    /// How sure whoever has written it down is, 0 to 1.
    pub confidence: Option<f64>,
    /// What was said.
    pub text: Personal<FreeText>,
    /// When it was corrected last.
    pub corrected_at: Option<Timestamp>,
}

/// Who spoke when, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Who speaks.
    pub speaker: Speaker,
    /// Since when, in ms from the beginning of the call.
    pub start_ms: i32,
    /// Until when.
    pub end_ms: i32,
    /// How many words.
    pub words: i32,
}

/// A place among what was said: after this segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentPlace {
    /// Since when it was said.
    pub start_ms: i32,
    /// Its number.
    pub seq: i32,
}

/// The transcript of a call; `None` where nothing was written down.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn get(
    database: &Database,
    org: OrgId,
    call: CallId,
) -> Result<Option<TranscriptRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/transcripts/get.sql", org.uuid(), call.uuid());
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(None) };
    Ok(Some(TranscriptRow {
        version: u64::try_from(row.version).unwrap_or_default(),
        source: word("source", &row.source)?,
        language: row.language,
        status: word("status", &row.status)?,
        started_at: row.started_at.into(),
        closed_at: row.closed_at.map(Timestamp::from),
    }))
}

/// How far a transcript is, and how much it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many facts it has.
    pub version: u64,
    /// How far it is.
    pub status: TranscriptStatus,
    /// In which language, as in BCP 47, where it was said.
    pub language: Option<String>,
    /// How many segments there are.
    pub segments: u64,
    /// How many words they have.
    pub words: u64,
}

/// The same without what was said; `None` where nothing was written down.
///
/// # Errors
/// The database is away, or the row cannot be read.
pub async fn summary(
    database: &Database,
    org: OrgId,
    call: CallId,
) -> Result<Option<Summary>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let row = sqlx::query_file!("src/transcripts/summary.sql", org.uuid(), call.uuid());
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(None) };
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Some(Summary {
        version: number(row.version),
        status: word("status", &row.status)?,
        language: row.language,
        segments: number(row.segments),
        words: number(row.words),
    }))
}

/// At most `limit` segments after a place, in the order in which they were said.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn segments(
    database: &Database,
    org: OrgId,
    call: CallId,
    after: Option<&SegmentPlace>,
    limit: i64,
) -> Result<Vec<SegmentRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows = sqlx::query_file_as!(
        Told,
        "src/transcripts/list.sql",
        org.uuid(),
        call.uuid(),
        after.map(|place| place.start_ms) as _,
        after.map(|place| place.seq) as _,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    rows.into_iter().map(Told::read).collect()
}

/// At most `limit` segments after the one with this number, in the order in which they were told.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn told(
    database: &Database,
    (org, call): (OrgId, CallId),
    after: i32,
    limit: i64,
) -> Result<Vec<SegmentRow>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows = sqlx::query_file_as!(
        Told,
        "src/transcripts/told.sql",
        org.uuid(),
        call.uuid(),
        after,
        limit,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    rows.into_iter().map(Told::read).collect()
}

/// A segment as the database has it.
struct Told {
    seq: i32,
    speaker: String,
    start_ms: i32,
    end_ms: i32,
    words: i32,
    confidence: Option<f64>,
    text: Option<String>,
    corrected_at: Option<DateTime<Utc>>,
}

impl Told {
    fn read(self) -> Result<SegmentRow, RuntimeError> {
        Ok(SegmentRow {
            seq: self.seq,
            speaker: word("speaker", &self.speaker)?,
            start_ms: self.start_ms,
            end_ms: self.end_ms,
            words: self.words,
            confidence: self.confidence,
            text: self.text.map_or(Personal::Erased, |token| Personal::Sealed(token.into())),
            corrected_at: self.corrected_at.map(Timestamp::from),
        })
    }
}

/// Who spoke when in a call, in the order in which it was said; at most as many as a transcript
/// may have.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn timings(
    database: &Database,
    org: OrgId,
    call: CallId,
) -> Result<Vec<Timing>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows = sqlx::query_file!("src/transcripts/timings.sql", org.uuid(), call.uuid());
    let rows = rows.fetch_all(&mut *tx).await?;
    let timings = rows.into_iter().map(|row| {
        let speaker = word("speaker", &row.speaker)?;
        Ok(Timing { speaker, start_ms: row.start_ms, end_ms: row.end_ms, words: row.words })
    });
    timings.collect()
}
