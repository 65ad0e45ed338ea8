//! With an agent: in, out, on hold (C15, C16, C29).

use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::queue::{HIGHEST, number_after};
use super::state::{AgentSegment, KnownCall};
use super::value::{By, ConnectVia, DequeueReason, DisconnectReason, Enqueue, Stage, WrapUp};
use crate::{AgentId, Timestamp, text};

impl KnownCall {
    /// An agent comes in without an offer.
    pub(super) fn connect(
        &self,
        agent_id: AgentId,
        via: ConnectVia,
        wrap_up: WrapUp,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let over = match via {
            ConnectVia::AgentFirst | ConnectVia::Dialer | ConnectVia::Pickup => false,
            ConnectVia::Takeover => true,
            ConnectVia::Offer | ConnectVia::Transfer => {
                let words = "an offer is accepted, a transfer is completed";
                return Err(CallRefusal::field("/via", "invalid-value", words));
            }
        };
        // Whoever is on the call leaves it only to somebody who takes it over.
        if self.speaking().is_some() && !over {
            return Err(self.refusal());
        }
        let mut facts = Vec::from_iter(self.rescinded("picked_up", at));
        facts.extend(self.dequeued(DequeueReason::Answered, at));
        facts.extend(self.disconnected(DisconnectReason::Transferred, at));
        facts.push(self.connected(agent_id, via, wrap_up, at));
        Ok(facts)
    }

    /// An agent is on the call from now on.
    pub(super) fn connected(
        &self,
        agent_id: AgentId,
        via: ConnectVia,
        wrap_up: WrapUp,
        at: Timestamp,
    ) -> CallEvent {
        let segment_no = number_after(self.segments.len());
        CallEvent::CallAgentConnected { agent_id, segment_no, via, wrap_up, at }
    }

    /// The agent leaves, where there is one.
    pub(super) fn disconnected(
        &self,
        reason: DisconnectReason,
        at: Timestamp,
    ) -> Option<CallEvent> {
        let segment = self.speaking()?;
        let (agent_id, segment_no) = (segment.agent_id, segment.segment_no);
        Some(CallEvent::CallAgentDisconnected { agent_id, segment_no, reason, at })
    }

    /// C29: the network has lost the agent. The caller who waits again goes first.
    pub(super) fn lost(
        &self,
        requeue: Option<Enqueue>,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let mut facts = Vec::new();
        if let Some(transfer) = &self.transfer {
            let (transfer_id, reason) = (transfer.transfer_id, "agent_lost".to_owned());
            facts.push(CallEvent::CallTransferFailed { transfer_id, reason, at });
        }
        facts.extend(self.disconnected(DisconnectReason::Lost, at));
        if let Some(place) = requeue {
            facts.push(self.queued(Enqueue { priority: HIGHEST, ..place }, at)?);
        }
        Ok(facts)
    }

    /// C15
    pub(super) fn hold(
        &self,
        by: By,
        reason: Option<String>,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let line = |reason: &String| text::line(reason, text::MAX_LINE);
        accepted("/reason", reason.as_ref().map_or(Ok(()), line))?;
        Ok(vec![CallEvent::CallHeld { by, reason, at }])
    }

    /// C16: the customer hears the agent again, where there was music.
    pub(super) fn resumed(&self, by: By, at: Timestamp) -> Option<CallEvent> {
        let held_ms = at.since_ms(self.held_since?).max(0);
        Some(CallEvent::CallResumed { by, held_ms, at })
    }

    pub(super) fn speak_on(&mut self, event: &CallEvent) {
        if let CallEvent::CallAgentConnected { agent_id, segment_no, via, wrap_up, at } = event {
            self.leave(*at);
            self.stage = Stage::Connected;
            self.agent_id = Some(*agent_id);
            self.segments.push(AgentSegment {
                agent_id: *agent_id,
                segment_no: *segment_no,
                via: *via,
                wrap_up: *wrap_up,
                connected_at: *at,
                disconnected_at: None,
                held_ms: 0,
            });
        } else if let CallEvent::CallAgentDisconnected { at, .. } = event {
            self.leave(*at);
            if matches!(self.stage, Stage::OnHold | Stage::Transferring) {
                self.stage = Stage::Connected;
            }
        } else if let CallEvent::CallHeld { at, .. } = event {
            self.stage = Stage::OnHold;
            self.held_since = Some(*at);
            self.holds = self.holds.saturating_add(1);
        } else if let CallEvent::CallResumed { held_ms, .. } = event {
            if self.stage == Stage::OnHold {
                self.stage = Stage::Connected;
            }
            self.add_hold(*held_ms);
        }
    }

    /// The agent who is on the call, if any, leaves it, and with that a hold ends.
    pub(super) fn leave(&mut self, at: Timestamp) {
        if let Some(since) = self.held_since {
            self.add_hold(at.since_ms(since).max(0));
        }
        if let Some(segment) = self.segments.last_mut()
            && segment.disconnected_at.is_none()
        {
            segment.disconnected_at = Some(at);
        }
    }

    fn add_hold(&mut self, held_ms: i64) {
        self.held_since = None;
        if let Some(segment) = self.segments.last_mut() {
            segment.held_ms = segment.held_ms.saturating_add(held_ms);
        }
    }
}
