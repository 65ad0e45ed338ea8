//! The facts of how people feel in a call, as they are stored forever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use crate::sentiment::{
    AlertKind, AlertSeverity, CallTrend, CriticalMoment, Label, NoScore, Phases, Phrases, Score,
    Scored, Sentiment,
};
use crate::speech::Speaker;
use crate::{DecidedEvent, RunId, Timestamp, UserId};

/// Something that was said, and what an engine says of it. Words that moved the score are words of
/// the engine's lexicon: nothing in it is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub struct ScoredUtterance {
    pub seq: u32,
    pub speaker: Speaker,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scored: Option<Scored>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_score: Option<NoScore>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub phrases: Phrases,
}

fn is_default(phrases: &Phrases) -> bool {
    *phrases == Phrases::default()
}

/// Which engine, in which version: scores of two are never put into one figure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub struct EngineVersion {
    pub engine: String,
    pub engine_version: String,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum SentimentEvent {
    /// Things that were said have scores: while the call goes on, or as part of a run.
    UtterancesScored {
        #[serde(flatten)]
        by: EngineVersion,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run_id: Option<RunId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        utterances: Vec<ScoredUtterance>,
        satisfaction: bool,
        at: Timestamp,
    },
    /// A run over all that was said has come to its end.
    SentimentComputed {
        run_id: RunId,
        #[serde(flatten)]
        by: EngineVersion,
        transcript_version: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<Sentiment>,
        by_speaker: BTreeMap<Speaker, Sentiment>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phases: Option<Phases>,
        trend: CallTrend,
        critical_moments: Vec<CriticalMoment>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_score: Option<NoScore>,
        at: Timestamp,
    },
    /// Somebody has to know.
    SentimentAlertRaised {
        kind: AlertKind,
        severity: AlertSeverity,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<Score>,
        seq: u32,
        at: Timestamp,
    },
    /// Somebody knows.
    SentimentAlertAcknowledged { kind: AlertKind, by: UserId, at: Timestamp },
    /// It is so no longer, or the call is over.
    SentimentAlertCleared {
        kind: AlertKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<Score>,
        at: Timestamp,
    },
}

impl DecidedEvent for SentimentEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::UtterancesScored { at, .. }
            | Self::SentimentComputed { at, .. }
            | Self::SentimentAlertRaised { at, .. }
            | Self::SentimentAlertAcknowledged { at, .. }
            | Self::SentimentAlertCleared { at, .. } => *at,
        }
    }
}
