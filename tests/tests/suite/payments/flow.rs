//! What providers do and do not answer.

use domain::AttemptId;
use domain::payment::{CaptureMethod, PaymentCommand, PaymentStatus, RefundState};
use processes::reactor::DeadLetters;

use super::kit::{Line, Shop, org};

const LEFT: &str = "SELECT count(*) FROM process_tasks WHERE process = 'payment-flow'";

#[tokio::test]
async fn what_is_asked_is_taken_once() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_000, CaptureMethod::Automatic).await;
    shop.settle().await;
    let payment = shop.payment(id).await;
    assert_eq!((payment.status, payment.captured_minor()), (PaymentStatus::Captured, 1_000));
    assert_eq!(payment.card.expect("a card").last4, "4242");
    assert_eq!((shop.simulator.balance(), shop.asked()), (1_000, 1));
}

#[tokio::test]
async fn what_is_kept_is_taken_in_parts_and_given_back_in_parts() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_000, CaptureMethod::Manual).await;
    shop.settle().await;
    assert_eq!((shop.status(id).await, shop.simulator.kept()), (PaymentStatus::Authorized, 1_000));
    shop.capture(id, 400).await;
    shop.settle().await;
    assert_eq!(shop.status(id).await, PaymentStatus::PartiallyCaptured);
    assert_eq!((shop.simulator.balance(), shop.simulator.kept()), (400, 600));
    shop.void(id).await;
    shop.settle().await;
    assert_eq!((shop.simulator.kept(), shop.payment(id).await.capturable_minor()), (0, 0));
    shop.refund(id, 150).await;
    shop.refund(id, None).await;
    shop.settle().await;
    let payment = shop.payment(id).await;
    assert_eq!((payment.refund_state(), shop.simulator.balance()), (RefundState::Full, 0));
    assert_eq!(shop.value(LEFT).await, 0, "nothing is left to do");
}

/// M3
#[tokio::test]
async fn payment_m3_a_timeout_and_then_a_success_are_one_charge() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_005, CaptureMethod::Automatic).await;
    shop.settle().await;
    assert_eq!(shop.status(id).await, PaymentStatus::Processing);
    assert_eq!(shop.times(id, "PaymentOutcomeUnknown").await, 1);
    shop.pass(2).await;
    assert_eq!(shop.status(id).await, PaymentStatus::Captured);
    assert_eq!((shop.simulator.balance(), shop.times(id, "PaymentCaptured").await), (1_005, 1));
    shop.refund(id, 105).await;
    shop.pass(2).await;
    assert_eq!((shop.simulator.balance(), shop.times(id, "RefundSucceeded").await), (900, 1));
}

/// 1, 5, 15 and 60 s after its answer was missing, then every five minutes, for a day; then
/// somebody has to look.
#[tokio::test]
async fn a_provider_that_does_not_answer_is_asked_again_for_a_day() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_000, CaptureMethod::Automatic).await;
    shop.line(Line::Dead);
    shop.settle().await;
    assert_eq!(shop.asked(), 1);
    for (wait, asked) in [(1, 1), (3, 0), (1, 1), (9, 0), (1, 1), (44, 0), (1, 1)] {
        shop.pass(wait).await;
        assert_eq!(shop.asked(), asked, "after {wait} s");
    }
    for minute in [300, 300] {
        shop.clock.advance(minute * 1_000 - 1);
        shop.settle().await;
        assert_eq!(shop.asked(), 0);
        shop.clock.advance(1);
        shop.settle().await;
        assert_eq!(shop.asked(), 1);
    }
    assert_eq!(shop.times(id, "PaymentOutcomeUnknown").await, 1, "said once");
    shop.clock.advance(86_400_000);
    for _ in 0..8 {
        shop.settle().await;
        shop.clock.advance(3_600_000);
    }
    let letters = DeadLetters::new(shop.test.database().clone(), shop.commands.clone());
    let letters = letters.list(org(), None, 10).await.expect("letters");
    assert_eq!((letters.len(), letters[0].aggregate_id), (1, id.uuid()));
    assert_eq!(shop.status(id).await, PaymentStatus::Processing, "nobody knows");
}

#[tokio::test]
async fn a_payer_confirms_or_is_not_waited_for() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_003, CaptureMethod::Automatic).await;
    shop.settle().await;
    let payment = shop.payment(id).await;
    assert_eq!(payment.status, PaymentStatus::RequiresAction);
    assert!(payment.action.expect("an action").url.starts_with("https://"));
    assert_eq!(shop.simulator.balance(), 0);
    shop.pass(2).await;
    assert_eq!((shop.status(id).await, shop.simulator.balance()), (PaymentStatus::Captured, 1_003));
    // One who is not waited for any more cannot pay.
    let other = shop.pay(1_003, CaptureMethod::Automatic).await;
    shop.settle().await;
    shop.cancel(other).await;
    shop.pass(5).await;
    assert_eq!(shop.status(other).await, PaymentStatus::Canceled);
    assert_eq!(shop.simulator.balance(), 1_003);
}

