//! What a provider says of a call, in any order and more than once (domain/03
//! §3.1.3).
//!
//! *Invariant:* the same observations lead to the same status, instants and
//! answerer, whatever the order they arrive in and however often.

use super::ending::Ending;
use super::error::CallRefusal;
use super::event::CallEvent;
use super::state::KnownCall;
use super::value::{
    AnsweredBy, Direction, EndStatus, EndedBy, Leg, Observation, ObservationVerdict,
    ObservedStatus, TimingField,
};
use crate::Timestamp;

/// Rule 5: a provider's end is believed if it is at most so far from when we heard of it.
const TRUSTED_MS: i64 = 15 * 60_000;
/// A provider's clock may be so far ahead of ours.
const AHEAD_MS: i64 = 5 * 60_000;
/// Ends that are guesses of our own, which a provider's word replaces.
const GUESSES: [&str; 4] =
    ["dial_outcome_unknown", "reconciled_missing", "offer_timeout", "ring_timeout"];

impl KnownCall {
    /// C3 and C6 to C8: what follows from an observation. It is refused where it
    /// belongs to another call.
    pub(super) fn observe(&self, seen: &Observation) -> Result<Vec<CallEvent>, CallRefusal> {
        if self.stranger(seen) {
            return Err(another_call());
        }
        Ok(self.weigh(seen).1)
    }

    /// What an observation is worth, and what follows from it.
    pub(super) fn weigh(&self, seen: &Observation) -> (ObservationVerdict, Vec<CallEvent>) {
        if self.historic() || self.stranger(seen) {
            return (ObservationVerdict::Conflict, Vec::new());
        }
        let mut facts = Vec::new();
        if self.provider_call_id.is_none()
            && let Some(provider_call_id) = seen.provider_call_id.clone()
        {
            let submitted_at = happened_at(seen);
            facts.push(CallEvent::CallDialSubmitted { provider_call_id, submitted_at });
        }
        match seen.status.end() {
            Some(status) if self.leg == Leg::Ended => match self.reconsider(status, seen) {
                Ok(correction) => facts.extend(correction),
                Err(Contradiction) => return (ObservationVerdict::Conflict, Vec::new()),
            },
            Some(status) => facts.extend(self.over(status, seen)),
            None => facts.extend(self.progress(seen)),
        }
        let told = facts.iter().any(|fact| matches!(fact, CallEvent::CallAnswered { .. }));
        if !told && let Some(answered_by) = self.better_answerer(seen) {
            let at = happened_at(seen);
            facts.push(CallEvent::CallAnswerClassified { answered_by, detection_ms: 0, at });
        }
        let stale = facts.is_empty();
        let verdict = if stale { ObservationVerdict::Stale } else { ObservationVerdict::Applied };
        (verdict, facts)
    }

    /// Whether the provider means another call of its own.
    fn stranger(&self, seen: &Observation) -> bool {
        match (&self.provider_call_id, &seen.provider_call_id) {
            (Some(known), Some(named)) => known != named,
            _ => false,
        }
    }

    /// Ringing and answered, in time or late (rule 2).
    fn progress(&self, seen: &Observation) -> Option<CallEvent> {
        let at = happened_at(seen);
        let late = |field, replaces_estimate| CallEvent::CallTimingBackfilled {
            field,
            value: at,
            replaces_estimate,
            at: seen.recorded_at,
        };
        match seen.status {
            ObservedStatus::Ringing if self.leg < Leg::Ringing => {
                Some(CallEvent::CallRinging { at })
            }
            ObservedStatus::Ringing if self.ringing_at.is_none() => {
                Some(late(TimingField::RingingAt, false))
            }
            ObservedStatus::Answered if self.leg < Leg::Answered => {
                let answered_by = seen.answered_by;
                Some(CallEvent::CallAnswered { answered_at: at, answered_by, estimated: false })
            }
            ObservedStatus::Answered if self.answered_at.is_none() || self.answered_estimated => {
                Some(late(TimingField::AnsweredAt, self.answered_estimated))
            }
            ObservedStatus::Initiated
            | ObservedStatus::Ringing
            | ObservedStatus::Answered
            | ObservedStatus::Completed
            | ObservedStatus::Busy
            | ObservedStatus::NoAnswer
            | ObservedStatus::Failed
            | ObservedStatus::Canceled => None,
        }
    }

    /// C8: the leg is over. An answer that nobody told of falls by the duration (rule 3).
    fn over(&self, status: EndStatus, seen: &Observation) -> Vec<CallEvent> {
        let ended_at = ended_at(seen);
        let mut facts = Vec::new();
        if let Some(answered_at) = self.estimate(seen) {
            let answered_by = seen.answered_by;
            facts.push(CallEvent::CallAnswered { answered_at, answered_by, estimated: true });
        }
        facts.extend(self.finish(Ending {
            status,
            by: self.ended_by(status),
            reason: self.end_request_reason.clone(),
            detail: None,
            ended_at,
            recorded_at: seen.recorded_at,
            provider_duration_seconds: seen.duration_seconds,
            sip_code: seen.sip_code,
        }));
        facts
    }

