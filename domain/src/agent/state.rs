//! An agent as their facts leave them.

use serde::{Deserialize, Serialize};

use super::event::AgentEvent;
use super::profile::Skill;
use super::words::{Activity, DeactivationReason, Presence, PresenceBy};
use crate::call::WrapUp;
use crate::personal::present;
use crate::{CallId, FreeText, OfferId, Personal, SubjectId, Timestamp, UserId};

/// The reason of a presence that a missed offer has brought about.
pub(super) const MISSED: &str = "missed";

/// An agent who exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownAgent {
    /// Who takes the calls; the agent has the same id.
    pub user_id: UserId,
    /// Whose key seals what is personal here: the user's own.
    pub subject: SubjectId,
    /// How they are called.
    pub display_name: Personal<FreeText>,
    /// Where they are called.
    pub address: Personal<FreeText>,
    /// Calls that they may have at once.
    pub max_concurrent_calls: u8,
    /// What they can do.
    pub skills: Vec<Skill>,
    /// What they speak.
    pub languages: Vec<String>,
    /// Their time after a call.
    pub wrap_up: WrapUp,
    /// What they have chosen.
    pub presence: Presence,
    /// Why, where they have said it.
    pub reason_code: Option<String>,
    /// What they will do once no call keeps them.
    pub pending: Option<Pending>,
    /// The slots that are not idle, in the order in which they were taken.
    pub slots: Vec<Slot>,
    /// Since when they do what they do ([`KnownAgent::activity`]).
    pub since: Timestamp,
    /// Since when calls can be offered to them, while they can.
    pub routable_since: Option<Timestamp>,
    /// Whether they take calls at all.
    pub active: bool,
    /// Since when there is a profile.
    pub created_at: Timestamp,
}

/// A presence that waits for the calls to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What they will do.
    pub to: Presence,
    /// Why, where they have said it.
    pub reason_code: Option<String>,
    /// What is to be noted about it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub note: Option<Personal<FreeText>>,
    /// Who wants it.
    pub by: PresenceBy,
}

/// What keeps an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "work")]
pub enum Slot {
    /// A call is offered.
    Reserved {
        /// The offer.
        offer_id: OfferId,
        /// The call.
        call_id: CallId,
        /// Until when.
        until: Timestamp,
    },
    /// A call.
    OnCall {
        /// Which.
        call_id: CallId,
        /// Which segment of it.
        segment_no: u32,
    },
    /// The time after one.
    WrapUp {
        /// After which.
        call_id: CallId,
        /// Until when, where it has an end.
        deadline: Option<Timestamp>,
    },
}

impl Slot {
    /// The call.
    #[must_use]
    pub fn call_id(&self) -> CallId {
        match self {
            Self::Reserved { call_id, .. }
            | Self::OnCall { call_id, .. }
            | Self::WrapUp { call_id, .. } => *call_id,
        }
    }

    fn is_call(&self, call: CallId) -> bool {
        matches!(self, Self::OnCall { call_id, .. } if *call_id == call)
    }

    fn is_wrap_up(&self, call: CallId) -> bool {
        matches!(self, Self::WrapUp { call_id, .. } if *call_id == call)
    }

    fn is_offer(&self, offer: OfferId) -> bool {
        matches!(self, Self::Reserved { offer_id, .. } if *offer_id == offer)
    }
}

impl KnownAgent {
    pub(super) fn begun(event: &AgentEvent) -> Option<Self> {
        let AgentEvent::AgentCreated {
            user_id,
            subject_key,
            display_name,
            address,
            max_concurrent_calls,
            wrap_up,
            at,
        } = event
        else {
            return None;
        };
        Some(Self {
            user_id: *user_id,
            subject: *subject_key,
            display_name: display_name.clone(),
            address: address.clone(),
            max_concurrent_calls: *max_concurrent_calls,
            skills: Vec::new(),
            languages: Vec::new(),
            wrap_up: *wrap_up,
            presence: Presence::Offline,
            reason_code: None,
            pending: None,
            slots: Vec::new(),
            since: *at,
            routable_since: None,
            active: true,
            created_at: *at,
        })
    }

    /// What they are seen to do.
    #[must_use]
    pub fn activity(&self) -> Activity {
        let any = |kind: fn(&Slot) -> bool| self.slots.iter().any(kind);
        if self.missed() {
            return Activity::Missed;
        }
        if any(|slot| matches!(slot, Slot::OnCall { .. })) {
            return Activity::OnCall;
        }
        if any(|slot| matches!(slot, Slot::WrapUp { .. })) {
            return Activity::WrapUp;
        }
        if any(|slot| matches!(slot, Slot::Reserved { .. })) {
            return Activity::Reserved;
        }
        match self.presence {
            Presence::Offline => Activity::Offline,
            Presence::Available => Activity::Available,
            Presence::Busy => Activity::Busy,
            Presence::Break => Activity::Break,
            Presence::Training => Activity::Training,
        }
    }

