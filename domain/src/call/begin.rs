//! How a call begins: dialed (C1) or coming in (C2).

use super::command::{InboundCall, OutboundCall};
use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::state::{Dial, KnownCall};
use super::value::{Belongs, DialVerdict, Direction, Leg, Provider, Stage};
use crate::{Personal, PhoneNumber, SubjectId, Timestamp, text};

/// How long a call may ring, in seconds.
const RING_TIMEOUT: std::ops::RangeInclusive<u16> = 5..=120;

/// A number that may be dialed, from a text as somebody typed it. Whether it is
/// a premium one is asked when the call is decided.
///
/// # Errors
/// [`CallRefusal::DialingBlocked`] for the number of an emergency service,
/// [`CallRefusal::InvalidPhoneNumber`] for what is no number.
pub fn dialable(pointer: &'static str, text: &str) -> Result<PhoneNumber, CallRefusal> {
    if PhoneNumber::emergency(text) {
        return Err(emergency());
    }
    PhoneNumber::parse(text).map_err(|_| CallRefusal::InvalidPhoneNumber { pointer })
}

/// Guard 3: neither an emergency service nor a premium-rate number.
///
/// # Errors
/// [`CallRefusal::DialingBlocked`]
pub fn callable(number: &PhoneNumber) -> Result<(), CallRefusal> {
    if PhoneNumber::emergency(number.as_str()) {
        return Err(emergency());
    }
    if number.premium() {
        let words = "numbers of premium-rate services are not dialed";
        return Err(CallRefusal::DialingBlocked { reason: "premium", words });
    }
    Ok(())
}

fn emergency() -> CallRefusal {
    let words = "numbers of emergency services are not dialed";
    CallRefusal::DialingBlocked { reason: "emergency", words }
}

/// C1.
pub(super) fn initiate(call: OutboundCall) -> Result<Vec<CallEvent>, CallRefusal> {
    if !RING_TIMEOUT.contains(&call.ring_timeout_seconds) {
        let words = format!("from {} to {} seconds", RING_TIMEOUT.start(), RING_TIMEOUT.end());
        return Err(CallRefusal::field("/ring_timeout_seconds", "out-of-range", words));
    }
    accepted("/metadata", text::metadata(&call.metadata))?;
    callable(&call.to)?;
    judged(call.verdict)?;
    let known = |number| Personal::known(call.subject, number);
    Ok(vec![CallEvent::CallInitiated {
        direction: Direction::Outbound,
        from: call.from.map(known),
        to: known(call.to),
        subject_key: call.subject,
        contact_id: call.belongs.contact_id,
        campaign_id: call.belongs.campaign_id,
        campaign_revision: call.belongs.campaign_revision,
        attempt_no: call.belongs.attempt_no,
        agent_id: call.belongs.agent_id,
        dial_order: call.dial_order,
        dial_mode: call.dial_mode,
        provider: call.provider,
        ring_timeout_seconds: call.ring_timeout_seconds,
        amd: call.amd,
        recording_policy_snapshot: call.record,
        metadata: call.metadata,
        at: call.at,
    }])
}

/// Guards 4, 10, 11 and 12, in this order, and whether somebody is there to speak.
fn judged(verdict: DialVerdict) -> Result<(), CallRefusal> {
    if verdict.suppressed {
        let words = "the number is not to be called";
        return Err(CallRefusal::DialingBlocked { reason: "do_not_call", words });
    }
    if verdict.live_calls >= verdict.max_live_calls {
        let words = "the organization has as many calls at once as it may have";
        return Err(CallRefusal::DialingBlocked { reason: "concurrency_limit", words });
    }
    if let Some(seconds) = verdict.provider_back_in_seconds {
        return Err(CallRefusal::ProviderDown { seconds });
    }
    if verdict.duplicate_live && !verdict.override_duplicate {
        return Err(CallRefusal::DuplicateLiveCall);
    }
    if verdict.agent_busy {
        return Err(CallRefusal::AgentBusy);
    }
    Ok(())
}

