//! What a payment asks of Stripe and what comes of it, while nothing goes wrong.
//!
//! The same is held against any stand-in whose address `VOICE_STRIPE_STAND_IN` names;
//! `tests/localstripe` does so with localstripe.

use domain::payment::{Asked, CaptureMethod, PaymentCommand, PaymentStatus, RefundState};

use super::super::kit::{Shop, org, somebody};
use super::kit::{Till, capture_last, retry, shop_at, stands};

/// What has to be so at every stand-in; says how many charges that made.
async fn contract(shop: &mut Shop) -> usize {
    let taken = shop.pay(1_000, CaptureMethod::Automatic).await;
    shop.settle().await;
    assert_eq!(stands(shop, taken).await, (PaymentStatus::Captured, 1_000));
    shop.refund(taken, 300).await;
    shop.refund(taken, None).await;
    shop.settle().await;
    assert_eq!(shop.payment(taken).await.refund_state(), RefundState::Full);

    shop.token = "pm_card_chargeCustomerFail";
    let declined = shop.pay(700, CaptureMethod::Automatic).await;
    shop.settle().await;
    assert_eq!(stands(shop, declined).await, (PaymentStatus::Declined, 0));
    retry(shop, declined, "pm_card_visa").await;
    shop.settle().await;
    assert_eq!(stands(shop, declined).await, (PaymentStatus::Captured, 700));

    shop.token = "pm_card_visa";
    let parted = shop.pay(1_000, CaptureMethod::Manual).await;
    shop.settle().await;
    assert_eq!(stands(shop, parted).await, (PaymentStatus::Authorized, 0));
    capture_last(shop, parted, 400).await;
    shop.settle().await;
    assert_eq!(stands(shop, parted).await, (PaymentStatus::Captured, 400));

    let let_go = shop.pay(1_000, CaptureMethod::Manual).await;
    shop.settle().await;
    shop.void(let_go).await;
    shop.settle().await;
    assert_eq!(stands(shop, let_go).await, (PaymentStatus::Voided, 0));
    4
}

#[tokio::test]
async fn stripe_contract_money_is_kept_taken_let_go_and_given_back() {
    let mut till = Till::open().await;
    let charges = contract(&mut till.shop).await;
    let (kept, declined) = till.fake.with(|state| {
        (state.kept(), state.intents.iter().filter(|one| one.error.is_some()).count())
    });
    assert_eq!((till.fake.balance(), kept), (1_100, 0));
    let asked = till.posts();
    let created = asked.iter().filter(|asked| asked.path == "/v1/payment_intents").count();
    assert_eq!((created, declined), (charges + 1, 1));
    for one in &asked {
        assert_eq!(one.version.as_deref(), Some("2025-03-31.basil"), "{one:?}");
        assert!(one.key.is_some(), "{one:?}");
    }
}

/// The same at whatever answers there; say `cargo test … -- --nocapture` to see which.
#[tokio::test]
async fn stripe_contract_holds_at_the_stand_in_that_is_named() {
    let Ok(url) = std::env::var("VOICE_STRIPE_STAND_IN") else {
        println!("VOICE_STRIPE_STAND_IN names no stand-in: the contract is held against our own");
        return;
    };
    let count = async || {
        let charges = reqwest::Client::new().get(format!("{url}/v1/charges?limit=100"));
        let charges = charges.bearer_auth(super::fake::KEY).send().await.expect("an answer");
        let charges: serde_json::Value = charges.json().await.expect("JSON");
        let charges = charges["data"].as_array().expect("charges").clone();
        charges.iter().filter(|one| one["status"] == "succeeded").count()
    };
    let (mut shop, _) = shop_at(&url, None).await;
    // A hold ends a week after it began by the stand-in's clock.
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time").as_millis();
    let behind = i64::try_from(now).expect("a time") - shop.now().millis();
    shop.clock.advance(behind.max(0));
    let before = count().await;
    let charges = contract(&mut shop).await;
    // Whoever looks again, and whoever takes over, asks nothing a second time.
    shop.restart().await;
    shop.pass(3).await;
    assert_eq!(count().await - before, charges, "one charge for each payment");
    println!("the contract holds at {url}: {charges} payments, as many charges");
}

#[tokio::test]
async fn stripe_contract_each_question_is_asked_under_its_own_key() {
    let mut till = Till::open().await;
    let id = till.paid(1_000, CaptureMethod::Manual).await;
    till.capture(id, 400).await;
    till.settle().await;
    till.refund(id, 150).await;
    till.settle().await;
    till.void(id).await;
    till.settle().await;
    let payment = till.payment(id).await;
    assert_eq!(payment.card.as_ref().expect("a card").last4, "4242");
    let attempt = payment.attempt().expect("an attempt").attempt_id.to_string();
    let capture = payment.captures[0].capture_id.to_string();
    let refund = payment.refunds[0].refund_id.to_string();
    let void = payment.void.as_ref().expect("a void").void_id.to_string();
    let asked = till.posts();
    let keys: Vec<&str> = asked.iter().filter_map(|asked| asked.key.as_deref()).collect();
    let (authorize, capture) = (format!("authorize-{attempt}"), format!("capture-{capture}"));
    let keyed = [authorize, capture, format!("refund-{refund}"), format!("void-{void}")];
    assert_eq!(keys, keyed);
    let names = |asked: &super::fake::Asked| {
        let fields = ["organization", "payment", "attempt", "refund"];
        let name = |field| asked.field(&format!("metadata[{field}]")).map(str::to_owned);
        fields.map(name)
    };
    let ours = (Some(org().to_string()), Some(id.to_string()));
    assert_eq!(names(&asked[0]), [ours.0.clone(), ours.1.clone(), Some(attempt), None]);
    assert_eq!(names(&asked[2]), [ours.0, ours.1, None, Some(refund)]);
    assert_eq!(asked[1].field("amount_to_capture"), Some("400"));
    assert_eq!(asked[1].field("final_capture"), Some("false"));
    assert_eq!((till.fake.balance(), till.fake.with(|state| state.kept())), (250, 0));
}

