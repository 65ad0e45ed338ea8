//! What an engine has found, as it is answered.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::call_sentiment::ScoredUtterance;
use domain::sentiment::{
    CallTrend, CriticalMoment, Label, NoScore, Phases, Score, Scored, Sentiment, Trigger,
};
use domain::speech::Speaker;
use projections::sentiment::read::Run;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an engine has found of a call. Nothing is known of what nobody scored: it is `null`, and
/// not 0.
#[derive(Serialize, ToSchema)]
pub struct SentimentReply {
    call_id: Uuid,
    /// Which look of the engine: one per version of it and of the transcript.
    run_id: Uuid,
    /// Which engine.
    engine: String,
    /// Which version of it. Scores of two versions are never put into one figure.
    engine_version: String,
    /// The version of the transcript that it is about.
    transcript_version: u64,
    /// In which language the call was taken to be.
    language: Option<String>,
    /// Of the customer, which is that of the call, −1 to 1; `null` where nothing they said has a
    /// score.
    score: Option<Score>,
    label: Option<Label>,
    /// How sure that is, 0 to 1.
    confidence: Option<Score>,
    /// How strong it was, whether good or bad, 0 to 1.
    intensity: Option<Score>,
    /// Why there is no score, where there is none and the customer said something.
    reason: Option<NoScore>,
    /// Of everybody who said something that has a score: `customer`, `agent`, `assistant`,
    /// `supervisor`, `system`.
    #[schema(value_type = HashMap<String, Sentiment>)]
    by_speaker: BTreeMap<Speaker, Sentiment>,
    /// The thirds of the call; `null` where the customer said fewer than three things that have a
    /// score.
    phases: Option<Phases>,
    /// Where the call went: `insufficient_data` with fewer than four things.
    trend: CallTrend,
    /// What the customer said that was far from the two things before it.
    critical_moments: Vec<CriticalMoment>,
    /// Everything that was said, by the number of its segment.
    utterances: Vec<UtteranceReply>,
    computed_at: Timestamp,
}

/// What an engine says of something that was said; what was said, the transcript knows.
#[derive(Serialize, ToSchema)]
pub struct UtteranceReply {
    /// The number of the segment.
    seq: u32,
    speaker: Speaker,
    #[serde(flatten)]
    scored: ScoredReply,
}

/// What an engine says of a text.
#[derive(Serialize, ToSchema)]
pub struct ScoredReply {
    /// −1 to 1; `null` where there is none.
    score: Option<Score>,
    label: Option<Label>,
    /// How sure that is, 0 to 1.
    confidence: Option<Score>,
    /// How many words there are.
    tokens: Option<u32>,
    /// The words that moved the score, those first that moved it most.
    triggers: Vec<Trigger>,
    /// Why there is no score.
    reason: Option<NoScore>,
}

impl ScoredReply {
    pub(super) fn of(scored: Result<Scored, NoScore>, label: Option<Label>) -> Self {
        let (scored, reason) = match scored {
            Ok(scored) => (Some(scored), None),
            Err(reason) => (None, Some(reason)),
        };
        Self {
            score: scored.as_ref().map(|scored| scored.score),
            label,
            confidence: scored.as_ref().map(|scored| scored.confidence),
            tokens: scored.as_ref().map(|scored| scored.tokens),
            triggers: scored.map(|scored| scored.triggers).unwrap_or_default(),
            reason,
        }
    }
}

impl From<ScoredUtterance> for UtteranceReply {
    fn from(one: ScoredUtterance) -> Self {
        let reason = one.no_score.unwrap_or(NoScore::LanguageUnsupported);
        let scored = ScoredReply::of(one.scored.ok_or(reason), one.label);
        Self { seq: one.seq, speaker: one.speaker, scored }
    }
}

impl SentimentReply {
    pub(super) fn new(call_id: Uuid, run: Run, utterances: Vec<ScoredUtterance>) -> Self {
        let found = run.found;
        Self {
            call_id,
            run_id: run.run_id.uuid(),
            engine: run.engine,
            engine_version: run.engine_version,
            transcript_version: run.transcript_version,
            language: found.language,
            score: found.customer.map(|customer| customer.score),
            label: found.customer.map(|customer| customer.label),
            confidence: found.customer.map(|customer| customer.confidence),
            intensity: found.customer.map(|customer| customer.intensity),
            reason: found.no_score,
            by_speaker: found.by_speaker,
            phases: found.phases,
            trend: found.trend,
            critical_moments: found.critical_moments,
            utterances: utterances.into_iter().map(UtteranceReply::from).collect(),
            computed_at: run.computed_at,
        }
    }
}
