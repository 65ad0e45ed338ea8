//! C9, C10.

use super::super::*;
use super::kit::*;
use crate::{Personal, PersonalText};

fn enter(seconds: i64) -> C {
    C::EnterIvr { flow_id: id(0xf1), flow_version: 3, at: at(seconds) }
}

fn input(text: &str, sensitive: bool, confidence: Option<f64>) -> C {
    C::IvrInput {
        menu_id: id(0xe1),
        input_type: InputType::Dtmf,
        input: Some(text.to_owned()),
        sensitive,
        confidence,
        matched_option: Some("1".to_owned()),
        at: at(7),
    }
}

fn heard(given: &Given, command: C) -> String {
    let facts = given.when(command).decided.unwrap();
    let [E::IvrInputReceived { input: Some(Personal::Known { value, .. }), .. }] = &facts[..]
    else {
        panic!("{facts:?}");
    };
    value.expose().to_owned()
}

#[test]
fn c9_a_flow_answers_a_call_that_comes_in() {
    let call = calls::received().when(enter(5)).then([
        E::CallAnswered { answered_at: at(5), answered_by: None, estimated: false },
        E::CallEnteredIvr { flow_id: id(0xf1), flow_version: 3, at: at(5) },
    ]);
    assert_eq!(call.state(), "answered/ivr");
    call.when(enter(6)).then_nothing();
    // Whichever is recorded first: the provider's word comes too late to be news.
    call.when(C::Observe(saw(ObservedStatus::Answered, 4))).then_nothing();
    calls::answered().when(enter(6)).then_types(&["CallEnteredIvr"]);
    calls::ringing().when(enter(3)).not_now("ringing/none");
    calls::waiting().when(enter(12)).not_now("answered/waiting");
}

#[test]
fn c10_visits_of_a_menu_are_counted() {
    let menu = |menu| C::EnterMenu { menu_id: id(menu), at: at(6) };
    let call = calls::in_ivr().and(menu(0xe1)).and(menu(0xe2));
    call.when(menu(0xe1)).then([E::IvrMenuEntered { menu_id: id(0xe1), visit: 2, at: at(6) }]);
    calls::answered().when(menu(0xe1)).not_now("answered/none");
}

#[test]
fn c10_sensitive_inputs_are_masked() {
    let call = calls::in_ivr();
    assert_eq!(heard(&call, input("123", false, Some(1.0))), "123");
    assert_eq!(heard(&call, input("123", true, None)), "***");
    assert_eq!(heard(&call, input("4242424242424242", false, None)), "*".repeat(16));
    for confidence in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
        let unsure = input("1", false, Some(confidence));
        call.when(unsure).field("/confidence", "out-of-range");
    }
    call.when(input(&"1".repeat(257), false, None)).field("/input", "too-long");
}

#[test]
fn c10_out_of_the_flow() {
    let exit = |outcome| C::ExitIvr { outcome, target: None, at: at(9) };
    let call = calls::in_ivr().and(exit(IvrOutcome::Queue));
    assert_eq!(call.state(), "answered/none");
    call.when(exit(IvrOutcome::Queue)).not_now("answered/none");
    call.when(C::Enqueue { place: place(1), at: at(10) }).then_types(&["CallQueued"]);
    let call = calls::in_ivr().and(exit(IvrOutcome::Hangup));
    assert_eq!(call.state(), "answered/closed");
}

#[test]
fn c8_the_end_of_the_leg_leaves_the_flow() {
    let end = C::Observe(lasted(ObservedStatus::Completed, 20, 15));
    let exited = |outcome| E::IvrExited { outcome, target: None, at: at(20) };
    let facts = calls::in_ivr().when(end.clone()).decided.unwrap();
    assert_eq!(facts[0], exited(IvrOutcome::Abandoned));
    let asked = C::RequestEnd { by: EndedBy::System, reason: None, at: at(10) };
    let facts = calls::in_ivr().and(asked).when(end).decided.unwrap();
    assert_eq!(facts[0], exited(IvrOutcome::Hangup));
}