#[tokio::test]
async fn stripe_contract_what_is_declined_says_why_and_whether_it_helps_to_ask_again() {
    let mut till = Till::open().await;
    for (card, code, retryable) in [
        ("pm_card_visa_chargeDeclined", "generic_decline", true),
        ("pm_card_chargeDeclinedStolenCard", "stolen_card", false),
        ("pm_nobodys", "resource_missing", true),
    ] {
        till.token = card;
        let id = till.paid(1_000, CaptureMethod::Automatic).await;
        let payment = till.payment(id).await;
        let attempt = payment.attempt().expect("an attempt");
        assert_eq!(payment.status, PaymentStatus::Declined);
        assert_eq!(attempt.asked, Asked::Failed { code: code.to_owned() });
        assert_eq!(attempt.retryable, retryable, "{code}");
    }
    assert_eq!(till.fake.balance(), 0);
}

#[tokio::test]
async fn stripe_contract_a_payer_confirms_or_is_not_waited_for() {
    let mut till = Till::open().await;
    till.token = "pm_card_authenticationRequired";
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    let payment = till.payment(id).await;
    assert_eq!(payment.status, PaymentStatus::RequiresAction);
    let url = payment.action.expect("an action").url;
    assert_eq!(url, "https://hooks.stripe.com/3d_secure/pi_1");
    till.fake.with(|state| state.intents[0].confirm(true));
    till.tell("payment_intent.succeeded", till.intent(0)).await.expect("taken in");
    till.settle().await;
    assert_eq!(stands(&till, id).await, (PaymentStatus::Captured, 1_000));
    assert_eq!(till.payment(id).await.card.expect("a card").last4, "4242");
    // One who does not come through has not paid.
    let other = till.paid(500, CaptureMethod::Automatic).await;
    till.fake.with(|state| state.intents[1].confirm(false));
    till.tell("payment_intent.payment_failed", till.intent(1)).await.expect("taken in");
    till.settle().await;
    assert_eq!(stands(&till, other).await, (PaymentStatus::Declined, 0));
    // One who does nothing is not waited for, and cannot pay later.
    let third = till.paid(500, CaptureMethod::Automatic).await;
    till.clock.advance(15 * 60_000);
    till.settle().await;
    assert_eq!(stands(&till, third).await, (PaymentStatus::Canceled, 0));
    assert_eq!(till.fake.with(|state| state.intents[2].status), "canceled");
    assert_eq!(till.fake.balance(), 1_000);
}

/// More than was taken is refused before anybody is asked.
#[tokio::test]
async fn stripe_contract_more_than_was_taken_is_never_asked_back() {
    let mut till = Till::open().await;
    let id = till.paid(1_000, CaptureMethod::Automatic).await;
    till.refund(id, 600).await;
    till.settle().await;
    till.posts();
    for amount_minor in [401, 1_000, 0, -1] {
        let command = PaymentCommand::Refund {
            refund_id: till.id().into(),
            amount_minor: Some(amount_minor),
            reason: domain::payment::RefundReason::Other,
            note: None,
            most_minor: None,
            approval_from_minor: None,
            by: somebody(1),
            at: till.now(),
        };
        till.try_ask(id, command).await.expect_err("too much");
    }
    till.pass(2).await;
    assert_eq!((till.posts().len(), till.fake.balance()), (0, 400));
}

/// What a currency cannot say at Stripe is not rounded: it is not asked at all.
#[tokio::test]
async fn payment_m7_no_other_amount_is_asked_for_than_was_agreed_on() {
    use domain::Money;
    use domain::payment::Authorization;
    use processes::payments::AuthorizationRequest;
    let till = Till::open().await;
    let gateway = till.connected.clone().expect("stripe");
    let ask = async |amount_minor, currency: &str| {
        let money = Money { amount_minor, currency: currency.to_owned() };
        let (key, payment) = (till.id(), till.id().into());
        let token_ref = "tok_visa".to_owned();
        let request =
            AuthorizationRequest { key, org: org(), payment, money, capture: true, token_ref };
        gateway.authorize(request).await
    };
    for (amount_minor, currency, at_stripe) in
        [(500, "ISK", "50000"), (1_230, "KWD", "1230"), (500, "JPY", "500")]
    {
        let answer = ask(amount_minor, currency).await;
        assert!(matches!(answer, Authorization::Authorized { money, captured: true, .. }
                if money.amount_minor == amount_minor && money.currency == currency));
        assert_eq!(till.posts()[0].field("amount"), Some(at_stripe), "{currency}");
    }
    assert!(matches!(ask(1_234, "KWD").await, Authorization::Declined { retryable: false, .. }));
    assert!(till.posts().is_empty());
}
