//! Answers that get lost, and lines that fail: nothing is taken twice, and nothing is taken for
//! done that Stripe has not said.

use domain::payment::{CaptureMethod, PaymentStatus};
use processes::breaker::Standing;
use processes::payments::PaymentError;

use super::fake::Line;
use super::kit::{Till, capture_last, stands};

/// M3
#[tokio::test]
async fn payment_m3_a_lost_answer_and_then_a_success_are_one_charge_at_stripe() {
    for line in [Line::LostBefore, Line::LostAfter] {
        let mut till = Till::open().await;
        till.fake.lines([line, line]);
        let id = till.paid(1_000, CaptureMethod::Automatic).await;
        assert_eq!(stands(&till, id).await, (PaymentStatus::Processing, 0), "{line:?}");
        till.pass(6).await;
        assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000), "{line:?}");
        assert_eq!((till.fake.balance(), till.times(id, "PaymentCaptured").await), (1_000, 1));
        let asked = till.posts();
        assert_eq!(asked.len(), 3, "{line:?}");
        // The same question in every byte, under the same key.
        assert!(asked.iter().all(|one| one.key.is_some() && one.key == asked[0].key));
        assert!(asked.iter().all(|one| one.form == asked[0].form));
    }
}

/// Nobody waits for an answer longer than the flow has time for.
#[tokio::test]
async fn payment_m3_an_answer_that_does_not_come_is_not_waited_for() {
    let mut till = Till::open().await;
    till.fake.lines([Line::Hangs]);
    let begun = std::time::Instant::now();
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(stands(&till, id).await, (PaymentStatus::Processing, 0));
    till.pass(2).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000));
    assert_eq!(till.fake.balance(), 1_000);
}

#[tokio::test]
async fn stripe_contract_captures_voids_and_refunds_survive_lost_answers() {
    let mut till = Till::open().await;
    let id = till.paid(1_000, CaptureMethod::Manual).await;
    till.capture(id, 400).await;
    till.fake.lines([Line::LostAfter, Line::LostAfter]);
    till.pass(6).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::PartiallyCaptured, 400));
    till.refund(id, 100).await;
    till.refund(id, 100).await;
    till.fake.lines([Line::LostAfter, Line::LostBefore, Line::LostAfter]);
    till.pass(6).await;
    assert_eq!(till.payment(id).await.refunded_minor(), 200);
    till.void(id).await;
    till.fake.lines([Line::LostAfter]);
    // Half of what was asked was lost: it is left alone for a while.
    till.pass(32).await;
    assert_eq!(till.payment(id).await.questions(), []);
    assert_eq!((till.fake.balance(), till.fake.with(|state| state.kept())), (200, 0));
}

/// What is not an answer of Stripe's to this question leaves it open; then it is answered.
#[tokio::test]
async fn stripe_contract_what_is_no_answer_is_unknown_and_resolved_later() {
    const DECLINED: &str = r#"{"error":{"type":"card_error","code":"card_declined"}}"#;
    const BUSY: &str = r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}"#;
    const LIMIT: &str = r#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#;
    const PAID: &str = r#"{"id":"pi_9","status":"succeeded"}"#;
    const PAGE: &str = "<html>404</html>";
    for line in [
        Line::Says(500, DECLINED),
        Line::Says(502, "bad gateway"),
        Line::Says(409, BUSY),
        Line::Says(429, LIMIT),
        Line::Says(401, DECLINED),
        Line::Says(403, DECLINED),
        Line::Says(404, PAGE),
        Line::Says(302, ""),
        Line::Says(200, PAID),
        Line::Says(200, PAGE),
    ] {
        let mut till = Till::open().await;
        till.fake.lines([line]);
        let id = till.paid(1_000, CaptureMethod::Automatic).await;
        assert_eq!(stands(&till, id).await, (PaymentStatus::Processing, 0), "{line:?}");
        assert_eq!(till.times(id, "PaymentOutcomeUnknown").await, 1, "{line:?}");
        till.pass(2).await;
        assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000), "{line:?}");
        assert_eq!(till.fake.balance(), 1_000, "{line:?}");
    }
}

/// An answer without an end is not read to its end.
#[tokio::test]
async fn stripe_contract_a_reply_is_read_up_to_64_kib() {
    for (size, status) in [(60, PaymentStatus::Declined), (66, PaymentStatus::Processing)] {
        let mut till = Till::open().await;
        let error = r#"{"error":{"code":"card_declined","message":""#;
        let body = format!("{error}{}\"}}}}", "x".repeat(size * 1_024));
        till.fake.lines([Line::Says(402, body.leak())]);
        let id = till.paid(1_000, CaptureMethod::Automatic).await;
        assert_eq!(till.status(id).await, status, "{size} KiB");
    }
}

