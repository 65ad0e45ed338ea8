//! What happens to a payment when nobody does anything.

use super::{Payment, PaymentCommand, PaymentStatus, VoidReason};
use crate::{Owed, Timed, Timestamp, VoidId};

impl Timed for Payment {
    const STARTS: &'static [&'static str] = &[
        "PaymentActionRequired",
        "PaymentAuthorized",
        "PaymentCaptureFailed",
        "PaymentVoidFailed",
    ];

    /// A payer who does not do what is asked of them is waited for no longer, and what is kept for
    /// us and was not taken in time is kept no longer.
    fn owed(&self, now: Timestamp) -> Owed<PaymentCommand> {
        let Some(payment) = self.known() else { return Owed::Nothing };
        match (payment.status, &payment.action, payment.expires_at) {
            (PaymentStatus::RequiresAction, Some(action), _) if payment.void.is_none() => {
                let attempt = payment.attempt().map(|attempt| attempt.attempt_id.uuid());
                let void_id = VoidId::from(attempt.unwrap_or_default());
                let (reason, by) = (VoidReason::Abandoned, None);
                let command = PaymentCommand::Void { void_id, reason, by, at: now };
                Owed::when(action.expires_at, now, command)
            }
            (PaymentStatus::Authorized, _, Some(end)) if payment.expired(end).is_empty() => {
                Owed::Nothing
            }
            (PaymentStatus::Authorized, _, Some(end)) => {
                Owed::when(end, now, PaymentCommand::Expire { at: now })
            }
            _ => Owed::Nothing,
        }
    }
}
