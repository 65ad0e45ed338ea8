//! A contact: somebody whom a campaign is to call (domain/03 §3.4).
//!
//! ```text
//! create ─► pending ─► dialing ─► connected ─► completed
//!              ▲          │           │
//!              │          ▼           ▼
//!              └────── scheduled    failed, do_not_call
//! ```
//!
//! Its id follows from the campaign and the number by the organization's secret, so that a
//! campaign has a number once, whoever brings it in and however often.
//!
//! *Architecture invariant:* whoever wants to call a contact says so here first, and only one call
//! at a time can: two dialers may ask, one of them is refused.

mod attempt;
mod command;
mod event;
mod profile;
mod refusal;
mod replace;
mod reset;
mod rules;
mod state;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use attempt::CALLBACK_HOLDS_MS;
pub use attempt::MESSAGE_DELIVERED;
pub use command::{
    Conclusion, ContactCommand, History as ContactHistory, NewAttempt, NewContact, NewNumber,
    Result as ContactResult,
};
pub use event::ContactEvent;
pub use profile::{Profile, ProfileChanges, Said, own};
pub use refusal::ContactRefusal;
pub use replace::{Replaced, Replacement};
pub use reset::ResetFilter;
pub use rules::AttemptRules;
pub use state::{Agreed, Attempt, KnownContact, Standing};
pub use words::*;

use crate::decider::aggregate;
use crate::dnc::DncScope;
use crate::{Decider, FieldFault, Owed, Personal, SubjectId, Timed, Timestamp, UserId, text};

/// How far ahead a call can be agreed.
const AHEAD_MS: i64 = 180 * 86_400_000;

/// A contact, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// There is no such contact.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownContact>),
}

aggregate!(Contact, "contact", ContactCommand, ContactEvent, ContactRefusal);

type Decided = std::result::Result<Vec<ContactEvent>, ContactRefusal>;

impl Decider for Contact {
    fn decide(&self, command: ContactCommand) -> Decided {
        match (self, command) {
            (Self::Known(contact), command) => contact.decide(command),
            (Self::Unknown, ContactCommand::Create(new)) => create(*new),
            (Self::Unknown, _) => Err(ContactRefusal::Unknown),
        }
    }

    fn evolve(&mut self, event: &ContactEvent) {
        match (self, event) {
            (Self::Known(contact), event) => contact.evolve(event),
            (
                contact,
                ContactEvent::ContactCreated {
                    subject_key,
                    campaign_id,
                    number,
                    profile,
                    source,
                    replaces,
                    at,
                    ..
                },
            ) => {
                *contact = Self::Known(Box::new(KnownContact {
                    subject: *subject_key,
                    campaign_id: *campaign_id,
                    number: number.clone(),
                    profile: (**profile).clone(),
                    source: *source,
                    standing: Standing::Pending,
                    attempts: Vec::new(),
                    started: 0,
                    tried: 0,
                    unmade: 0,
                    skipped: 0,
                    created_at: *at,
                    replaced: None,
                    replaces: *replaces,
                }));
            }
            // A contact begins with its creation.
            (Self::Unknown, _) => {}
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        self.known().map(|contact| contact.subject)
    }
}

impl Contact {
    /// The contact, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownContact> {
        match self {
            Self::Unknown => None,
            Self::Known(contact) => Some(contact),
        }
    }
}

impl Timed for Contact {
    const STARTS: &'static [&'static str] = &["ContactScheduled"];

    fn owed(&self, now: Timestamp) -> Owed<ContactCommand> {
        let standing = self.known().map(|contact| &contact.standing);
        match standing {
            Some(Standing::Scheduled { expires_at: Some(end), .. }) => {
                Owed::when(*end, now, ContactCommand::Expire { at: now })
            }
            _ => Owed::Nothing,
        }
    }
}

