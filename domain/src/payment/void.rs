//! What is kept for us is let go, or was not taken in time.

use super::capture::unknown;
use super::command::Answer;
use super::event::PaymentEvent;
use super::refusal::PaymentRefusal;
use super::state::{Asked, KnownPayment, Void};
use super::words::{PaymentOperation, PaymentStatus, VoidReason};
use crate::{Timestamp, UserId, VoidId};

impl KnownPayment {
    pub(super) fn let_go(
        &self,
        void_id: VoidId,
        (reason, by): (VoidReason, Option<UserId>),
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        let before = self.void.as_ref();
        if before.is_some_and(|void| void.void_id == void_id || void.asked.open()) {
            return Ok(Vec::new());
        }
        let taking = self.captures.iter().any(|capture| capture.asked.open());
        let reason = match self.status {
            PaymentStatus::RequiresAction if reason != VoidReason::Requested => reason,
            // The payer was faster than the timer.
            _ if reason == VoidReason::Abandoned => return Ok(Vec::new()),
            _ if reason == VoidReason::Canceled => return Err(self.not_now()),
            PaymentStatus::Authorized if !taking => reason,
            PaymentStatus::PartiallyCaptured if !taking && !self.settled => VoidReason::Remainder,
            PaymentStatus::Processing if !self.conflicts.is_empty() => reason,
            _ => return Err(self.not_now()),
        };
        Ok(vec![PaymentEvent::PaymentVoidRequested { void_id, reason, by, at }])
    }

    pub(super) fn gone(&self, void_id: VoidId, answer: Answer, at: Timestamp) -> Vec<PaymentEvent> {
        let found = self.void.as_ref().filter(|void| void.void_id == void_id && void.asked.open());
        let Some(Void { reason, asked, .. }) = found else { return Vec::new() };
        let (of, reason) = ((PaymentOperation::Void, void_id.uuid()), *reason);
        match answer {
            Answer::Unknown => unknown(of, asked, at),
            Answer::Failed { code } => vec![PaymentEvent::PaymentVoidFailed { void_id, code, at }],
            Answer::Done { .. } => match self.status {
                PaymentStatus::RequiresAction => {
                    vec![PaymentEvent::PaymentCanceled { void_id: Some(void_id), reason, at }]
                }
                PaymentStatus::Processing
                | PaymentStatus::Authorized
                | PaymentStatus::PartiallyCaptured => {
                    vec![PaymentEvent::PaymentVoided { void_id, reason, at }]
                }
                // It was taken or declined meanwhile.
                PaymentStatus::Captured
                | PaymentStatus::Declined
                | PaymentStatus::Canceled
                | PaymentStatus::Voided
                | PaymentStatus::Expired => {
                    let mut facts = self.conflict(
                        of,
                        ("status", self.status.word().into(), "voided".into()),
                        None,
                        at,
                    );
                    let code = "superseded".to_owned();
                    facts.push(PaymentEvent::PaymentVoidFailed { void_id, code, at });
                    facts
                }
            },
        }
    }

    pub(super) fn expired(&self, at: Timestamp) -> Vec<PaymentEvent> {
        let over = self.expires_at.is_some_and(|end| end <= at);
        let taking = self.captures.iter().any(|capture| capture.asked.open());
        let letting_go = self.void.as_ref().is_some_and(|void| void.asked.open());
        let kept = match self.status {
            PaymentStatus::Authorized => true,
            PaymentStatus::PartiallyCaptured => !self.settled,
            _ => false,
        };
        match kept && over && !taking && !letting_go {
            true => vec![PaymentEvent::PaymentAuthorizationExpired { at }],
            false => Vec::new(),
        }
    }

    pub(super) fn void_on(&mut self, event: &PaymentEvent) {
        if let PaymentEvent::PaymentVoidRequested { void_id, reason, .. } = event {
            self.void = Some(Void { void_id: *void_id, reason: *reason, asked: Asked::NEW });
        } else if let PaymentEvent::PaymentVoidFailed { code, .. } = event {
            let failed = Asked::Failed { code: code.clone() };
            self.void.iter_mut().for_each(|void| void.asked = failed.clone());
            self.voids_failed = self.voids_failed.saturating_add(1);
        } else if let PaymentEvent::PaymentVoided { .. } = event {
            if self.status != PaymentStatus::PartiallyCaptured {
                self.status = PaymentStatus::Voided;
            }
            self.let_go_of_all();
        } else if let PaymentEvent::PaymentCanceled { .. } = event {
            (self.status, self.action) = (PaymentStatus::Canceled, None);
            self.let_go_of_all();
        } else if let PaymentEvent::PaymentAuthorizationExpired { .. } = event {
            self.settled = true;
            if self.status == PaymentStatus::Authorized {
                self.status = PaymentStatus::Expired;
            }
        }
    }

    fn let_go_of_all(&mut self) {
        self.settled = true;
        let done = Asked::Done { provider_ref: String::new() };
        self.void.iter_mut().for_each(|void| void.asked = done.clone());
    }
}
