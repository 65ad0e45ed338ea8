//! The facts of a transcript, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::TranscriptSource;
use crate::speech::Speaker;
use crate::{DecidedEvent, FreeText, Personal, Sealer, SubjectId, Timestamp};

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum TranscriptEvent {
    /// Somebody begins to write down what is said in a call.
    TranscriptStarted {
        subject_key: SubjectId,
        source: TranscriptSource,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        at: Timestamp,
    },
    /// Something was said.
    TranscriptSegmentAppended {
        seq: u32,
        speaker: Speaker,
        start_ms: u32,
        end_ms: u32,
        text: Personal<FreeText>,
        words: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_segment_id: Option<String>,
        at: Timestamp,
    },
    /// It was said otherwise than it was written down.
    TranscriptSegmentCorrected {
        seq: u32,
        text: Personal<FreeText>,
        words: u32,
        by: String,
        at: Timestamp,
    },
    /// All that was said is written down.
    TranscriptCompleted { segments: u32, words: u32, at: Timestamp },
    /// Nothing more can be written down.
    TranscriptFailed { reason: String, at: Timestamp },
}

impl DecidedEvent for TranscriptEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::TranscriptStarted { at, .. }
            | Self::TranscriptSegmentAppended { at, .. }
            | Self::TranscriptSegmentCorrected { at, .. }
            | Self::TranscriptCompleted { at, .. }
            | Self::TranscriptFailed { at, .. } => *at,
        }
    }

    fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        match self {
            Self::TranscriptSegmentAppended { text, .. }
            | Self::TranscriptSegmentCorrected { text, .. } => text.seal(seal),
            Self::TranscriptStarted { .. }
            | Self::TranscriptCompleted { .. }
            | Self::TranscriptFailed { .. } => {}
        }
    }
}
