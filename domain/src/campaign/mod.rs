//! A campaign: whom an organization calls, when and how (domain/03 §3.3).
//!
//! ```text
//! draft ── activate ──► active ⇄ paused
//!   │                     │        │
//!   │                     ▼        ▼
//!   │             completed, canceled ──► archived
//!   └── delete ──► deleted
//! ```
//!
//! What it is to do about each contact stands with the contact: the campaign has no facts of its
//! own about single ones.

mod activation;
mod budget;
mod command;
mod crew;
mod dialing;
mod event;
mod goal;
mod message;
pub mod pacing;
mod refusal;
mod resetting;
mod settings;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use budget::{Budget, Price};
pub use command::{Around, CampaignCommand, Outlook};
pub use event::CampaignEvent;
pub use goal::Goal;
pub use message::{Announcement, Message, spoken_ms};
pub use refusal::CampaignRefusal;
pub use resetting::Resetting;
pub use settings::{CampaignChanges, CampaignSettings, Schedule};
pub use words::*;

use crate::calling_hours::{Window, jurisdiction};
use crate::decider::aggregate;
use crate::{AgentId, Decider, FieldFault, Owed, SubjectId, Timed, Timestamp, UserId, text};

/// A campaign, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Campaign {
    /// There is no such campaign.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownCampaign>),
}

/// A campaign that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownCampaign {
    /// How it calls.
    pub settings: CampaignSettings,
    /// Which edition of the settings this is, from 1.
    pub revision: u32,
    /// Where it stands.
    pub status: CampaignStatus,
    /// Why it does not call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<PauseReason>,
    /// Why it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<CompletionReason>,
    /// How often it has begun to call.
    pub activations: u32,
    /// When it did so for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_activated_at: Option<Timestamp>,
    /// What a minute has cost since when, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Price>,
    /// How many calls it dials for each free agent.
    pub level: f64,
    /// Whether it dials one for each, because too many found none.
    pub throttled: bool,
    /// Whether somebody has it call although far too many found none.
    pub condoned: bool,
    /// Which of its contacts are being reset, where some are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resetting: Option<Resetting>,
    /// Who is assigned, and has left for now.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub away: BTreeSet<AgentId>,
    /// Since when it stands as it does.
    pub status_since: Timestamp,
    /// Since when it is there.
    pub created_at: Timestamp,
}

fn one() -> f64 {
    1.0
}

aggregate!(Campaign, "campaign", CampaignCommand, CampaignEvent, CampaignRefusal);

type Decided = Result<Vec<CampaignEvent>, CampaignRefusal>;

impl Decider for Campaign {
    fn decide(&self, command: CampaignCommand) -> Decided {
        match (self, command) {
            (Self::Known(campaign), command) => campaign.decide(command),
            (Self::Unknown, CampaignCommand::Create { settings, around, by, at }) => {
                settings.checked()?;
                around.checked()?;
                Ok(vec![CampaignEvent::CampaignCreated { settings, by, at }])
            }
            (Self::Unknown, _) => Err(CampaignRefusal::Unknown),
        }
    }

