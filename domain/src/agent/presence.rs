//! What an agent chooses to do, and that a call keeps them from it for a while.

use super::event::AgentEvent;
use super::refusal::AgentRefusal;
use super::state::{KnownAgent, MISSED, Pending, Slot};
use super::words::{Presence, PresenceBy, ReleaseOutcome, SignOutReason, WrapUpEndedBy};
use crate::{FieldFault, FreeText, Personal, SessionId, Timestamp, text};

const MAX_CODE: usize = 32;

/// What somebody wants an agent to do.
pub(super) struct Wish {
    pub presence: Presence,
    pub reason_code: Option<String>,
    pub note: Option<String>,
    pub reason_codes: Vec<String>,
    pub by: PresenceBy,
    pub session_id: Option<SessionId>,
}

impl Wish {
    fn checked(&self) -> Result<(), FieldFault> {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let code = self.reason_code.as_deref();
        if code
            .is_some_and(|code| !(1..=MAX_CODE).contains(&code.len()) || !code.bytes().all(known))
        {
            let words = "a reason is a code of a-z, 0-9 and _, at most 32 characters";
            return Err(FieldFault::new("/reason_code", "invalid-code", words));
        }
        if code == Some(MISSED) {
            let words = "`missed` is what an offer makes of an agent, not a reason to give";
            return Err(FieldFault::new("/reason_code", "reserved-code", words));
        }
        self.given()?;
        match &self.note {
            Some(note) => FieldFault::of_text("/note", text::line(note, text::MAX_LINE)),
            None => Ok(()),
        }
    }
}

impl Wish {
    /// Whoever is there and takes no calls says why, where the organization wants to know.
    fn given(&self) -> Result<(), FieldFault> {
        let asked = matches!(self.presence, Presence::Busy | Presence::Break | Presence::Training);
        if self.reason_codes.is_empty() || !asked {
            return Ok(());
        }
        match &self.reason_code {
            None => {
                let words = format!("one of {}", self.reason_codes.join(", "));
                Err(FieldFault::new("/reason_code", "reason-code-required", words))
            }
            Some(code) if !self.reason_codes.contains(code) => {
                let words = format!("it is one of {}", self.reason_codes.join(", "));
                Err(FieldFault::new("/reason_code", "invalid-value", words))
            }
            Some(_) => Ok(()),
        }
    }
}

impl KnownAgent {
    /// At once, or when no call keeps them.
    pub(super) fn wish(&self, wish: Wish, at: Timestamp) -> Result<Vec<AgentEvent>, AgentRefusal> {
        wish.checked()?;
        let Wish { presence: to, reason_code, note, by, session_id, .. } = wish;
        let note = note.map(|note| Personal::known(self.subject, FreeText::new(note)));
        let same = to == self.presence && !self.missed();
        if same && to == Presence::Offline {
            return Ok(Vec::new());
        }
        if !self.slots.is_empty() && self.presence != Presence::Offline {
            return Ok(self.deferred(same, Pending { to, reason_code, note, by }, at));
        }
        let again = reason_code.is_none() || reason_code == self.reason_code;
        if same && again && note.is_none() {
            return Ok(Vec::new());
        }
        let mut facts = Vec::with_capacity(2);
        if self.presence == Presence::Offline {
            facts.push(AgentEvent::AgentSignedIn { session_id, at });
        } else if to == Presence::Offline {
            facts.push(AgentEvent::AgentSignedOut { reason: left(by), at });
        }
        let from = self.presence;
        facts.push(AgentEvent::AgentPresenceChanged { from, to, reason_code, note, by, at });
        Ok(facts)
    }

    /// What is wanted while a call keeps them; what they do anyhow takes back what was wanted.
    fn deferred(&self, same: bool, wanted: Pending, at: Timestamp) -> Vec<AgentEvent> {
        let Pending { to, reason_code, note, by } = wanted;
        let to = match &self.pending {
            None if same => return Vec::new(),
            Some(_) if same => None,
            Some(before)
                if (before.to, &before.reason_code) == (to, &reason_code) && note.is_none() =>
            {
                return Vec::new();
            }
            Some(_) | None => Some(to),
        };
        vec![AgentEvent::AgentPresenceDeferred { to, reason_code, note, by, at }]
    }

    /// The facts, and the presence that was waiting for them, where no call keeps the agent then.
    pub(super) fn settled(&self, mut facts: Vec<AgentEvent>, at: Timestamp) -> Vec<AgentEvent> {
        let mut after = self.clone();
        facts.iter().for_each(|fact| after.evolve(fact, at));
        let wanted = after.pending.filter(|_| after.slots.is_empty());
        if let Some(Pending { to, reason_code, note, by }) = wanted {
            if to == Presence::Offline {
                facts.push(AgentEvent::AgentSignedOut { reason: left(by), at });
            }
            let from = after.presence;
            facts.push(AgentEvent::AgentPresenceChanged { from, to, reason_code, note, by, at });
        }
        facts
    }

    /// They are not there any more. Who is only not heard of stays on their call.
    pub(super) fn sign_out(
        &self,
        reason: SignOutReason,
        at: Timestamp,
    ) -> Result<Vec<AgentEvent>, AgentRefusal> {
        if self.presence == Presence::Offline {
            return Ok(Vec::new());
        }
        if reason == SignOutReason::HeartbeatLost && self.has_live_call() {
            return Err(AgentRefusal::HasLiveCall);
        }
        let mut facts = self.released(at);
        facts.push(AgentEvent::AgentSignedOut { reason, at });
        let (from, to, by) = (self.presence, Presence::Offline, PresenceBy::System);
        let by = if reason == SignOutReason::Supervisor { PresenceBy::Supervisor } else { by };
        let (reason_code, note) = (None, None);
        facts.push(AgentEvent::AgentPresenceChanged { from, to, reason_code, note, by, at });
        Ok(facts)
    }

    /// Everything that keeps them is over, but their calls.
    pub(super) fn released(&self, at: Timestamp) -> Vec<AgentEvent> {
        let over = |slot: &Slot| match slot {
            Slot::Reserved { offer_id, .. } => {
                let (offer_id, outcome) = (*offer_id, ReleaseOutcome::SignedOut);
                Some(AgentEvent::AgentReservationReleased { offer_id, outcome, at })
            }
            Slot::WrapUp { call_id, .. } => {
                let (call_id, reason) = (*call_id, WrapUpEndedBy::SignedOut);
                Some(AgentEvent::AgentWrapUpEnded { call_id, reason, at })
            }
            Slot::OnCall { .. } => None,
        };
        self.slots.iter().filter_map(over).collect()
    }
}

/// Why somebody is not there any more who was to be offline.
fn left(by: PresenceBy) -> SignOutReason {
    match by {
        PresenceBy::Agent | PresenceBy::System => SignOutReason::Agent,
        PresenceBy::Supervisor => SignOutReason::Supervisor,
    }
}
