//! Calling somebody: one call at a time, as often as the rules allow, and what comes of it.

use super::Decided;
use super::command::{NewAttempt, Result};
use super::event::ContactEvent;
use super::refusal::ContactRefusal;
use super::rules::AttemptRules;
use super::state::{Agreed, KnownContact, Standing};
use super::words::{AttemptOutcome, ContactFailure, ScheduleKind};
use crate::disposition::{Category, NO_DISPOSITION};
use crate::dnc::{DncScope, DncSource};
use crate::{CallId, Timestamp};

/// What it came to with somebody who has heard a message to its end.
pub const MESSAGE_DELIVERED: &str = "message_delivered";
/// And with somebody who hung up meanwhile.
pub(super) const MESSAGE_CUT_OFF: &str = "message_cut_off";
const MINUTE_MS: i64 = 60_000;
/// How long after it was due a call back is still made by the one who has agreed on it.
pub(super) const CALLBACK_HOLDS_MS: i64 = 86_400_000;

impl KnownContact {
    /// Guards 5 and 7 (domain/03 §3.1.2).
    pub(super) fn start(&self, attempt: &NewAttempt) -> Decided {
        // A call is one attempt, however often it is asked for and even when it is over.
        if self.attempts.iter().any(|known| known.call_id == attempt.call_id) {
            return Ok(Vec::new());
        }
        match self.standing {
            Standing::Pending | Standing::Scheduled { .. } => {}
            Standing::DoNotCall { .. } => {
                return blocked("do_not_call", "the contact is not to be called");
            }
            _ => return Err(self.not_now()),
        }
        if let Some(rules) = &attempt.rules {
            self.may_be_tried(rules, attempt.day_began_at, attempt.at)?;
        }
        Ok(vec![ContactEvent::ContactAttemptStarted {
            attempt_no: self.started.saturating_add(1),
            call_id: attempt.call_id,
            at: attempt.at,
        }])
    }

    /// Whether the rules allow another attempt now.
    ///
    /// # Errors
    /// [`ContactRefusal::Blocked`]
    pub fn may_be_tried(
        &self,
        rules: &AttemptRules,
        day_began_at: Timestamp,
        at: Timestamp,
    ) -> std::result::Result<(), ContactRefusal> {
        if let Standing::Scheduled { due_at, .. } = self.standing
            && due_at > at
        {
            return blocked("not_due", "the contact is called again later");
        }
        // What was agreed on is kept, however often they were tried before.
        let kind = ScheduleKind::Callback;
        let agreed = matches!(self.standing, Standing::Scheduled { kind: of, .. } if of == kind);
        if !agreed && self.tried >= u32::from(rules.max_attempts) {
            return blocked("max_attempts", "the contact was tried as often as may be");
        }
        if self.counted_since(day_began_at) >= usize::from(rules.max_per_day) {
            return blocked(
                "max_attempts_per_day",
                "the contact was tried today as often as may be",
            );
        }
        let last = self.last_attempt().map(|last| last.ended_at.unwrap_or(last.started_at));
        let gap_ms = i64::from(rules.min_gap_minutes) * MINUTE_MS;
        if !agreed && last.is_some_and(|last| at.since_ms(last) < gap_ms) {
            return blocked("min_gap", "the contact was tried a short time ago");
        }
        Ok(())
    }

    /// When the rules have somebody called again after an attempt that ends like this.
    #[must_use]
    pub fn retry_at(
        &self,
        outcome: AttemptOutcome,
        rules: &AttemptRules,
        at: Timestamp,
    ) -> Option<Timestamp> {
        let minutes = rules.retry_minutes(outcome, self.repeats(outcome))?;
        Some(at.plus_ms(i64::from(minutes) * MINUTE_MS))
    }

    pub(super) fn connect(&self, call_id: CallId, at: Timestamp) -> Vec<ContactEvent> {
        match self.standing {
            Standing::Dialing { call_id: dialed, .. } if dialed == call_id => {
                vec![ContactEvent::ContactConnected { call_id, at }]
            }
            _ => Vec::new(),
        }
    }