/// Stripe answers a key as it did first, also where that was a fault: what was done under it is
/// looked for.
#[tokio::test]
async fn stripe_contract_what_a_key_will_never_tell_is_looked_for() {
    let mut till = Till::open().await;
    till.fake.lines([Line::Fails]);
    let id = till.paid(1_000, CaptureMethod::Manual).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Processing, 0));
    till.pass(2).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Authorized, 0));
    till.fake.lines([Line::Fails]);
    capture_last(&till, id, 700).await;
    till.pass(2).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 700));
    for amount in [100, 100, 100] {
        till.refund(id, amount).await;
        till.settle().await;
    }
    // Of several it is the one that bears the question's name, on whichever page that is.
    till.fake.lines([Line::Fails]);
    till.refund(id, 100).await;
    till.settle().await;
    till.refund(id, 100).await;
    till.refund(id, 100).await;
    till.pass(2).await;
    assert_eq!(till.payment(id).await.refunded_minor(), 600);
    assert_eq!((till.fake.balance(), till.fake.with(|state| state.refunds.len())), (100, 6));
    assert_eq!(till.fake.with(|state| state.intents.len()), 1);
}

/// A stand-in that forgets keys at once, as localstripe does, would charge whatever is asked twice.
/// What protects then is the flow alone: once a question is answered nobody asks it again, whoever
/// looks and whoever takes over. (Whose answer is lost is asked again under the same key: there
/// only Stripe itself protects, and the tests above hold it to that.)
#[tokio::test]
async fn a_question_that_is_answered_is_never_asked_again() {
    let mut till = Till::open().await;
    till.fake.with(|state| state.ignores_keys = true);
    let id = till.paid(1_000, CaptureMethod::Manual).await;
    capture_last(&till, id, 400).await;
    till.settle().await;
    till.refund(id, 100).await;
    till.settle().await;
    assert_eq!(till.posts().len(), 3);
    for _ in 0..3 {
        till.restart().await;
        till.pass(2).await;
        till.clock.advance(300_000);
        till.settle().await;
    }
    assert_eq!(till.posts().len(), 0);
    let (intents, refunds) = till.fake.with(|state| (state.intents.len(), state.refunds.len()));
    assert_eq!((intents, refunds, till.fake.balance()), (1, 1, 300));
    // Of a capture and a cancellation also the second one is known again without a key.
    let other = till.paid(1_000, CaptureMethod::Manual).await;
    till.fake.lines([Line::LostAfter]);
    capture_last(&till, other, 500).await;
    till.pass(2).await;
    assert_eq!(stands(&till, other).await, (PaymentStatus::Captured, 500));
    let third = till.paid(1_000, CaptureMethod::Manual).await;
    till.fake.lines([Line::LostAfter]);
    till.void(third).await;
    till.pass(2).await;
    assert_eq!(stands(&till, third).await, (PaymentStatus::Voided, 0));
    assert_eq!((till.fake.balance(), till.fake.with(|state| state.kept())), (800, 0));
}

/// A provider that does not answer is left alone: what is owed to it waits, and nobody begins.
#[tokio::test]
async fn c1_stripe_is_left_alone_when_it_does_not_answer_and_asked_again() {
    let mut till = Till::open().await;
    till.fake.lines([(); 5].map(|()| Line::LostBefore));
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(till.paid(1_000, CaptureMethod::Automatic).await);
    }
    assert_eq!(till.posts().len(), 5);
    let waiting = till.paid(1_000, CaptureMethod::Automatic).await;
    till.pass(20).await;
    assert_eq!(till.posts().len(), 0, "it is left alone");
    assert_eq!(till.times(waiting, "PaymentOutcomeUnknown").await, 0, "it was never asked");
    let refusal = till.begin().await.unwrap_err();
    assert!(matches!(refusal, PaymentError::ProviderDown { seconds: 1..=10 }), "{refusal:?}");
    till.pass(75).await;
    for id in ids.iter().chain([&waiting]) {
        assert_eq!(stands(&till, *id).await, (PaymentStatus::Captured, 1_000));
    }
    till.begin().await.expect("somebody may begin again");
}

/// C3
#[tokio::test]
async fn c3_when_stripe_has_too_much_to_do_it_is_asked_when_it_has_said() {
    const LIMIT: &str = r#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#;
    let mut till = Till::open().await;
    till.fake.lines([Line::Says(429, LIMIT)]);
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    assert_eq!(stands(&till, id).await.0, PaymentStatus::Processing);
    assert!(matches!(till.begin().await, Err(PaymentError::ProviderDown { seconds: 1 })));
    till.pass(2).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000));
    let seen = till.breakers.seen();
    assert_eq!((seen[0].state, seen[0].window.failures), (Standing::Closed, 0));
}
