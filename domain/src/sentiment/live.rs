//! While a call goes on: how the customer feels now, and when somebody has to know.
//!
//! The rolling score is the score of the call over the last [`WINDOW`] things that the customer
//! said and that have a score, weighted as the score of the call is: an "okay" of one word does
//! not take away what somebody said in thirty. Nothing is told before there are so many, for one
//! sentence is no mood.
//!
//! - `frustration` is raised as a warning below −0.5 and as critical below −0.7; a warning that
//!   gets critical is raised again, a critical one stays so. It is cleared above −0.2.
//! - `satisfaction` is raised above 0.7, where it is wanted, and cleared below 0.2.
//! - `confusion` is raised by a phrase of its list, and cleared once the customer has said so many
//!   things as the window has without another.
//! - `escalation` is raised by a phrase of its list, and not cleared: whoever asked for a manager
//!   has asked.
//!
//! What is raised is not raised again while it is open. No score is needed for phrases.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::call::weight;
use super::engine::Scored;
use super::score::{Mean, Score};
use crate::words::words;

/// How many of the last things that the customer said are looked at together.
pub const WINDOW: usize = 3;
const FRUSTRATED: Score = Score::new(-5_000);
const FURIOUS: Score = Score::new(-7_000);
const CALM: Score = Score::new(-2_000);
const DELIGHTED: Score = Score::new(7_000);
const SOBER: Score = Score::new(2_000);

words! {
    /// What somebody has to know.
    AlertKind {
        /// The customer is angry.
        Frustration,
        /// The customer is happy.
        Satisfaction,
        /// The customer does not follow.
        Confusion,
        /// The customer wants somebody else, or threatens.
        Escalation,
    }

    /// How bad it is.
    AlertSeverity {
        /// Good to know.
        Info,
        /// Somebody should look.
        Warning,
        /// Somebody should do something.
        Critical,
    }
}

/// What alerts a call has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AlertRules {
    /// Whether happy customers are told too.
    pub satisfaction: bool,
    /// Phrases of somebody who does not follow.
    pub confusion: Vec<String>,
    /// Phrases of somebody who wants somebody else, or threatens.
    pub escalation: Vec<String>,
}

/// Phrases with which an organization begins.
const CONFUSION: [&str; 8] = [
    "i don't understand",
    "i do not understand",
    "i'm confused",
    "what do you mean",
    "that makes no sense",
    "doesn't make sense",
    "you lost me",
    "i don't follow",
];
const ESCALATION: [&str; 10] = [
    "speak to a manager",
    "speak to your manager",
    "speak to manager",
    "talk to a manager",
    "talk to your manager",
    "speak to a supervisor",
    "talk to a supervisor",
    "speak to your supervisor",
    "lawyer",
    "sue you",
];

impl Default for AlertRules {
    fn default() -> Self {
        let [confusion, escalation] = [&CONFUSION[..], &ESCALATION[..]]
            .map(|phrases| phrases.iter().map(ToString::to_string).collect());
        Self { satisfaction: false, confusion, escalation }
    }
}

/// What is known of a call that goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The last scores with their weights.
    window: VecDeque<(Score, u32)>,
    frustration: Option<AlertSeverity>,
    satisfied: bool,
    /// How many things the customer has said since they did not follow.
    confused_since: Option<usize>,
    escalated: bool,
}

/// Something that somebody has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// It is so now.
    Raised {
        /// What.
        kind: AlertKind,
        /// How bad.
        severity: AlertSeverity,
        /// The rolling score; nothing, where there is none yet.
        score: Option<Score>,
    },
    /// It is so no longer.
    Cleared {
        /// What.
        kind: AlertKind,
        /// The rolling score.
        score: Option<Score>,
    },
}

impl Live {
    /// The score over the last three; nothing, as long as there are fewer, or they are without
    /// words.
    #[must_use]
    pub fn rolling(&self) -> Option<Score> {
        if self.window.len() < WINDOW {
            return None;
        }
        Mean::of(self.window.iter().copied()).score()
    }
}

/// What of the lists of an organization was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Phrases {
    /// Something of somebody who does not follow.
    pub confusion: bool,
    /// Something of somebody who wants somebody else, or threatens.
    pub escalation: bool,
}

