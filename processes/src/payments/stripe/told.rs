//! What the objects in Stripe's events tell of our payments.

use domain::payment::Authorization;
use domain::{AttemptId, CaptureId, OrgId, PaymentId, RefundId};
use uuid::Uuid;

use super::form::{ATTEMPT, ORGANIZATION, PAYMENT, REFUND};
use super::wire::{Intent, Metadata, Refund};
use super::{answer, currency};
use crate::payments::notice::Told;
use domain::payment::Answer;

/// Whose payment something is about; nobody's, where we have not made it.
pub(super) fn whose(metadata: &Metadata) -> Option<(OrgId, PaymentId)> {
    let org = metadata.id(ORGANIZATION)?;
    Some((OrgId::from(org), PaymentId::from(metadata.id(PAYMENT)?)))
}

/// What an intent tells: of its captures, or else of the question for which it was made. Each is
/// with what tells it from the others of the same event.
pub(super) fn of_intent(intent: &Intent) -> Vec<(Option<Uuid>, Told)> {
    let captures = intent.captures();
    if !captures.is_empty() {
        let one = |(id, amount): (Uuid, i64)| {
            let amount_minor = currency::ours(amount, &intent.currency)?.amount_minor;
            let (capture_id, provider_ref) = (CaptureId::from(id), intent.id.clone());
            Some((Some(id), Told::Captured { capture_id, provider_ref, amount_minor }))
        };
        return captures.into_iter().filter_map(one).collect();
    }
    let attempt = intent.metadata.id(ATTEMPT).map(AttemptId::from);
    let told = attempt.and_then(|attempt_id| match answer::authorization(intent) {
        Authorization::Authorized { provider_ref, money, card, expires_at, captured } => {
            let provider_ref = provider_ref.clone();
            Some(Told::Authorized { attempt_id, provider_ref, money, card, expires_at, captured })
        }
        // Who cancels is answered by itself, and whoever lets it happen looks at the clock.
        Authorization::Declined { .. } if intent.status == "canceled" => None,
        Authorization::Declined { code, retryable, .. } => {
            Some(Told::Declined { attempt_id, code, retryable })
        }
        Authorization::ActionRequired { .. } | Authorization::Unknown => None,
    });
    told.into_iter().map(|told| (None, told)).collect()
}

/// What a refund tells.
pub(super) fn of_refund(refund: &Refund) -> Option<Told> {
    let refund_id = RefundId::from(refund.metadata.id(REFUND)?);
    match answer::refund(refund) {
        Answer::Done { provider_ref, amount_minor } => {
            Some(Told::Refunded { refund_id, provider_ref, amount_minor: amount_minor? })
        }
        Answer::Failed { code } => Some(Told::RefundFailed { refund_id, code }),
        Answer::Unknown => None,
    }
}