    /// Rule 4: another end after an end.
    fn reconsider(
        &self,
        status: EndStatus,
        seen: &Observation,
    ) -> Result<Option<CallEvent>, Contradiction> {
        let Some(end) = &self.end else { return Ok(None) };
        let guessed = end.by == EndedBy::System
            && end.reason.as_deref().is_some_and(|r| GUESSES.contains(&r));
        let told = seen.duration_seconds.unwrap_or(0);
        let untold = end.provider_duration_seconds.unwrap_or(0) == 0;
        if !(untold && told > 0 || guessed && end.status != status) {
            return if end.status == status { Ok(None) } else { Err(Contradiction) };
        }
        Ok(Some(CallEvent::CallOutcomeCorrected {
            from_status: end.status,
            to_status: status,
            ended_by: Some(self.ended_by(status)),
            answered_at: self.estimate(seen),
            ended_at: ended_at(seen),
            provider_duration_seconds: seen.duration_seconds,
            sip_code: seen.sip_code,
            evidence: format!("the provider reports {} after {told} s", status.word()),
            at: seen.recorded_at,
        }))
    }

    /// When the call was answered by the provider's duration, where nobody told.
    fn estimate(&self, seen: &Observation) -> Option<Timestamp> {
        let told = self.answered_at.is_some() && !self.answered_estimated;
        let seconds = seen.duration_seconds.filter(|seconds| *seconds > 0 && !told)?;
        Some(ended_at(seen).plus_ms(-i64::from(seconds) * 1_000))
    }

    /// Who ended the call: whoever asked for it, else whoever can have.
    pub(super) fn ended_by(&self, status: EndStatus) -> EndedBy {
        if let Some((by, _)) = self.end_requested {
            return by;
        }
        match (status, self.direction) {
            (EndStatus::Completed, _) | (EndStatus::Canceled, Direction::Inbound) => {
                EndedBy::Customer
            }
            (EndStatus::Busy | EndStatus::NoAnswer | EndStatus::Failed, _)
            | (EndStatus::Canceled, Direction::Outbound) => EndedBy::Provider,
        }
    }

    /// Who answered, where an observation says more of it than is known.
    fn better_answerer(&self, seen: &Observation) -> Option<AnsweredBy> {
        let speaks = seen.status.end().is_some() || seen.status == ObservedStatus::Answered;
        let told = seen.answered_by.filter(|_| speaks)?;
        let better = self.answered_by.is_none_or(|known| detail(told) > detail(known));
        better.then_some(told)
    }

    pub(super) fn learn(&mut self, event: &CallEvent) {
        if let CallEvent::CallDialSubmitted { provider_call_id, .. } = event {
            self.provider_call_id = Some(provider_call_id.clone());
            self.leg = self.leg.max(Leg::Initiated);
        } else if let CallEvent::CallRinging { at } = event {
            self.ringing_at = Some(*at);
            self.leg = self.leg.max(Leg::Ringing);
        } else if let CallEvent::CallAnswered { answered_at, answered_by, estimated } = event {
            self.answered_at = Some(*answered_at);
            self.answered_estimated = *estimated;
            self.answered_by = answered_by.or(self.answered_by);
            self.leg = self.leg.max(Leg::Answered);
        } else if let CallEvent::CallAnswerClassified { answered_by, .. } = event {
            self.answered_by = Some(*answered_by);
        } else if let CallEvent::CallTimingBackfilled { field, value, .. } = event {
            match field {
                TimingField::RingingAt => self.ringing_at = Some(*value),
                TimingField::AnsweredAt => {
                    self.answered_at = Some(*value);
                    self.answered_estimated = false;
                }
            }
        }
    }
}

/// An end that contradicts the one that is known.
struct Contradiction;

impl ObservedStatus {
    /// The end that it tells of.
    fn end(self) -> Option<EndStatus> {
        match self {
            Self::Initiated | Self::Ringing | Self::Answered => None,
            Self::Completed => Some(EndStatus::Completed),
            Self::Busy => Some(EndStatus::Busy),
            Self::NoAnswer => Some(EndStatus::NoAnswer),
            Self::Failed => Some(EndStatus::Failed),
            Self::Canceled => Some(EndStatus::Canceled),
        }
    }
}

/// The provider's instant, unless its clock cannot be right.
fn happened_at(seen: &Observation) -> Timestamp {
    let ahead = seen.provider_at.since_ms(seen.recorded_at) > AHEAD_MS;
    if ahead || !seen.provider_at.in_range() { seen.recorded_at } else { seen.provider_at }
}

/// Rule 5.
fn ended_at(seen: &Observation) -> Timestamp {
    let apart = seen.provider_at.since_ms(seen.recorded_at).saturating_abs();
    if apart <= TRUSTED_MS { seen.provider_at } else { seen.recorded_at }
}

/// How much is said about who answered: the more the later it is known.
fn detail(answered_by: AnsweredBy) -> u8 {
    match answered_by {
        AnsweredBy::Unknown => 0,
        AnsweredBy::Human => 1,
        AnsweredBy::MachineStart => 2,
        AnsweredBy::Fax => 3,
        AnsweredBy::MachineEndOther => 4,
        AnsweredBy::MachineEndSilence => 5,
        AnsweredBy::MachineEndBeep => 6,
    }
}

pub(super) fn another_call() -> CallRefusal {
    let words = "the provider has another name for this call";
    CallRefusal::field("/provider_call_id", "another_call", words)
}