fn create(new: NewContact) -> Decided {
    let NewContact {
        subject,
        campaign_id,
        number,
        profile,
        source,
        replaces,
        history,
        suppressed,
        by,
        at,
    } = new;
    profile.checked()?;
    let history = history.map(ContactHistory::checked).transpose()?;
    let mut facts = vec![ContactEvent::ContactCreated {
        subject_key: subject,
        campaign_id,
        number: Personal::known(subject, number),
        profile: Box::new(profile),
        source,
        replaces: replaces.map(|(contact, _)| contact),
        by,
        at,
    }];
    let (attempts, outcome) = history.map_or((0, None), |past| (past.attempts, past.outcome));
    if attempts > 0 {
        facts.push(ContactEvent::ContactHistoryImported { attempts, at });
    }
    if let Some((scope, source)) = suppressed {
        facts.push(ContactEvent::ContactMarkedDoNotCall { scope, source, at });
    } else if let Some(Conclusion { code: outcome, conversion }) = outcome {
        let conversion = Some(conversion);
        facts.push(ContactEvent::ContactCompleted { outcome, conversion, at });
    }
    Ok(facts)
}

impl ContactHistory {
    /// The most attempts that another system can have made.
    const MOST: u32 = 1_000;

    fn checked(self) -> Result<Self, FieldFault> {
        if self.attempts > Self::MOST {
            let words = format!("at most {}", Self::MOST);
            return Err(FieldFault::new("/attempts", "out-of-range", words));
        }
        if self.outcome.is_some() && self.attempts == 0 {
            let words = "nothing has come of somebody who was never called";
            return Err(FieldFault::new("/outcome", "invalid-value", words));
        }
        Ok(self)
    }
}

impl KnownContact {
    fn decide(&self, command: ContactCommand) -> Decided {
        use ContactCommand as C;
        match command {
            // They are in that place already, whatever has become of them since.
            C::Create(new) if new.replaces.is_some_and(|(of, at)| self.has_replaced(of, at)) => {
                Ok(Vec::new())
            }
            C::Create(new) if self.standing == Standing::Removed => create(*new),
            C::Create(_) if self.standing == Standing::Erased => Err(ContactRefusal::Erased),
            C::Create(_) => Err(ContactRefusal::Exists),
            C::Update { changes, by, at } => self.update(*changes, by, at),
            C::StartAttempt(attempt) => self.start(&attempt),
            C::Connect { call_id, at } => Ok(self.connect(call_id, at)),
            C::EndAttempt { call_id, outcome, rules, retry_at, at } => {
                Ok(self.over((call_id, outcome), &rules, (retry_at, at)))
            }
            C::Dispose(result) => Ok(self.dispose(*result)),
            C::Schedule { due_at, agent_id, expires_at, at } => {
                self.schedule(due_at, (agent_id, expires_at), at)
            }
            C::Skip { given: false, .. } => {
                let words = "the contact was not given to you, or its time is over";
                Err(FieldFault::reference("", words).into())
            }
            C::Skip { reason, retry_at, by, at, .. } => self.skip(reason, retry_at, (by, at)),
            C::Expire { at } => Ok(self.expire(at)),
            C::MarkDoNotCall { scope, source, at } => {
                match self.standing {
                    // Whoever speaks with them now is told afterwards.
                    Standing::Dialing { .. } | Standing::Connected { .. } => Ok(Vec::new()),
                    Standing::DoNotCall { scope: known, .. }
                        if known == scope || known == DncScope::Organization =>
                    {
                        Ok(Vec::new())
                    }
                    Standing::Removed | Standing::Erased => Ok(Vec::new()),
                    _ => Ok(vec![ContactEvent::ContactMarkedDoNotCall { scope, source, at }]),
                }
            }
            C::Reinstate { reason, evidence, by, at } => self.reinstate(reason, evidence, by, at),
            C::Reset { by, at } => match self.standing {
                Standing::Pending if self.tried == 0 => Ok(Vec::new()),
                Standing::Pending | Standing::Completed { .. } | Standing::Failed { .. } => {
                    Ok(vec![ContactEvent::ContactReset { by, at }])
                }
                _ => Err(self.not_now()),
            },
            C::ResetWith { filter, asked_at, by, at } => {
                Ok(self.reset_with_others(&filter, asked_at, (by, at)))
            }
            C::ReplaceNumber { new, by, at } => self.replace(*new, by, at),
            C::Remove { by, at } => {
                self.idle()?;
                match self.standing {
                    Standing::Removed => Ok(Vec::new()),
                    Standing::Erased => Err(ContactRefusal::Erased),
                    _ => Ok(vec![ContactEvent::ContactRemoved { replacement: None, by, at }]),
                }
            }
            C::Erase { .. } if self.standing == Standing::Erased => Ok(Vec::new()),
            C::Erase { at } => Ok(vec![ContactEvent::ContactErased { at }]),
        }
    }

