//! What is known of a contact.

use serde::{Deserialize, Serialize};

use super::event::ContactEvent;
use super::profile::Profile;
use super::replace::Replaced;
use super::words::{AttemptOutcome, ContactFailure, ContactSource, ContactStatus, ScheduleKind};
use crate::dnc::{DncScope, DncSource};
use crate::{AgentId, CallId, CampaignId, ContactId, Personal, PhoneNumber, SubjectId, Timestamp};

/// So many attempts are remembered, the newest.
const MAX_REMEMBERED: usize = 100;

/// A contact that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownContact {
    /// Whose key seals what is personal.
    pub subject: SubjectId,
    /// The campaign that calls.
    pub campaign_id: CampaignId,
    /// Whom.
    pub number: Personal<PhoneNumber>,
    /// What is known of them.
    pub profile: Profile,
    /// How they came in.
    pub source: ContactSource,
    /// Where they stand.
    pub standing: Standing,
    /// The attempts, the last 100 of them.
    pub attempts: Vec<Attempt>,
    /// How many there were at all.
    pub started: u32,
    /// How many count since they were reset last; what we took back ourselves does not.
    pub tried: u32,
    /// How many of all of them we did not make after all.
    #[serde(default)]
    pub unmade: u32,
    /// How often somebody did not want to call them.
    #[serde(default)]
    pub skipped: u32,
    /// Since when they are there.
    pub created_at: Timestamp,
    /// Who comes in their place, where they have another number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
    /// In whose place they came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<ContactId>,
}

/// Where a contact stands, and what belongs to that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the facts")]
pub enum Standing {
    /// Waits to be called.
    Pending,
    /// Is called again then.
    Scheduled {
        due_at: Timestamp,
        kind: ScheduleKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent_id: Option<AgentId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// Is being called; where that was agreed, so it was.
    Dialing {
        call_id: CallId,
        since: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agreed: Option<Agreed>,
    },
    /// Somebody speaks with them, or has.
    Connected { call_id: CallId, since: Timestamp },
    /// It is over with them.
    Completed {
        outcome: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversion: Option<bool>,
    },
    /// Could not be reached.
    Failed { reason: ContactFailure },
    /// Is not to be called.
    DoNotCall { scope: DncScope, source: DncSource },
    /// Was taken off the list.
    Removed,
    /// Nobody knows any more who it was.
    Erased,
}

/// A call that was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of ContactScheduled")]
pub struct Agreed {
    pub due_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// One time that they were called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1.
    pub attempt_no: u32,
    /// By which call.
    pub call_id: CallId,
    /// From when.
    pub started_at: Timestamp,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What it came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<AttemptOutcome>,
}

impl Standing {
    /// In a word.
    #[must_use]
    pub fn status(&self) -> ContactStatus {
        match self {
            Self::Pending => ContactStatus::Pending,
            Self::Scheduled { .. } => ContactStatus::Scheduled,
            Self::Dialing { .. } => ContactStatus::Dialing,
            Self::Connected { .. } => ContactStatus::Connected,
            Self::Completed { .. } => ContactStatus::Completed,
            Self::Failed { .. } => ContactStatus::Failed,
            Self::DoNotCall { .. } => ContactStatus::DoNotCall,
            Self::Removed => ContactStatus::Removed,
            Self::Erased => ContactStatus::Erased,
        }
    }
}

impl KnownContact {
    /// Where they stand, in a word.
    #[must_use]
    pub fn status(&self) -> ContactStatus {
        self.standing.status()
    }

    /// The call that they are in, or were in and nobody has said yet what came of it.
    #[must_use]
    pub fn call(&self) -> Option<CallId> {
        match self.standing {
            Standing::Dialing { call_id, .. } | Standing::Connected { call_id, .. } => {
                Some(call_id)
            }
            _ => None,
        }
    }

