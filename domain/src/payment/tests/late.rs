//! What the provider tells late, twice, in another order, or otherwise than we have it.

use super::*;

fn declined() -> Authorization {
    Authorization::Declined { code: "no".to_owned(), retryable: true, card: None }
}

#[test]
fn another_amount_or_currency_is_never_adopted() {
    for money in [euros(999), euros(1_001), Money { amount_minor: 1_000, currency: "USD".into() }] {
        let mut commands = vec![create(CaptureMethod::Automatic)];
        let facts = types(given(commands.clone()).decide(told(authorized(money.clone(), true))));
        assert_eq!(facts, ["PaymentReconciled"]);
        commands.push(told(authorized(money.clone(), true)));
        let payment = given(commands.clone());
        let known = payment.known().unwrap();
        assert_eq!((known.status, known.captured_minor()), (PaymentStatus::Processing, 0));
        assert_eq!((question(known), known.conflicts.len()), (None, 1));
        assert_eq!(payment.decide(told(authorized(money, true))), Ok(vec![]), "said once");
        // What the provider keeps can be let go.
        commands.extend([void(1), let_go(1, done())]);
        assert_eq!(status(&given(commands)), PaymentStatus::Voided);
    }
}

#[test]
fn an_answer_that_nobody_knows_is_said_once_and_may_still_come() {
    let mut commands = vec![create(CaptureMethod::Automatic), told(Authorization::Unknown)];
    let payment = given(commands.clone());
    let question = question(payment.known().unwrap()).unwrap();
    assert_eq!(question.unknown_since(), Some(at(1)));
    assert_eq!(payment.decide(told(Authorization::Unknown)), Ok(vec![]));
    commands.push(told(authorized(euros(1_000), true)));
    assert_eq!(status(&given(commands)), PaymentStatus::Captured);
    let mut commands = paid();
    commands.extend([
        back(1, None),
        given_back(1, Answer::Unknown),
        given_back(1, Answer::Unknown),
    ]);
    commands.push(given_back(1, done()));
    assert_eq!(given(commands).known().unwrap().refunded_minor(), 1_000);
}

#[test]
fn what_is_told_after_the_end_is_seen_and_changes_no_money() {
    let authorized = || told(authorized(euros(1_000), true));
    let mut commands = paid();
    commands.push(told(declined()));
    let payment = given(commands);
    assert_eq!(status(&payment), PaymentStatus::Captured);
    assert_eq!(payment.known().unwrap().conflicts.len(), 1);
    // It has taken the money after all: that is so, and it is written down that it was not.
    let commands = [create(CaptureMethod::Automatic), told(declined()), authorized()];
    let payment = given(commands);
    assert_eq!(status(&payment), PaymentStatus::Captured);
    assert_eq!(payment.known().unwrap().conflicts.len(), 1);
    // After another attempt it is seen only: the money may have been taken twice.
    let retry = PaymentCommand::Retry { attempt_id: attempt(2), token_ref: None, at: at(2) };
    let commands = [create(CaptureMethod::Automatic), told(declined()), retry, authorized()];
    let payment = given(commands);
    assert_eq!(status(&payment), PaymentStatus::Processing);
    assert_eq!(payment.known().unwrap().conflicts.len(), 1);
}

#[test]
fn answers_to_captures_and_refunds_come_in_any_order() {
    let mut commands = manual();
    commands.extend([take(1, 400), taken(1, failed()), taken(1, done())]);
    let payment = given(commands);
    let known = payment.known().unwrap();
    assert_eq!((known.captured_minor(), known.conflicts.len()), (0, 1));
    let mut commands = paid();
    commands.extend([back(1, 400), given_back(1, done()), given_back(1, failed())]);
    let payment = given(commands.clone());
    assert_eq!(payment.known().unwrap().refundable_minor(), 1_000, "a bank has sent it back");
    commands.push(given_back(1, done()));
    let payment = given(commands);
    assert_eq!(payment.known().unwrap().refunded_minor(), 0);
    assert_eq!(payment.known().unwrap().conflicts.len(), 1);
    let other = Answer::Done { provider_ref: "x".to_owned(), amount_minor: Some(399) };
    let mut commands = paid();
    commands.extend([back(1, 400), given_back(1, other)]);
    let payment = given(commands);
    let known = payment.known().unwrap();
    assert_eq!((known.refunded_minor(), known.refundable_minor()), (0, 600), "it stays held");
    assert_eq!(question(known), None);
}

#[test]
fn a_payer_may_pay_while_the_payment_is_being_canceled() {
    let action = Authorization::ActionRequired {
        provider_ref: "pi_1".to_owned(),
        action_url: "https://bank.example".to_owned(),
    };
    let commands = [
        create(CaptureMethod::Automatic),
        told(action),
        cancel(1),
        told(authorized(euros(1_000), true)),
        let_go(1, failed()),
    ];
    let payment = given(commands);
    assert_eq!(status(&payment), PaymentStatus::Captured);
    assert_eq!(payment.known().unwrap().refundable_minor(), 1_000);
}
