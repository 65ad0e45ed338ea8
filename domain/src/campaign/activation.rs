//! When a campaign begins to call, stops to, or does again.

use super::command::Outlook;
use super::event::CampaignEvent;
use super::refusal::CampaignRefusal;
use super::words::{CampaignStatus, PauseReason};
use super::{Decided, KnownCampaign};
use crate::{FieldFault, Timestamp, UserId};

impl KnownCampaign {
    pub(super) fn activate(&self, outlook: Outlook, by: UserId, at: Timestamp) -> Decided {
        match self.status {
            CampaignStatus::Active => return Ok(Vec::new()),
            CampaignStatus::Draft | CampaignStatus::Paused => {}
            _ => return Err(CampaignRefusal::State(self.status)),
        }
        let lacking = self.lacking(outlook, at);
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
                let lacking = self.lacking(Outlook { dialable: true, ..outlook }, at);
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
