//! What is given back, and what the payer says was not theirs.

use super::capture::{positive, unknown};
use super::command::Answer;
use super::event::PaymentEvent;
use super::refusal::PaymentRefusal;
use super::state::{Asked, Dispute, KnownPayment, Refund};
use super::words::{DisputeOutcome, PaymentOperation, PaymentStatus, RefundReason, RefundStatus};
use crate::{FieldFault, FreeText, Personal, RefundId, Timestamp, UserId, text};

/// How long after it was taken money can be given back.
const REFUND_MS: i64 = 180 * 86_400_000;

/// The most at once, and the most on the whole without somebody else's yes.
type Limits = (Option<i64>, Option<i64>);

impl KnownPayment {
    pub(super) fn refund(
        &self,
        (refund_id, amount_minor, (most, limit)): (RefundId, Option<i64>, Limits),
        (reason, note): (RefundReason, Option<String>),
        by: UserId,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        if self.refunds.iter().any(|refund| refund.refund_id == refund_id) {
            return Ok(Vec::new());
        }
        if !matches!(self.status, PaymentStatus::Captured | PaymentStatus::PartiallyCaptured) {
            return Err(self.not_now());
        }
        if self.disputed() {
            return Err(PaymentRefusal::Disputed);
        }
        if self.captured_at.is_some_and(|captured| at.since_ms(captured) > REFUND_MS) {
            return Err(PaymentRefusal::RefundTooLate);
        }
        if let Some(note) = &note {
            FieldFault::of_text("/note", text::note(note))?;
        }
        let refundable_minor = self.refundable_minor();
        let amount_minor = amount_minor.unwrap_or(refundable_minor);
        if amount_minor > refundable_minor || refundable_minor == 0 {
            return Err(PaymentRefusal::RefundExceedsCaptured { refundable_minor });
        }
        positive("/amount_minor", amount_minor)?;
        if let Some(limit_minor) = most.filter(|most| amount_minor > *most) {
            return Err(PaymentRefusal::LimitExceeded { limit_minor });
        }
        let note = note.map(|note| Personal::known(self.subject, FreeText::new(note)));
        // What was given back before counts too: nobody gets around it by asking twice.
        let all = self.asked_back_minor() + amount_minor;
        let needs_approval = limit.is_some_and(|limit| all > limit);
        Ok(vec![PaymentEvent::RefundRequested {
            refund_id,
            amount_minor,
            reason,
            note,
            needs_approval,
            by,
            at,
        }])
    }

    pub(super) fn approve(
        &self,
        refund_id: RefundId,
        by: UserId,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        let refund = self.one(refund_id)?;
        match refund.status {
            RefundStatus::AwaitingApproval if refund.by == by => Err(PaymentRefusal::SameApprover),
            RefundStatus::AwaitingApproval if self.disputed() => Err(PaymentRefusal::Disputed),
            RefundStatus::AwaitingApproval => {
                Ok(vec![PaymentEvent::RefundApproved { refund_id, by, at }])
            }
            RefundStatus::Pending | RefundStatus::Succeeded => Ok(Vec::new()),
            RefundStatus::Failed | RefundStatus::Canceled => Err(self.not_now()),
        }
    }

    pub(super) fn cancel_refund(
        &self,
        refund_id: RefundId,
        by: UserId,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        match self.one(refund_id)?.status {
            RefundStatus::AwaitingApproval => {
                Ok(vec![PaymentEvent::RefundCanceled { refund_id, by, at }])
            }
            RefundStatus::Canceled => Ok(Vec::new()),
            RefundStatus::Pending | RefundStatus::Succeeded | RefundStatus::Failed => {
                Err(self.not_now())
            }
        }
    }

