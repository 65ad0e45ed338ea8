//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod late;
mod over;
mod random;

use uuid::Uuid;

use super::*;
use crate::golden::{golden, sealed};
use crate::{
    AttemptId, CaptureId, DecidedEvent, Money, Owed, RefundId, Refusal as _, Timed, Timestamp,
    UserId, VoidId,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn attempt(number: u128) -> AttemptId {
    AttemptId::from(Uuid::from_u128(number))
}

fn capture_id(number: u128) -> CaptureId {
    CaptureId::from(Uuid::from_u128(number))
}

fn refund_id(number: u128) -> RefundId {
    RefundId::from(Uuid::from_u128(number))
}

fn void_id(number: u128) -> VoidId {
    VoidId::from(Uuid::from_u128(number))
}

fn somebody(number: u128) -> UserId {
    UserId::from(Uuid::from_u128(number))
}

fn euros(amount_minor: i64) -> Money {
    Money { amount_minor, currency: "EUR".to_owned() }
}

fn new(money: Money, capture_method: CaptureMethod) -> NewPayment {
    NewPayment {
        subject: crate::SubjectId::from(Uuid::from_u128(9)),
        money,
        capture_method,
        purpose: PaymentPurpose::Invoice,
        call_id: None,
        contact_id: None,
        token_ref: "tok_visa".to_owned(),
        description: Some("an invoice".to_owned()),
        metadata: serde_json::Map::new(),
        provider: PaymentProvider::Simulator,
        attempt_id: attempt(1),
        by: somebody(1),
        at: at(0),
    }
}

fn create(capture_method: CaptureMethod) -> PaymentCommand {
    PaymentCommand::Create(Box::new(new(euros(1_000), capture_method)))
}

fn authorized(money: Money, captured: bool) -> Authorization {
    let (provider_ref, expires_at) = ("pi_1".to_owned(), at(7 * 86_400));
    Authorization::Authorized { provider_ref, money, card: None, expires_at, captured }
}

fn told(answer: Authorization) -> PaymentCommand {
    PaymentCommand::RecordAuthorization { attempt_id: attempt(1), answer, at: at(1) }
}

fn take(number: u128, amount_minor: impl Into<Option<i64>>) -> PaymentCommand {
    let (capture_id, amount_minor) = (capture_id(number), amount_minor.into());
    PaymentCommand::Capture { capture_id, amount_minor, last: false, by: somebody(1), at: at(2) }
}

fn done() -> Answer {
    Answer::Done { provider_ref: "x".to_owned(), amount_minor: None }
}

fn failed() -> Answer {
    Answer::Failed { code: "no".to_owned() }
}

fn taken(number: u128, answer: Answer) -> PaymentCommand {
    PaymentCommand::RecordCapture { capture_id: capture_id(number), answer, at: at(3) }
}

fn back(number: u128, amount_minor: impl Into<Option<i64>>) -> PaymentCommand {
    PaymentCommand::Refund {
        refund_id: refund_id(number),
        amount_minor: amount_minor.into(),
        reason: RefundReason::Duplicate,
        note: None,
        most_minor: None,
        approval_from_minor: None,
        by: somebody(1),
        at: at(4),
    }
}

fn given_back(number: u128, answer: Answer) -> PaymentCommand {
    PaymentCommand::RecordRefund { refund_id: refund_id(number), answer, at: at(5) }
}

fn void(number: u128) -> PaymentCommand {
    let (reason, by) = (VoidReason::Requested, Some(somebody(1)));
    PaymentCommand::Void { void_id: void_id(number), reason, by, at: at(6) }
}

fn cancel(number: u128) -> PaymentCommand {
    let (reason, by) = (VoidReason::Canceled, Some(somebody(1)));
    PaymentCommand::Void { void_id: void_id(number), reason, by, at: at(6) }
}

fn let_go(number: u128, answer: Answer) -> PaymentCommand {
    PaymentCommand::RecordVoid { void_id: void_id(number), answer, at: at(7) }
}

/// What follows from the commands, one after the other.
fn given(commands: impl IntoIterator<Item = PaymentCommand>) -> Payment {
    let mut payment = Payment::default();
    for command in commands {
        for fact in
            payment.decide(command.clone()).unwrap_or_else(|error| panic!("{command:?}: {error}"))
        {
            payment.evolve(&sealed(fact));
        }
    }
    payment
}

fn manual() -> Vec<PaymentCommand> {
    vec![create(CaptureMethod::Manual), told(authorized(euros(1_000), false))]
}

fn paid() -> Vec<PaymentCommand> {
    vec![create(CaptureMethod::Automatic), told(authorized(euros(1_000), true))]
}

fn status(payment: &Payment) -> PaymentStatus {
    payment.known().unwrap().status
}

/// What the provider is asked first.
fn question(payment: &KnownPayment) -> Option<Question> {
    payment.questions().into_iter().next()
}

fn types(decided: Result<Vec<PaymentEvent>, PaymentRefusal>) -> Vec<&'static str> {
    decided.unwrap().iter().map(DecidedEvent::event_type).collect()
}

