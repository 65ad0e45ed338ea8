//! C1, C2 and the dial guards 3, 10, 12.

use serde_json::json;

use super::super::*;
use super::kit::*;
use crate::{Personal, PersonalText};

fn is_number(number: Option<&Personal<crate::PhoneNumber>>, text: &str) -> bool {
    matches!(number, Some(Personal::Known { value, .. }) if value.expose() == text)
}

#[test]
fn c1_a_dialed_call_begins_queued() {
    let call = nothing().when(dial(outbound())).then_types(&["CallInitiated"]);
    assert_eq!((call.state().as_str(), call.0.status()), ("queued/none", "queued"));
    let known = call.known();
    assert_eq!((known.created_at, known.agent_id), (at(0), Some(agent(1))));
    assert!(is_number(known.to.as_ref(), "+420777123456"));
    assert!(is_number(known.from.as_ref(), "+420222000111"));
}

#[test]
fn c2_a_call_that_comes_in_begins_ringing() {
    let call = nothing().when(register(inbound())).then_types(&["InboundCallReceived"]);
    assert_eq!((call.state().as_str(), call.0.status()), ("ringing/none", "ringing"));
    let known = call.known();
    assert_eq!(known.own_number.as_deref(), Some("+420222000111"));
    assert_eq!(known.provider_call_id.as_deref(), Some("CA1"));
    assert_eq!((known.ringing_at, known.to.clone()), (Some(at(0)), None));
}

#[test]
fn what_is_no_beginning_needs_a_call() {
    let end = C::RequestEnd { by: EndedBy::Agent, reason: None, at: at(1) };
    assert_eq!(nothing().when(end).refused(), CallRefusal::Unknown);
    let seen = saw(ObservedStatus::Ringing, 1);
    assert_eq!(nothing().when(C::Observe(seen.clone())).refused(), CallRefusal::Unknown);
    assert_eq!(Call::Unknown.observation_verdict(&seen), ObservationVerdict::Conflict);
}

#[test]
fn the_same_call_again_is_nothing_and_another_is_refused() {
    calls::answered().when(dial(outbound())).then_nothing();
    // A retry is not a duplicate of itself.
    let verdict = DialVerdict { duplicate_live: true, live_calls: 9, ..free() };
    calls::closed().when(dial(OutboundCall { verdict, at: at(900), ..outbound() })).then_nothing();
    calls::in_ivr().when(register(inbound())).then_nothing();
    let other = OutboundCall { ring_timeout_seconds: 31, ..outbound() };
    assert_eq!(calls::queued().when(dial(other)).refused(), CallRefusal::Exists);
    let other = OutboundCall { subject: id(9), ..outbound() };
    assert_eq!(calls::queued().when(dial(other)).refused(), CallRefusal::Exists);
    let other = InboundCall { provider_call_id: "CA2".to_owned(), ..inbound() };
    assert_eq!(calls::received().when(register(other)).refused(), CallRefusal::Exists);
    assert_eq!(calls::received().when(dial(outbound())).refused(), CallRefusal::Exists);
}

fn blocked(call: OutboundCall) -> Option<&'static str> {
    match nothing().when(dial(call)).refused() {
        CallRefusal::DialingBlocked { reason, .. } => Some(reason),
        CallRefusal::ProviderDown { seconds: 7 } => Some("provider_down"),
        CallRefusal::DuplicateLiveCall => Some("duplicate_live_call"),
        CallRefusal::AgentBusy => Some("agent_busy"),
        _ => None,
    }
}

#[test]
fn the_guards_refuse_in_their_order() {
    let suppressed = DialVerdict { suppressed: true, live_calls: 5, ..free() };
    assert_eq!(blocked(OutboundCall { verdict: suppressed, ..outbound() }), Some("do_not_call"));
    let busy = DialVerdict { live_calls: 5, duplicate_live: true, ..free() };
    let premium = OutboundCall { to: phone("+19005550100"), verdict: busy, ..outbound() };
    assert_eq!(blocked(premium), Some("premium"));
    assert_eq!(blocked(OutboundCall { verdict: busy, ..outbound() }), Some("concurrency_limit"));
    let duplicate = DialVerdict { duplicate_live: true, live_calls: 4, ..free() };
    let again = OutboundCall { verdict: duplicate, ..outbound() };
    assert_eq!(blocked(again), Some("duplicate_live_call"));
    let down = DialVerdict { provider_back_in_seconds: Some(7), ..duplicate };
    assert_eq!(blocked(OutboundCall { verdict: down, ..outbound() }), Some("provider_down"));
    let taken = DialVerdict { agent_busy: true, ..free() };
    assert_eq!(blocked(OutboundCall { verdict: taken, ..outbound() }), Some("agent_busy"));
    let taken = DialVerdict { agent_busy: true, ..duplicate };
    assert_eq!(blocked(OutboundCall { verdict: taken, ..outbound() }), Some("duplicate_live_call"));
    let wanted = DialVerdict { override_duplicate: true, ..duplicate };
    let wanted = OutboundCall { verdict: wanted, ..outbound() };
    nothing().when(dial(wanted)).then_types(&["CallInitiated"]);
}

#[test]
fn k15_emergency_numbers_are_blocked_as_they_were_typed() {
    for number in ["112", "911", "+1 911", "00420112", "9-8-8"] {
        let refusal = dialable("/to", number).unwrap_err();
        assert_eq!((refusal.code(), refusal.reason()), ("dialing-blocked", Some("emergency")));
    }
    let refusal = dialable("/to", "call me").unwrap_err();
    assert_eq!((refusal.code(), refusal.pointer()), ("invalid-phone-number", Some("/to")));
    assert!(dialable("/to", "+420 777 123 456").is_ok());
}

#[test]
fn fields_are_judged_before_the_guards() {
    for seconds in [4, 121] {
        let call = OutboundCall { ring_timeout_seconds: seconds, ..outbound() };
        nothing().when(dial(call)).field("/ring_timeout_seconds", "out-of-range");
    }
    for seconds in [5, 120] {
        let call = OutboundCall { ring_timeout_seconds: seconds, ..outbound() };
        nothing().when(dial(call)).then_types(&["CallInitiated"]);
    }
    let metadata = json!({"order": {"card": "4242 4242 4242 4242"}}).as_object().cloned();
    let call = OutboundCall { metadata: metadata.unwrap(), ..outbound() };
    let refusal = nothing().when(dial(call)).refused();
    assert_eq!(refusal, CallRefusal::CardData { pointer: "/metadata" });
    let call = InboundCall { provider_call_id: String::new(), ..inbound() };
    nothing().when(register(call)).field("/provider_call_id", "empty");
}
