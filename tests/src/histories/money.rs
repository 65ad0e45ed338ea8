//! Random histories of payments: what is asked and what a provider tells, possible or not.

use domain::payment::{
    Answer, Authorization, CaptureMethod, DisputeOutcome, NewPayment, Payment, PaymentCommand,
    PaymentProvider, PaymentPurpose, RefundReason, VoidReason,
};
use domain::{
    AttemptId, CaptureId, ContactId, Money, RefundId, SubjectId, Timestamp, UserId, VoidId,
};
use processes::Commands;
use uuid::Uuid;

use super::people::ask;
use super::{Dice, History};

/// What is asked of a payment, possible or not.
const ASKED: u64 = 14;

/// Somebody pays in a call; says where the log ends then.
pub(super) async fn pay(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    mut at: Timestamp,
) -> anyhow::Result<i64> {
    let id = history.call.uuid();
    let mut head = ask::<Payment>(commands, history, id, create(history, dice, at)).await?;
    for _ in 0..dice.below(ASKED) {
        at = at.plus_ms(dice.ms(60_000));
        head = ask::<Payment>(commands, history, id, any(id, dice, at)).await?.max(head);
    }
    Ok(head)
}

fn create(history: &History, dice: &mut Dice, at: Timestamp) -> PaymentCommand {
    let id = history.call.uuid();
    let method = [CaptureMethod::Manual, CaptureMethod::Automatic];
    PaymentCommand::Create(Box::new(NewPayment {
        subject: SubjectId::from(id),
        money: Money { amount_minor: 1_000, currency: "EUR".to_owned() },
        capture_method: dice.one(&method).unwrap_or(CaptureMethod::Manual),
        purpose: PaymentPurpose::CallPayment,
        call_id: dice.chance(70).then_some(history.call),
        contact_id: dice.chance(30).then(|| ContactId::from(id)),
        token_ref: "tok_visa".to_owned(),
        description: dice.chance(50).then(|| "an invoice".to_owned()),
        metadata: serde_json::Map::new(),
        provider: PaymentProvider::Simulator,
        attempt_id: AttemptId::from(id),
        by: UserId::from(id),
        at,
    }))
}

/// Anything that can be asked of a payment, or told of it.
fn any(id: Uuid, dice: &mut Dice, at: Timestamp) -> PaymentCommand {
    let (few, by, attempt_id) = (dice.few(4), UserId::from(id), AttemptId::from(id));
    let amount_minor = dice.chance(60).then(|| i64::try_from(dice.below(700)).unwrap_or(1));
    match dice.below(12) {
        0 | 1 => {
            let answer = authorization(dice, at);
            PaymentCommand::RecordAuthorization { attempt_id, answer, at }
        }
        2 | 3 => {
            let (capture_id, last) = (CaptureId::from(few), dice.chance(20));
            PaymentCommand::Capture { capture_id, amount_minor, last, by, at }
        }
        4 => {
            let (capture_id, answer) = (CaptureId::from(few), answer(dice));
            PaymentCommand::RecordCapture { capture_id, answer, at }
        }
        5 => {
            let (void_id, reason) = (VoidId::from(few), VoidReason::Requested);
            PaymentCommand::Void { void_id, reason, by: Some(by), at }
        }
        6 => PaymentCommand::RecordVoid { void_id: VoidId::from(few), answer: answer(dice), at },
        7 | 8 => PaymentCommand::Refund {
            refund_id: RefundId::from(few),
            amount_minor,
            reason: RefundReason::Other,
            note: dice.chance(30).then(|| "a note".to_owned()),
            most_minor: None,
            approval_from_minor: dice.chance(30).then_some(100),
            by,
            at,
        },
        9 => {
            let (refund_id, answer) = (RefundId::from(few), answer(dice));
            PaymentCommand::RecordRefund { refund_id, answer, at }
        }
        10 => PaymentCommand::OpenDispute {
            dispute_id: format!("dp_{few}"),
            amount_minor: 10,
            reason: "fraudulent".to_owned(),
            due_by: None,
            at,
        },
        _ => {
            let (dispute_id, outcome) = (format!("dp_{few}"), DisputeOutcome::Won);
            PaymentCommand::CloseDispute { dispute_id, outcome, at }
        }
    }
}

fn authorization(dice: &mut Dice, at: Timestamp) -> Authorization {
    let provider_ref = "pi_1".to_owned();
    match dice.below(6) {
        0 => Authorization::Unknown,
        1 => Authorization::Declined { code: "no".to_owned(), retryable: true, card: None },
        2 => {
            let action_url = "https://bank.example".to_owned();
            Authorization::ActionRequired { provider_ref, action_url }
        }
        _ => Authorization::Authorized {
            provider_ref,
            money: Money { amount_minor: 1_000, currency: "EUR".to_owned() },
            card: None,
            expires_at: at.plus_ms(7 * 86_400_000),
            captured: dice.chance(50),
        },
    }
}

fn answer(dice: &mut Dice) -> Answer {
    match dice.below(4) {
        0 => Answer::Unknown,
        1 => Answer::Failed { code: "no".to_owned() },
        _ => Answer::Done { provider_ref: "x".to_owned(), amount_minor: None },
    }
}
