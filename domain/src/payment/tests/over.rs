//! What is over, and what is not: disputes that were lost, payers who are given up, what is left.

use super::*;

fn waits() -> Vec<PaymentCommand> {
    let answer = Authorization::ActionRequired {
        provider_ref: "pi_1".to_owned(),
        action_url: "https://bank.example".to_owned(),
    };
    vec![create(CaptureMethod::Automatic), told(answer)]
}

#[test]
fn what_went_back_with_a_dispute_is_not_given_back_again() {
    let open = |amount_minor| PaymentCommand::OpenDispute {
        dispute_id: "dp_1".to_owned(),
        amount_minor,
        reason: "fraudulent".to_owned(),
        due_by: None,
        at: at(4),
    };
    let close = |outcome| PaymentCommand::CloseDispute {
        dispute_id: "dp_1".to_owned(),
        outcome,
        at: at(5),
    };
    for (outcome, refundable) in [(DisputeOutcome::Lost, 400), (DisputeOutcome::Won, 1_000)] {
        let mut commands = paid();
        commands.extend([open(600), close(outcome)]);
        let payment = given(commands);
        assert_eq!(payment.known().unwrap().refundable_minor(), refundable);
        let refusal = payment.decide(back(1, refundable + 1)).unwrap_err();
        assert_eq!(refusal.code(), "refund-exceeds-captured");
    }
}

#[test]
fn a_payer_whom_the_provider_did_not_let_go_is_given_up_again() {
    let mut commands = waits();
    let mut seen = Vec::new();
    for round in 0..3 {
        let due = at(1 + (round + 1) * 15 * 60);
        let payment = given(commands.clone());
        assert_eq!(payment.owed(due.plus_ms(-1)), Owed::Later(due));
        let Owed::Now(abandon) = payment.owed(due) else { panic!("nothing is owed") };
        commands.push(abandon);
        let Some(Question::Void(asked)) = question(given(commands.clone()).known().unwrap()) else {
            panic!("nothing is asked")
        };
        assert!(!seen.contains(&asked.void_id), "each time has an id of its own");
        seen.push(asked.void_id);
        let answer = if round == 2 { done() } else { failed() };
        commands.push(PaymentCommand::RecordVoid { void_id: asked.void_id, answer, at: due });
    }
    assert_eq!(status(&given(commands)), PaymentStatus::Canceled);
}

#[test]
fn a_payment_is_canceled_before_it_is_paid_and_let_go_after() {
    assert!(given(waits()).decide(void(1)).is_err());
    assert_eq!(types(given(waits()).decide(cancel(1))), ["PaymentVoidRequested"]);
    assert_eq!(given(waits()).decide(void(1)).unwrap_err().allowed_commands(), ["cancel"]);
    assert!(given(manual()).decide(cancel(1)).is_err());
    assert_eq!(types(given(manual()).decide(void(1))), ["PaymentVoidRequested"]);
}

#[test]
fn what_is_left_of_a_part_that_was_taken_is_over_in_time_too() {
    let mut commands = manual();
    commands.extend([take(1, 400), taken(1, done())]);
    let payment = given(commands.clone());
    let end = at(7 * 86_400);
    assert_eq!(payment.owed(at(5)), Owed::Later(end));
    let Owed::Now(expire) = payment.owed(end) else { panic!("nothing is owed") };
    commands.push(expire);
    let payment = given(commands);
    let known = payment.known().unwrap();
    assert_eq!((known.status, known.capturable_minor()), (PaymentStatus::PartiallyCaptured, 0));
    assert_eq!(payment.decide(take(2, 1)).unwrap_err().allowed_commands(), ["refund"]);
    assert_eq!(payment.owed(end), Owed::Nothing);
    // One whose end is not known yet is waited for.
    let mut commands = manual();
    commands.push(take(1, 400));
    assert_eq!(given(commands).owed(end), Owed::Nothing);
}

#[test]
fn nobody_gets_around_four_eyes_by_asking_twice() {
    let ask = |number| PaymentCommand::Refund {
        refund_id: refund_id(number),
        amount_minor: Some(300),
        reason: RefundReason::Other,
        note: None,
        most_minor: None,
        approval_from_minor: Some(500),
        by: somebody(1),
        at: at(4),
    };
    let mut commands = paid();
    commands.extend([ask(1), ask(2)]);
    let payment = given(commands);
    let statuses: Vec<RefundStatus> =
        payment.known().unwrap().refunds.iter().map(|refund| refund.status).collect();
    assert_eq!(statuses, [RefundStatus::Pending, RefundStatus::AwaitingApproval]);
}

#[test]
fn a_role_gives_back_up_to_its_limit_of_what_is_left_by_then() {
    let ask = |amount_minor| PaymentCommand::Refund {
        refund_id: refund_id(1),
        amount_minor,
        reason: RefundReason::Other,
        note: None,
        most_minor: Some(500),
        approval_from_minor: None,
        by: somebody(1),
        at: at(4),
    };
    let payment = given(paid());
    let limit = Err(PaymentRefusal::LimitExceeded { limit_minor: 500 });
    assert_eq!((payment.decide(ask(None)), payment.decide(ask(Some(501)))), (limit.clone(), limit));
    assert_eq!(types(payment.decide(ask(Some(500)))), ["RefundRequested"]);
}

#[test]
fn what_the_provider_has_instead_is_known() {
    let other = Money { amount_minor: 1_009, currency: "EUR".to_owned() };
    let commands = [create(CaptureMethod::Automatic), told(authorized(other.clone(), true))];
    let payment = given(commands);
    assert_eq!(payment.known().unwrap().provider_money(), other);
    assert_eq!(payment.known().unwrap().provider_ref(), Some("pi_1"));
    assert_eq!(given(paid()).known().unwrap().provider_money(), euros(1_000));
}

#[test]
fn while_a_payment_is_disputed_nothing_is_given_back() {
    let open = PaymentCommand::OpenDispute {
        dispute_id: "dp_1".to_owned(),
        amount_minor: 1_000,
        reason: "fraudulent".to_owned(),
        due_by: None,
        at: at(4),
    };
    let close = PaymentCommand::CloseDispute {
        dispute_id: "dp_1".to_owned(),
        outcome: DisputeOutcome::Won,
        at: at(5),
    };
    let mut commands = paid();
    commands.extend([open.clone(), open]);
    assert_eq!(given(commands.clone()).decide(back(1, 1)), Err(PaymentRefusal::Disputed));
    commands.extend([close.clone(), close]);
    assert_eq!(types(given(commands).decide(back(1, 1))), ["RefundRequested"]);
}

#[test]
fn nothing_is_given_back_after_180_days() {
    let late = PaymentCommand::Refund {
        refund_id: refund_id(1),
        amount_minor: None,
        reason: RefundReason::Other,
        note: None,
        most_minor: None,
        approval_from_minor: None,
        by: somebody(1),
        at: at(181 * 86_400),
    };
    assert_eq!(given(paid()).decide(late), Err(PaymentRefusal::RefundTooLate));
}
