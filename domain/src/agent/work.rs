//! Offers, calls and the time after them: what fills the slots of an agent.
//!
//! *Architecture invariant:* an agent never has more slots in use than they have, and at most one
//! of an offer. Whoever offers calls asks the agent first, so two who do so at the same time
//! cannot both have them.

use super::event::AgentEvent;
use super::refusal::AgentRefusal;
use super::state::{KnownAgent, MISSED, Slot};
use super::words::{OnMissed, Presence, PresenceBy, ReleaseOutcome, WrapUpEndedBy};
use crate::call::{WrapUp, WrapUpMode};
use crate::{CallId, OfferId, Timestamp};

impl KnownAgent {
    pub(super) fn reserve(
        &self,
        offer_id: OfferId,
        call_id: CallId,
        until: Timestamp,
        at: Timestamp,
    ) -> Result<Vec<AgentEvent>, AgentRefusal> {
        match self.offered(offer_id) {
            Some(slot) if slot.call_id() == call_id => return Ok(Vec::new()),
            Some(_) => return Err(AgentRefusal::NoSuchOffer),
            None => {}
        }
        if !self.routable() {
            let (activity, used) = (self.activity(), self.slots.len());
            return Err(AgentRefusal::NotRoutable {
                activity,
                used,
                max: self.max_concurrent_calls,
            });
        }
        Ok(vec![AgentEvent::AgentReserved { offer_id, call_id, until, at }])
    }

    pub(super) fn release(
        &self,
        offer_id: OfferId,
        outcome: ReleaseOutcome,
        on_missed: OnMissed,
        at: Timestamp,
    ) -> Vec<AgentEvent> {
        let until = match self.offered(offer_id) {
            Some(Slot::Reserved { until, .. }) => *until,
            // What was taken back already needs no taking back.
            Some(_) | None => return Vec::new(),
        };
        let missed = outcome == ReleaseOutcome::TimedOut;
        if missed && at < until {
            return Vec::new();
        }
        let mut facts = vec![AgentEvent::AgentReservationReleased { offer_id, outcome, at }];
        if missed {
            facts.push(AgentEvent::AgentOfferMissed { offer_id, at });
        }
        // Whoever has said already what they will do next, does it.
        let unavailable = missed
            && on_missed == OnMissed::Unavailable
            && self.presence == Presence::Available
            && self.pending.is_none();
        if unavailable {
            facts.push(AgentEvent::AgentPresenceChanged {
                from: self.presence,
                to: Presence::Busy,
                reason_code: Some(MISSED.to_owned()),
                note: None,
                by: PresenceBy::System,
                at,
            });
        }
        self.settled(facts, at)
    }

    pub(super) fn start_call(
        &self,
        call_id: CallId,
        segment_no: u32,
        offer_id: Option<OfferId>,
        at: Timestamp,
    ) -> Result<Vec<AgentEvent>, AgentRefusal> {
        if self.on_call(call_id).is_some() {
            return Ok(Vec::new());
        }
        let offered = offer_id.map(|offer| self.offered(offer).map(Slot::call_id));
        let free = self.slots.len() < usize::from(self.max_concurrent_calls);
        match offered {
            Some(Some(offered)) if offered == call_id => {}
            Some(_) => return Err(AgentRefusal::NoSuchOffer),
            None if free && self.presence != Presence::Offline => {}
            None => return Err(AgentRefusal::CannotCall(self.activity())),
        }
        Ok(vec![AgentEvent::AgentCallStarted { call_id, segment_no, offer_id, at }])
    }

    pub(super) fn finish_call(
        &self,
        call_id: CallId,
        wrap_up: WrapUp,
        at: Timestamp,
    ) -> Vec<AgentEvent> {
        if self.on_call(call_id).is_none() {
            return Vec::new();
        }
        let mut facts = vec![AgentEvent::AgentCallFinished { call_id, at }];
        let deadline = match wrap_up.mode {
            WrapUpMode::Timed if wrap_up.seconds > 0 => {
                Some(Some(at.plus_ms(i64::from(wrap_up.seconds) * 1_000)))
            }
            WrapUpMode::None | WrapUpMode::Timed => None,
            WrapUpMode::Manual => Some(None),
        };
        // Whoever was signed out during the call is not kept by what comes after it.
        let there = self.presence != Presence::Offline;
        if let Some(deadline) = deadline.filter(|_| there) {
            facts.push(AgentEvent::AgentWrapUpStarted { call_id, deadline, at });
        }
        self.settled(facts, at)
    }

    pub(super) fn finish_wrap_up(
        &self,
        call_id: CallId,
        reason: WrapUpEndedBy,
        at: Timestamp,
    ) -> Vec<AgentEvent> {
        let Some(Slot::WrapUp { deadline, .. }) = self.wraps_up(call_id) else {
            return Vec::new();
        };
        // A timer that comes before the deadline was set for another one.
        let early = deadline.is_none_or(|deadline| at < deadline);
        if reason == WrapUpEndedBy::Timeout && early {
            return Vec::new();
        }
        self.settled(vec![AgentEvent::AgentWrapUpEnded { call_id, reason, at }], at)
    }
}