    /// From when on they can be called by themselves; none where they cannot at all.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Pending => Some(self.created_at),
            Standing::Scheduled { due_at, .. } => Some(due_at),
            _ => None,
        }
    }

    /// How often they were called.
    #[must_use]
    pub fn called(&self) -> u32 {
        self.started.saturating_sub(self.unmade)
    }

    /// The attempt that counted last.
    #[must_use]
    pub fn last_attempt(&self) -> Option<&Attempt> {
        self.counted().next()
    }

    /// The attempts that count, the newest first.
    fn counted(&self) -> impl Iterator<Item = &Attempt> {
        let attempts = self.attempts.iter().rev();
        attempts.filter(|attempt| attempt.outcome != Some(AttemptOutcome::NotMade))
    }

    /// How many attempts count from an instant on.
    pub(super) fn counted_since(&self, since: Timestamp) -> usize {
        self.counted().take_while(|attempt| attempt.started_at >= since).count()
    }

    /// How many attempts in a row, since they were reset, have come to this.
    #[must_use]
    pub fn repeats(&self, outcome: AttemptOutcome) -> u32 {
        let tried = usize::try_from(self.tried).unwrap_or(usize::MAX);
        let ended = self.counted().take(tried).filter(|attempt| attempt.ended_at.is_some());
        let same = ended.take_while(|attempt| attempt.outcome == Some(outcome));
        u32::try_from(same.count()).unwrap_or(u32::MAX)
    }

    /// Whether the attempt of this call is over.
    pub(super) fn ended(&self, call_id: CallId) -> bool {
        let attempt = self.attempts.iter().rev().find(|attempt| attempt.call_id == call_id);
        attempt.is_some_and(|attempt| attempt.ended_at.is_some())
    }

    pub(super) fn evolve(&mut self, event: &ContactEvent) {
        use ContactEvent as E;
        match event {
            E::ContactCreated { number, profile, source, replaces, at, .. } => {
                // Back on a list that they were taken off.
                self.number = number.clone();
                self.profile = (**profile).clone();
                self.source = *source;
                self.created_at = *at;
                (self.replaced, self.replaces) = (None, *replaces);
                // How often they were tried is not forgotten with that.
                self.standing = Standing::Pending;
            }
            E::ContactHistoryImported { attempts, .. } => {
                self.started = self.started.saturating_add(*attempts);
                self.tried = self.tried.saturating_add(*attempts);
            }
            E::ContactUpdated { changes, .. } => self.profile = self.profile.with(changes),
            E::ContactAttemptStarted { attempt_no, call_id, at } => {
                self.begin(*attempt_no, *call_id, *at);
            }
            E::ContactConnected { call_id, at } => {
                self.standing = Standing::Connected { call_id: *call_id, since: *at };
            }
            E::ContactAttemptEnded { call_id, outcome, at } => self.end(*call_id, *outcome, *at),
            E::ContactSkipped { .. } => self.skipped = self.skipped.saturating_add(1),
            E::ContactScheduled { due_at, kind, agent_id, expires_at, .. } => {
                self.standing = Standing::Scheduled {
                    due_at: *due_at,
                    kind: *kind,
                    agent_id: *agent_id,
                    expires_at: *expires_at,
                };
            }
            E::ContactReturned { .. } | E::ContactReinstated { .. } => {
                self.standing = Standing::Pending;
            }
            E::ContactReset { .. } => self.again(),
            E::ContactCompleted { outcome, conversion, .. } => {
                let (outcome, conversion) = (outcome.clone(), *conversion);
                self.standing = Standing::Completed { outcome, conversion };
            }
            E::ContactFailed { reason, .. } => self.standing = Standing::Failed { reason: *reason },
            E::ContactMarkedDoNotCall { scope, source, .. } => {
                self.standing = Standing::DoNotCall { scope: *scope, source: *source };
            }
            E::ContactRemoved { replacement, by, at } => {
                self.standing = Standing::Removed;
                self.replaced = replacement.as_ref().map(|new| new.known(*by, *at));
            }
            E::ContactErased { .. } => {
                self.number = Personal::Erased;
                self.profile = Profile::default();
                self.replaced = None;
                self.standing = Standing::Erased;
            }
        }
    }

    fn again(&mut self) {
        self.standing = Standing::Pending;
        self.tried = 0;
    }

    fn begin(&mut self, attempt_no: u32, call_id: CallId, at: Timestamp) {
        if self.attempts.len() >= MAX_REMEMBERED {
            self.attempts.remove(0);
        }
        let (ended_at, outcome) = (None, None);
        self.attempts.push(Attempt { attempt_no, call_id, started_at: at, ended_at, outcome });
        self.started = attempt_no;
        self.tried = self.tried.saturating_add(1);
        let agreed = match self.standing {
            Standing::Scheduled { due_at, kind: ScheduleKind::Callback, agent_id, expires_at } => {
                Some(Agreed { due_at, agent_id, expires_at })
            }
            _ => None,
        };
        self.standing = Standing::Dialing { call_id, since: at, agreed };
    }

    fn end(&mut self, call_id: CallId, outcome: AttemptOutcome, at: Timestamp) {
        let found = self.attempts.iter_mut().rev().find(|attempt| attempt.call_id == call_id);
        if let Some(attempt) = found {
            attempt.ended_at = Some(at);
            attempt.outcome = Some(outcome);
        }
        if outcome == AttemptOutcome::NotMade {
            self.tried = self.tried.saturating_sub(1);
            self.unmade = self.unmade.saturating_add(1);
        }
    }
}
