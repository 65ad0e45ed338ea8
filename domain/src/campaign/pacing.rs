//! How fast a campaign dials by itself (domain/03 §3.3.1 to §3.3.3): how many lines to begin, how
//! far ahead of free agents, and how many people may be answered by nobody.

use serde::{Deserialize, Serialize};

use super::message::{dialable, speakable};
use super::words::{AbandonmentPreset, CampaignMode};
use crate::FieldFault;

/// Finished attempts from which is told how often somebody answers.
pub const WINDOW: u32 = 200;
/// How often it is told anew how far ahead to dial.
pub const EVERY_MS: i64 = 15_000;
/// Live answers before anything is told from them.
pub const ENOUGH: u32 = 50;
/// The gain with which a campaign begins, and the least.
pub const FIRST_GAIN: f64 = 0.5;
const GAIN_STEP: f64 = 0.02;
const GAIN_BACK: f64 = 0.8;
/// The part of the limit from which on the dialer slows down.
pub const SOFT: f64 = 0.8;
/// The part of the limit at which a campaign is not to call at all.
const HARD: f64 = 2.0;
/// Regulators allow three of a hundred (47 CFR § 64.1200(a)(7); Ofcom, persistent misuse).
const LIMIT: f64 = 0.03;
/// A level that is so much another one is a fact; a smaller change waits.
const NOTABLE: f64 = 0.1;

/// How fast a campaign dials.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Pacing {
    /// How many calls it begins within a minute, 1 to 600; a sixth of them at once.
    pub calls_per_minute: u16,
    /// How many calls it has at once, 1 to 500.
    pub max_concurrent_calls: u16,
    /// How many calls for one free agent at most, 1.0 to 5.0; for `predictive`.
    pub max_level: f64,
    /// With fewer agents at work it dials one call for each, 1 to 100; for `predictive`.
    pub min_predictive_agents: u16,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            calls_per_minute: 60,
            max_concurrent_calls: 30,
            max_level: 3.0,
            min_predictive_agents: 5,
        }
    }
}

/// How many may be answered by nobody, and what they are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Abandonment {
    /// Whose rule.
    pub preset: AbandonmentPreset,
    /// How long somebody who has answered waits for an agent, 1 to 10 seconds; then the call is
    /// dropped.
    pub seconds: u8,
    /// What they are told before it ends, 1 to 500 characters in one line: who has called, why,
    /// under which number, and which key has them never called again. Where the rule is a
    /// regulator's, it has to be there before the campaign calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "utoipa", schema(min_length = 1, max_length = 500))]
    pub message: Option<String>,
    /// Whoever presses it meanwhile is not called again, one of `0` to `9`, `*` and `#`; `9` where
    /// nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "utoipa", schema(value_type = Option<String>, pattern = "^[0-9*#]$"))]
    pub opt_out_key: Option<char>,
}

impl Default for Abandonment {
    fn default() -> Self {
        Self { preset: AbandonmentPreset::Us, seconds: 2, message: None, opt_out_key: None }
    }
}

/// What there is to dial for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Agents who can take a call now.
    pub available: u32,
    /// Agents who will be able to within the time that a telephone rings.
    pub expected_free: u32,
    /// Calls that wait for somebody to answer, or for an agent.
    pub dialing: u32,
    /// Calls of the campaign at all.
    pub live: u32,
    /// Lines that there may be beyond free agents ([`Abandonment::spare`]).
    pub spare: u32,
}

/// The last attempts that are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// How many.
    pub attempts: u32,
    /// How many were answered by a person.
    pub live: u32,
}

/// Answers of a period, and how many of them found no agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// By a person.
    pub live: u32,
    /// Without an agent in time.
    pub abandoned: u32,
}

/// What is to be done about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// Nothing.
    Below,
    /// So many that the campaign dials one call for each free agent.
    Reached,
    /// So many that it does not call at all.
    Far,
}

/// How far ahead to dial, and with which gain that was told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    /// Between 0.5 and 1.
    pub gain: f64,
    /// Calls for each free agent.
    pub level: f64,
}

