//! An agent: the profile of a user who takes calls, what they do, and which calls keep them
//! (domain/03 §3.2).
//!
//! ```text
//! nobody ── create ──► active ⇄ deactivated
//!
//! presence   offline ⇄ available, busy, break, training; while a call keeps them, it waits
//! a slot     idle ── reserve ──► reserved ── start ──► on call ── finish ──► wrap-up ──► idle
//!                                └─ release ──► idle              └──────────────────► idle
//! ```
//!
//! An agent has the id of its user, so that nobody has two profiles.

mod command;
mod event;
mod presence;
mod profile;
mod refusal;
mod state;
mod timed;
mod words;
mod work;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::AgentCommand;
pub use event::AgentEvent;
pub use profile::{MAX_CALLS, Profile, ProfileChanges, Skill};
pub use refusal::AgentRefusal;
pub use state::{KnownAgent, Pending, Slot};
pub use words::*;

use crate::decider::aggregate;
use crate::{Decider, FieldFault, FreeText, Personal, SubjectId, Timestamp};
use presence::Wish;

/// An agent, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agent {
    /// There is no such agent.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownAgent>),
}

aggregate!(Agent, "agent", AgentCommand, AgentEvent, AgentRefusal);

impl Decider for Agent {
    fn decide(&self, command: AgentCommand) -> Result<Vec<AgentEvent>, AgentRefusal> {
        match (self, command) {
            (Self::Known(agent), command) => agent.decide(command),
            (Self::Unknown, AgentCommand::Create { user_id, eligible, profile, at }) => {
                if !eligible {
                    let words = "there is no such active user whose role takes calls";
                    return Err(FieldFault::reference("/user_id", words).into());
                }
                ProfileChanges::from(profile.clone()).checked()?;
                let subject = SubjectId::from(user_id.uuid());
                let known = |text| Personal::known(subject, FreeText::new(text));
                let mut facts = vec![AgentEvent::AgentCreated {
                    user_id,
                    subject_key: subject,
                    display_name: known(profile.display_name),
                    address: known(profile.address),
                    max_concurrent_calls: profile.max_concurrent_calls,
                    wrap_up: profile.wrap_up,
                    at,
                }];
                let (skills, languages) = (profile.skills, profile.languages);
                if !(skills.is_empty() && languages.is_empty()) {
                    facts.push(AgentEvent::AgentSkillsChanged { skills, languages, at });
                }
                Ok(facts)
            }
            (Self::Unknown, _) => Err(AgentRefusal::Unknown),
        }
    }

    fn evolve(&mut self, event: &AgentEvent) {
        use crate::DecidedEvent;
        match self {
            Self::Known(agent) => agent.evolve(event, event.occurred_at()),
            Self::Unknown => {
                if let Some(agent) = KnownAgent::begun(event) {
                    *self = Self::Known(Box::new(agent));
                }
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        self.known().map(|agent| agent.subject)
    }
}

impl Agent {
    /// The agent, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownAgent> {
        match self {
            Self::Unknown => None,
            Self::Known(agent) => Some(agent),
        }
    }
}

impl KnownAgent {
    fn decide(&self, command: AgentCommand) -> Result<Vec<AgentEvent>, AgentRefusal> {
        match command {
            AgentCommand::Create { .. } => Err(AgentRefusal::Exists),
            AgentCommand::Reactivate { .. } if self.active => Ok(Vec::new()),
            AgentCommand::Reactivate { eligible: false, .. } => Err(AgentRefusal::NotEligible),
            AgentCommand::Reactivate { at, .. } => Ok(vec![AgentEvent::AgentReactivated { at }]),
            AgentCommand::Deactivate { .. } if !self.active => Ok(Vec::new()),
            // What ends stays possible, whoever takes no calls any more.
            AgentCommand::Release { offer_id, outcome, on_missed, at } => {
                Ok(self.release(offer_id, outcome, on_missed, at))
            }
            AgentCommand::FinishCall { call_id, wrap_up, at } => {
                Ok(self.finish_call(call_id, wrap_up, at))
            }
            AgentCommand::FinishWrapUp { call_id, reason, at } => {
                Ok(self.finish_wrap_up(call_id, reason, at))
            }
            AgentCommand::SignOut { reason, at } => self.sign_out(reason, at),
            _ if !self.active => Err(AgentRefusal::Deactivated),
            AgentCommand::Deactivate { .. } if self.has_live_call() => {
                Err(AgentRefusal::HasLiveCall)
            }
            AgentCommand::Deactivate { reason, at } => {
                let mut facts = self.released(at);
                facts.push(AgentEvent::AgentDeactivated { reason, at });
                Ok(facts)
            }
            AgentCommand::Update { changes, at } => self.update(changes, at),
            AgentCommand::SetPresence { eligible: false, presence, .. }
                if presence != Presence::Offline =>
            {
                Err(AgentRefusal::NotEligible)
            }
            AgentCommand::SetPresence {
                presence,
                reason_code,
                note,
                reason_codes,
                by,
                session_id,
                at,
                ..
            } => {
                let wish = Wish { presence, reason_code, note, reason_codes, by, session_id };
                self.wish(wish, at)
            }
            AgentCommand::Reserve { offer_id, call_id, until, at } => {
                self.reserve(offer_id, call_id, until, at)
            }
            AgentCommand::StartCall { call_id, segment_no, offer_id, at } => {
                self.start_call(call_id, segment_no, offer_id, at)
            }
        }
    }

    fn update(
        &self,
        changes: ProfileChanges,
        at: Timestamp,
    ) -> Result<Vec<AgentEvent>, AgentRefusal> {
        changes.checked()?;
        let ProfileChanges { skills, languages, .. } = &changes;
        let skills = skills.clone().unwrap_or_else(|| self.skills.clone());
        let languages = languages.clone().unwrap_or_else(|| self.languages.clone());
        let max = changes.max_concurrent_calls.filter(|max| *max != self.max_concurrent_calls);
        if max.is_some_and(|max| usize::from(max) < self.slots.len()) {
            let words = format!("{} calls keep the agent now", self.slots.len());
            return Err(FieldFault::new("/max_concurrent_calls", "in-use", words).into());
        }
        let known = |text| Personal::known(self.subject, FreeText::new(text));
        let display_name = changes.display_name.map(known);
        let address = changes.address.map(known);
        let wrap_up = changes.wrap_up.filter(|wrap_up| *wrap_up != self.wrap_up);
        let mut facts = Vec::new();
        let named = display_name.is_some() || address.is_some();
        if named || max.is_some() || wrap_up.is_some() {
            let max_concurrent_calls = max;
            facts.push(AgentEvent::AgentProfileUpdated {
                display_name,
                address,
                max_concurrent_calls,
                wrap_up,
                at,
            });
        }
        if (&skills, &languages) != (&self.skills, &self.languages) {
            facts.push(AgentEvent::AgentSkillsChanged { skills, languages, at });
        }
        Ok(facts)
    }
}
