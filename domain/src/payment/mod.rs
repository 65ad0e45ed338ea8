//! A payment: money that is kept for us by a provider, taken, and given back (domain/03 §3.5).
//!
//! ```text
//! create ─► processing ─► declined ─ retry ─► processing
//!              │  └─ action required ─► requires_action ─ void ─► canceled
//!              ▼                               │
//!          authorized ◄────────────────────────┘
//!              │  ├─ void ─► voided
//!              │  └─ not taken in time ─► expired
//!              ▼ capture
//!     partially_captured ─ capture ─► captured
//!              └─ the rest let go, or not taken in time: nothing more is taken
//! ```
//!
//! What the provider is asked for stands here before it is asked, and its id is the key by which
//! the provider knows the question again: asked twice, it does so once.
//!
//! *Architecture invariant:* what was taken is at most what is kept for us, and what was or is to
//! be given back is at most what was taken, whatever the provider tells and in whatever order.
//! Where it tells another amount than ours, ours stays, and the conflict is there to be seen.

mod authorize;
mod capture;
mod command;
mod event;
mod refund;
mod refusal;
mod state;
mod timed;
mod void;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::{Answer, Authorization, NewPayment, PaymentCommand};
pub use event::PaymentEvent;
pub use refusal::PaymentRefusal;
pub use state::{
    Action, Asked, Attempt, Capture, Card, Conflict, Dispute, KnownPayment, Question, Refund, Void,
};
pub use words::*;

use crate::decider::aggregate;
use crate::{Decider, SubjectId};

/// A payment, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// There is no such payment.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownPayment>),
}

aggregate!(Payment, "payment", PaymentCommand, PaymentEvent, PaymentRefusal);

impl Decider for Payment {
    fn decide(&self, command: PaymentCommand) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        match (self, command) {
            (Self::Known(payment), command) => payment.decide(command),
            (Self::Unknown, PaymentCommand::Create(new)) => authorize::create(*new),
            (Self::Unknown, _) => Err(PaymentRefusal::Unknown),
        }
    }

    fn evolve(&mut self, event: &PaymentEvent) {
        match self {
            Self::Known(payment) => payment.evolve(event),
            Self::Unknown => {
                if let Some(payment) = KnownPayment::begun(event) {
                    *self = Self::Known(Box::new(payment));
                }
            }
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        self.known().map(|payment| payment.subject)
    }
}

impl Payment {
    /// The payment, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownPayment> {
        match self {
            Self::Unknown => None,
            Self::Known(payment) => Some(payment),
        }
    }
}

impl KnownPayment {
    fn decide(&self, command: PaymentCommand) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        use PaymentCommand as C;
        match command {
            C::Create(_) => Err(PaymentRefusal::Exists),
            C::RecordAuthorization { attempt_id, answer, at } => {
                Ok(self.answered(attempt_id, answer, at))
            }
            C::Retry { attempt_id, token_ref, at } => self.retry(attempt_id, token_ref, at),
            C::Capture { capture_id, amount_minor, last, by, at } => {
                self.capture((capture_id, amount_minor, last), by, at)
            }
            C::RecordCapture { capture_id, answer, at } => self.captured(capture_id, answer, at),
            C::Void { void_id, reason, by, at } => self.let_go(void_id, (reason, by), at),
            C::RecordVoid { void_id, answer, at } => Ok(self.gone(void_id, answer, at)),
            C::Expire { at } => Ok(self.expired(at)),
            C::Refund {
                refund_id,
                amount_minor,
                reason,
                note,
                most_minor,
                approval_from_minor,
                by,
                at,
            } => {
                let limits = (most_minor, approval_from_minor);
                self.refund((refund_id, amount_minor, limits), (reason, note), by, at)
            }
            C::ApproveRefund { refund_id, by, at } => self.approve(refund_id, by, at),
            C::CancelRefund { refund_id, by, at } => self.cancel_refund(refund_id, by, at),
            C::RecordRefund { refund_id, answer, at } => self.refunded(refund_id, answer, at),
            C::OpenDispute { dispute_id, amount_minor, reason, due_by, at } => {
                self.dispute(dispute_id, (amount_minor, reason, due_by), at)
            }
            C::CloseDispute { dispute_id, outcome, at } => {
                self.end_dispute(dispute_id, outcome, at)
            }
        }
    }

    fn evolve(&mut self, event: &PaymentEvent) {
        use PaymentEvent as E;
        match event {
            // A payment begins once.
            E::PaymentCreated { .. } => {}
            E::PaymentAuthorizationRequested { .. }
            | E::PaymentActionRequired { .. }
            | E::PaymentAuthorized { .. }
            | E::PaymentDeclined { .. } => self.authorize_on(event),
            E::PaymentCaptureRequested { .. }
            | E::PaymentCaptured { .. }
            | E::PaymentCaptureFailed { .. } => self.capture_on(event),
            E::PaymentVoidRequested { .. }
            | E::PaymentVoided { .. }
            | E::PaymentVoidFailed { .. }
            | E::PaymentCanceled { .. }
            | E::PaymentAuthorizationExpired { .. } => self.void_on(event),
            E::RefundRequested { .. }
            | E::RefundApproved { .. }
            | E::RefundSucceeded { .. }
            | E::RefundFailed { .. }
            | E::RefundCanceled { .. }
            | E::DisputeOpened { .. }
            | E::DisputeClosed { .. } => self.refund_on(event),
            E::PaymentOutcomeUnknown { .. } | E::PaymentReconciled { .. } => self.wonder_on(event),
        }
    }

    /// What is possible now.
    fn not_now(&self) -> PaymentRefusal {
        let busy = self.void.as_ref().is_some_and(|void| void.asked.open())
            || self.captures.iter().any(|capture| capture.asked.open());
        let takes = !self.settled && self.capturable_minor() > 0;
        let gives = self.refundable_minor() > 0 && !self.disputed();
        let possible: &[(&'static str, bool)] = match self.status {
            PaymentStatus::Processing => &[("void", !self.conflicts.is_empty() && !busy)],
            PaymentStatus::RequiresAction => &[("cancel", !busy)],
            PaymentStatus::Authorized => &[("capture", takes && !busy), ("void", !busy)],
            PaymentStatus::PartiallyCaptured => {
                &[("capture", takes && !busy), ("void", takes && !busy), ("refund", gives)]
            }
            PaymentStatus::Captured => &[("refund", gives)],
            PaymentStatus::Declined => &[("retry", self.can_be_retried())],
            PaymentStatus::Canceled | PaymentStatus::Voided | PaymentStatus::Expired => &[],
        };
        let allowed = possible.iter().filter(|(_, now)| *now).map(|(command, _)| *command);
        PaymentRefusal::State { state: self.status.word(), allowed: allowed.collect() }
    }
}