impl Pacing {
    /// Whether a campaign can dial so fast.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        let out = |pointer, words: &str| Err(FieldFault::new(pointer, "out-of-range", words));
        if !(1..=600).contains(&self.calls_per_minute) {
            return out("/pacing/calls_per_minute", "from 1 to 600 calls a minute");
        }
        if !(1..=500).contains(&self.max_concurrent_calls) {
            return out("/pacing/max_concurrent_calls", "from 1 to 500 calls");
        }
        if !(1.0..=5.0).contains(&self.max_level) {
            return out("/pacing/max_level", "from 1.0 to 5.0 calls for each free agent");
        }
        if !(1..=100).contains(&self.min_predictive_agents) {
            return out("/pacing/min_predictive_agents", "from 1 to 100 agents");
        }
        Ok(())
    }

    /// Calls that may begin at once after a pause.
    #[must_use]
    pub fn burst(&self) -> f64 {
        (f64::from(self.calls_per_minute) / 6.0).floor().max(1.0)
    }

    /// How many lines to begin now.
    #[must_use]
    pub fn lines(&self, mode: CampaignMode, level: f64, room: Room) -> u32 {
        let rest = u32::from(self.max_concurrent_calls).saturating_sub(room.live);
        let agents = match mode {
            CampaignMode::Manual | CampaignMode::Preview => return 0,
            // Nobody has to be there for whoever answers.
            CampaignMode::Agentless => return rest,
            CampaignMode::Progressive => room.available,
            CampaignMode::Predictive if level <= 1.0 => room.available,
            CampaignMode::Predictive => {
                let ahead = times(level, room.available.saturating_add(room.expected_free));
                ahead.min(room.available.saturating_add(room.spare))
            }
        };
        agents.saturating_sub(room.dialing).min(rest)
    }

    /// How far ahead to dial from now on, with so many agents at work.
    #[must_use]
    pub fn ahead(
        &self,
        gain: f64,
        recent: Recent,
        agents: u32,
        (answers, abandonment): (Answers, &Abandonment),
    ) -> Ahead {
        let gain = if abandonment.slows(answers) {
            (gain * GAIN_BACK).max(FIRST_GAIN)
        } else {
            (gain + GAIN_STEP).min(1.0)
        };
        let few = agents < u32::from(self.min_predictive_agents);
        if recent.live < ENOUGH || few {
            return Ahead { gain, level: 1.0 };
        }
        Ahead { gain, level: (gain / recent.answered()).clamp(1.0, self.max_level) }
    }
}

impl Abandonment {
    /// Whether people can be treated like this.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        if !(1..=10).contains(&self.seconds) {
            let words = "from 1 to 10 seconds";
            return Err(FieldFault::new("/abandonment/seconds", "out-of-range", words));
        }
        speakable("/abandonment/message", self.message.as_deref())?;
        dialable("/abandonment/opt_out_key", self.opt_out_key)
    }

    /// The part of those who answer that may find no agent; none where anything goes.
    #[must_use]
    pub fn limit(&self) -> Option<f64> {
        match self.preset {
            AbandonmentPreset::Us | AbandonmentPreset::Uk => Some(LIMIT),
            AbandonmentPreset::None => None,
        }
    }

    /// What so many mean.
    #[must_use]
    pub fn cap(&self, answers: Answers) -> Cap {
        let Some(limit) = self.limit().filter(|_| answers.live >= ENOUGH) else {
            return Cap::Below;
        };
        match answers.rate() {
            rate if rate >= HARD * limit => Cap::Far,
            rate if rate >= limit => Cap::Reached,
            _ => Cap::Below,
        }
    }

    /// How many lines there may be beyond free agents: were they answered as often as the others,
    /// and by nobody, there would be no more of those than four fifths of the limit. The gain
    /// learns of too many only when they have happened.
    #[must_use]
    pub fn spare(&self, answers: Answers, recent: Recent) -> u32 {
        let Some(limit) = self.limit() else { return u32::MAX };
        let left = SOFT * limit * f64::from(answers.live) - f64::from(answers.abandoned);
        whole((left / recent.answered()).floor())
    }

    /// Whether a campaign that dials one call for each free agent may dial ahead again.
    #[must_use]
    pub fn recovered(&self, answers: Answers) -> bool {
        !self.slows(answers)
    }

    fn slows(&self, answers: Answers) -> bool {
        self.limit().is_some_and(|limit| answers.rate() >= SOFT * limit)
    }
}

impl Recent {
    /// How likely somebody answers, where nobody knows yet: one in two.
    fn answered(&self) -> f64 {
        f64::from(self.live.saturating_add(1)) / f64::from(self.attempts.saturating_add(2))
    }
}

impl Answers {
    /// The part that found no agent; 0 where nobody has answered.
    #[must_use]
    pub fn rate(&self) -> f64 {
        if self.live == 0 {
            return 0.0;
        }
        f64::from(self.abandoned) / f64::from(self.live)
    }
}

/// Whether a level is another one, so that it is worth a fact.
#[must_use]
pub fn notable(from: f64, to: f64) -> bool {
    (from - to).abs() >= NOTABLE
}

fn times(level: f64, agents: u32) -> u32 {
    whole((level * f64::from(agents)).ceil())
}

fn whole(number: f64) -> u32 {
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // It is clamped, and NaN is 0.
    let whole = number.clamp(0.0, f64::from(u32::MAX)) as u32;
    whole
}
