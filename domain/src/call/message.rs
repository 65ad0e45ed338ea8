//! What a call hears that nobody speaks with (C28, C31, C32): a message is begun, its provider
//! tells how it was heard, and the call is over with it.
//!
//! *Invariant:* what a provider tells of a message leads to the same in every order and however
//! often: more is known of it from one to the next, never less.

use serde::{Deserialize, Serialize};

use super::event::CallEvent;
use super::state::KnownCall;
use super::value::{DialMode, EndedBy, Leg, MessageHeard, MessagePurpose, Stage};
use crate::Timestamp;

const NO_AGENT: &str = "no_agent_available";
const ANNOUNCED: &str = "announcement_over";
/// How much longer than expected a message may take before nothing is waited for any more.
const PATIENCE_MS: i64 = 10_000;

/// A message that a call hears, or has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallMessage {
    /// What it is for.
    pub purpose: MessagePurpose,
    /// Whoever presses it meanwhile is not called again.
    pub opt_out_key: char,
    /// How long it takes to say it, about.
    pub length_ms: i64,
    /// Since when it is to be said.
    pub started_at: Timestamp,
    /// How it was heard, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<MessageHeard>,
}

impl CallMessage {
    /// When it is over at the latest, whatever is told of it.
    #[must_use]
    pub fn deadline(&self) -> Timestamp {
        self.started_at.plus_ms(self.length_ms.saturating_add(PATIENCE_MS))
    }
}

impl KnownCall {
    /// Whether it was dialed by itself, so that nobody is there yet for whoever answers.
    #[must_use]
    pub fn dialed_by_itself(&self) -> bool {
        self.dial.is_some_and(|dial| match dial.mode {
            DialMode::Progressive
            | DialMode::Power
            | DialMode::Predictive
            | DialMode::Agentless => true,
            DialMode::Manual | DialMode::Preview => false,
        })
    }

    /// Whether it was made for nobody to speak.
    #[must_use]
    pub fn agentless(&self) -> bool {
        self.dial.is_some_and(|dial| dial.mode == DialMode::Agentless)
    }

    /// What it hears where nobody speaks.
    #[must_use]
    pub fn purpose(&self) -> MessagePurpose {
        match self.agentless() {
            true => MessagePurpose::Announcement,
            false => MessagePurpose::SafeHarbor,
        }
    }

    /// A message that is to be said and is not over.
    #[must_use]
    pub fn hears(&self) -> Option<&CallMessage> {
        self.message.as_ref().filter(|message| message.heard.is_none())
    }

    /// Whether they have said by a key that they are not to be called again.
    #[must_use]
    pub fn opted_out(&self) -> bool {
        self.message.is_some_and(|message| message.heard == Some(MessageHeard::OptedOut))
    }

    /// Where a message can begin: somebody has answered, and nobody is there.
    pub(super) fn can_hear(&self) -> bool {
        let alone = self.stage == Stage::None && self.segments.is_empty();
        let open = self.end_requested.is_none() && self.message.is_none();
        self.leg == Leg::Answered && alone && open && self.dialed_by_itself()
    }

    /// C31: why it is said follows from how it was dialed.
    pub(super) fn start_message(
        &self,
        opt_out_key: char,
        length_ms: i64,
        at: Timestamp,
    ) -> Vec<CallEvent> {
        let purpose = self.purpose();
        vec![CallEvent::CallMessageStarted { purpose, opt_out_key, length_ms, at }]
    }

    /// C32: the provider tells how the message was heard; the call is over with it.
    pub(super) fn heard(&self, heard: MessageHeard, at: Timestamp) -> Vec<CallEvent> {
        let Some(message) = &self.message else { return Vec::new() };
        let mut facts = vec![CallEvent::CallMessageEnded { heard, at }];
        if self.leg == Leg::Ended {
            return facts;
        }
        facts.extend(self.left_alone(heard != MessageHeard::Failed, at));
        if self.end_requested.is_none() {
            let reason = match message.purpose {
                MessagePurpose::SafeHarbor => NO_AGENT,
                MessagePurpose::Announcement => ANNOUNCED,
            };
            let (by, reason) = (EndedBy::System, Some(reason.to_owned()));
            facts.push(CallEvent::CallEndRequested { by, reason, at });
        }
        facts
    }

    /// C32: a key was pressed; only one of them means something.
    pub(super) fn pressed(&self, key: char, at: Timestamp) -> Vec<CallEvent> {
        match &self.message {
            Some(message) if message.opt_out_key == key => self.heard(MessageHeard::OptedOut, at),
            _ => Vec::new(),
        }
    }

    /// Whether that is known of the message already, or better.
    pub(super) fn heard_before(&self, heard: MessageHeard) -> bool {
        self.message.is_some_and(|message| message.heard >= Some(heard))
    }

    /// The end of the leg cuts off what is being said. Whether a message had begun of which the
    /// provider has not said so yet, nobody knows: it is not claimed.
    pub(super) fn cut_off(&self, at: Timestamp) -> Vec<CallEvent> {
        if self.hears().is_none() {
            return Vec::new();
        }
        let mut facts = Vec::from_iter(self.left_alone(false, at));
        facts.push(CallEvent::CallMessageEnded { heard: MessageHeard::HungUp, at });
        facts
    }

    /// C28: no agent for a dialed call. Where a message is said to them, it ends with that.
    pub(super) fn drop_call(&self, at: Timestamp) -> Vec<CallEvent> {
        let speaks = self.hears().is_some();
        let mut facts = vec![self.dropping(speaks, at)];
        if !speaks && self.end_requested.is_none() {
            let (by, reason) = (EndedBy::System, Some(NO_AGENT.to_owned()));
            facts.push(CallEvent::CallEndRequested { by, reason, at });
        }
        facts
    }

    /// Whoever is told that nobody is there, has found no agent.
    fn left_alone(&self, safe_harbor_played: bool, at: Timestamp) -> Option<CallEvent> {
        let message = self.message.filter(|_| !self.dropped)?;
        match message.purpose {
            MessagePurpose::SafeHarbor => Some(self.dropping(safe_harbor_played, at)),
            MessagePurpose::Announcement => None,
        }
    }

    /// They have waited until something was said to them, or until it is given up.
    fn dropping(&self, safe_harbor_played: bool, at: Timestamp) -> CallEvent {
        let until = self.message.map_or(at, |message| message.started_at);
        let waited = |answered_at| until.since_ms(answered_at).max(0);
        let connected_wait_ms = self.answered_at.map_or(0, waited);
        let reason = NO_AGENT.to_owned();
        CallEvent::CallDropped { reason, connected_wait_ms, safe_harbor_played, at }
    }

    pub(super) fn hear(&mut self, event: &CallEvent) {
        if let CallEvent::CallMessageStarted { purpose, opt_out_key, length_ms, at } = event {
            let (purpose, opt_out_key, length_ms) = (*purpose, *opt_out_key, *length_ms);
            let (started_at, heard) = (*at, None);
            self.message = Some(CallMessage { purpose, opt_out_key, length_ms, started_at, heard });
        } else if let CallEvent::CallMessageEnded { heard, .. } = event
            && let Some(message) = &mut self.message
        {
            message.heard = message.heard.max(Some(*heard));
        }
    }
}
