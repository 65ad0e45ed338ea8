//! Contacts of a campaign that are called anew, many at once: the campaign says that it is so and
//! how many there were, a process tells each of them.
//!
//! *Architecture invariant:* one at a time, and each is over once: the campaign knows which it is.

use serde::{Deserialize, Serialize};

use super::event::CampaignEvent;
use super::refusal::CampaignRefusal;
use super::words::CampaignStatus;
use super::{Decided, KnownCampaign};
use crate::contact::ResetFilter;
use crate::{ResetId, Timestamp, UserId};

/// Contacts are being reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resetting {
    /// Under which id it is known.
    pub id: ResetId,
    /// Which contacts.
    pub filter: ResetFilter,
    /// Who has asked for it.
    pub by: UserId,
    /// When.
    pub asked_at: Timestamp,
}

impl KnownCampaign {
    /// Whether it is worth while to have contacts called anew: it calls somebody, now or later.
    #[must_use]
    pub fn calls(&self) -> bool {
        use CampaignStatus as S;
        match self.status {
            S::Draft | S::Active | S::Paused | S::Completed => true,
            S::Canceled | S::Archived | S::Deleted => false,
        }
    }

    /// One that is complete is opened again first: that is an administrator's to decide.
    pub(super) fn reset_contacts(&self, asked: Resetting) -> Decided {
        use CampaignStatus as S;
        match self.status {
            S::Draft | S::Active | S::Paused => {}
            _ => return Err(CampaignRefusal::State(self.status)),
        }
        let Resetting { id, filter, by, asked_at } = asked;
        let filter = Box::new(filter.checked()?);
        match &self.resetting {
            Some(known) if known.id == id => Ok(Vec::new()),
            Some(_) => Err(CampaignRefusal::Resetting),
            None => Ok(vec![CampaignEvent::CampaignContactsResetRequested {
                reset_id: id,
                filter,
                by,
                at: asked_at,
            }]),
        }
    }

    /// What is said of another one, or once more of this one, is no news.
    pub(super) fn contacts_reset(
        &self,
        id: ResetId,
        count: u64,
        at: Timestamp,
    ) -> Vec<CampaignEvent> {
        match &self.resetting {
            Some(known) if known.id == id => {
                let filter = Box::new(known.filter.clone());
                vec![CampaignEvent::CampaignContactsReset { reset_id: id, filter, count, at }]
            }
            _ => Vec::new(),
        }
    }
}