/// C2.
pub(super) fn register(call: InboundCall) -> Result<Vec<CallEvent>, CallRefusal> {
    accepted("/provider_call_id", text::line(&call.provider_call_id, text::MAX_LINE))?;
    let known = |number| Personal::known(call.subject, number);
    Ok(vec![CallEvent::InboundCallReceived {
        provider: call.provider,
        provider_call_id: call.provider_call_id,
        from: call.from.map(known),
        to: call.to.as_str().to_owned(),
        subject_key: call.subject,
        flow_id: call.flow.map(|(id, _)| id),
        flow_version: call.flow.map(|(_, version)| version),
        forwarded_from: call.forwarded_from.map(known),
        at: call.at,
    }])
}

impl KnownCall {
    /// Whether this is the call that [`initiate`] would make. Numbers are the
    /// same where their subject is; metadata may have been changed since.
    pub(super) fn initiated_by(&self, call: &OutboundCall) -> bool {
        let dial = Dial {
            order: call.dial_order,
            mode: call.dial_mode,
            ring_timeout_seconds: call.ring_timeout_seconds,
            amd: call.amd,
            record: call.record,
        };
        self.dial == Some(dial)
            && self.subject == call.subject
            && self.belongs == call.belongs
            && self.provider == Some(call.provider)
            && self.from.is_some() == call.from.is_some()
    }

    /// Whether this is the call that [`register`] would make.
    pub(super) fn registered_by(&self, call: &InboundCall) -> bool {
        self.direction == Direction::Inbound
            && self.provider == Some(call.provider)
            && self.provider_call_id.as_ref() == Some(&call.provider_call_id)
            && self.subject == call.subject
    }

    /// The call that a fact begins; none where it is not a beginning.
    pub(super) fn begun(event: &CallEvent) -> Option<Self> {
        if let CallEvent::CallInitiated { direction, subject_key, provider, at, .. } = event {
            let mut call = Self::new(*direction, *subject_key, Some(*provider), *at);
            call.dialed(event);
            return Some(call);
        }
        if let CallEvent::InboundCallReceived {
            provider,
            provider_call_id,
            from,
            to,
            subject_key,
            at,
            ..
        } = event
        {
            let mut call = Self::new(Direction::Inbound, *subject_key, Some(*provider), *at);
            call.leg = Leg::Ringing;
            call.ringing_at = Some(*at);
            call.from.clone_from(from);
            call.own_number = Some(to.clone());
            call.provider_call_id = Some(provider_call_id.clone());
            return Some(call);
        }
        Self::imported(event)
    }

    fn dialed(&mut self, event: &CallEvent) {
        let CallEvent::CallInitiated {
            from,
            to,
            contact_id,
            campaign_id,
            campaign_revision,
            attempt_no,
            agent_id,
            dial_order,
            dial_mode,
            ring_timeout_seconds,
            amd,
            recording_policy_snapshot,
            metadata,
            ..
        } = event
        else {
            return;
        };
        self.from.clone_from(from);
        self.to = Some(to.clone());
        self.agent_id = *agent_id;
        self.belongs = Belongs {
            contact_id: *contact_id,
            campaign_id: *campaign_id,
            campaign_revision: *campaign_revision,
            attempt_no: *attempt_no,
            agent_id: *agent_id,
        };
        self.dial = Some(Dial {
            order: *dial_order,
            mode: *dial_mode,
            ring_timeout_seconds: *ring_timeout_seconds,
            amd: *amd,
            record: *recording_policy_snapshot,
        });
        self.metadata.clone_from(metadata);
    }

    pub(super) fn new(
        direction: Direction,
        subject: SubjectId,
        provider: Option<Provider>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            direction,
            leg: Leg::Queued,
            stage: Stage::None,
            subject,
            from: None,
            to: None,
            own_number: None,
            provider,
            provider_call_id: None,
            dial: None,
            belongs: Belongs::default(),
            queue_id: None,
            agent_id: None,
            answered_by: None,
            created_at,
            ringing_at: None,
            answered_at: None,
            answered_estimated: false,
            ended_at: None,
            end: None,
            end_requested: None,
            end_request_reason: None,
            dropped: false,
            message: None,
            flow: None,
            menus: Vec::new(),
            segments: Vec::new(),
            queue_segments: Vec::new(),
            offer: None,
            closed_offer: None,
            transfer: None,
            closed_transfer: None,
            callback: None,
            held_since: None,
            agent_to_the_end: false,
            holds: 0,
            wrap_up: None,
            disposition: None,
            notes: 0,
            rating: None,
            tags: Vec::new(),
            metadata: serde_json::Map::new(),
            test: false,
            imported: None,
            erased: false,
        }
    }
}
