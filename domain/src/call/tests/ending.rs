//! C20, C23.

use super::super::*;
use super::kit::*;

fn request(by: EndedBy, reason: Option<&str>) -> C {
    C::RequestEnd { by, reason: reason.map(str::to_owned), at: at(60) }
}

#[test]
fn c23_the_provider_is_asked_once() {
    let (by, reason) = (EndedBy::Agent, Some("done".to_owned()));
    let call = calls::connected().when(request(by, Some("done")));
    let call = call.then([E::CallEndRequested { by, reason, at: at(60) }]);
    assert_eq!(call.0.status(), "in_progress");
    call.when(request(EndedBy::Supervisor, None)).then_nothing();
    let call = call.and(C::Observe(lasted(ObservedStatus::Completed, 61, 56)));
    let end = call.known().end.clone().unwrap();
    assert_eq!((end.by, end.reason.as_deref()), (EndedBy::Agent, Some("done")));
    call.when(request(by, None)).then_nothing();
    calls::imported().when(request(by, None)).then_nothing();
}

#[test]
fn c23_a_call_that_was_never_submitted_can_be_taken_back() {
    let call = calls::queued().and(request(EndedBy::Agent, None));
    let canceled = Observation { provider_call_id: None, ..saw(ObservedStatus::Canceled, 61) };
    let call = call.when(C::Observe(canceled)).then_types(&["CallEnded"]);
    assert_eq!(
        (call.0.status(), call.known().end.as_ref().map(|end| end.by)),
        ("canceled", Some(EndedBy::Agent))
    );
}

#[test]
fn c23_a_reason_is_a_line_without_a_card_number() {
    let by = EndedBy::Agent;
    calls::ringing().when(request(by, Some("a\u{0}b"))).field("/reason", "control-character");
    calls::ringing().when(request(by, Some(&"x".repeat(257)))).field("/reason", "too-long");
    let refusal = calls::ringing().when(request(by, Some("4242424242424242"))).refused();
    assert_eq!(refusal, CallRefusal::CardData { pointer: "/reason" });
    calls::ringing().when(request(by, Some(&"é".repeat(256)))).then_types(&["CallEndRequested"]);
}

#[test]
fn c20_wrap_up_follows_where_an_agent_was_and_the_mode_wants_it() {
    let end = |late: i64| {
        let seen = lasted(ObservedStatus::Completed, 100, 95);
        C::Observe(Observation { recorded_at: at(100 + late), ..seen })
    };
    let call = calls::connected().when(end(10)).then_types(&["CallEnded", "CallWrapUpStarted"]);
    let wrap_up = call.known().wrap_up.unwrap();
    // The agent has the whole time from when the end was learned.
    assert_eq!((wrap_up.started_at, wrap_up.deadline), (at(100), Some(at(140))));
    assert_eq!(call.state(), "ended/wrap_up");
    let accept = |mode| C::AcceptOffer {
        offer_id: offer(1),
        wrap_up: WrapUp { mode, seconds: 30 },
        at: at(30),
    };
    let call = calls::offered().and(accept(WrapUpMode::None)).when(end(1));
    assert_eq!(call.then_types(&["CallEnded"]).state(), "ended/closed");
    let call = calls::offered().and(accept(WrapUpMode::Manual)).and(end(1));
    assert_eq!(call.known().wrap_up.unwrap().deadline, None);
    let lost = calls::connected().and(C::AgentLegLost { requeue: None, at: at(60) });
    assert_eq!(lost.when(end(1)).then_types(&["CallEnded"]).state(), "ended/closed");
}

#[test]
fn who_ended_a_call_that_nobody_of_us_ended() {
    let by = |call: Given, seen| call.and(C::Observe(seen)).known().end.as_ref().map(|end| end.by);
    let end = lasted(ObservedStatus::Completed, 100, 95);
    assert_eq!(by(calls::connected(), end), Some(EndedBy::Customer));
    let busy = saw(ObservedStatus::Busy, 10);
    assert_eq!(by(calls::ringing(), busy), Some(EndedBy::Provider));
    let canceled = saw(ObservedStatus::Canceled, 10);
    assert_eq!(by(calls::received(), canceled.clone()), Some(EndedBy::Customer));
    assert_eq!(by(calls::ringing(), canceled), Some(EndedBy::Provider));
}

#[test]
fn a_hold_ends_with_the_call() {
    let end = C::Observe(lasted(ObservedStatus::Completed, 100, 95));
    let call = calls::on_hold().when(end).then_types(&["CallEnded", "CallWrapUpStarted"]);
    let segment = &call.known().segments[0];
    assert_eq!((segment.held_ms, segment.disconnected_at), (60_000, Some(at(100))));
    assert_eq!(call.known().held_since, None);
    let of = call.known().durations();
    assert_eq!((of.talk_ms, of.hold_ms, of.handle_ms), (Some(10_000), Some(60_000), None));
}

#[test]
fn c8_only_who_leaves_by_himself_abandons() {
    let end = || C::Observe(lasted(ObservedStatus::Completed, 61, 56));
    let reason = |call: Given| call.known().queue_segments.last().and_then(|wait| wait.reason);
    assert_eq!(reason(calls::waiting().and(end())), Some(DequeueReason::Abandoned));
    for by in [EndedBy::Agent, EndedBy::Supervisor, EndedBy::System] {
        let call = calls::waiting().and(request(by, None)).and(end());
        assert_eq!(reason(call), Some(DequeueReason::Timeout), "{by}");
    }
}
