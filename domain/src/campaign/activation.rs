//! When a campaign begins to call, stops to, or does again, and what it lacks to.

use super::command::Outlook;
use super::event::CampaignEvent;
use super::refusal::CampaignRefusal;
use super::words::{CampaignMode, CampaignStatus, PauseReason};
use super::{CampaignSettings, Decided, KnownCampaign};
use crate::calling_hours::{Verdict, verdict};
use crate::{FieldFault, Timestamp, UserId};

impl KnownCampaign {
    pub(super) fn over(&self, at: Timestamp) -> bool {
        self.settings.schedule.end_at.is_some_and(|end| end <= at)
    }

    /// Everything that it lacks to call.
    #[must_use]
    pub fn lacking(&self, outlook: &Outlook, at: Timestamp) -> Vec<FieldFault> {
        let CampaignSettings { caller_id, schedule, teams, agents, .. } = &self.settings;
        let zone = self.settings.time_zone.parse();
        let zones: Vec<_> = zone.into_iter().collect();
        let hours = verdict(&self.hours(), &schedule.holidays, &zones, at);
        let closed = matches!(hours, Verdict::Never { .. });
        // Where nobody speaks, nobody has to be there, and nobody says what came of it.
        let spoken = self.settings.mode != CampaignMode::Agentless;
        let lacks = [
            (caller_id.is_none(), "/caller_id", "no-caller-id", "no number is shown"),
            (!outlook.dialable, "", "no-contacts", "nobody can be called"),
            (
                closed,
                "/schedule/windows",
                "no-hours",
                "the campaign has no hours in which the law allows calls",
            ),
            (
                self.is_spent(&outlook.minutes),
                "/budget/amount_minor",
                "budget-spent",
                "all of it is spent",
            ),
            (!outlook.reachable, "", "provider-down", "the telephone provider does not answer"),
            (self.over(at), "/schedule/end_at", "schedule-ended", "its time is over"),
            (
                spoken && teams.is_empty() && agents.is_empty(),
                "/teams",
                "nobody-assigned",
                "no team and no agent calls for it",
            ),
            (
                spoken && !outlook.sayable,
                "/dispositions",
                "no-dispositions",
                "calls can come to nothing",
            ),
        ];
        let lacks = lacks.into_iter().chain(self.settings.unheard());
        lacks
            .filter(|(lacks, ..)| *lacks)
            .map(|(_, pointer, reason, words)| FieldFault::new(pointer, reason, words))
            .collect()
    }

    pub(super) fn activate(&self, outlook: Outlook, by: UserId, at: Timestamp) -> Decided {
        match self.status {
            CampaignStatus::Active => return Ok(Vec::new()),
            CampaignStatus::Draft | CampaignStatus::Paused => {}
            _ => return Err(CampaignRefusal::State(self.status)),
        }
        let lacking = self.lacking(&outlook, at);
        if !lacking.is_empty() {
            return Err(CampaignRefusal::NotReady(lacking));
        }
        if self.activations > 0 {
            return Ok(vec![self.resumed(Some(by), at)]);
        }
        Ok(vec![CampaignEvent::CampaignActivated { activation_no: 1, by, at }])
    }

    pub(super) fn pause(&self, by: UserId, at: Timestamp) -> Decided {
        match self.status {
            CampaignStatus::Active => {
                let (reason, by) = (PauseReason::Manual, Some(by));
                Ok(vec![CampaignEvent::CampaignPaused { reason, by, at }])
            }
            CampaignStatus::Paused => Ok(Vec::new()),
            _ => Err(CampaignRefusal::State(self.status)),
        }
    }

    pub(super) fn resumed(&self, by: Option<UserId>, at: Timestamp) -> CampaignEvent {
        let activation_no = self.activations.saturating_add(1);
        CampaignEvent::CampaignResumed { activation_no, by, at }
    }

    pub(super) fn reopen(&self, outlook: Outlook, by: UserId, at: Timestamp) -> Decided {
        match self.status {
            CampaignStatus::Completed if self.over(at) => {
                let words = "its time is over; give it another end first";
                Err(FieldFault::new("/schedule/end_at", "out-of-range", words).into())
            }
            CampaignStatus::Completed => {
                // Who is to be called comes in or is reset when it is open again.
                let lacking = self.lacking(&Outlook { dialable: true, ..outlook }, at);
                if !lacking.is_empty() {
                    return Err(CampaignRefusal::NotReady(lacking));
                }
                Ok(vec![self.resumed(Some(by), at)])
            }
            CampaignStatus::Active => Ok(Vec::new()),
            _ => Err(CampaignRefusal::State(self.status)),
        }
    }
}
