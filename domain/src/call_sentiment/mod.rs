//! How people feel in a call, as engines have found (domain/02, domain/06 §6.9). Its id is that of
//! the call.
//!
//! ```text
//! a call that goes on: what is said ──► UtterancesScored ──► alerts raised, cleared
//! all that was said:   a run        ──► UtterancesScored … SentimentComputed
//! ```
//!
//! A run belongs to one engine, one version of it and one version of the transcript; each is
//! computed once, and none takes the place of another.

mod event;
mod refusal;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use event::{EngineVersion, ScoredUtterance, SentimentEvent};
pub use refusal::SentimentRefusal;

use crate::decider::aggregate;
use crate::sentiment::{
    Alert, AlertKind, AlertSeverity, Live, NoScore, Phrases, Scored, Thresholds, Utterance, assess,
};
use crate::speech::Speaker;
use crate::{Decider, RunId, SubjectId, Timestamp, UserId};

/// Utterances of one fact, which has at most 256 KiB.
const AT_ONCE: usize = 100;

/// What is heard at once: each thing can tell of every kind of alert, and a command has at most 256
/// facts.
pub const HEARD_AT_ONCE: usize = 50;

/// Something that was said, and what an engine says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Its number in the transcript.
    pub seq: u32,
    /// Who said it.
    pub speaker: Speaker,
    /// Its score, or why it has none.
    pub scored: Result<Scored, NoScore>,
    /// What of the lists of an organization was said.
    pub phrases: Phrases,
}

/// How people feel in a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSentiment {
    /// How many facts of what was said while the call went on are behind this: the number of the
    /// last segment that was heard.
    heard: u32,
    /// The language that the call was taken for when it was heard last.
    language: Option<String>,
    live: Live,
    alerts: BTreeMap<AlertKind, OpenAlert>,
    /// The version of the transcript that the last run of each engine was about.
    runs: BTreeMap<String, LastRun>,
}

/// Something that somebody has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAlert {
    /// How bad it is.
    pub severity: AlertSeverity,
    /// Since when it is so bad.
    pub raised_at: Timestamp,
    /// The segment after which it was so.
    pub seq: u32,
    /// Who knows.
    pub acknowledged_by: Option<UserId>,
}

/// The last run of an engine in one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// Which.
    pub run_id: RunId,
    /// What was said then.
    pub transcript_version: u64,
}

