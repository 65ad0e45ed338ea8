//! What Stripe's objects mean for a payment. Whatever is not known here means nothing.

use domain::Timestamp;
use domain::payment::{Answer, Authorization};

use super::currency;
use super::wire::{Fault, Intent, Refund, word};

/// How long money is kept where Stripe does not say it.
const KEPT_MS: i64 = 7 * 86_400_000;

/// Seconds since 1970 as an instant, where there is such a one.
pub(super) fn instant(seconds: i64) -> Option<Timestamp> {
    let at = Timestamp::from_millis(seconds.checked_mul(1_000)?);
    at.in_range().then_some(at)
}

/// What an intent says of the question for which it was made.
pub(super) fn authorization(intent: &Intent) -> Authorization {
    match intent.status.as_str() {
        "succeeded" => kept(intent, true),
        "requires_capture" => kept(intent, false),
        "requires_action" => Authorization::ActionRequired {
            provider_ref: intent.id.clone(),
            action_url: intent.action_url(),
        },
        "requires_payment_method" => match &intent.last_payment_error {
            Some(fault) => declined(fault),
            None => Authorization::Unknown,
        },
        "canceled" => {
            Authorization::Declined { code: "canceled".to_owned(), retryable: false, card: None }
        }
        _ => Authorization::Unknown,
    }
}

fn kept(intent: &Intent, captured: bool) -> Authorization {
    let received = intent.amount_received;
    let amount = match (captured, intent.amount_capturable, received) {
        (true, _, Some(received)) => Some(received),
        (false, Some(capturable), Some(received)) => capturable.checked_add(received),
        _ => Some(intent.amount),
    };
    let money = amount.and_then(|amount| currency::ours(amount, &intent.currency));
    let paid_with = intent.paid_with();
    let end = paid_with.and_then(|card| instant(card.capture_before?));
    let end = end.or_else(|| instant(intent.created).map(|at| at.plus_ms(KEPT_MS)));
    match (money, end) {
        (Some(money), Some(expires_at)) => Authorization::Authorized {
            provider_ref: intent.id.clone(),
            money,
            card: paid_with.and_then(|card| card.shown()),
            expires_at,
            captured,
        },
        _ => Authorization::Unknown,
    }
}

/// What a refusal says of the same question.
pub(super) fn refused(fault: &Fault) -> Authorization {
    let status = fault.payment_intent.as_ref().map(|intent| intent.status.as_str());
    match status {
        // It says no and yes at once.
        Some("succeeded" | "requires_capture" | "processing" | "requires_action") => {
            Authorization::Unknown
        }
        _ => declined(fault),
    }
}

fn declined(fault: &Fault) -> Authorization {
    Authorization::Declined { code: fault.word(), retryable: fault.retryable(), card: fault.card() }
}

/// What a refund says. One that is on its way may still fail: until it has arrived nobody knows.
pub(super) fn refund(refund: &Refund) -> Answer {
    match refund.status.as_str() {
        "succeeded" => match currency::ours(refund.amount, &refund.currency) {
            Some(money) => Answer::Done {
                provider_ref: refund.id.clone(),
                amount_minor: Some(money.amount_minor),
            },
            None => Answer::Unknown,
        },
        "failed" => Answer::Failed {
            code: word(refund.failure_reason.as_deref()).unwrap_or_else(|| "failed".to_owned()),
        },
        "canceled" => Answer::Failed { code: "canceled".to_owned() },
        _ => Answer::Unknown,
    }
}

#[cfg(test)]
mod tests;
