//! What keeps a contact from being called, in the order of domain/03 §3.1.2; asked before a dial,
//! and told whoever wants to know why not now.

use chrono::{DateTime, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use domain::calling_hours::{NeverReason, Verdict, verdict, zones_of};
use domain::campaign::{CampaignStatus, KnownCampaign};
use domain::contact::{ContactRefusal, KnownContact, Standing};
use domain::{OrgId, PhoneNumber, Timestamp, UserId};

use super::{ContactError, Contacts};
use crate::dnc;

/// Why a contact is not called whom somebody else looks at.
pub(super) const PREVIEWED: &str = "previewed";

/// What keeps a contact from being called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// For a program.
    pub reason: &'static str,
    /// For a person.
    pub words: &'static str,
    /// When it keeps them no longer, where time alone ends it.
    pub next_allowed_at: Option<Timestamp>,
}

impl Block {
    fn of(reason: &'static str, words: &'static str) -> Self {
        Self { reason, words, next_allowed_at: None }
    }

    pub(super) fn suppressed() -> Self {
        Self::of("do_not_call", "the number is not to be called")
    }

    fn until(self, at: Timestamp) -> Self {
        Self { next_allowed_at: Some(at), ..self }
    }
}

/// A contact with everything that is looked at before it is called.
pub(super) struct Looked {
    pub contact: KnownContact,
    pub campaign: KnownCampaign,
    pub number: PhoneNumber,
    zones: Vec<Tz>,
}

impl Looked {
    /// When the day began where they are; in the zone where it began first.
    pub fn day_began_at(&self, at: Timestamp) -> Timestamp {
        let began = self.zones.iter().map(|zone| {
            let local = DateTime::<Utc>::from(at).with_timezone(zone);
            let midnight = local.date_naive().and_time(NaiveTime::MIN);
            // Where clocks are put forward at midnight, the day begins when they have been.
            let began = zone.from_local_datetime(&midnight).earliest();
            began.map_or_else(
                || at.plus_ms(-i64::from(local.num_seconds_from_midnight()) * 1_000),
                |began| Timestamp::from(began.to_utc()),
            )
        });
        began.min().unwrap_or(at)
    }

    /// When they may be called, not before an instant; that itself, where they never may.
    pub fn allowed_from(&self, at: Timestamp) -> Timestamp {
        match self.hours(at) {
            Verdict::Closed { next_allowed_at } => next_allowed_at,
            Verdict::Open | Verdict::Never { .. } => at,
        }
    }

    fn hours(&self, at: Timestamp) -> Verdict {
        let holidays = &self.campaign.settings.schedule.holidays;
        verdict(&self.campaign.hours(), holidays, &self.zones, at)
    }

    fn of_campaign(&self, at: Timestamp) -> Option<Block> {
        if self.campaign.status != CampaignStatus::Active {
            return Some(Block::of("campaign_not_active", "the campaign does not call now"));
        }
        let schedule = &self.campaign.settings.schedule;
        if schedule.end_at.is_some_and(|end| end <= at) {
            return Some(Block::of("campaign_over", "the campaign's time is over"));
        }
        let start = schedule.start_at.filter(|start| *start > at)?;
        Some(Block::of("campaign_not_started", "the campaign calls later").until(start))
    }

    fn of_status(&self) -> Option<Block> {
        match self.contact.standing {
            Standing::Pending | Standing::Scheduled { .. } => None,
            Standing::DoNotCall { .. } => Some(Block::suppressed()),
            Standing::Dialing { .. } | Standing::Connected { .. } => {
                Some(Block::of("in_call", "somebody calls them"))
            }
            Standing::Completed { .. } | Standing::Failed { .. } => {
                Some(Block::of("over", "it is over with them"))
            }
            Standing::Removed => Some(Block::of("removed", "they are taken off the list")),
            Standing::Erased => Some(Block::of("erased", "who it was is erased")),
        }
    }

    fn of_hours(&self, at: Timestamp) -> Option<Block> {
        match self.hours(at) {
            Verdict::Open => None,
            Verdict::Closed { next_allowed_at } => {
                let block = Block::of("calling_hours", "nobody is called there at this hour");
                Some(block.until(next_allowed_at))
            }
            Verdict::Never { reason: NeverReason::UnknownTimeZone } => {
                Some(Block::of("unknown_time_zone", "nobody knows which hour it is there"))
            }
            Verdict::Never { reason: NeverReason::NoCommonHours } => {
                Some(Block::of("calling_hours", "there is no hour at which they are called"))
            }
        }
    }

    fn of_attempts(&self, at: Timestamp) -> Option<Block> {
        let rules = &self.campaign.settings.attempts;
        let refusal = self.contact.may_be_tried(rules, self.day_began_at(at), at).err()?;
        let ContactRefusal::Blocked { reason, words } = refusal else { return None };
        let block = Block::of(reason, words);
        let due = self.contact.due_at().filter(|due| reason == "not_due" && *due > at);
        Some(due.map_or(block.clone(), |due| block.until(due)))
    }
}

impl Contacts {
    /// Looks at everything that is needed to call a contact.
    pub(super) async fn looked(
        &self,
        org: OrgId,
        contact: KnownContact,
    ) -> Result<Looked, ContactError> {
        let campaign = self.campaign_of(org, &contact).await?;
        let number = self.number(org, &contact).await?;
        let zone = contact.profile.time_zone.as_deref().and_then(|zone| zone.parse().ok());
        let zones = zone.map_or_else(|| zones_of(&number), |zone| vec![zone]);
        Ok(Looked { contact, campaign, number, zones })
    }

    /// Everything that keeps a contact from being called by somebody at this moment.
    pub(super) async fn blocks(
        &self,
        org: OrgId,
        looked: &Looked,
        by: Option<UserId>,
    ) -> Result<Vec<Block>, ContactError> {
        let at = self.commands.now();
        let campaign = Some(looked.contact.campaign_id);
        let suppressed = dnc::suppressed(&self.commands, org, &looked.number, campaign).await?;
        let status = looked.of_status();
        let waits = status.is_none();
        let suppressed = suppressed.map(|_| Block::suppressed()).filter(|block| {
            // Said once, whether the contact knows of it or not.
            status.as_ref().is_none_or(|status| status.reason != block.reason)
        });
        let attempts = looked.of_attempts(at).filter(|_| waits);
        let given = self.given_to_another(org, looked, by).await?;
        let given = given.then(|| Block::of(PREVIEWED, "somebody else looks at them"));
        let blocks = [
            looked.of_campaign(at),
            suppressed,
            status,
            looked.of_hours(at),
            attempts,
            given.filter(|_| waits),
        ];
        Ok(blocks.into_iter().flatten().collect())
    }

    /// Why a contact is not called now: every guard that says no.
    ///
    /// # Errors
    /// [`ContactError`]
    pub async fn why_not_now(
        &self,
        org: OrgId,
        contact: KnownContact,
        by: Option<UserId>,
    ) -> Result<Vec<Block>, ContactError> {
        if contact.standing == Standing::Erased {
            return Ok(vec![Block::of("erased", "who it was is erased")]);
        }
        match self.looked(org, contact).await {
            Ok(looked) => self.blocks(org, &looked, by).await,
            // The key is gone; the contact says so shortly.
            Err(ContactError::Erased) => Ok(vec![Block::of("erased", "who it was is erased")]),
            Err(error) => Err(error),
        }
    }
}
