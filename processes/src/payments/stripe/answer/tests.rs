//! Answers, from Stripe's own examples of its objects.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use domain::payment::{Answer, Authorization, DisputeOutcome};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::wire::{Dispute, ErrorBody, Intent, Refund};
use super::super::{dispute, told};
use super::{authorization, instant, refund, refused};
use crate::payments::notice::Told;

const OBJECTS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/stripe/objects.json"));

/// One of Stripe's examples, with other values in some places.
fn object(name: &str, changes: Value) -> Value {
    let all: Value = serde_json::from_str(OBJECTS).unwrap();
    let mut object = all[name].clone();
    for (field, value) in changes.as_object().unwrap() {
        object[field] = value.clone();
    }
    object
}

fn intent(changes: Value) -> Intent {
    serde_json::from_value(object("payment_intent", changes)).unwrap()
}

#[test]
fn an_intent_is_kept_only_where_its_status_says_so() {
    for status in ["requires_confirmation", "processing", "requires_payment_method", "new", ""] {
        let mut changes = json!({ "status": status, "amount_received": 1099 });
        changes["last_payment_error"] = Value::Null;
        assert_eq!(authorization(&intent(changes)), Authorization::Unknown, "{status}");
    }
    let charge = object("charge", json!({}));
    let taken = json!({ "status": "succeeded", "amount_received": 1099, "latest_charge": charge });
    let Authorization::Authorized { provider_ref, money, card, expires_at, captured } =
        authorization(&intent(taken))
    else {
        panic!("it was taken");
    };
    assert_eq!((provider_ref.as_str(), captured), ("pi_1PgafyB7WZ01zgkWSjxsAJo3", true));
    assert_eq!((money.amount_minor, money.currency.as_str()), (1_099, "USD"));
    let card = card.unwrap();
    assert_eq!((card.brand.as_str(), card.last4.as_str()), ("visa", "4242"));
    assert_eq!((card.exp_month, card.exp_year), (8, 2_030));
    assert_eq!(expires_at, instant(1_234_567_890).unwrap().plus_ms(7 * 86_400_000));
    // What it says it has is what is told, also where that is something else.
    let less = json!({ "status": "succeeded", "amount_received": 1000, "latest_charge": "ch_1" });
    assert!(matches!(
        authorization(&intent(less)),
        Authorization::Authorized { money, card: None, .. } if money.amount_minor == 1_000
    ));
}

#[test]
fn what_a_card_network_says_about_the_end_of_a_hold_counts() {
    let mut charge = object("charge", json!({}));
    charge["payment_method_details"]["card"]["capture_before"] = json!(1_234_600_000);
    let kept = json!({ "status": "requires_capture", "amount_capturable": 1099,
                       "amount_received": 0, "latest_charge": charge });
    assert!(matches!(
        authorization(&intent(kept)),
        Authorization::Authorized { expires_at, captured: false, .. }
            if Some(expires_at) == instant(1_234_600_000)
    ));
}

#[test]
fn a_payer_is_led_to_https_only() {
    for (url, led) in [
        ("https://hooks.stripe.com/redirect/x", "https://hooks.stripe.com/redirect/x"),
        ("http://hooks.stripe.com/x", ""),
        ("javascript:alert(1)", ""),
        ("https://x y", ""),
    ] {
        let next = json!({ "type": "redirect_to_url", "redirect_to_url": { "url": url } });
        let asked = intent(json!({ "status": "requires_action", "next_action": next }));
        assert!(
            matches!(authorization(&asked), Authorization::ActionRequired { action_url, .. }
                if action_url == led),
            "{url}"
        );
    }
}