impl AlertRules {
    /// What of the lists is in a text.
    #[must_use]
    pub fn said(&self, text: &str) -> Phrases {
        let said = plain(text);
        let (confusion, escalation) = (says(&said, &self.confusion), says(&said, &self.escalation));
        Phrases { confusion, escalation }
    }
}

impl Live {
    /// The customer has said something: what is known from then on, and what somebody has to know.
    /// That can be two things at once, for one sentence can be furious and ask for a manager.
    /// `satisfaction` says whether happy customers are told too.
    pub fn hear(
        &mut self,
        scored: Option<&Scored>,
        phrases: Phrases,
        satisfaction: bool,
    ) -> Vec<Alert> {
        if let Some(scored) = scored {
            self.window.push_back((scored.score, weight(scored)));
            self.window.drain(..self.window.len().saturating_sub(WINDOW));
        }
        let rolling = self.rolling();
        let mut alerts = Vec::new();
        // What was said without a score changes no mood.
        if let (Some(rolling), Some(_)) = (rolling, scored) {
            alerts.extend(self.frustration(rolling));
            alerts.extend(self.satisfaction(rolling, satisfaction));
        }
        alerts.extend(self.confusion(phrases.confusion, rolling));
        alerts.extend(self.escalation(phrases.escalation, rolling));
        alerts
    }
}

impl Live {
    fn frustration(&mut self, rolling: Score) -> Option<Alert> {
        let kind = AlertKind::Frustration;
        let severity = match rolling {
            rolling if rolling < FURIOUS => AlertSeverity::Critical,
            rolling if rolling < FRUSTRATED => AlertSeverity::Warning,
            rolling if rolling > CALM => {
                return self.frustration.take().map(|_| Alert::cleared(kind, rolling));
            }
            _ => return None,
        };
        if self.frustration >= Some(severity) {
            return None;
        }
        self.frustration = Some(severity);
        Some(Alert::Raised { kind, severity, score: Some(rolling) })
    }

    fn satisfaction(&mut self, rolling: Score, wanted: bool) -> Option<Alert> {
        let (kind, severity) = (AlertKind::Satisfaction, AlertSeverity::Info);
        if self.satisfied && rolling < SOBER {
            self.satisfied = false;
            return Some(Alert::cleared(kind, rolling));
        }
        if self.satisfied || !wanted || rolling <= DELIGHTED {
            return None;
        }
        self.satisfied = true;
        Some(Alert::Raised { kind, severity, score: Some(rolling) })
    }

    fn confusion(&mut self, says: bool, score: Option<Score>) -> Option<Alert> {
        let (kind, severity) = (AlertKind::Confusion, AlertSeverity::Warning);
        match (self.confused_since, says) {
            (None, true) => {
                self.confused_since = Some(0);
                Some(Alert::Raised { kind, severity, score })
            }
            (Some(_), true) => {
                self.confused_since = Some(0);
                None
            }
            (Some(since), false) if since + 1 >= WINDOW => {
                self.confused_since = None;
                Some(Alert::Cleared { kind, score })
            }
            (since, false) => {
                self.confused_since = since.map(|since| since + 1);
                None
            }
        }
    }

    fn escalation(&mut self, says: bool, score: Option<Score>) -> Option<Alert> {
        let (kind, severity) = (AlertKind::Escalation, AlertSeverity::Critical);
        if !says || std::mem::replace(&mut self.escalated, true) {
            return None;
        }
        Some(Alert::Raised { kind, severity, score })
    }
}

impl Alert {
    fn cleared(kind: AlertKind, score: Score) -> Self {
        Self::Cleared { kind, score: Some(score) }
    }
}

/// Words in small letters between single spaces, without marks; "don't" is one word however its
/// apostrophe is written.
fn plain(text: &str) -> String {
    let mut plain = " ".to_owned();
    let letters = text.chars().filter(|letter| !matches!(letter, '\'' | '\u{2019}' | '\u{2018}'));
    for letter in letters.flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            plain.push(letter);
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

/// Whether a phrase of a list is said, as whole words. A phrase without a word is never said.
fn says(said: &str, phrases: &[String]) -> bool {
    let mut phrases = phrases.iter().map(|phrase| plain(phrase));
    phrases.any(|phrase| phrase.trim() != "" && said.contains(&phrase))
}