/// What may be asked of it.
#[derive(Clone, Debug, PartialEq)]
pub enum SentimentCommand {
    /// This was said while the call goes on. What was heard already is passed over.
    Hear {
        /// Who says so.
        by: EngineVersion,
        /// The language that the call is taken for, as a tag.
        language: Option<String>,
        /// In the order in which it was told; at most [`HEARD_AT_ONCE`] are heard.
        heard: Vec<Heard>,
        /// Whether happy customers are told too.
        satisfaction: bool,
        /// From which scores on something is positive or negative.
        thresholds: Thresholds,
        /// When.
        at: Timestamp,
    },
    /// This is all that was said. What was computed already is passed over.
    Compute {
        /// The run.
        run_id: RunId,
        /// Who says so.
        by: EngineVersion,
        /// The version of the transcript that it is about.
        transcript_version: u64,
        /// The language that the call was taken for, as a tag.
        language: Option<String>,
        /// In the order in which it was said.
        heard: Vec<Heard>,
        /// From which scores on something is positive or negative.
        thresholds: Thresholds,
        /// Whether nothing more is said: then nobody has to look any more.
        over: bool,
        /// When.
        at: Timestamp,
    },
    /// The call is over: nobody has to look any more.
    End {
        /// When.
        at: Timestamp,
    },
    /// Somebody knows.
    Acknowledge {
        /// Of what.
        kind: AlertKind,
        /// The segment after which it was so: it may have got worse since somebody looked.
        seq: u32,
        /// Who.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// Somebody says that it is over.
    Resolve {
        /// What.
        kind: AlertKind,
        /// The segment after which it was so: it may have got worse since somebody looked.
        seq: u32,
        /// When.
        at: Timestamp,
    },
}

aggregate!(CallSentiment, "call_sentiment", SentimentCommand, SentimentEvent, SentimentRefusal);

impl Decider for CallSentiment {
    fn decide(&self, command: SentimentCommand) -> Result<Vec<SentimentEvent>, SentimentRefusal> {
        match command {
            SentimentCommand::Hear { by, language, mut heard, satisfaction, thresholds, at } => {
                heard.retain(|one| one.seq > self.heard);
                heard.truncate(HEARD_AT_ONCE);
                Ok(self.hear(&by, (language, heard), (satisfaction, thresholds), at))
            }
            SentimentCommand::Compute { by, transcript_version, .. }
                if self
                    .last_run(&by)
                    .is_some_and(|run| run.transcript_version >= transcript_version) =>
            {
                Ok(Vec::new())
            }
            SentimentCommand::Compute {
                run_id,
                by,
                transcript_version,
                language,
                heard,
                thresholds,
                over,
                at,
            } => {
                let mut events =
                    computed((run_id, by), (transcript_version, language), &heard, &thresholds, at);
                if over {
                    events.extend(self.ended(at));
                }
                Ok(events)
            }
            SentimentCommand::End { at } => Ok(self.ended(at).collect()),
            SentimentCommand::Acknowledge { kind, seq, by, at } => {
                match self.alert(kind, seq)?.acknowledged_by {
                    Some(_) => Ok(Vec::new()),
                    None => Ok(vec![SentimentEvent::SentimentAlertAcknowledged { kind, by, at }]),
                }
            }
            SentimentCommand::Resolve { kind, seq, at } => {
                self.alert(kind, seq)?;
                Ok(vec![SentimentEvent::SentimentAlertCleared { kind, score: None, at }])
            }
        }
    }