#[test]
fn what_is_asked_of_the_provider_stands_here_before() {
    let payment = given([create(CaptureMethod::Automatic)]);
    let known = payment.known().unwrap();
    assert_eq!(known.status, PaymentStatus::Processing);
    let Some(Question::Authorize(asked)) = question(known) else { panic!("nothing is asked") };
    assert_eq!((asked.attempt_id, asked.token_ref.as_str()), (attempt(1), "tok_visa"));
    assert!(matches!(known.description, Some(crate::Personal::Sealed(_))));
}

#[test]
fn what_is_taken_with_the_authorization_is_taken() {
    let payment = given(paid());
    let known = payment.known().unwrap();
    assert_eq!((known.status, known.captured_minor()), (PaymentStatus::Captured, 1_000));
    assert_eq!((known.capturable_minor(), known.refundable_minor()), (0, 1_000));
    assert_eq!(question(known), None);
    let same = payment.decide(told(authorized(euros(1_000), true)));
    assert_eq!(same, Ok(vec![]), "told twice");
}

#[test]
fn an_amount_is_a_positive_number_of_a_currency() {
    for (amount_minor, currency, pointer) in [
        (0, "EUR", "/amount/amount_minor"),
        (-1, "EUR", "/amount/amount_minor"),
        (1_000_000_000_001, "JPY", "/amount/amount_minor"),
        (1, "XXX", "/amount/currency"),
        (1, "eur", "/amount/currency"),
    ] {
        let money = Money { amount_minor, currency: currency.to_owned() };
        let command = PaymentCommand::Create(Box::new(new(money, CaptureMethod::Manual)));
        let refusal = Payment::default().decide(command).unwrap_err();
        assert_eq!((refusal.code(), refusal.pointer()), ("validation-failed", Some(pointer)));
    }
}

#[test]
fn what_is_kept_is_taken_in_parts_and_no_more_than_that() {
    let mut commands = manual();
    commands.push(take(1, 400));
    let payment = given(commands.clone());
    assert_eq!(payment.known().unwrap().capturable_minor(), 600, "what is asked for is held");
    let refusal = payment.decide(take(2, 601)).unwrap_err();
    assert_eq!(refusal.code(), "capture-exceeds-authorization");
    assert_eq!(payment.decide(take(1, 400)), Ok(vec![]), "asked twice");
    commands.extend([taken(1, done()), take(2, 300), taken(2, failed()), take(3, None)]);
    let payment = given(commands.clone());
    assert_eq!(status(&payment), PaymentStatus::PartiallyCaptured);
    commands.push(taken(3, done()));
    let known = given(commands);
    assert_eq!(status(&known), PaymentStatus::Captured);
    assert_eq!(known.known().unwrap().captured_minor(), 1_000);
    for wrong in [0, -5] {
        let refusal = given(manual()).decide(take(1, wrong)).unwrap_err();
        assert_eq!(refusal.pointer(), Some("/amount_minor"));
    }
}

#[test]
fn the_rest_is_let_go_and_nothing_more_is_taken() {
    let mut commands = manual();
    commands.extend([take(1, 400), taken(1, done()), void(1), let_go(1, done())]);
    let payment = given(commands);
    let known = payment.known().unwrap();
    assert_eq!((known.status, known.capturable_minor()), (PaymentStatus::PartiallyCaptured, 0));
    assert_eq!(payment.decide(take(2, 1)).unwrap_err().current_state(), Some("partially_captured"));
    let mut commands = manual();
    commands.extend([void(1), let_go(1, done())]);
    assert_eq!(status(&given(commands.clone())), PaymentStatus::Voided);
    assert!(given(commands).decide(take(1, 1)).is_err());
    // While it is being let go nothing is taken; where that fails, it can be.
    let mut commands = manual();
    commands.push(void(1));
    assert!(given(commands.clone()).decide(take(1, 1)).is_err());
    commands.push(let_go(1, failed()));
    assert_eq!(types(given(commands).decide(take(1, 1))), ["PaymentCaptureRequested"]);
}

#[test]
fn a_declined_payment_is_tried_three_times_at_most() {
    let no = |number, retryable| PaymentCommand::RecordAuthorization {
        attempt_id: attempt(number),
        answer: Authorization::Declined { code: "no".to_owned(), retryable, card: None },
        at: at(1),
    };
    let retry = |number| PaymentCommand::Retry {
        attempt_id: attempt(number),
        token_ref: Some("tok_other".to_owned()),
        at: at(2),
    };
    let mut commands = vec![create(CaptureMethod::Automatic), no(1, true)];
    assert_eq!(status(&given(commands.clone())), PaymentStatus::Declined);
    commands.extend([retry(2), no(2, true), retry(3)]);
    let third = given(commands.clone());
    assert_eq!(third.known().unwrap().attempt().unwrap().token_ref, "tok_other");
    commands.push(no(3, true));
    let refusal = given(commands).decide(retry(4)).unwrap_err();
    assert_eq!((refusal.current_state(), refusal.allowed_commands()), (Some("declined"), &[][..]));
    let hard = given([create(CaptureMethod::Automatic), no(1, false)]);
    assert_eq!(hard.decide(retry(2)).unwrap_err().current_state(), Some("declined"));
    assert!(given(paid()).decide(retry(2)).is_err());
}