    pub(super) fn refunded(
        &self,
        refund_id: RefundId,
        answer: Answer,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        let refund = self.one(refund_id)?;
        let of = (PaymentOperation::Refund, refund_id.uuid());
        let status = |was: &str, is: &str| {
            self.conflict(of, ("status", was.to_owned(), is.to_owned()), None, at)
        };
        Ok(match (refund.status, answer) {
            (RefundStatus::Pending, Answer::Done { provider_ref, amount_minor }) => {
                let amount_minor = amount_minor.unwrap_or(refund.amount_minor);
                if amount_minor != refund.amount_minor {
                    return Ok(self.other_amount(of, refund.amount_minor, amount_minor, at));
                }
                match refund.asked.open() {
                    true => vec![PaymentEvent::RefundSucceeded { refund_id, provider_ref, at }],
                    false => Vec::new(),
                }
            }
            // A bank may send back what was on its way.
            (RefundStatus::Pending | RefundStatus::Succeeded, Answer::Failed { code }) => {
                vec![PaymentEvent::RefundFailed { refund_id, code, at }]
            }
            (RefundStatus::Pending, Answer::Unknown) => match refund.asked.open() {
                true => unknown(of, &refund.asked, at),
                false => Vec::new(),
            },
            (RefundStatus::AwaitingApproval, Answer::Done { .. }) => {
                status("awaiting_approval", "succeeded")
            }
            (RefundStatus::Canceled, Answer::Done { .. }) => status("canceled", "succeeded"),
            (RefundStatus::Failed, Answer::Done { .. }) => status("failed", "succeeded"),
            (RefundStatus::Succeeded, Answer::Done { .. } | Answer::Unknown)
            | (
                RefundStatus::AwaitingApproval | RefundStatus::Canceled | RefundStatus::Failed,
                Answer::Failed { .. } | Answer::Unknown,
            ) => Vec::new(),
        })
    }

    pub(super) fn dispute(
        &self,
        dispute_id: String,
        (amount_minor, reason, due_by): (i64, String, Option<Timestamp>),
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        if self.disputes.iter().any(|known| known.dispute_id == dispute_id) {
            return Ok(Vec::new());
        }
        if self.captured_minor() == 0 {
            return Err(self.not_now());
        }
        Ok(vec![PaymentEvent::DisputeOpened { dispute_id, amount_minor, reason, due_by, at }])
    }

    pub(super) fn end_dispute(
        &self,
        dispute_id: String,
        outcome: DisputeOutcome,
        at: Timestamp,
    ) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        let known = self.disputes.iter().find(|known| known.dispute_id == dispute_id);
        match known.ok_or(PaymentRefusal::Unknown)?.outcome {
            Some(_) => Ok(Vec::new()),
            None => Ok(vec![PaymentEvent::DisputeClosed { dispute_id, outcome, at }]),
        }
    }

    fn one(&self, refund_id: RefundId) -> Result<&Refund, PaymentRefusal> {
        let found = self.refunds.iter().find(|refund| refund.refund_id == refund_id);
        found.ok_or(PaymentRefusal::Unknown)
    }

    pub(super) fn refund_on(&mut self, event: &PaymentEvent) {
        if let PaymentEvent::RefundRequested {
            refund_id,
            amount_minor,
            reason,
            needs_approval,
            by,
            at,
            ..
        } = event
        {
            let status = match needs_approval {
                true => RefundStatus::AwaitingApproval,
                false => RefundStatus::Pending,
            };
            self.refunds.push(Refund {
                refund_id: *refund_id,
                amount_minor: *amount_minor,
                reason: *reason,
                by: *by,
                requested_at: *at,
                status,
                asked: Asked::NEW,
            });
        } else if let PaymentEvent::DisputeOpened {
            dispute_id, amount_minor, reason, due_by, ..
        } = event
        {
            self.disputes.push(Dispute {
                dispute_id: dispute_id.clone(),
                amount_minor: *amount_minor,
                reason: reason.clone(),
                due_by: *due_by,
                outcome: None,
            });
        } else if let PaymentEvent::DisputeClosed { dispute_id, outcome, .. } = event {
            let closed = self.disputes.iter_mut().find(|known| known.dispute_id == *dispute_id);
            closed.into_iter().for_each(|dispute| dispute.outcome = Some(*outcome));
        } else if let PaymentEvent::RefundApproved { refund_id, .. } = event {
            self.refund_is(*refund_id, RefundStatus::Pending, None);
        } else if let PaymentEvent::RefundCanceled { refund_id, .. } = event {
            self.refund_is(*refund_id, RefundStatus::Canceled, None);
        } else if let PaymentEvent::RefundSucceeded { refund_id, provider_ref, .. } = event {
            let done = Asked::Done { provider_ref: provider_ref.clone() };
            self.refund_is(*refund_id, RefundStatus::Succeeded, Some(done));
        } else if let PaymentEvent::RefundFailed { refund_id, code, .. } = event {
            let failed = Asked::Failed { code: code.clone() };
            self.refund_is(*refund_id, RefundStatus::Failed, Some(failed));
        }
    }

    fn refund_is(&mut self, id: RefundId, status: RefundStatus, asked: Option<Asked>) {
        for refund in self.refunds.iter_mut().filter(|refund| refund.refund_id == id) {
            refund.status = status;
            refund.asked = asked.clone().unwrap_or(Asked::NEW);
        }
    }
}