#[tokio::test]
async fn a_declined_payment_is_tried_with_another_card() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_002, CaptureMethod::Automatic).await;
    shop.settle().await;
    assert_eq!(shop.status(id).await, PaymentStatus::Declined);
    let attempt_id = AttemptId::from(shop.id());
    let token_ref = Some("tok_ok".to_owned());
    shop.ask(id, PaymentCommand::Retry { attempt_id, token_ref, at: shop.now() }).await;
    shop.settle().await;
    assert_eq!((shop.status(id).await, shop.simulator.balance()), (PaymentStatus::Captured, 1_002));
}

#[tokio::test]
async fn a_notice_that_comes_twice_is_one() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_007, CaptureMethod::Automatic).await;
    shop.settle().await;
    assert_eq!(shop.times(id, "PaymentCaptured").await, 1);
    let (kept, applied) = (
        shop.value("SELECT count(*) FROM payment_notices").await,
        shop.value("SELECT count(*) FROM payment_notices WHERE outcome = 'applied'").await,
    );
    assert_eq!((kept, applied), (1, 1));
}

#[tokio::test]
async fn another_amount_than_ours_is_seen_and_can_be_let_go() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_009, CaptureMethod::Manual).await;
    shop.settle().await;
    let payment = shop.payment(id).await;
    assert_eq!((payment.status, payment.conflicts.len()), (PaymentStatus::Processing, 1));
    assert_eq!(shop.simulator.kept(), 1_010);
    shop.void(id).await;
    shop.settle().await;
    assert_eq!((shop.status(id).await, shop.simulator.kept()), (PaymentStatus::Voided, 0));
    // What was taken already goes back.
    let taken = shop.pay(1_009, CaptureMethod::Automatic).await;
    shop.settle().await;
    assert_eq!(shop.simulator.balance(), 1_010);
    shop.void(taken).await;
    shop.settle().await;
    assert_eq!((shop.status(taken).await, shop.simulator.balance()), (PaymentStatus::Voided, 0));
}

/// A question that is not answered keeps no other one waiting.
#[tokio::test]
async fn a_refund_that_nobody_knows_of_holds_up_no_other_one() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_000, CaptureMethod::Automatic).await;
    shop.settle().await;
    shop.refund(id, 105).await;
    shop.refund(id, 300).await;
    shop.settle().await;
    assert_eq!(shop.times(id, "RefundSucceeded").await, 1);
    assert_eq!(shop.payment(id).await.refunded_minor(), 300);
    shop.pass(2).await;
    assert_eq!(shop.payment(id).await.refunded_minor(), 405);
}

/// What comes too early is applied once it can be.
#[tokio::test]
async fn notices_are_applied_in_whatever_order_they_come() {
    use domain::payment::{DisputeOutcome, PaymentProvider};
    use processes::payments::{Notice, Told};
    let mut shop = Shop::open().await;
    let id = shop.pay(1_000, CaptureMethod::Automatic).await;
    shop.settle().await;
    let (dispute_id, reason) = ("dp_1".to_owned(), "fraudulent".to_owned());
    let closed =
        Told::DisputeClosed { dispute_id: dispute_id.clone(), outcome: DisputeOutcome::Lost };
    let opened = Told::DisputeOpened { dispute_id, amount_minor: 400, reason, due_by: None };
    for (event_id, told) in [("evt_2", closed), ("evt_1", opened)] {
        let provider = PaymentProvider::Simulator;
        let event_id = event_id.to_owned();
        let notice = Notice { org: org(), provider, event_id, payment: id, told };
        shop.inbox.receive(&notice).await.expect("kept");
        shop.settle().await;
    }
    assert!(shop.payment(id).await.disputed(), "the end was told before the beginning");
    shop.clock.advance(300_000);
    shop.settle().await;
    let payment = shop.payment(id).await;
    assert_eq!((payment.disputed(), payment.refundable_minor()), (false, 600));
}

/// A provider that knows nothing of it keeps nothing of it.
#[tokio::test]
async fn a_payer_is_given_up_also_where_the_provider_has_forgotten_them() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_003, CaptureMethod::Automatic).await;
    shop.settle().await;
    shop.forget();
    shop.clock.advance(15 * 60_000);
    shop.settle().await;
    assert_eq!(shop.status(id).await, PaymentStatus::Canceled);
}

#[tokio::test]
async fn what_is_not_taken_in_a_week_is_kept_no_longer() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_000, CaptureMethod::Manual).await;
    shop.settle().await;
    shop.clock.advance(7 * 86_400_000);
    shop.settle().await;
    assert_eq!(shop.status(id).await, PaymentStatus::Expired);
}
