//! Waiting for an agent (C11 to C14, C26, C27).

use super::command::CallCommand;
use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::state::{ClosedOffer, KnownCall, Offer, OfferOutcome, QueueSegment};
use super::value::{
    ConnectVia, DequeueReason, DisconnectReason, EndedBy, Enqueue, IvrOutcome, Stage, WrapUp,
};
use crate::{AgentId, OfferId, Personal, PhoneNumber, Timestamp, text};

/// The highest priority.
pub(super) const HIGHEST: u8 = 100;

impl DequeueReason {
    /// Why whoever still waits when the leg ends leaves the queue: who is made to
    /// leave by us has not abandoned the call.
    #[must_use]
    pub fn by_end(by: EndedBy) -> Self {
        match by {
            EndedBy::Customer | EndedBy::Provider | EndedBy::Unknown => Self::Abandoned,
            EndedBy::Agent | EndedBy::Supervisor | EndedBy::System => Self::Timeout,
        }
    }
}

impl KnownCall {
    /// C11: into a queue, out of wherever the call is.
    pub(super) fn enqueue(
        &self,
        place: Enqueue,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let target = Some(place.queue_id.to_string());
        let queued = self.queued(place, at)?;
        let mut facts = Vec::new();
        if self.stage == Stage::Ivr {
            facts.push(CallEvent::IvrExited { outcome: IvrOutcome::Queue, target, at });
        }
        if let Some(transfer) = &self.transfer {
            let (transfer_id, new_agent_id) = (transfer.transfer_id, None);
            facts.push(CallEvent::CallTransferCompleted { transfer_id, new_agent_id, at });
        }
        facts.extend(self.disconnected(DisconnectReason::Transferred, at));
        facts.push(queued);
        Ok(facts)
    }

    /// A wait begins.
    pub(super) fn queued(&self, place: Enqueue, at: Timestamp) -> Result<CallEvent, CallRefusal> {
        if place.priority > HIGHEST {
            return Err(CallRefusal::field("/priority", "out-of-range", "from 0 to 100"));
        }
        accepted("/required_skills", text::tags(&place.required_skills))?;
        accepted("/language", place.language.as_deref().map_or(Ok(()), text::label))?;
        Ok(CallEvent::CallQueued {
            queue_id: place.queue_id,
            priority: place.priority,
            required_skills: place.required_skills,
            language: place.language,
            queue_segment: number_after(self.queue_segments.len()),
            at,
        })
    }

    /// The wait ends, where there is one.
    pub(super) fn dequeued(&self, reason: DequeueReason, at: Timestamp) -> Option<CallEvent> {
        let wait = self.waiting()?;
        Some(CallEvent::CallDequeued {
            queue_id: wait.queue_id,
            queue_segment: wait.queue_segment,
            reason,
            waited_ms: at.since_ms(wait.queued_at).max(0),
            at,
        })
    }

    /// The open offer is taken back, where there is one.
    pub(super) fn rescinded(&self, reason: &str, at: Timestamp) -> Option<CallEvent> {
        let Offer { offer_id, agent_id, .. } = self.offer?;
        let reason = reason.to_owned();
        Some(CallEvent::CallOfferRescinded { offer_id, agent_id, reason, at })
    }

    /// C12
    pub(super) fn ring(
        &self,
        offer_id: OfferId,
        agent_id: AgentId,
        expires_at: Timestamp,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        if self.closed_offer.is_some_and(|closed| closed.offer_id == offer_id) {
            return Err(CallRefusal::OfferNotOpen);
        }
        if expires_at <= at {
            return Err(CallRefusal::field("/expires_at", "not-in-future", "later than now"));
        }
        Ok(vec![CallEvent::CallOffered { offer_id, agent_id, expires_at, at }])
    }

    /// C13
    pub(super) fn accept(
        &self,
        offer_id: OfferId,
        wrap_up: WrapUp,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let offer = self.open(offer_id)?;
        if at > offer.expires_at {
            return Err(CallRefusal::OfferNotOpen);
        }
        let agent_id = offer.agent_id;
        let mut facts = vec![CallEvent::CallOfferAccepted { offer_id, agent_id, at }];
        facts.extend(self.dequeued(DequeueReason::Answered, at));
        facts.push(self.connected(agent_id, ConnectVia::Offer, wrap_up, at));
        Ok(facts)
    }

    /// C14
    pub(super) fn decline(&self, command: CallCommand) -> Result<Vec<CallEvent>, CallRefusal> {
        let line = |reason: &str| accepted("/reason", text::line(reason, text::MAX_LINE));
        let fact = match command {
            CallCommand::RejectOffer { offer_id, reason, at } => {
                let agent_id = self.open(offer_id)?.agent_id;
                line(&reason)?;
                CallEvent::CallOfferRejected { offer_id, agent_id, reason, at }
            }
            CallCommand::TimeOutOffer { offer_id, at } => {
                let offer = self.open(offer_id)?;
                let rang_ms = at.since_ms(offer.offered_at).max(0);
                CallEvent::CallOfferTimedOut { offer_id, agent_id: offer.agent_id, rang_ms, at }
            }
            CallCommand::RescindOffer { offer_id, reason, at } => {
                let agent_id = self.open(offer_id)?.agent_id;
                line(&reason)?;
                CallEvent::CallOfferRescinded { offer_id, agent_id, reason, at }
            }
            _ => return Ok(Vec::new()),
        };
        Ok(vec![fact])
    }

