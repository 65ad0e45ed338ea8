//! What was said in a call, by whom and when?
//!
//! Reads every event of transcripts and alone writes the tables `transcripts` and
//! `transcript_segments`, a row per segment: a long call is never written again as a whole. What
//! was said stays sealed. It lags behind the log as far as the health of the projection says,
//! usually milliseconds. A batch costs at most four statements.

pub mod places;
pub mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::speech::Speaker;
use domain::transcript::{Transcript, TranscriptEvent, TranscriptStatus};
use domain::{FreeText, Personal, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

/// The projection.
pub struct Transcripts;

impl Projection for Transcripts {
    fn name(&self) -> &'static str {
        "transcripts"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["transcripts", "transcript_segments"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Transcript::TYPE
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let mut told = Told::default();
            for recorded in batch {
                if let Fact::Transcript(event) = &recorded.event {
                    told.take(recorded, event);
                }
            }
            Ok(told.write(tx).await?)
        })
    }
}

/// The text of a segment of a call, how many words it has, and since when.
type Corrected<'b> = BTreeMap<(Uuid, Uuid, i32), (Option<&'b str>, i32, DateTime<Utc>)>;

/// What a batch tells.
#[derive(Default)]
struct Told<'b> {
    begun: Begun<'b>,
    appended: Appended<'b>,
    /// The last of what is told of each.
    advanced: BTreeMap<(Uuid, Uuid), Advanced>,
    corrected: Corrected<'b>,
}

#[derive(Default)]
struct Begun<'b> {
    orgs: Vec<Uuid>,
    calls: Vec<Uuid>,
    sources: Vec<&'static str>,
    languages: Vec<Option<&'b str>>,
    started_at: Vec<DateTime<Utc>>,
}

#[derive(Default)]
struct Appended<'b> {
    orgs: Vec<Uuid>,
    calls: Vec<Uuid>,
    seqs: Vec<i32>,
    speakers: Vec<&'static str>,
    starts: Vec<i32>,
    ends: Vec<i32>,
    words: Vec<i32>,
    confidences: Vec<Option<f64>>,
    names: Vec<Option<&'b str>>,
    texts: Vec<Option<&'b str>>,
}

#[derive(Default)]
struct Advanced {
    version: i64,
    closed: Option<(TranscriptStatus, Timestamp)>,
}

impl<'b> Told<'b> {
    fn take(&mut self, recorded: &'b Recorded, event: &'b TranscriptEvent) {
        let (org, call) = (recorded.org_id.uuid(), recorded.aggregate_id);
        let advanced = self.advanced.entry((org, call)).or_default();
        advanced.version = recorded.sequence;
        match event {
            TranscriptEvent::TranscriptStarted { source, language, at, .. } => {
                self.begun.orgs.push(org);
                self.begun.calls.push(call);
                self.begun.sources.push(source.word());
                self.begun.languages.push(language.as_deref());
                self.begun.started_at.push((*at).into());
            }
            TranscriptEvent::TranscriptSegmentAppended {
                seq,
                speaker,
                start_ms,
                end_ms,
                text,
                words,
                confidence,
                provider_segment_id,
                ..
            } => {
                let numbers = [*seq, *start_ms, *end_ms, *words].map(integer);
                let said = (*speaker, *confidence, provider_segment_id.as_deref(), sealed(text));
                self.appended.push((org, call), numbers, said);
            }
            TranscriptEvent::TranscriptSegmentCorrected { seq, text, words, at, .. } => {
                let told = (sealed(text), integer(*words), (*at).into());
                self.corrected.insert((org, call, integer(*seq)), told);
            }
            TranscriptEvent::TranscriptCompleted { at, .. } => {
                advanced.closed = Some((TranscriptStatus::Completed, *at));
            }
            TranscriptEvent::TranscriptFailed { at, .. } => {
                advanced.closed = Some((TranscriptStatus::Failed, *at));
            }
        }
    }