    fn evolve(&mut self, event: &CampaignEvent) {
        match (self, event) {
            (Self::Known(campaign), event) => campaign.evolve(event),
            (campaign, CampaignEvent::CampaignCreated { settings, at, .. }) => {
                let mut known = KnownCampaign {
                    settings: (**settings).clone(),
                    revision: 1,
                    status: CampaignStatus::Draft,
                    paused: None,
                    completed: None,
                    activations: 0,
                    first_activated_at: None,
                    prices: Vec::new(),
                    level: one(),
                    throttled: false,
                    condoned: false,
                    resetting: None,
                    away: BTreeSet::new(),
                    status_since: *at,
                    created_at: *at,
                };
                known.priced(*at);
                *campaign = Self::Known(Box::new(known));
            }
            // A campaign begins with its creation.
            (Self::Unknown, _) => {}
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl Campaign {
    /// The campaign, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownCampaign> {
        match self {
            Self::Unknown => None,
            Self::Known(campaign) => Some(campaign),
        }
    }
}

impl Timed for Campaign {
    const STARTS: &'static [&'static str] =
        &["CampaignUpdated", "CampaignActivated", "CampaignResumed", "CampaignPaused"];

    fn owed(&self, now: Timestamp) -> Owed<CampaignCommand> {
        let Some(campaign) = self.known() else { return Owed::Nothing };
        let open = matches!(campaign.status, CampaignStatus::Active | CampaignStatus::Paused);
        match campaign.settings.schedule.end_at.filter(|_| open) {
            None => Owed::Nothing,
            Some(end) => {
                let reason = CompletionReason::ScheduleEnded;
                Owed::when(end, now, CampaignCommand::Complete { reason, by: None, at: now })
            }
        }
    }
}

impl KnownCampaign {
    fn decide(&self, command: CampaignCommand) -> Decided {
        use CampaignCommand as C;
        use CampaignStatus as S;
        match command {
            C::Create { .. } => Err(CampaignRefusal::Exists),
            // What was begun is over once, whatever has become of the campaign.
            C::ContactsReset { reset_id, count, at } => {
                Ok(self.contacts_reset(reset_id, count, at))
            }
            _ if self.status == S::Deleted => Err(CampaignRefusal::Unknown),
            C::Archive { .. } | C::Delete { .. } if self.status == S::Archived => Ok(Vec::new()),
            _ if self.status == S::Archived => Err(CampaignRefusal::Archived),
            C::Update { changes, around, by, at } => self.update(changes, around, by, at),
            C::Assign { agent_id, around, by, at } => self.assign(agent_id, around, (by, at)),
            C::Unassign { agent_id, in_team, around, by, at } => {
                self.unassign((agent_id, in_team), around, (by, at))
            }
            C::Attend { agent_id, joins, by, at } => self.attend((agent_id, joins), (by, at)),
            C::Activate { outlook, by, at } => self.activate(outlook, by, at),
            C::Pause { by, at } => self.pause(by, at),
            C::Pace { level, at } => Ok(self.paced(level, at)),
            C::Weigh { answers, at } => Ok(self.weighed(answers, at)),
            C::Charge { minutes, at } => Ok(self.charged(&minutes, at)),
            C::Suspend { reason, at } => Ok(self.suspended(reason, at)),
            C::Recover { reason, at } => Ok(self.recovered(reason, at)),
            C::ResetContacts { reset_id: id, filter, unknown, by, at: asked_at } => {
                unknown.map_or(Ok(()), Err)?;
                self.reset_contacts(Resetting { id, filter: *filter, by, asked_at })
            }
            // Whoever is being reset is still to be called.
            C::Complete { reason: CompletionReason::Exhausted, .. } if self.resetting.is_some() => {
                Ok(Vec::new())
            }
            C::Complete { reason, by, at } => match self.status {
                S::Active | S::Paused => {
                    Ok(vec![CampaignEvent::CampaignCompleted { reason, by, at }])
                }
                S::Completed => Ok(Vec::new()),
                _ => Err(CampaignRefusal::State(self.status)),
            },
            C::Reopen { outlook, by, at } => self.reopen(outlook, by, at),
            C::Cancel { reason, by, at } => match self.status {
                S::Draft | S::Active | S::Paused => {
                    FieldFault::of_text("/reason", text::line(&reason, text::MAX_LINE))?;
                    Ok(vec![CampaignEvent::CampaignCanceled { reason, by, at }])
                }
                S::Canceled => Ok(Vec::new()),
                _ => Err(CampaignRefusal::State(self.status)),
            },
            C::Delete { by, at } if self.status == S::Draft => {
                Ok(vec![CampaignEvent::CampaignDraftDeleted { by, at }])
            }
            C::Delete { by, at } | C::Archive { by, at } => match self.status {
                S::Completed | S::Canceled | S::Paused => {
                    Ok(vec![CampaignEvent::CampaignArchived { by, at }])
                }
                S::Active => Err(CampaignRefusal::Active(
                    "a campaign that calls is paused, completed or canceled first".to_owned(),
                )),
                _ => Err(CampaignRefusal::State(self.status)),
            },
        }
    }

