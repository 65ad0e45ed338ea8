//! The sentiment of a call, from the scores of what was said in it (domain/06 §6.9).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::engine::{Scored, confidence};
use super::score::{Mean, Score};
use crate::speech::Speaker;
use crate::words::words;

/// An utterance weighs as much as it has words, and no more than one of so many.
pub const MOST_WEIGHT: u32 = 50;
/// From this difference between closing and opening on, a call improves or declines.
const NOTABLE: Score = Score::new(2_000);
/// From this distance of an utterance to the mean of the two before on, it is a critical moment.
const CRITICAL: Score = Score::new(6_000);
/// With fewer scored utterances there are no phases, and with fewer than one more no trend.
const PHASES: usize = 3;

words! {
    /// What a score is called.
    Label {
        /// It is good.
        Positive,
        /// It is neither.
        Neutral,
        /// It is bad.
        Negative,
    }

    /// Where a call went.
    CallTrend {
        /// The end was better than the beginning, by 0.2 at least.
        Improving,
        /// The end was worse than the beginning, by 0.2 at least.
        Declining,
        /// Neither.
        Stable,
        /// The customer said fewer than four things that have a score.
        InsufficientData,
    }
}

/// From which scores on something is positive or negative. An organization may set others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Positive from this score on, itself included.
    pub positive: Score,
    /// Negative from this score on downwards, itself included.
    pub negative: Score,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { positive: Score::new(500), negative: Score::new(-500) }
    }
}

impl Thresholds {
    /// What a score is called.
    #[must_use]
    pub fn label(&self, score: Score) -> Label {
        match score {
            score if score >= self.positive => Label::Positive,
            score if score <= self.negative => Label::Negative,
            _ => Label::Neutral,
        }
    }
}

/// Something that was said, and what an engine says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// Its number in the transcript.
    pub seq: u32,
    /// Who said it.
    pub speaker: Speaker,
    /// Its score; nothing, where it has none.
    pub scored: Option<Scored>,
}

/// The sentiment of a call. Nothing is known of what nobody scored: it is nothing, and not 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Of the customer, which is that of the call; nothing, where nothing they said has a score.
    pub customer: Option<Sentiment>,
    /// Of everybody who said something that has a score, the customer included.
    pub by_speaker: BTreeMap<Speaker, Sentiment>,
    /// Where it began and ended; nothing, where the customer said fewer than three things that
    /// have a score.
    pub phases: Option<Phases>,
    /// Where it went.
    pub trend: CallTrend,
    /// What the customer said that was far from the two things before it.
    pub critical_moments: Vec<CriticalMoment>,
}

/// The sentiment of one speaker in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
pub struct Sentiment {
    /// Σ w·s / Σ w over what they said, w = min(words, 50).
    pub score: Score,
    /// What that is called.
    pub label: Label,
    /// (1 − e^(−hits/3)) × |Σ w·s| / Σ w·|s|, 0 to 1: how many words with a meaning there were in
    /// all, and how far what they said points one way. The same reading as of one utterance.
    pub confidence: Score,
    /// Σ w·|s| / Σ w, 0 to 1: how strong it was, whether good or bad. Somebody who was delighted
    /// and then furious has no score to speak of, but a high intensity.
    pub intensity: Score,
    /// How many things they said that have a score.
    pub utterances: u32,
}

/// The score of thirds of a call, by number of what the customer said that has a score: the first
/// ⌈n/3⌉, the last ⌈n/3⌉, and the rest. Each is weighted as the score of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
pub struct Phases {
    /// How it began; nothing, where it was said without a word.
    pub opening: Option<Score>,
    /// How it went on; nothing too, where four things leave nothing between two and two.
    pub middle: Option<Score>,
    /// How it ended.
    pub closing: Option<Score>,
}

/// Something that changed a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
pub struct CriticalMoment {
    /// Its number in the transcript.
    pub seq: u32,
    /// How much better it was than the mean of the two before it.
    pub delta: Score,
}

/// The sentiment of a call. Utterances are in the order in which they were said.
#[must_use]
pub fn assess(utterances: &[Utterance], thresholds: &Thresholds) -> Assessment {
    let mut by_speaker: BTreeMap<Speaker, Vec<(u32, &Scored)>> = BTreeMap::new();
    for utterance in utterances {
        if let Some(scored) = &utterance.scored {
            by_speaker.entry(utterance.speaker).or_default().push((utterance.seq, scored));
        }
    }
    let said = by_speaker.get(&Speaker::Customer).map_or(&[][..], Vec::as_slice);
    let (phases, trend) = course(said);
    let critical_moments = critical_moments(said);
    let of = |(speaker, said): (&Speaker, &Vec<(u32, &Scored)>)| {
        sentiment(said, thresholds).map(|sentiment| (*speaker, sentiment))
    };
    let by_speaker: BTreeMap<Speaker, Sentiment> = by_speaker.iter().filter_map(of).collect();
    let customer = by_speaker.get(&Speaker::Customer).copied();
    Assessment { customer, by_speaker, phases, trend, critical_moments }
}

/// How much what was said weighs.
#[must_use]
pub fn weight(scored: &Scored) -> u32 {
    scored.tokens.min(MOST_WEIGHT)
}

fn mean(said: &[(u32, &Scored)]) -> Mean {
    Mean::of(said.iter().map(|(_, scored)| (scored.score, weight(scored))))
}

fn sentiment(said: &[(u32, &Scored)], thresholds: &Thresholds) -> Option<Sentiment> {
    let mean = mean(said);
    let strength = Mean::of(said.iter().map(|(_, one)| (one.score.abs(), weight(one))));
    let score = mean.score()?;
    let hits = said.iter().fold(0, |hits, (_, one)| one.hits.saturating_add(hits));
    Some(Sentiment {
        score,
        label: thresholds.label(score),
        confidence: confidence(hits, mean.agreement(strength)),
        intensity: strength.score()?,
        utterances: u32::try_from(said.len()).unwrap_or(u32::MAX),
    })
}

fn course(said: &[(u32, &Scored)]) -> (Option<Phases>, CallTrend) {
    if said.len() < PHASES {
        return (None, CallTrend::InsufficientData);
    }
    let third = said.len().div_ceil(PHASES);
    let (opening, rest) = said.split_at(third);
    let (middle, closing) = rest.split_at(rest.len().saturating_sub(third));
    let [opening, middle, closing] = [opening, middle, closing].map(mean);
    let trend = match closing.minus(opening) {
        Some(_) if said.len() <= PHASES => CallTrend::InsufficientData,
        Some(change) if change.at_least(NOTABLE) => CallTrend::Improving,
        Some(change) if change.at_most(Score::ZERO.minus(NOTABLE)) => CallTrend::Declining,
        Some(_) => CallTrend::Stable,
        None => CallTrend::InsufficientData,
    };
    let [opening, middle, closing] = [opening, middle, closing].map(Mean::score);
    (Some(Phases { opening, middle, closing }), trend)
}

fn critical_moments(said: &[(u32, &Scored)]) -> Vec<CriticalMoment> {
    let moment = |three: &[(u32, &Scored)]| {
        let [(_, first), (_, second), (seq, now)] = three else { return None };
        let delta = Mean::of([(now.score, 1)])
            .minus(Mean::of([(first.score, 1), (second.score, 1)]))
            .filter(|by| by.at_least(CRITICAL) || by.at_most(Score::ZERO.minus(CRITICAL)))?;
        Some(CriticalMoment { seq: *seq, delta: delta.score() })
    };
    said.windows(3).filter_map(moment).collect()
}