#[test]
fn a_refusal_says_why_in_a_word_and_whether_another_attempt_helps() {
    let said = |error: Value| {
        let body: ErrorBody = serde_json::from_value(json!({ "error": error })).unwrap();
        match refused(&body.error) {
            Authorization::Declined { code, retryable, .. } => Some((code, retryable)),
            _ => None,
        }
    };
    let declined = |code: &str, retryable| Some((code.to_owned(), retryable));
    let card = "card_declined";
    for (error, expected) in [
        (json!({ "type": "card_error", "code": card }), declined(card, true)),
        (
            json!({ "code": card, "decline_code": "insufficient_funds" }),
            declined("insufficient_funds", true),
        ),
        (json!({ "code": card, "decline_code": "stolen_card" }), declined("stolen_card", false)),
        (json!({ "code": card, "advice_code": "do_not_try_again" }), declined(card, false)),
        (json!({ "code": "Card 4242 4242 4242 4242" }), declined("refused", true)),
        (json!({ "type": "invalid_request_error" }), declined("refused", true)),
        (
            json!({ "code": card, "payment_intent": object("payment_intent",
                json!({ "status": "succeeded" })) }),
            None,
        ),
    ] {
        assert_eq!(said(error.clone()), expected, "{error}");
    }
}

#[test]
fn a_refund_is_done_once_it_has_arrived() {
    let says = |status: &str| {
        let changes = json!({ "status": status, "failure_reason": "lost_or_stolen_card" });
        refund(&serde_json::from_value::<Refund>(object("refund", changes)).unwrap())
    };
    let provider_ref = "re_1Pgc72B7WZ01zgkWqPvrRrPE".to_owned();
    assert_eq!(says("succeeded"), Answer::Done { provider_ref, amount_minor: Some(100) });
    assert_eq!(says("failed"), Answer::Failed { code: "lost_or_stolen_card".to_owned() });
    assert_eq!(says("canceled"), Answer::Failed { code: "canceled".to_owned() });
    for status in ["pending", "requires_action", "new"] {
        assert_eq!(says(status), Answer::Unknown, "{status}");
    }
}

#[test]
fn captures_are_told_only_where_they_add_up() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let metadata = json!({ format!("c_{}", one.simple()): "400",
                           format!("c_{}", two.simple()): "300", "c_x": "1", "other": "2" });
    let told = |received: i64, status: &str| {
        let changes =
            json!({ "status": status, "amount_received": received, "metadata": metadata });
        let told = told::of_intent(&intent(changes)).into_iter();
        let amounts = told.map(|(part, told)| match told {
            Told::Captured { capture_id, amount_minor, .. } => {
                assert_eq!(part, Some(capture_id.uuid()));
                amount_minor
            }
            other => panic!("{other:?}"),
        });
        amounts.collect::<Vec<_>>()
    };
    assert_eq!(told(700, "succeeded"), [400, 300]);
    assert_eq!(told(1_000, "requires_capture"), [400, 300]);
    assert!(told(699, "succeeded").is_empty(), "one of them has not happened");
    assert!(told(700, "canceled").is_empty());
}

#[test]
fn an_inquiry_is_no_dispute() {
    let told = |status: &str| {
        let changes = json!({ "status": status, "reason": "fraudulent" });
        let dispute: Dispute = serde_json::from_value(object("dispute", changes)).unwrap();
        dispute::of_dispute(&dispute)
    };
    for status in ["warning_needs_response", "warning_under_review", "warning_closed", "new"] {
        assert_eq!(told(status), None, "{status}");
    }
    let Some(Told::DisputeOpened { dispute_id, amount_minor, reason, due_by }) =
        told("needs_response")
    else {
        panic!("it is open");
    };
    assert_eq!((dispute_id.as_str(), amount_minor), ("dp_1Pgc71B7WZ01zgkWMevJiAUx", 1_000));
    assert_eq!((reason.as_str(), due_by), ("fraudulent", instant(1_723_679_999)));
    for (status, expected) in [("won", DisputeOutcome::Won), ("lost", DisputeOutcome::Lost)] {
        assert!(matches!(told(status), Some(Told::DisputeClosed { outcome, .. })
            if outcome == expected));
    }
}

#[test]
fn an_object_without_a_name_of_ours_is_nobodys() {
    let stranger = intent(json!({ "status": "succeeded" }));
    assert_eq!(told::whose(&stranger.metadata), None);
    let half = json!({ "organization": Uuid::from_u128(1).to_string(), "payment": "17" });
    assert_eq!(told::whose(&intent(json!({ "metadata": half })).metadata), None);
    let name = json!({ "id": "pi_1\nx" });
    let odd = serde_json::from_value::<Intent>(object("payment_intent", name));
    assert!(odd.is_err(), "a name that could not stand in a path");
}
