//! What was said in a call (domain/02, domain/04 §4.8). Its id is that of the call.
//!
//! ```text
//! nothing ── append ──► open ── append, correct ──► open ── complete ──► completed ── correct ─┐
//!                        └── fail ──► failed                              ▲                    │
//!                                                                         └────────────────────┘
//! ```
//!
//! What was said is sealed by the key of whoever is called, whoever said it. The state has none of
//! it: who spoke when is enough to decide, and to know what was told twice.

mod event;
mod refusal;
mod segment;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use event::TranscriptEvent;
pub use refusal::TranscriptRefusal;
pub use segment::{MAX_OFFSET_MS, NewSegment, SegmentFault};

use crate::decider::aggregate;
use crate::words::words;
use crate::{Decider, FieldFault, FreeText, Personal, SubjectId, Timestamp, text};
use segment::{Identity, said_text, words_of};

/// The segments of a transcript.
pub const MAX_SEGMENTS: usize = 5_000;
/// The segments that are told at once.
pub const MAX_BATCH: usize = 200;

words! {
    /// Who has written it down.
    TranscriptSource {
        /// A machine that listens.
        Stt,
        /// Another system, after the call.
        Import,
        /// A person.
        Manual,
    }

    /// How far it is.
    TranscriptStatus {
        /// More may come.
        Open,
        /// Everything is there.
        Completed,
        /// Nothing more comes.
        Failed,
    }
}

/// A transcript, or nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transcript {
    /// Nothing was written down.
    #[default]
    Unknown,
    /// Something was.
    Known(KnownTranscript),
}

/// What is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownTranscript {
    /// Whose key seals what was said.
    pub subject: SubjectId,
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
    /// How many words every segment has, by its number.
    segment_words: Vec<u32>,
    identities: BTreeSet<Identity>,
}