    fn update(
        &self,
        changes: Box<CampaignChanges>,
        around: Around,
        by: UserId,
        at: Timestamp,
    ) -> Decided {
        self.open()?;
        let settings = self.settings.with(&changes);
        if settings == self.settings {
            return Ok(Vec::new());
        }
        settings.checked()?;
        around.checked()?;
        self.same_currency(settings.budget.as_ref())?;
        let locked = self.settings.locked(&settings);
        if self.status == CampaignStatus::Active && !locked.is_empty() {
            let words = format!("while the campaign calls, these stay: {}", locked.join(", "));
            return Err(CampaignRefusal::Active(words));
        }
        let revision = self.revision.saturating_add(1);
        Ok(vec![CampaignEvent::CampaignUpdated { changes, revision, by, at }])
    }

    /// Whether it can still be changed.
    fn open(&self) -> Result<(), CampaignRefusal> {
        use CampaignStatus as S;
        match self.status {
            S::Draft | S::Active | S::Paused | S::Completed => Ok(()),
            S::Canceled | S::Archived | S::Deleted => Err(CampaignRefusal::State(self.status)),
        }
    }

    /// The hours in all of which a contact has to be.
    #[must_use]
    pub fn hours(&self) -> Vec<&[Window]> {
        let own = &self.settings.schedule.windows;
        let mut rules = vec![jurisdiction()];
        if !own.is_empty() {
            rules.push(own);
        }
        rules
    }

    fn evolve(&mut self, event: &CampaignEvent) {
        use CampaignEvent as E;
        use CampaignStatus as S;
        match event {
            // A campaign begins once.
            E::CampaignCreated { .. } => {}
            E::CampaignUpdated { changes, revision, at, .. } => {
                self.settings = self.settings.with(changes);
                self.revision = *revision;
                self.priced(*at);
            }
            E::CampaignActivated { activation_no, at, .. }
            | E::CampaignResumed { activation_no, at, .. } => {
                self.activations = *activation_no;
                self.first_activated_at = self.first_activated_at.or(Some(*at));
                self.condoned |= self.paused == Some(PauseReason::Abandonment);
                self.stands(S::Active, *at);
            }
            E::CampaignPaused { reason, at, .. } => {
                self.stands(S::Paused, *at);
                self.paused = Some(*reason);
            }
            E::CampaignPacingChanged { level_to, .. } => self.level = *level_to,
            E::CampaignDialerThrottled { .. } => self.throttled = true,
            E::CampaignDialerUnthrottled { .. } => {
                self.throttled = false;
                self.condoned = false;
            }
            E::CampaignCompleted { reason, at, .. } => {
                self.stands(S::Completed, *at);
                self.completed = Some(*reason);
            }
            E::CampaignCanceled { at, .. } => self.stands(S::Canceled, *at),
            E::CampaignArchived { at, .. } => self.stands(S::Archived, *at),
            E::CampaignDraftDeleted { at, .. } => self.stands(S::Deleted, *at),
            E::CampaignContactsResetRequested { reset_id: id, filter, by, at } => {
                let (id, filter, by, asked_at) = (*id, (**filter).clone(), *by, *at);
                self.resetting = Some(Resetting { id, filter, by, asked_at });
            }
            E::CampaignContactsReset { .. } => self.resetting = None,
            E::CampaignAgentJoined { agent_id, .. } => {
                self.away.remove(agent_id);
            }
            E::CampaignAgentLeft { agent_id, .. } => {
                self.away.insert(*agent_id);
            }
        }
    }

    fn stands(&mut self, status: CampaignStatus, at: Timestamp) {
        self.status = status;
        self.status_since = at;
        self.paused = None;
        if status == CampaignStatus::Active {
            self.completed = None;
        }
    }
}
