//! What happens to a payment when nobody does anything.

use uuid::Uuid;

use super::{KnownPayment, Payment, PaymentCommand, PaymentStatus, VoidReason};
use crate::{Owed, Timed, Timestamp, VoidId};

/// After how long a payer is given up once more, where the provider did not let them go.
const AGAIN_MS: i64 = 15 * 60_000;

impl Timed for Payment {
    const STARTS: &'static [&'static str] = &[
        "PaymentActionRequired",
        "PaymentAuthorized",
        "PaymentCaptured",
        "PaymentCaptureFailed",
        "PaymentVoidFailed",
        "PaymentReconciled",
    ];

    /// A payer who does not do what is asked of them is waited for no longer, and what is kept for
    /// us and was not taken in time is kept no longer.
    fn owed(&self, now: Timestamp) -> Owed<PaymentCommand> {
        let Some(payment) = self.known() else { return Owed::Nothing };
        match (&payment.action, payment.expires_at) {
            (Some(action), _) if payment.status == PaymentStatus::RequiresAction => {
                payment.abandoned(action.expires_at, now)
            }
            (_, Some(end)) if !payment.expired(end.max(now)).is_empty() => {
                Owed::when(end, now, PaymentCommand::Expire { at: now })
            }
            _ => Owed::Nothing,
        }
    }
}

impl KnownPayment {
    /// Each time that a payer is given up has an id of its own, which follows from the attempt.
    fn abandoned(&self, expires_at: Timestamp, now: Timestamp) -> Owed<PaymentCommand> {
        if self.void.as_ref().is_some_and(|void| void.asked.open()) {
            return Owed::Nothing;
        }
        let attempt = self.attempt().map(|attempt| attempt.attempt_id.uuid().as_u128());
        let failed = u128::from(self.voids_failed);
        let void_id = VoidId::from(Uuid::from_u128(attempt.unwrap_or_default() ^ failed));
        let due = expires_at.plus_ms(i64::from(self.voids_failed) * AGAIN_MS);
        let (reason, by) = (VoidReason::Abandoned, None);
        Owed::when(due, now, PaymentCommand::Void { void_id, reason, by, at: now })
    }
}
