//! Whatever is asked of a payment and told of it, in whatever order, the money adds up (M2).

use proptest::prelude::*;

use super::*;

fn answer() -> impl Strategy<Value = Answer> {
    let amount = prop_oneof![3 => Just(None), 1 => (1..1_200_i64).prop_map(Some)];
    let done = |amount_minor| Answer::Done { provider_ref: "x".into(), amount_minor };
    prop_oneof![
        4 => amount.prop_map(done),
        2 => Just(failed()),
        1 => Just(Answer::Unknown),
    ]
}

fn authorization() -> impl Strategy<Value = Authorization> {
    prop_oneof![
        5 => any::<bool>().prop_map(|captured| authorized(euros(1_000), captured)),
        1 => (1..1_200_i64).prop_map(|amount| authorized(euros(amount), true)),
        1 => any::<bool>().prop_map(|retryable| {
            Authorization::Declined { code: "no".into(), retryable, card: None }
        }),
        1 => Just(Authorization::ActionRequired {
            provider_ref: "pi_1".into(),
            action_url: "https://bank.example".into(),
        }),
        1 => Just(Authorization::Unknown),
    ]
}

/// Any command, about few captures and refunds, so that they meet.
fn command() -> impl Strategy<Value = PaymentCommand> {
    let number = || 1..5_u128;
    let amount = || prop_oneof![1 => Just(None), 4 => (-10..1_100_i64).prop_map(Some)];
    let amounts = || (number(), amount());
    prop_oneof![
        4 => (1..4_u128, authorization()).prop_map(|(number, answer)| {
            PaymentCommand::RecordAuthorization { attempt_id: attempt(number), answer, at: at(1) }
        }),
        1 => number().prop_map(|number| {
            PaymentCommand::Retry { attempt_id: attempt(number), token_ref: None, at: at(2) }
        }),
        4 => amounts().prop_map(|(number, amount)| take(number, amount)),
        4 => (number(), answer()).prop_map(|(number, answer)| taken(number, answer)),
        1 => number().prop_map(void),
        1 => number().prop_map(cancel),
        2 => (number(), answer()).prop_map(|(number, answer)| let_go(number, answer)),
        1 => Just(PaymentCommand::Expire { at: at(8 * 86_400) }),
        4 => (amounts(), prop_oneof![Just(None), Just(Some(300))]).prop_map(
            |((number, amount_minor), approval_from_minor)| PaymentCommand::Refund {
                refund_id: refund_id(number),
                amount_minor,
                reason: RefundReason::Other,
                note: None,
                most_minor: None,
                approval_from_minor,
                by: somebody(1),
                at: at(4),
            }
        ),
        2 => (number(), number()).prop_map(|(number, by)| PaymentCommand::ApproveRefund {
            refund_id: refund_id(number),
            by: somebody(by),
            at: at(5),
        }),
        1 => number().prop_map(|number| PaymentCommand::CancelRefund {
            refund_id: refund_id(number),
            by: somebody(1),
            at: at(5),
        }),
        4 => (number(), answer()).prop_map(|(number, answer)| given_back(number, answer)),
        1 => Just(PaymentCommand::OpenDispute {
            dispute_id: "dp_1".into(),
            amount_minor: 10,
            reason: "fraudulent".into(),
            due_by: None,
            at: at(5),
        }),
        1 => Just(PaymentCommand::CloseDispute {
            dispute_id: "dp_1".into(),
            outcome: DisputeOutcome::Lost,
            at: at(5),
        }),
    ]
}

/// What was told to have happened to money, without looking at the state.
#[derive(Default)]
struct Book {
    authorized: i64,
    captured: i64,
    refunded: i64,
    disputed: i64,
    lost: i64,
    asked_back: std::collections::HashMap<RefundId, i64>,
}

impl Book {
    fn write(&mut self, fact: &PaymentEvent) {
        match fact {
            PaymentEvent::PaymentAuthorized { authorized_minor, .. } => {
                self.authorized = *authorized_minor;
            }
            PaymentEvent::PaymentCaptured { amount_minor, captured_total_minor, .. } => {
                self.captured += amount_minor;
                assert_eq!(self.captured, *captured_total_minor);
            }
            PaymentEvent::RefundRequested { refund_id, amount_minor, .. } => {
                self.asked_back.insert(*refund_id, *amount_minor);
            }
            PaymentEvent::RefundSucceeded { refund_id, .. } => {
                self.refunded += self.asked_back[refund_id];
            }
            PaymentEvent::DisputeOpened { amount_minor, .. } => self.disputed = *amount_minor,
            PaymentEvent::DisputeClosed { outcome: DisputeOutcome::Lost, .. } => {
                self.lost = self.disputed;
            }
            // Also one that had succeeded: then it is no longer given back.
            PaymentEvent::RefundFailed { refund_id, .. }
            | PaymentEvent::RefundCanceled { refund_id, .. } => {
                self.asked_back.remove(refund_id);
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    /// Captured is at most authorized, refunds that are asked for or done are at most captured, the
    /// currency stays, amounts are positive, and whatever is told twice says nothing twice.
    #[test]
    fn payment_m2_the_money_adds_up(
        manual in any::<bool>(),
        commands in proptest::collection::vec(command(), 1..40),
    ) {
        let method = if manual { CaptureMethod::Manual } else { CaptureMethod::Automatic };
        let (mut payment, mut book) = (given([create(method)]), Book::default());
        for command in commands {
            let before = payment.clone();
            let Ok(facts) = payment.decide(command.clone()) else { continue };
            for fact in facts {
                book.write(&fact);
                payment.evolve(&sealed(fact));
            }
            let known = payment.known().unwrap();
            prop_assert_eq!(&known.money, &euros(1_000));
            prop_assert!(book.captured <= book.authorized, "{:?} {:?}", before, command);
            let asked_back: i64 = book.asked_back.values().sum();
            prop_assert!(asked_back <= book.captured, "{:?} {:?}", before, command);
            prop_assert_eq!(known.captured_minor(), book.captured);
            let refundable = (book.captured - asked_back - book.lost).max(0);
            prop_assert_eq!(known.refundable_minor(), refundable);
            prop_assert!(known.capturable_minor() >= 0 && known.refundable_minor() >= 0);
            if let Ok(again) = payment.decide(command.clone()) {
                let repeated = again.iter().map(DecidedEvent::event_type).collect::<Vec<_>>();
                // A wait that began anew is another one.
                prop_assert!(repeated.is_empty(), "{:?} says {:?} twice", command, repeated);
            }
        }
    }
}
