//! What Stripe tells by itself: kept once, believed only under its signature, and of no effect in
//! another order.

use domain::payment::{CaptureMethod, DisputeOutcome, PaymentStatus};
use processes::payments::{SignatureFault, WebhookError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::kit::org;
use super::fake::{Line, signature, signed_with};
use super::kit::{Till, stands};

const KEPT: &str = "SELECT count(*) FROM payment_notices";
const ELSEWHERE: &str = "SELECT count(*) FROM payment_notices WHERE org_id <> \
     '00000000-0000-0000-0000-00000000000a'";

fn dispute(status: &str) -> Value {
    json!({ "id": "dp_1", "object": "dispute", "amount": 400, "currency": "eur",
            "status": status, "reason": "fraudulent", "payment_intent": "pi_1",
            "metadata": { "organization": Uuid::from_u128(0xB) },
            "evidence_details": { "due_by": 1_900_000_000 } })
}

#[tokio::test]
async fn s6_what_is_told_twice_is_kept_once() {
    let mut till = Till::open().await;
    till.fake.lines([Line::LostAfter]);
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Processing, 0));
    let body = till.fake.event("payment_intent.succeeded", till.intent(0));
    assert_eq!(till.deliver(&body).await.expect("taken in"), 1);
    assert_eq!(till.deliver(&body).await.expect("taken in"), 0);
    till.settle().await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000));
    assert_eq!(till.deliver(&body).await.expect("taken in"), 0);
    // The same under another name is no news either.
    till.tell("payment_intent.succeeded", till.intent(0)).await.expect("taken in");
    till.pass(2).await;
    assert_eq!((till.value(KEPT).await, till.times(id, "PaymentCaptured").await), (2, 1));
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000));
}

/// M9
#[tokio::test]
async fn payment_m9_what_is_forged_or_old_is_not_kept() {
    let mut till = Till::open().await;
    till.paid(1_000, CaptureMethod::Automatic).await;
    let body = till.fake.event("payment_intent.succeeded", till.intent(0));
    let now = till.now().millis() / 1_000;
    let good = signature(&body, now);
    let changed = body.replace("1000", "9000");
    assert_ne!(body, changed);
    let forged = SignatureFault::Forged;
    for (header, body, expected) in [
        (None, &body, SignatureFault::Missing),
        (Some(String::new()), &body, SignatureFault::Malformed),
        (Some(good.clone()), &changed, forged),
        (Some(signed_with("whsec_of_others", &body, now)), &body, forged),
        (Some(signature(&body, now - 301)), &body, SignatureFault::Stale),
        (Some(signature(&body, now + 301)), &body, SignatureFault::Stale),
    ] {
        let refused = till.receive(header.as_deref(), body).await;
        assert!(
            matches!(refused, Err(WebhookError::Forged(fault)) if fault == expected),
            "{header:?}: {refused:?}"
        );
    }
    assert_eq!(till.value(KEPT).await, 0);
    // While a secret is changed, Stripe signs with both, in any order.
    let other = signed_with("whsec_new", &body, now);
    let (_, other) = other.split_once(',').expect("two parts");
    let both = [format!("{good},{other}"), format!("t={now},{other},{}", &good[good.len() - 67..])];
    for both in both {
        till.receive(Some(&both), &body).await.expect("one of them is good");
    }
    assert_eq!(till.value(KEPT).await, 1);
}

/// Whose it is stands in what we have put on the object, and Stripe has signed: nowhere else.
#[tokio::test]
async fn s6_an_organization_is_taken_from_our_metadata_alone() {
    let mut till = Till::open().await;
    till.paid(1_000, CaptureMethod::Automatic).await;
    let stranger = Uuid::from_u128(0xB).to_string();
    let mut elsewhere = till.intent(0);
    elsewhere["organization"] = json!(stranger);
    elsewhere["customer"] = json!(stranger);
    elsewhere["description"] = json!(format!("organization={stranger}"));
    let mut event: Value =
        serde_json::from_str(&till.fake.event("payment_intent.succeeded", elsewhere)).unwrap();
    event["account"] = json!(stranger);
    event["organization"] = json!(stranger);
    event["metadata"] = json!({ "organization": stranger, "payment": stranger });
    event["data"]["metadata"] = event["metadata"].clone();
    assert_eq!(till.deliver(&event.to_string()).await.expect("taken in"), 1);
    // A dispute has metadata that anybody may have put there: it is its intent that counts.
    till.tell("charge.dispute.created", dispute("needs_response")).await.expect("taken in");
    assert_eq!((till.value(KEPT).await, till.value(ELSEWHERE).await), (2, 0));
    // What is of others with the same account is nobody's.
    let mut others = till.intent(0);
    others["metadata"] = json!({});
    assert_eq!(till.tell("payment_intent.succeeded", others).await.expect("taken in"), 0);
    assert_eq!(till.value(KEPT).await, 2);
    assert_eq!(org().uuid(), Uuid::from_u128(0xA));
}

