//! What a campaign decides of its own dialing: how far ahead of free agents it dials, and when it
//! has left too many people without one.

use super::event::CampaignEvent;
use super::pacing::{Answers, Cap, notable};
use super::words::{AbandonmentPreset, CampaignMode, CampaignStatus, PauseReason};
use super::{KnownCampaign, one};
use crate::Timestamp;

/// The period in which answers are counted, where the rule has days.
const PERIOD_MS: i64 = 30 * DAY_MS;
const DAY_MS: i64 = 86_400_000;

impl KnownCampaign {
    /// How many calls it may dial for each free agent now.
    #[must_use]
    pub fn ahead(&self) -> f64 {
        if self.throttled { one() } else { self.level }
    }

    /// When the period began in which answers without an agent are counted now: successive 30 days
    /// from the first activation, or the last day.
    #[must_use]
    pub fn counted_since(&self, at: Timestamp) -> Timestamp {
        match self.settings.abandonment.preset {
            AbandonmentPreset::Uk => at.plus_ms(-DAY_MS),
            AbandonmentPreset::Us | AbandonmentPreset::None => {
                let first = self.first_activated_at.unwrap_or(at);
                let passed = at.since_ms(first).max(0);
                first.plus_ms(passed - passed % PERIOD_MS)
            }
        }
    }

    pub(super) fn paced(&self, level: f64, at: Timestamp) -> Vec<CampaignEvent> {
        let level_to = (level * 100.0).round() / 100.0;
        let level_from = self.level;
        let dials_ahead =
            self.settings.mode == CampaignMode::Predictive && self.status == CampaignStatus::Active;
        if !dials_ahead || !level_to.is_finite() || !notable(level_from, level_to) {
            return Vec::new();
        }
        vec![CampaignEvent::CampaignPacingChanged { level_from, level_to, at }]
    }

    pub(super) fn weighed(&self, answers: Answers, at: Timestamp) -> Vec<CampaignEvent> {
        // Where nobody waits for an agent, nobody finds none.
        let waited_for = self.settings.mode != CampaignMode::Agentless;
        if self.status != CampaignStatus::Active || !waited_for {
            return Vec::new();
        }
        let abandonment = &self.settings.abandonment;
        let (cap, observed) = (abandonment.cap(answers), answers.rate());
        let mut facts = Vec::new();
        if cap != Cap::Below && !self.throttled {
            let limit = abandonment.limit().unwrap_or_default();
            facts.push(CampaignEvent::CampaignDialerThrottled { observed, limit, at });
        }
        // Somebody has seen it and has it call nevertheless, one call for each free agent.
        if cap == Cap::Far && !self.condoned {
            let (reason, by) = (PauseReason::Abandonment, None);
            facts.push(CampaignEvent::CampaignPaused { reason, by, at });
        }
        if self.throttled && abandonment.recovered(answers) {
            facts.push(CampaignEvent::CampaignDialerUnthrottled { observed, at });
        }
        facts
    }

    pub(super) fn suspended(&self, reason: PauseReason, at: Timestamp) -> Vec<CampaignEvent> {
        match self.status {
            CampaignStatus::Active => vec![CampaignEvent::CampaignPaused { reason, by: None, at }],
            _ => Vec::new(),
        }
    }

    pub(super) fn recovered(&self, reason: PauseReason, at: Timestamp) -> Vec<CampaignEvent> {
        match self.paused == Some(reason) {
            true => vec![self.resumed(None, at)],
            false => Vec::new(),
        }
    }
}
