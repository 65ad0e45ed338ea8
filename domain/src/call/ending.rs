//! How a call ends: by the provider's word, by ours, or given up.

use super::command::CallCommand;
use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::observation::another_call;
use super::state::{CallEnd, KnownCall, OfferOutcome};
use super::value::{DequeueReason, EndStatus, EndedBy, IvrOutcome, Leg, Stage, WrapUpMode};
use crate::{Timestamp, text};

const PROVIDER_REJECTED: &str = "provider_rejected";
const DIAL_OUTCOME_UNKNOWN: &str = "dial_outcome_unknown";
const RECONCILED_MISSING: &str = "reconciled_missing";

/// How the leg ended.
pub(super) struct Ending {
    pub(super) status: EndStatus,
    pub(super) by: EndedBy,
    pub(super) reason: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) ended_at: Timestamp,
    pub(super) recorded_at: Timestamp,
    pub(super) provider_duration_seconds: Option<u32>,
    pub(super) sip_code: Option<u16>,
}

impl KnownCall {
    /// C8 and C20: the end of the leg, and with it of whatever was going on.
    pub(super) fn finish(&self, ending: Ending) -> Vec<CallEvent> {
        let at = ending.ended_at;
        let mut facts = Vec::new();
        if self.stage == Stage::Ivr {
            let asked = self.end_requested.is_some();
            let outcome = if asked { IvrOutcome::Hangup } else { IvrOutcome::Abandoned };
            facts.push(CallEvent::IvrExited { outcome, target: None, at });
        }
        facts.extend(self.cut_off(at));
        facts.extend(self.rescinded("call_ended", at));
        facts.extend(self.dequeued(DequeueReason::by_end(ending.by), at));
        facts.push(CallEvent::CallEnded {
            end_status: ending.status,
            ended_by: ending.by,
            reason: ending.reason,
            detail: ending.detail,
            ended_at: at,
            provider_duration_seconds: ending.provider_duration_seconds,
            sip_code: ending.sip_code,
        });
        if let Some(segment) = self.speaking() {
            // The agent has the whole time, even where the end was learned late.
            let seconds = i64::from(segment.wrap_up.seconds);
            let deadline = match segment.wrap_up.mode {
                WrapUpMode::None => return facts,
                WrapUpMode::Manual => None,
                WrapUpMode::Timed => Some(ending.recorded_at.plus_ms(seconds * 1_000)),
            };
            facts.push(CallEvent::CallWrapUpStarted { agent_id: segment.agent_id, deadline, at });
        }
        facts
    }

    fn failed(&self, by: EndedBy, reason: &str, at: Timestamp) -> Ending {
        Ending {
            status: EndStatus::Failed,
            by,
            reason: Some(reason.to_owned()),
            detail: None,
            ended_at: at,
            recorded_at: at,
            provider_duration_seconds: None,
            sip_code: None,
        }
    }

    /// C3: the provider has taken the call.
    pub(super) fn submit(
        &self,
        provider_call_id: String,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        accepted("/provider_call_id", text::line(&provider_call_id, text::MAX_LINE))?;
        if self.provider_call_id.is_some() {
            return Err(another_call());
        }
        Ok(vec![CallEvent::CallDialSubmitted { provider_call_id, submitted_at: at }])
    }

    /// C4: it has refused, or was not asked at all, for a reason of ours.
    pub(super) fn rejected(&self, reason: &str, asked: bool, at: Timestamp) -> Vec<CallEvent> {
        if !asked {
            return self.finish(self.failed(EndedBy::System, reason, at));
        }
        let detail = Some(text::clipped(reason, text::MAX_LINE)).filter(|text| !text.is_empty());
        let ending = self.failed(EndedBy::Provider, PROVIDER_REJECTED, at);
        self.finish(Ending { detail, ..ending })
    }

    /// C5: nobody knows whether it has taken it.
    pub(super) fn unknown_outcome(&self, at: Timestamp) -> Vec<CallEvent> {
        self.finish(self.failed(EndedBy::System, DIAL_OUTCOME_UNKNOWN, at))
    }

    /// 3.1.3-9: it has forgotten the call.
    pub(super) fn missing(&self, at: Timestamp) -> Vec<CallEvent> {
        self.finish(self.failed(EndedBy::System, RECONCILED_MISSING, at))
    }