    /// Whether an offer was missed, and nothing was said since.
    pub(super) fn missed(&self) -> bool {
        self.presence == Presence::Busy && self.reason_code.as_deref() == Some(MISSED)
    }

    /// Whether calls can be offered to them (domain/03 §3.2).
    #[must_use]
    pub fn routable(&self) -> bool {
        self.active
            && self.presence == Presence::Available
            && self.pending.is_none()
            && !self.is_full()
    }

    /// Whether calls, or what is to be written down about them, keep them from another one.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.slots.len() >= usize::from(self.max_concurrent_calls)
    }

    /// Whether they are on a call.
    #[must_use]
    pub fn has_live_call(&self) -> bool {
        self.slots.iter().any(|slot| matches!(slot, Slot::OnCall { .. }))
    }

    pub(super) fn on_call(&self, call: CallId) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.is_call(call))
    }

    pub(super) fn wraps_up(&self, call: CallId) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.is_wrap_up(call))
    }

    pub(super) fn offered(&self, offer: OfferId) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.is_offer(offer))
    }

    pub(super) fn evolve(&mut self, event: &AgentEvent, at: Timestamp) {
        let activity = self.activity();
        self.step(event);
        if self.activity() != activity {
            self.since = at;
        }
        self.routable_since = match (self.routable(), self.routable_since) {
            (false, _) => None,
            (true, since) => since.or(Some(at)),
        };
    }

    fn step(&mut self, event: &AgentEvent) {
        match event {
            // An agent begins once; signing in and out, and a missed offer, show in the presence.
            AgentEvent::AgentCreated { .. }
            | AgentEvent::AgentSignedIn { .. }
            | AgentEvent::AgentSignedOut { .. }
            | AgentEvent::AgentOfferMissed { .. } => {}
            AgentEvent::AgentProfileUpdated {
                display_name,
                address,
                max_concurrent_calls,
                wrap_up,
                ..
            } => {
                display_name.iter().for_each(|name| self.display_name = name.clone());
                address.iter().for_each(|address| self.address = address.clone());
                self.max_concurrent_calls =
                    max_concurrent_calls.unwrap_or(self.max_concurrent_calls);
                self.wrap_up = wrap_up.unwrap_or(self.wrap_up);
            }
            AgentEvent::AgentSkillsChanged { skills, languages, .. } => {
                (self.skills, self.languages) = (skills.clone(), languages.clone());
            }
            AgentEvent::AgentPresenceChanged { to, reason_code, .. } => {
                (self.presence, self.reason_code) = (*to, reason_code.clone());
                self.pending = None;
            }
            AgentEvent::AgentPresenceDeferred { to, reason_code, note, by, .. } => {
                let (reason_code, note) = (reason_code.clone(), note.clone());
                self.pending = to.map(|to| Pending { to, reason_code, note, by: *by });
            }
            AgentEvent::AgentDeactivated { reason, .. } => {
                if *reason == DeactivationReason::Erased {
                    (self.display_name, self.address) = (Personal::Erased, Personal::Erased);
                }
                (self.active, self.presence) = (false, Presence::Offline);
                (self.reason_code, self.pending) = (None, None);
            }
            AgentEvent::AgentReactivated { .. } => self.active = true,
            AgentEvent::AgentReserved { .. }
            | AgentEvent::AgentReservationReleased { .. }
            | AgentEvent::AgentCallStarted { .. }
            | AgentEvent::AgentCallFinished { .. }
            | AgentEvent::AgentWrapUpStarted { .. }
            | AgentEvent::AgentWrapUpEnded { .. } => self.work_on(event),
        }
    }

    /// Moves the slots on.
    fn work_on(&mut self, event: &AgentEvent) {
        if let AgentEvent::AgentReserved { offer_id, call_id, until, .. } = event {
            let (offer_id, call_id, until) = (*offer_id, *call_id, *until);
            self.slots.push(Slot::Reserved { offer_id, call_id, until });
        } else if let AgentEvent::AgentReservationReleased { offer_id, .. } = event {
            self.slots.retain(|slot| !slot.is_offer(*offer_id));
        } else if let AgentEvent::AgentCallStarted { call_id, segment_no, offer_id, .. } = event {
            offer_id.iter().for_each(|offer| self.slots.retain(|slot| !slot.is_offer(*offer)));
            self.slots.push(Slot::OnCall { call_id: *call_id, segment_no: *segment_no });
        } else if let AgentEvent::AgentCallFinished { call_id, .. } = event {
            self.slots.retain(|slot| !slot.is_call(*call_id));
        } else if let AgentEvent::AgentWrapUpStarted { call_id, deadline, .. } = event {
            self.slots.push(Slot::WrapUp { call_id: *call_id, deadline: *deadline });
        } else if let AgentEvent::AgentWrapUpEnded { call_id, .. } = event {
            self.slots.retain(|slot| !slot.is_wrap_up(*call_id));
        }
    }
}