#[test]
fn no_more_is_given_back_than_was_taken() {
    let mut commands = paid();
    commands.extend([back(1, 600), given_back(1, failed()), back(2, 700)]);
    let payment = given(commands.clone());
    assert_eq!(payment.known().unwrap().refundable_minor(), 300, "what is asked for is held");
    assert_eq!(payment.decide(back(3, 301)).unwrap_err().code(), "refund-exceeds-captured");
    commands.extend([given_back(2, done()), back(3, None), given_back(3, done())]);
    let payment = given(commands);
    assert_eq!(payment.known().unwrap().refund_state(), RefundState::Full);
    assert_eq!(payment.decide(back(4, None)).unwrap_err().code(), "refund-exceeds-captured");
    assert_eq!(given(manual()).decide(back(1, 1)).unwrap_err().current_state(), Some("authorized"));
}

#[test]
fn who_asks_for_a_large_refund_does_not_approve_it() {
    let ask = PaymentCommand::Refund {
        refund_id: refund_id(1),
        amount_minor: Some(501),
        reason: RefundReason::Other,
        note: None,
        most_minor: None,
        approval_from_minor: Some(500),
        by: somebody(1),
        at: at(4),
    };
    let approve = |number| {
        let (refund_id, by) = (refund_id(1), somebody(number));
        PaymentCommand::ApproveRefund { refund_id, by, at: at(5) }
    };
    let mut commands = paid();
    commands.push(ask);
    let payment = given(commands.clone());
    assert_eq!(question(payment.known().unwrap()), None, "the provider is not asked yet");
    assert_eq!(payment.decide(back(2, 500)).unwrap_err().code(), "refund-exceeds-captured");
    assert_eq!(payment.decide(approve(1)), Err(PaymentRefusal::SameApprover));
    commands.push(approve(2));
    let payment = given(commands.clone());
    assert!(matches!(question(payment.known().unwrap()), Some(Question::Refund(_))));
    let cancel = |number| {
        let (refund_id, by) = (refund_id(1), somebody(number));
        PaymentCommand::CancelRefund { refund_id, by, at: at(5) }
    };
    assert!(payment.decide(cancel(1)).is_err(), "it is on its way");
    commands.pop();
    commands.push(cancel(1));
    assert_eq!(given(commands).known().unwrap().refundable_minor(), 1_000);
}

#[test]
fn what_was_not_taken_in_time_is_kept_no_longer() {
    let payment = given(manual());
    let end = at(7 * 86_400);
    assert_eq!(payment.owed(at(5)), Owed::Later(end));
    let Owed::Now(expire) = payment.owed(end) else { panic!("nothing is owed") };
    let mut commands = manual();
    commands.push(expire);
    let payment = given(commands);
    assert_eq!(status(&payment), PaymentStatus::Expired);
    assert_eq!(payment.decide(take(1, 1)), Err(PaymentRefusal::AuthorizationExpired));
    // The timer may be late: nothing is taken although nobody has said yet that it is over.
    let late = PaymentCommand::Capture {
        capture_id: capture_id(1),
        amount_minor: None,
        last: true,
        by: somebody(1),
        at: end,
    };
    assert_eq!(given(manual()).decide(late), Err(PaymentRefusal::AuthorizationExpired));
}

#[test]
fn a_payer_who_does_nothing_is_waited_for_15_minutes() {
    let answer = Authorization::ActionRequired {
        provider_ref: "pi_1".to_owned(),
        action_url: "https://bank.example".to_owned(),
    };
    let mut commands = vec![create(CaptureMethod::Automatic), told(answer)];
    let payment = given(commands.clone());
    assert_eq!(status(&payment), PaymentStatus::RequiresAction);
    assert_eq!(payment.owed(at(2)), Owed::Later(at(1 + 15 * 60)));
    let Owed::Now(abandon) = payment.owed(at(1 + 15 * 60)) else { panic!("nothing is owed") };
    commands.push(abandon.clone());
    let payment = given(commands.clone());
    let Some(Question::Void(asked)) = question(payment.known().unwrap()) else { panic!() };
    commands.push(PaymentCommand::RecordVoid {
        void_id: asked.void_id,
        answer: done(),
        at: at(999),
    });
    assert_eq!(status(&given(commands)), PaymentStatus::Canceled);
    // Whoever was faster than the timer has paid.
    assert_eq!(given(paid()).decide(abandon), Ok(vec![]));
}

#[test]
fn the_facts_of_a_payment_stay_as_they_are_and_move_every_state_on() {
    let mut refunded = paid();
    refunded.extend([back(1, 1), given_back(1, done())]);
    for fact in golden::<PaymentEvent>("payment") {
        for mut payment in [
            Payment::default(),
            given([create(CaptureMethod::Manual)]),
            given(manual()),
            given(paid()),
            given(refunded.clone()),
        ] {
            payment.evolve(&fact);
        }
    }
}
