//! C0.

use serde_json::json;

use super::super::*;
use super::kit::*;
use crate::Timestamp;

#[test]
fn c0_a_call_of_another_system_is_as_it_was() {
    let call = nothing().when(import(historic())).then_types(&["CallImported"]);
    assert_eq!((call.state().as_str(), call.0.status()), ("ended/closed", "completed"));
    let known = call.known();
    assert_eq!((known.provider, known.created_at), (None, at(0)));
    assert_eq!((known.answered_at, known.ended_at), (Some(at(5)), Some(at(65))));
    assert_eq!(known.disposition.as_ref().map(|d| d.code.as_str()), Some("not_interested"));
    assert_eq!((known.rating, known.holds, known.belongs.attempt_no), (Some(4), 1, Some(2)));
}

#[test]
fn its_durations_are_the_ones_that_it_came_with() {
    let durations = Durations {
        ring_ms: None,
        queue_ms: Some(5_000),
        talk_ms: Some(50_000),
        hold_ms: Some(10_000),
        wrap_ms: Some(20_000),
        handle_ms: Some(80_000),
        total_ms: Some(65_000),
    };
    assert_eq!(calls::imported().known().durations(), durations);
    let silent = HistoricCall { talk_ms: None, ..historic() };
    assert_eq!(given([import(silent)]).known().durations().handle_ms, None);
}

#[test]
fn the_same_call_again_is_nothing_whatever_became_of_it() {
    let call = calls::imported();
    call.when(import(historic())).then_nothing();
    let patch = json!({"a": 1}).as_object().cloned();
    let tags = Some(vec!["new".to_owned()]);
    let call = call.and(C::Change { patch, tags, at: at(900) });
    let call = call.and(C::Rate { score: 1, channel: RatingChannel::Sms, at: at(900) });
    let erase = C::Erase {
        requested_by: "user:1".to_owned(),
        legal_basis: "GDPR 17".to_owned(),
        at: at(901),
    };
    let call = call.and(erase);
    call.when(import(historic())).then_nothing();
    for other in [
        HistoricCall { ended_at: at(66), ..historic() },
        HistoricCall { talk_ms: Some(1), ..historic() },
        HistoricCall { tags: vec![], ..historic() },
        HistoricCall { tags: vec!["new".to_owned()], ..historic() },
        HistoricCall { disposition: Some("busy".to_owned()), ..historic() },
        HistoricCall { metadata: json!({"a": 1}).as_object().cloned().unwrap(), ..historic() },
        HistoricCall { source_id: "row-2".to_owned(), ..historic() },
        HistoricCall { subject: id(9), ..historic() },
    ] {
        assert_eq!(call.when(import(other)).refused(), CallRefusal::Exists);
    }
    assert_eq!(calls::closed().when(import(historic())).refused(), CallRefusal::Exists);
}

#[test]
fn nothing_but_its_shape_is_judged() {
    // An answer and an end at the very beginning, an agent in two calls at once: it was so.
    let flat = HistoricCall { answered_at: Some(at(0)), ended_at: at(0), ..historic() };
    nothing().when(import(flat)).then_types(&["CallImported"]);
    let sold = HistoricCall { disposition: Some("sale".to_owned()), ..historic() };
    nothing().when(import(sold)).then_types(&["CallImported"]);
}

#[test]
fn what_cannot_have_been_is_refused() {
    let wrong = |call: HistoricCall, pointer: &str, reason: &str| {
        nothing().when(import(call)).field(pointer, reason);
    };
    wrong(HistoricCall { answered_at: Some(at(-1)), ..historic() }, "/answered_at", "out-of-order");
    wrong(HistoricCall { ended_at: at(4), ..historic() }, "/ended_at", "out-of-order");
    let early = Timestamp::from_millis(-1);
    wrong(HistoricCall { created_at: early, ..historic() }, "/created_at", "out-of-range");
    let late = Timestamp::from_millis(4_133_980_800_000);
    wrong(HistoricCall { ended_at: late, ..historic() }, "/ended_at", "out-of-range");
    wrong(HistoricCall { talk_ms: Some(-1), ..historic() }, "/talk_ms", "out-of-range");
    wrong(HistoricCall { rating: Some(6), ..historic() }, "/rating", "out-of-range");
    wrong(HistoricCall { source: String::new(), ..historic() }, "/source", "empty");
    wrong(
        HistoricCall { queue_label: Some("x".repeat(121)), ..historic() },
        "/queue_label",
        "too-long",
    );
    let tags = vec!["a".to_owned(), "a".to_owned()];
    wrong(HistoricCall { tags, ..historic() }, "/tags", "repeated");
    let unknown = HistoricCall { meaning: None, ..historic() };
    assert_eq!(nothing().when(import(unknown)).refused(), CallRefusal::UnknownDisposition);
    let card = HistoricCall { agent_label: Some("4242424242424242".to_owned()), ..historic() };
    assert_eq!(
        nothing().when(import(card)).refused(),
        CallRefusal::CardData { pointer: "/agent_label" }
    );
}
