//! Whatever is killed wherever, no money is taken or given back twice, and none is forgotten.

use domain::PaymentId;
use domain::payment::CaptureMethod;

use super::kit::{Line, Shop};

const KILLED: [Line; 2] = [Line::DiesBefore, Line::DiesAfter];

/// Nothing is open, and the provider has what we have.
async fn adds_up(shop: &mut Shop, ids: &[PaymentId], balance: i64) {
    // Who was killed again and again is waited for longer.
    shop.pass(20).await;
    let (mut ours, mut kept) = (0, 0);
    for id in ids {
        let payment = shop.payment(*id).await;
        assert_eq!(payment.questions(), [], "{payment:?}");
        assert_eq!(payment.conflicts, [], "{payment:?}");
        ours += payment.captured_minor() - payment.refunded_minor();
        kept += payment.capturable_minor();
    }
    assert_eq!((shop.simulator.balance(), shop.simulator.kept()), (ours, kept));
    assert_eq!(ours, balance);
}

#[tokio::test]
async fn payment_m3_a_killed_authorization_is_one_charge() {
    for line in KILLED {
        let mut shop = Shop::open().await;
        let id = shop.pay(1_000, CaptureMethod::Automatic).await;
        for _ in 0..3 {
            shop.killed(line).await;
        }
        adds_up(&mut shop, &[id], 1_000).await;
        assert_eq!(shop.times(id, "PaymentCaptured").await, 1);
    }
}

#[tokio::test]
async fn a_killed_capture_takes_once() {
    for line in KILLED {
        let mut shop = Shop::open().await;
        let id = shop.pay(1_000, CaptureMethod::Manual).await;
        shop.settle().await;
        shop.capture(id, 400).await;
        shop.killed(line).await;
        adds_up(&mut shop, &[id], 400).await;
        shop.void(id).await;
        shop.killed(line).await;
        adds_up(&mut shop, &[id], 400).await;
    }
}

#[tokio::test]
async fn a_killed_refund_gives_back_once() {
    for line in KILLED {
        let mut shop = Shop::open().await;
        let id = shop.pay(1_000, CaptureMethod::Automatic).await;
        shop.settle().await;
        shop.refund(id, 300).await;
        shop.killed(line).await;
        shop.killed(line).await;
        adds_up(&mut shop, &[id], 700).await;
        assert_eq!(shop.times(id, "RefundSucceeded").await, 1);
    }
}

/// What was told and not applied is applied by whoever comes next.
#[tokio::test]
async fn a_notice_is_not_lost_with_the_process() {
    let mut shop = Shop::open().await;
    let id = shop.pay(1_003, CaptureMethod::Automatic).await;
    shop.settle().await;
    shop.clock.advance(2_000);
    // The notice is kept, and whoever would apply it is not there.
    assert_eq!(shop.simulator.deliver_due().await, 1);
    let waiting = "SELECT count(*) FROM payment_notices WHERE applied_at IS NULL";
    assert_eq!(shop.value(waiting).await, 1);
    adds_up(&mut shop, &[id], 1_003).await;
    assert_eq!(shop.value(waiting).await, 0);
}