/// What may be asked of it.
#[derive(Clone, Debug, PartialEq)]
pub enum TranscriptCommand {
    /// This was said. What is there already is passed over.
    Append {
        /// Whose key seals it: the one of the call.
        subject: SubjectId,
        /// Who has written it down; counts for the first segments only.
        source: TranscriptSource,
        /// In which language; said with the first segments.
        language: Option<String>,
        /// In any order, at most [`MAX_BATCH`].
        segments: Vec<NewSegment>,
        /// Whether this is all.
        complete: bool,
        /// When.
        at: Timestamp,
    },
    /// This is all.
    Complete {
        /// When.
        at: Timestamp,
    },
    /// It was said otherwise.
    Correct {
        /// Which segment, from 1.
        seq: u32,
        /// What was said.
        text: String,
        /// Who says so.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Nothing more can be written down.
    Fail {
        /// Why; a line that names nobody.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

aggregate!(Transcript, "transcript", TranscriptCommand, TranscriptEvent, TranscriptRefusal);

impl Decider for Transcript {
    fn decide(
        &self,
        command: TranscriptCommand,
    ) -> Result<Vec<TranscriptEvent>, TranscriptRefusal> {
        match command {
            TranscriptCommand::Append { subject, source, language, segments, complete, at } => {
                let mut events = self.begun(subject, source, language, at)?;
                self.append(subject, segments, at, &mut events)?;
                if complete {
                    self.complete(at, &mut events)?;
                }
                Ok(events)
            }
            TranscriptCommand::Complete { at } => {
                self.known().ok_or(TranscriptRefusal::Unknown)?;
                let mut events = Vec::new();
                self.complete(at, &mut events)?;
                Ok(events)
            }
            TranscriptCommand::Correct { seq, text, by, at } => {
                let known = self.known().ok_or(TranscriptRefusal::Unknown)?;
                if known.status == TranscriptStatus::Failed {
                    return Err(TranscriptRefusal::Failed);
                }
                if known.words_at(seq).is_none() {
                    return Err(TranscriptRefusal::NoSegment);
                }
                let text = said_text(&text)
                    .map_err(|fault| FieldFault::new("/text", fault.reason, fault.words))?;
                let words = words_of(&text);
                let text = Personal::known(known.subject, FreeText::new(text));
                Ok(vec![TranscriptEvent::TranscriptSegmentCorrected { seq, text, words, by, at }])
            }
            TranscriptCommand::Fail { reason, at } => {
                let known = self.known().ok_or(TranscriptRefusal::Unknown)?;
                FieldFault::of_text("/reason", text::line(&reason, text::MAX_LINE))?;
                match known.status {
                    TranscriptStatus::Open => {
                        Ok(vec![TranscriptEvent::TranscriptFailed { reason, at }])
                    }
                    TranscriptStatus::Completed => Err(TranscriptRefusal::Completed),
                    TranscriptStatus::Failed => Ok(Vec::new()),
                }
            }
        }
    }

    fn evolve(&mut self, event: &TranscriptEvent) {
        if let TranscriptEvent::TranscriptStarted { subject_key, source, language, at } = event {
            *self = Self::Known(KnownTranscript {
                subject: *subject_key,
                source: *source,
                language: language.clone(),
                status: TranscriptStatus::Open,
                started_at: *at,
                closed_at: None,
                segment_words: Vec::new(),
                identities: BTreeSet::new(),
            });
        } else if let Self::Known(known) = self {
            known.evolve(event);
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        self.known().map(|known| known.subject)
    }
}

impl Transcript {
    /// What is known of it, where something is.
    #[must_use]
    pub fn known(&self) -> Option<&KnownTranscript> {
        match self {
            Self::Unknown => None,
            Self::Known(known) => Some(known),
        }
    }

    /// The fact that it is begun, where it is not yet.
    fn begun(
        &self,
        subject_key: SubjectId,
        source: TranscriptSource,
        language: Option<String>,
        at: Timestamp,
    ) -> Result<Vec<TranscriptEvent>, TranscriptRefusal> {
        if let Some(language) = &language {
            FieldFault::of_text("/language", text::language(language))?;
        }
        let Some(known) = self.known() else {
            return Ok(vec![TranscriptEvent::TranscriptStarted {
                subject_key,
                source,
                language,
                at,
            }]);
        };
        let same = |said: &String| {
            known.language.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(said))
        };
        if language.as_ref().is_some_and(|said| !same(said)) {
            let words = "said with the first segments, and not changed after them";
            return Err(FieldFault::new("/language", "immutable", words).into());
        }
        Ok(Vec::new())
    }

    /// The facts of what was said, but for what is there already.
    fn append(
        &self,
        subject: SubjectId,
        segments: Vec<NewSegment>,
        at: Timestamp,
        events: &mut Vec<TranscriptEvent>,
    ) -> Result<(), TranscriptRefusal> {
        if segments.len() > MAX_BATCH {
            let words = format!("at most {MAX_BATCH} at once");
            return Err(FieldFault::new("/segments", "too-many", words).into());
        }
        let known = self.known();
        let mut told = BTreeSet::new();
        let mut seq = known.map_or(0, KnownTranscript::segments);
        for segment in segments {
            let identity = segment.identity();
            if known.is_some_and(|known| known.identities.contains(&identity))
                || !told.insert(identity)
            {
                continue;
            }
            match known.map(|known| known.status) {
                None | Some(TranscriptStatus::Open) => {}
                Some(TranscriptStatus::Completed) => return Err(TranscriptRefusal::Completed),
                Some(TranscriptStatus::Failed) => return Err(TranscriptRefusal::Failed),
            }
            seq = seq.saturating_add(1);
            if usize::try_from(seq).is_ok_and(|seq| seq > MAX_SEGMENTS) {
                return Err(TranscriptRefusal::Full);
            }
            let words = segment.words();
            let NewSegment { speaker, start_ms, end_ms, text, confidence, provider_segment_id } =
                segment;
            let text = Personal::known(subject, text);
            events.push(TranscriptEvent::TranscriptSegmentAppended {
                seq,
                speaker,
                start_ms,
                end_ms,
                text,
                words,
                confidence,
                provider_segment_id,
                at,
            });
        }
        Ok(())
    }

    /// The fact that all is there after these facts, where it is not yet.
    fn complete(
        &self,
        at: Timestamp,
        events: &mut Vec<TranscriptEvent>,
    ) -> Result<(), TranscriptRefusal> {
        match self.known().map(|known| known.status) {
            None | Some(TranscriptStatus::Open) => {
                let (segments, words) = self.counted(events);
                events.push(TranscriptEvent::TranscriptCompleted { segments, words, at });
                Ok(())
            }
            Some(TranscriptStatus::Completed) => Ok(()),
            Some(TranscriptStatus::Failed) => Err(TranscriptRefusal::Failed),
        }
    }

    /// How many segments and words there are after these facts.
    fn counted(&self, events: &[TranscriptEvent]) -> (u32, u32) {
        let before = self.known().map_or((0, 0), |known| (known.segments(), known.words()));
        events.iter().fold(before, |(segments, sum), event| match event {
            TranscriptEvent::TranscriptSegmentAppended { words, .. } => {
                (segments.saturating_add(1), sum.saturating_add(*words))
            }
            TranscriptEvent::TranscriptStarted { .. }
            | TranscriptEvent::TranscriptSegmentCorrected { .. }
            | TranscriptEvent::TranscriptCompleted { .. }
            | TranscriptEvent::TranscriptFailed { .. } => (segments, sum),
        })
    }
}

impl KnownTranscript {
    /// How many segments there are.
    #[must_use]
    pub fn segments(&self) -> u32 {
        u32::try_from(self.segment_words.len()).unwrap_or(u32::MAX)
    }

    /// How many words they have, corrected ones as they are now.
    #[must_use]
    pub fn words(&self) -> u32 {
        self.segment_words.iter().fold(0, |sum, words| sum.saturating_add(*words))
    }

    /// Whether more may come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == TranscriptStatus::Open
    }

    fn words_at(&self, seq: u32) -> Option<usize> {
        let place = usize::try_from(seq.checked_sub(1)?).ok()?;
        (place < self.segment_words.len()).then_some(place)
    }

    fn evolve(&mut self, event: &TranscriptEvent) {
        match event {
            TranscriptEvent::TranscriptStarted { .. } => {}
            TranscriptEvent::TranscriptSegmentAppended {
                speaker,
                start_ms,
                end_ms,
                words,
                provider_segment_id,
                ..
            } => {
                self.segment_words.push(*words);
                let id = provider_segment_id.as_deref();
                self.identities.insert(Identity::of(id, *speaker, (*start_ms, *end_ms)));
            }
            TranscriptEvent::TranscriptSegmentCorrected { seq, words, .. } => {
                let place = self.words_at(*seq);
                if let Some(had) = place.and_then(|place| self.segment_words.get_mut(place)) {
                    *had = *words;
                }
            }
            TranscriptEvent::TranscriptCompleted { at, .. } => {
                self.status = TranscriptStatus::Completed;
                self.closed_at = Some(*at);
            }
            TranscriptEvent::TranscriptFailed { at, .. } => {
                self.status = TranscriptStatus::Failed;
                self.closed_at = Some(*at);
            }
        }
    }
}