    async fn write(self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.begun.write(tx).await?;
        self.appended.write(tx).await?;
        correct(tx, self.corrected).await?;
        advance(tx, self.advanced).await
    }
}

impl Begun<'_> {
    async fn write(self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.calls.is_empty() {
            return Ok(());
        }
        let begin = sqlx::query_file!(
            "src/transcripts/begin.sql",
            &self.orgs,
            &self.calls,
            &self.sources as _,
            &self.languages as _,
            &self.started_at,
        );
        begin.execute(tx).await.map(|_| ())
    }
}

impl<'b> Appended<'b> {
    fn push(
        &mut self,
        (org, call): (Uuid, Uuid),
        [seq, start, end, words]: [i32; 4],
        (speaker, confidence, name, text): (Speaker, Option<f64>, Option<&'b str>, Option<&'b str>),
    ) {
        self.orgs.push(org);
        self.calls.push(call);
        self.seqs.push(seq);
        self.speakers.push(speaker.word());
        self.starts.push(start);
        self.ends.push(end);
        self.words.push(words);
        self.confidences.push(confidence);
        self.names.push(name);
        self.texts.push(text);
    }

    async fn write(self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.calls.is_empty() {
            return Ok(());
        }
        let append = sqlx::query_file!(
            "src/transcripts/append.sql",
            &self.orgs,
            &self.calls,
            &self.seqs,
            &self.speakers as _,
            &self.starts,
            &self.ends,
            &self.words,
            &self.confidences as _,
            &self.names as _,
            &self.texts as _,
        );
        append.execute(tx).await.map(|_| ())
    }
}

async fn correct(tx: &mut PgConnection, corrected: Corrected<'_>) -> Result<(), sqlx::Error> {
    if corrected.is_empty() {
        return Ok(());
    }
    let (keys, told): (Vec<_>, Vec<_>) = corrected.into_iter().unzip();
    let update = sqlx::query_file!(
        "src/transcripts/correct.sql",
        &keys.iter().map(|(org, _, _)| *org).collect::<Vec<_>>(),
        &keys.iter().map(|(_, call, _)| *call).collect::<Vec<_>>(),
        &keys.iter().map(|(_, _, seq)| *seq).collect::<Vec<_>>(),
        &told.iter().map(|(text, _, _)| *text).collect::<Vec<_>>() as _,
        &told.iter().map(|(_, words, _)| *words).collect::<Vec<_>>(),
        &told.iter().map(|(_, _, at)| *at).collect::<Vec<_>>(),
    );
    update.execute(tx).await.map(|_| ())
}

async fn advance(
    tx: &mut PgConnection,
    advanced: BTreeMap<(Uuid, Uuid), Advanced>,
) -> Result<(), sqlx::Error> {
    if advanced.is_empty() {
        return Ok(());
    }
    let (keys, told): (Vec<_>, Vec<_>) = advanced.into_iter().unzip();
    let closed = |told: &Advanced| told.closed.map(|(_, at)| DateTime::<Utc>::from(at));
    let update = sqlx::query_file!(
        "src/transcripts/advance.sql",
        &keys.iter().map(|(org, _)| *org).collect::<Vec<_>>(),
        &keys.iter().map(|(_, call)| *call).collect::<Vec<_>>(),
        &told.iter().map(|told| told.version).collect::<Vec<_>>(),
        &told.iter().map(|told| told.closed.map(|(status, _)| status.word())).collect::<Vec<_>>()
            as _,
        &told.iter().map(closed).collect::<Vec<_>>() as _,
    );
    update.execute(tx).await.map(|_| ())
}

/// What was said, sealed; nothing where it is erased.
fn sealed(text: &Personal<FreeText>) -> Option<&str> {
    match text {
        Personal::Sealed(token) => Some(token.as_str()),
        Personal::Known { .. } | Personal::Erased => None,
    }
}

/// The domain bounds every number far below.
fn integer(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