    /// Why it is not possible as they stand.
    fn not_now(&self) -> ContactRefusal {
        match self.standing {
            Standing::Dialing { .. } | Standing::Connected { .. } => ContactRefusal::InCall,
            Standing::Erased => ContactRefusal::Erased,
            _ => ContactRefusal::State(self.status()),
        }
    }

    /// Whether nobody calls them just now.
    fn idle(&self) -> std::result::Result<(), ContactRefusal> {
        if self.call().is_some() { Err(ContactRefusal::InCall) } else { Ok(()) }
    }

    fn update(&self, changes: ProfileChanges, by: Option<UserId>, at: Timestamp) -> Decided {
        match self.standing {
            Standing::Erased => return Err(ContactRefusal::Erased),
            Standing::Removed => return Err(self.not_now()),
            _ => {}
        }
        let profile = self.profile.with(&changes);
        if profile == self.profile {
            return Ok(Vec::new());
        }
        profile.checked()?;
        Ok(vec![ContactEvent::ContactUpdated { changes: Box::new(changes), by, at }])
    }

    fn schedule(
        &self,
        due_at: Timestamp,
        (agent_id, expires_at): (Option<crate::AgentId>, Option<Timestamp>),
        at: Timestamp,
    ) -> Decided {
        if !matches!(self.standing, Standing::Pending | Standing::Scheduled { .. }) {
            return Err(self.not_now());
        }
        if !(1..=AHEAD_MS).contains(&due_at.since_ms(at)) {
            let words = "in the future, at most 180 days ahead";
            return Err(FieldFault::new("/due_at", "out-of-range", words).into());
        }
        if expires_at.is_some_and(|end| !(1..=AHEAD_MS).contains(&end.since_ms(due_at))) {
            let words = "after it is due, at most 180 days";
            return Err(FieldFault::new("/expires_at", "out-of-range", words).into());
        }
        // A call back of somebody who does not make it is anybody's in the end.
        let held = agent_id.map(|_| due_at.plus_ms(CALLBACK_HOLDS_MS));
        let (kind, expires_at) = (ScheduleKind::Callback, expires_at.or(held));
        let wanted = Standing::Scheduled { due_at, kind, agent_id, expires_at };
        if self.standing == wanted {
            return Ok(Vec::new());
        }
        Ok(vec![ContactEvent::ContactScheduled { due_at, kind, agent_id, expires_at, at }])
    }

    /// One who is called later already is not skipped once more: they are not due.
    fn skip(&self, reason: String, due_at: Timestamp, (by, at): (UserId, Timestamp)) -> Decided {
        FieldFault::of_text("/reason", text::line(&reason, text::MAX_LINE))?;
        match self.standing {
            Standing::Scheduled { due_at, .. } if due_at > at => return Ok(Vec::new()),
            Standing::Pending | Standing::Scheduled { .. } => {}
            _ => return Err(self.not_now()),
        }
        let (kind, agent_id, expires_at) = (ScheduleKind::Retry, None, None);
        Ok(vec![
            ContactEvent::ContactSkipped { by, reason, at },
            ContactEvent::ContactScheduled { due_at, kind, agent_id, expires_at, at },
        ])
    }

    fn expire(&self, at: Timestamp) -> Vec<ContactEvent> {
        match self.standing {
            Standing::Scheduled { expires_at: Some(end), .. } if end <= at => {
                vec![ContactEvent::ContactReturned { at }]
            }
            _ => Vec::new(),
        }
    }

    fn reinstate(&self, reason: String, evidence: String, by: UserId, at: Timestamp) -> Decided {
        FieldFault::of_text("/reason", text::line(&reason, text::MAX_LINE))?;
        FieldFault::of_text("/evidence", text::line(&evidence, text::MAX_LINE))?;
        match self.standing {
            Standing::DoNotCall { .. } => {
                Ok(vec![ContactEvent::ContactReinstated { reason, evidence, by, at }])
            }
            Standing::Pending => Ok(Vec::new()),
            _ => Err(self.not_now()),
        }
    }
}
