//! Stripe forgets a key after a day: an old question is looked for, and not simply asked again.

use domain::payment::{CaptureMethod, PaymentStatus, RefundReason};
use domain::{PaymentId, RefundId};

use super::super::kit::{org, somebody};
use super::fake::Line;
use super::kit::{Till, stands};

const DAY_MS: i64 = 86_400_000;

/// Time passes while Stripe is away; it forgets every key in it. Then somebody has it asked again.
async fn days_later(till: &mut Till, id: PaymentId, days: i64) {
    till.clock.advance(days * DAY_MS);
    till.fake.with(|state| state.forget_keys());
    till.fake.asked();
    till.payments().look_again(org(), id).await.expect("asked");
    till.settle().await;
}

#[tokio::test]
async fn payment_m3_what_was_charged_a_day_ago_is_not_charged_again() {
    let mut till = Till::open().await;
    till.fake.lines([Line::LostAfter]);
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    days_later(&mut till, id, 2).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000));
    assert_eq!((till.posts().len(), till.fake.balance()), (0, 1_000));
}

/// That nothing is found is no proof: nobody is charged for it days later, and nobody is told that
/// they have not paid.
#[tokio::test]
async fn payment_m3_what_is_not_found_after_a_day_stays_unknown() {
    let mut till = Till::open().await;
    till.fake.lines([Line::LostBefore]);
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    days_later(&mut till, id, 2).await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Processing, 0));
    assert_eq!((till.posts().len(), till.fake.balance()), (0, 0));
}

#[tokio::test]
async fn stripe_contract_an_old_refund_and_an_old_capture_are_done_once() {
    for (line, posts) in [(Line::LostAfter, 0), (Line::LostBefore, 1)] {
        let mut till = Till::open().await;
        let id = till.paid(1_000, CaptureMethod::Manual).await;
        till.fake.lines([line]);
        till.capture(id, 400).await;
        till.settle().await;
        days_later(&mut till, id, 1).await;
        assert_eq!(stands(&till, id).await, (PaymentStatus::PartiallyCaptured, 400), "{line:?}");
        assert_eq!(till.posts().len(), posts, "{line:?}");
        till.fake.lines([line]);
        till.refund(id, 100).await;
        till.settle().await;
        days_later(&mut till, id, 1).await;
        assert_eq!(till.payment(id).await.refunded_minor(), 100, "{line:?}");
        assert_eq!((till.posts().len(), till.fake.balance()), (posts, 300), "{line:?}");
    }
}

/// A refund may wait for somebody's yes for days; it is asked then.
#[tokio::test]
async fn stripe_contract_a_refund_that_waited_for_a_yes_is_asked() {
    use domain::payment::PaymentCommand;
    let mut till = Till::open().await;
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    let refund_id = RefundId::from(till.id());
    let command = PaymentCommand::Refund {
        refund_id,
        amount_minor: Some(900),
        reason: RefundReason::Other,
        note: None,
        most_minor: None,
        approval_from_minor: Some(100),
        by: somebody(1),
        at: till.now(),
    };
    till.ask(id, command).await;
    till.settle().await;
    till.clock.advance(3 * DAY_MS);
    let (by, at) = (somebody(2), till.now());
    till.ask(id, PaymentCommand::ApproveRefund { refund_id, by, at }).await;
    till.settle().await;
    assert_eq!(till.payment(id).await.refunded_minor(), 900);
    assert_eq!(till.fake.balance(), 100);
}