    fn open(&self, offer_id: OfferId) -> Result<Offer, CallRefusal> {
        self.offer.filter(|offer| offer.offer_id == offer_id).ok_or(CallRefusal::OfferNotOpen)
    }

    /// C27
    pub(super) fn leave_queue(
        &self,
        reason: DequeueReason,
        next: Option<Enqueue>,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        match reason {
            DequeueReason::Overflow | DequeueReason::Voicemail | DequeueReason::Timeout => {}
            DequeueReason::Answered
            | DequeueReason::Abandoned
            | DequeueReason::Callback
            | DequeueReason::Transferred => {
                let words = "overflow, voicemail or timeout";
                return Err(CallRefusal::field("/reason", "invalid-value", words));
            }
        }
        let mut facts = Vec::from_iter(self.dequeued(reason, at));
        if let Some(next) = next {
            facts.push(self.queued(next, at)?);
        }
        Ok(facts)
    }

    /// C26
    pub(super) fn callback(
        &self,
        phone: PhoneNumber,
        (not_before, not_after): (Timestamp, Timestamp),
        keeps_place: bool,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        super::begin::callable(&phone)?;
        if not_after <= not_before || not_after <= at || !not_after.in_range() {
            let words = "the time for the callback is over before it begins";
            return Err(CallRefusal::field("/not_after", "out-of-order", words));
        }
        let Some(wait) = self.waiting() else { return Err(self.refusal()) };
        let phone = Personal::known(self.subject, phone);
        let queue_id = wait.queue_id;
        let mut facts = vec![CallEvent::CallbackRequested {
            phone,
            not_before,
            not_after,
            queue_id,
            keeps_place,
            at,
        }];
        facts.extend(self.dequeued(DequeueReason::Callback, at));
        Ok(facts)
    }

    /// Whether something about waiting has happened already.
    pub(super) fn wait_repeats(&self, command: &CallCommand) -> bool {
        let closed = |offer_id: &OfferId, outcome| {
            self.closed_offer == Some(ClosedOffer { offer_id: *offer_id, outcome })
        };
        match command {
            CallCommand::Enqueue { place, .. } => {
                self.waiting().is_some_and(|wait| wait.queue_id == place.queue_id)
            }
            CallCommand::Offer { offer_id, agent_id, .. } => self
                .offer
                .is_some_and(|open| open.offer_id == *offer_id && open.agent_id == *agent_id),
            CallCommand::AcceptOffer { offer_id, .. } => closed(offer_id, OfferOutcome::Accepted),
            CallCommand::RejectOffer { offer_id, .. } => closed(offer_id, OfferOutcome::Rejected),
            CallCommand::TimeOutOffer { offer_id, .. } => closed(offer_id, OfferOutcome::TimedOut),
            CallCommand::RescindOffer { offer_id, .. } => closed(offer_id, OfferOutcome::Rescinded),
            CallCommand::RequestCallback { not_before, not_after, .. } => {
                self.callback == Some((*not_before, *not_after))
            }
            _ => false,
        }
    }

    pub(super) fn wait_on(&mut self, event: &CallEvent) {
        if let CallEvent::CallQueued { queue_id, queue_segment, at, .. } = event {
            self.stage = Stage::Waiting;
            self.queue_id = Some(*queue_id);
            self.queue_segments.push(QueueSegment {
                queue_id: *queue_id,
                queue_segment: *queue_segment,
                queued_at: *at,
                dequeued_at: None,
                reason: None,
                waited_ms: None,
            });
        } else if let CallEvent::CallDequeued { queue_segment, reason, waited_ms, at, .. } = event {
            self.stage = Stage::None;
            let same = |wait: &&mut QueueSegment| wait.queue_segment == *queue_segment;
            if let Some(wait) = self.queue_segments.iter_mut().find(same) {
                wait.dequeued_at = Some(*at);
                wait.reason = Some(*reason);
                wait.waited_ms = Some(*waited_ms);
            }
        } else if let CallEvent::CallbackRequested { not_before, not_after, .. } = event {
            self.callback = Some((*not_before, *not_after));
        } else if let CallEvent::CallOffered { offer_id, agent_id, expires_at, at } = event {
            self.stage = Stage::Offered;
            let (offer_id, agent_id, expires_at) = (*offer_id, *agent_id, *expires_at);
            self.offer = Some(Offer { offer_id, agent_id, offered_at: *at, expires_at });
        } else if let CallEvent::CallOfferAccepted { .. } = event {
            self.back_to_waiting(OfferOutcome::Accepted);
        } else if let CallEvent::CallOfferRejected { .. } = event {
            self.back_to_waiting(OfferOutcome::Rejected);
        } else if let CallEvent::CallOfferTimedOut { .. } = event {
            self.back_to_waiting(OfferOutcome::TimedOut);
        } else if let CallEvent::CallOfferRescinded { .. } = event {
            self.back_to_waiting(OfferOutcome::Rescinded);
        }
    }

    fn back_to_waiting(&mut self, outcome: OfferOutcome) {
        self.stage = Stage::Waiting;
        self.close_offer(outcome);
    }

    pub(super) fn close_offer(&mut self, outcome: OfferOutcome) {
        if let Some(Offer { offer_id, .. }) = self.offer.take() {
            self.closed_offer = Some(ClosedOffer { offer_id, outcome });
        }
    }
}

/// The number of whatever comes after so many.
pub(super) fn number_after(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1)
}