    fn evolve(&mut self, event: &SentimentEvent) {
        match event {
            SentimentEvent::UtterancesScored { run_id: Some(_), .. } => {}
            SentimentEvent::UtterancesScored {
                run_id: None,
                language,
                utterances,
                satisfaction,
                ..
            } => {
                self.language.clone_from(language);
                for one in utterances {
                    self.heard = self.heard.max(one.seq);
                    if one.speaker == Speaker::Customer {
                        self.live.hear(one.scored.as_ref(), one.phrases, *satisfaction);
                    }
                }
            }
            SentimentEvent::SentimentComputed { run_id, by, transcript_version, .. } => {
                let run = LastRun { run_id: *run_id, transcript_version: *transcript_version };
                self.runs.insert(key(by), run);
            }
            SentimentEvent::SentimentAlertRaised { kind, severity, seq, at, .. } => {
                let (severity, raised_at, seq) = (*severity, *at, *seq);
                let alert = OpenAlert { severity, raised_at, seq, acknowledged_by: None };
                self.alerts.insert(*kind, alert);
            }
            SentimentEvent::SentimentAlertAcknowledged { kind, by, .. } => {
                if let Some(alert) = self.alerts.get_mut(kind) {
                    alert.acknowledged_by = Some(*by);
                }
            }
            SentimentEvent::SentimentAlertCleared { kind, .. } => {
                self.alerts.remove(kind);
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl CallSentiment {
    /// The number of the last segment that was heard while the call went on.
    #[must_use]
    pub fn heard(&self) -> u32 {
        self.heard
    }

    /// The language that the call was taken for when it was heard last.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// How the call goes.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// What somebody has to know.
    #[must_use]
    pub fn alerts(&self) -> &BTreeMap<AlertKind, OpenAlert> {
        &self.alerts
    }

    /// The last run of an engine in a version.
    #[must_use]
    pub fn last_run(&self, by: &EngineVersion) -> Option<LastRun> {
        self.runs.get(&key(by)).copied()
    }

    /// What somebody has to know, as far as it has not got worse.
    fn alert(&self, kind: AlertKind, seq: u32) -> Result<&OpenAlert, SentimentRefusal> {
        let alert = self.alerts.get(&kind).filter(|alert| alert.seq == seq);
        alert.ok_or(SentimentRefusal::NoAlert)
    }

    /// The facts that nobody has to look any more.
    fn ended(&self, at: Timestamp) -> impl Iterator<Item = SentimentEvent> {
        let kinds = self.alerts.keys().copied();
        kinds.map(move |kind| SentimentEvent::SentimentAlertCleared { kind, score: None, at })
    }

    fn hear(
        &self,
        by: &EngineVersion,
        (language, heard): (Option<String>, Vec<Heard>),
        (satisfaction, thresholds): (bool, Thresholds),
        at: Timestamp,
    ) -> Vec<SentimentEvent> {
        let mut live = self.live.clone();
        let mut alerts = Vec::new();
        // Somebody may have said before that one is over.
        let mut open: BTreeSet<AlertKind> = self.alerts.keys().copied().collect();
        for one in heard.iter().filter(|one| one.speaker == Speaker::Customer) {
            let told = live.hear(one.scored.as_ref().ok(), one.phrases, satisfaction);
            alerts.extend(told.into_iter().filter_map(|alert| match alert {
                Alert::Raised { kind, severity, score } => {
                    open.insert(kind);
                    let seq = one.seq;
                    Some(SentimentEvent::SentimentAlertRaised { kind, severity, score, seq, at })
                }
                Alert::Cleared { kind, score } => {
                    open.remove(&kind).then_some(SentimentEvent::SentimentAlertCleared {
                        kind,
                        score,
                        at,
                    })
                }
            }));
        }
        let mut events = scored(by, (None, language), &heard, (satisfaction, thresholds), at);
        events.extend(alerts);
        events
    }
}

/// The facts of a run.
fn computed(
    (run_id, by): (RunId, EngineVersion),
    (transcript_version, language): (u64, Option<String>),
    heard: &[Heard],
    thresholds: &Thresholds,
    at: Timestamp,
) -> Vec<SentimentEvent> {
    let utterances: Vec<Utterance> = heard
        .iter()
        .map(|one| Utterance {
            seq: one.seq,
            speaker: one.speaker,
            scored: one.scored.clone().ok(),
        })
        .collect();
    let found = assess(&utterances, thresholds);
    let customers = heard.iter().filter(|one| one.speaker == Speaker::Customer);
    let no_score = customers.filter_map(|one| one.scored.as_ref().err().copied()).next();
    let no_score = no_score.filter(|_| found.customer.is_none());
    let of = (Some(run_id), language.clone());
    let mut events = scored(&by, of, heard, (false, *thresholds), at);
    events.push(SentimentEvent::SentimentComputed {
        run_id,
        by,
        transcript_version,
        language,
        customer: found.customer,
        by_speaker: found.by_speaker,
        phases: found.phases,
        trend: found.trend,
        critical_moments: found.critical_moments,
        no_score,
        at,
    });
    events
}

fn scored(
    by: &EngineVersion,
    (run_id, language): (Option<RunId>, Option<String>),
    heard: &[Heard],
    (satisfaction, thresholds): (bool, Thresholds),
    at: Timestamp,
) -> Vec<SentimentEvent> {
    let utterance = |one: &Heard| ScoredUtterance {
        seq: one.seq,
        speaker: one.speaker,
        label: one.scored.as_ref().ok().map(|scored| thresholds.label(scored.score)),
        scored: one.scored.clone().ok(),
        no_score: one.scored.as_ref().err().copied(),
        phrases: one.phrases,
    };
    heard
        .chunks(AT_ONCE)
        .map(|heard| SentimentEvent::UtterancesScored {
            by: by.clone(),
            run_id,
            language: language.clone(),
            utterances: heard.iter().map(utterance).collect(),
            satisfaction,
            at,
        })
        .collect()
}

fn key(by: &EngineVersion) -> String {
    format!("{} {}", by.engine, by.engine_version)
}