    /// What another call says of itself, or this one once more, is no news.
    pub(super) fn over(
        &self,
        (call_id, outcome): (CallId, AttemptOutcome),
        rules: &AttemptRules,
        (retry_at, at): (Timestamp, Timestamp),
    ) -> Vec<ContactEvent> {
        if self.call() != Some(call_id) || self.ended(call_id) {
            return Vec::new();
        }
        // Whoever was spoken to stays so, whatever the network says of the end.
        let connected = matches!(self.standing, Standing::Connected { .. });
        let outcome = if connected { AttemptOutcome::Connected } else { outcome };
        let mut facts = Vec::new();
        if outcome == AttemptOutcome::Connected && !connected {
            facts.push(ContactEvent::ContactConnected { call_id, at });
        }
        facts.push(ContactEvent::ContactAttemptEnded { call_id, outcome, at });
        match outcome {
            AttemptOutcome::Connected => {}
            // Nobody says of it what it came to: that is known.
            AttemptOutcome::Delivered => facts.push(told(MESSAGE_DELIVERED, at)),
            AttemptOutcome::CutOff => facts.push(told(MESSAGE_CUT_OFF, at)),
            AttemptOutcome::InvalidNumber => {
                let reason = ContactFailure::InvalidNumber;
                facts.push(ContactEvent::ContactFailed { reason, at });
            }
            AttemptOutcome::NotMade => facts.push(self.back(at)),
            AttemptOutcome::Canceled if self.tried >= u32::from(rules.max_attempts) => {
                let reason = ContactFailure::MaxAttempts;
                facts.push(ContactEvent::ContactFailed { reason, at });
            }
            AttemptOutcome::Canceled => facts.push(self.back(at)),
            AttemptOutcome::Busy
            | AttemptOutcome::NoAnswer
            | AttemptOutcome::Machine
            | AttemptOutcome::Failed
            | AttemptOutcome::Dropped => {
                let due = self.retry_at(outcome, rules, at).unwrap_or(at).max(retry_at);
                facts.push(self.again_or_not(rules, due, at));
            }
        }
        facts
    }

    /// They stand as they did before they were called.
    fn back(&self, at: Timestamp) -> ContactEvent {
        let Standing::Dialing { agreed: Some(agreed), .. } = self.standing else {
            return ContactEvent::ContactReturned { at };
        };
        let (kind, Agreed { due_at, agent_id, expires_at }) = (ScheduleKind::Callback, agreed);
        ContactEvent::ContactScheduled { due_at, kind, agent_id, expires_at, at }
    }

    /// What somebody has said of the call; only the call that they were reached by last counts.
    pub(super) fn dispose(&self, result: Result) -> Vec<ContactEvent> {
        let Result {
            call_id,
            code,
            category,
            conversion,
            follow_up_at,
            agent_id,
            retry_at,
            rules,
            at,
        } = result;
        // What nobody had said in time can still be said, and what was said can be revised.
        let spoken = match &self.standing {
            Standing::Connected { call_id: ours, .. } => *ours == call_id,
            Standing::Completed { outcome, .. } => {
                let last = self.last_attempt().map(|attempt| attempt.call_id);
                code != *outcome && code != NO_DISPOSITION && last == Some(call_id)
            }
            _ => false,
        };
        if !spoken {
            return Vec::new();
        }
        let mut facts = Vec::new();
        if !self.ended(call_id) {
            let outcome = AttemptOutcome::Connected;
            facts.push(ContactEvent::ContactAttemptEnded { call_id, outcome, at });
        }
        facts.push(match (category, follow_up_at) {
            (Category::Callback, Some(due_at)) => ContactEvent::ContactScheduled {
                due_at,
                kind: ScheduleKind::Callback,
                agent_id,
                expires_at: Some(due_at.plus_ms(CALLBACK_HOLDS_MS)),
                at,
            },
            (Category::Retry | Category::Callback, _) => self.again_or_not(&rules, retry_at, at),
            (Category::Dnc, _) => {
                let (scope, source) = (DncScope::Organization, DncSource::Agent);
                ContactEvent::ContactMarkedDoNotCall { scope, source, at }
            }
            (Category::Success | Category::Failure | Category::System, _) => {
                let (outcome, conversion) = (code, Some(conversion));
                ContactEvent::ContactCompleted { outcome, conversion, at }
            }
        });
        facts
    }

    fn again_or_not(&self, rules: &AttemptRules, due_at: Timestamp, at: Timestamp) -> ContactEvent {
        if self.tried >= u32::from(rules.max_attempts) {
            let reason = ContactFailure::MaxAttempts;
            return ContactEvent::ContactFailed { reason, at };
        }
        let (kind, agent_id, expires_at) = (ScheduleKind::Retry, None, None);
        ContactEvent::ContactScheduled { due_at, kind, agent_id, expires_at, at }
    }
}

/// A message is no conversion: nobody has answered it.
fn told(outcome: &str, at: Timestamp) -> ContactEvent {
    let (outcome, conversion) = (outcome.to_owned(), Some(false));
    ContactEvent::ContactCompleted { outcome, conversion, at }
}

fn blocked<T>(reason: &'static str, words: &'static str) -> std::result::Result<T, ContactRefusal> {
    Err(ContactRefusal::Blocked { reason, words })
}