    /// C23: somebody wants it to end; the provider is to be asked.
    pub(super) fn request_end(
        &self,
        by: EndedBy,
        reason: Option<String>,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        let line = |reason: &String| text::line(reason, text::MAX_LINE);
        accepted("/reason", reason.as_ref().map_or(Ok(()), line))?;
        Ok(vec![CallEvent::CallEndRequested { by, reason, at }])
    }

    /// Whether the call has ended like that already, or is about to.
    pub(super) fn end_repeats(&self, command: &CallCommand) -> bool {
        let ended = self.leg == Leg::Ended;
        let reason = self.end.as_ref().and_then(|end| end.reason.as_deref());
        match command {
            CallCommand::RequestEnd { .. } => ended || self.end_requested.is_some(),
            CallCommand::ReconcileMissing { .. } => ended,
            CallCommand::RecordSubmissionFailure { reason: said, asked, .. } => {
                reason == Some(if *asked { PROVIDER_REJECTED } else { said })
            }
            CallCommand::SubmissionTimeout { .. } => reason == Some(DIAL_OUTCOME_UNKNOWN),
            CallCommand::Drop { .. } => self.dropped,
            _ => false,
        }
    }

    pub(super) fn end_with(&mut self, event: &CallEvent) {
        if let CallEvent::CallDropped { .. } = event {
            self.dropped = true;
        } else if let CallEvent::CallEndRequested { by, reason, at } = event {
            if self.end_requested.is_none() {
                self.end_requested = Some((*by, *at));
                self.end_request_reason.clone_from(reason);
            }
        } else if let CallEvent::CallEnded { .. } = event {
            self.ended(event);
        } else if let CallEvent::CallOutcomeCorrected {
            to_status,
            ended_by,
            answered_at,
            ended_at,
            provider_duration_seconds,
            sip_code,
            ..
        } = event
        {
            if answered_at.is_some() {
                self.answered_at = *answered_at;
                self.answered_estimated = true;
            }
            self.move_end(*ended_at, *ended_by);
            self.end = Some(CallEnd {
                status: *to_status,
                by: ended_by.unwrap_or_else(|| self.ended_by(*to_status)),
                reason: self.end_request_reason.clone(),
                sip_code: *sip_code,
                provider_duration_seconds: *provider_duration_seconds,
            });
        }
    }

    fn ended(&mut self, event: &CallEvent) {
        let CallEvent::CallEnded {
            end_status,
            ended_by,
            reason,
            ended_at,
            provider_duration_seconds,
            sip_code,
            ..
        } = event
        else {
            return;
        };
        self.leg = Leg::Ended;
        self.stage = Stage::Closed;
        self.ended_at = Some(*ended_at);
        self.end = Some(CallEnd {
            status: *end_status,
            by: *ended_by,
            reason: reason.clone(),
            sip_code: *sip_code,
            provider_duration_seconds: *provider_duration_seconds,
        });
        self.close_offer(OfferOutcome::Rescinded);
        self.transfer = None;
        self.agent_to_the_end = self.speaking().is_some();
        let held_since = self.held_since;
        self.leave(*ended_at);
        self.held_since = held_since;
        if let Some(wait) = self.queue_segments.last_mut()
            && wait.dequeued_at.is_none()
        {
            wait.dequeued_at = Some(*ended_at);
            wait.reason = Some(DequeueReason::Abandoned);
            wait.waited_ms = Some(ended_at.since_ms(wait.queued_at).max(0));
        }
    }

    /// A corrected end takes along what the first one cut off: a wait, or an
    /// agent's time and a hold in it.
    fn move_end(&mut self, to: Timestamp, by: Option<EndedBy>) {
        let Some(from) = self.ended_at.replace(to) else { return };
        if let Some(segment) = self.segments.last_mut()
            && self.agent_to_the_end
        {
            segment.disconnected_at = Some(to.max(segment.connected_at));
            let held = |until: Timestamp| {
                self.held_since.map_or(0, |held_since| until.since_ms(held_since).max(0))
            };
            segment.held_ms = segment.held_ms.saturating_add(held(to)).saturating_sub(held(from));
        }
        if let Some(wait) = self.queue_segments.last_mut()
            && wait.dequeued_at == Some(from)
            && matches!(wait.reason, Some(DequeueReason::Abandoned | DequeueReason::Timeout))
        {
            wait.dequeued_at = Some(to.max(wait.queued_at));
            wait.reason = by.map(DequeueReason::by_end).or(wait.reason);
            wait.waited_ms = Some(to.since_ms(wait.queued_at).max(0));
        }
    }
}