#[tokio::test]
async fn s6_what_is_of_no_use_is_taken_and_not_kept() {
    let mut till = Till::open().await;
    till.paid(1_000, CaptureMethod::Automatic).await;
    for kind in [
        "payment_intent.created",
        "payment_intent.canceled",
        "charge.succeeded",
        "charge.refunded",
        "customer.created",
        "something.new",
    ] {
        assert_eq!(till.tell(kind, till.intent(0)).await.expect("taken in"), 0, "{kind}");
        assert_eq!(till.tell(kind, json!({})).await.expect("taken in"), 0, "{kind}");
    }
    assert_eq!(till.value(KEPT).await, 0);
    // What should be of use and cannot be read, is said to be so: Stripe tells it again.
    for body in ["{", "{}", "[]"] {
        assert!(matches!(till.deliver(body).await, Err(WebhookError::Unreadable)), "{body}");
    }
    let odd = till.tell("payment_intent.succeeded", json!({ "id": 5 })).await;
    assert!(matches!(odd, Err(WebhookError::Unreadable)));
}

/// M8
#[tokio::test]
async fn payment_m8_a_dispute_at_stripe_blocks_refunds_in_whatever_order_it_is_told() {
    let mut till = Till::open().await;
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    till.tell("charge.dispute.created", dispute("warning_needs_response")).await.expect("ok");
    till.settle().await;
    assert!(!till.payment(id).await.disputed(), "an inquiry is none");
    till.tell("charge.dispute.closed", dispute("lost")).await.expect("taken in");
    till.settle().await;
    till.tell("charge.dispute.created", dispute("needs_response")).await.expect("taken in");
    till.tell("charge.dispute.updated", dispute("under_review")).await.expect("taken in");
    till.settle().await;
    assert!(till.payment(id).await.disputed(), "the end was told before the beginning");
    till.clock.advance(300_000);
    till.settle().await;
    let payment = till.payment(id).await;
    assert_eq!((payment.disputed(), payment.refundable_minor()), (false, 600));
    assert_eq!(payment.disputes[0].outcome, Some(DisputeOutcome::Lost));
    // Whose a dispute is has to be asked; where nobody answers, it is to be told again.
    till.fake.lines([Line::LostBefore]);
    let away = till.tell("charge.dispute.created", dispute("needs_response")).await;
    assert!(matches!(away, Err(WebhookError::Away)));
}

#[tokio::test]
async fn what_is_on_its_way_back_is_told_when_it_has_arrived_or_not() {
    for (arrived, refunded, balance) in [("succeeded", 300, 700), ("failed", 0, 1_000)] {
        let mut till = Till::open().await;
        let id = till.paid(1_000, CaptureMethod::Automatic).await;
        till.fake.with(|state| state.refunds_are = Some("pending"));
        till.refund(id, 300).await;
        till.pass(6).await;
        assert_eq!(till.payment(id).await.refunded_minor(), 0, "nobody knows");
        let pending = till.fake.with(|state| state.refunds[0].object());
        till.tell("refund.created", pending).await.expect("taken in");
        let told = till.fake.with(|state| {
            state.refunds[0].status = arrived;
            state.refunds[0].object()
        });
        till.tell("refund.updated", told).await.expect("taken in");
        till.settle().await;
        let payment = till.payment(id).await;
        assert_eq!((payment.refunded_minor(), payment.questions()), (refunded, vec![]));
        assert_eq!(till.fake.balance(), balance);
    }
}

/// Captures are told with the amounts that were asked for, each once.
#[tokio::test]
async fn what_was_captured_is_told_where_its_answer_was_lost() {
    let mut till = Till::open().await;
    let id = till.paid(1_000, CaptureMethod::Manual).await;
    till.capture(id, 400).await;
    till.settle().await;
    till.fake.lines([Line::LostAfter]);
    till.capture(id, None).await;
    till.settle().await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::PartiallyCaptured, 400));
    till.tell("payment_intent.succeeded", till.intent(0)).await.expect("taken in");
    till.settle().await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000));
    assert_eq!(till.times(id, "PaymentCaptured").await, 2);
    assert_eq!(till.fake.balance(), 1_000);
}
