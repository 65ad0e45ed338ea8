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

fn guessed(call: Given) -> Given {
    call.and(C::ReconcileMissing { at: at(9_000) })
}

#[test]
fn a_corrected_end_takes_along_what_the_guess_cut_off() {
    let hold = calls::on_hold();
    let held_since = hold.known().held_since.unwrap();
    let connected_at = hold.known().segments[0].connected_at;
    let guess = guessed(hold);
    let of = guess.known().durations();
    assert_eq!(of.hold_ms, Some(at(9_000).since_ms(held_since)));
    for (end, told) in [(100, "earlier"), (9_100, "later")] {
        let call = guess.and(C::Observe(lasted(ObservedStatus::Completed, end, 95)));
        let (segment, of) = (&call.known().segments[0], call.known().durations());
        assert_eq!(segment.disconnected_at, Some(at(end)), "{told}");
        assert_eq!(of.talk_ms, Some(held_since.since_ms(connected_at)), "{told}");
        assert_eq!(of.hold_ms, Some(at(end).since_ms(held_since)), "{told}");
    }
    // Nothing lasts less than nothing.
    let call = guess.and(C::Observe(lasted(ObservedStatus::Completed, 1, 1)));
    let of = call.known().durations();
    assert_eq!((of.talk_ms, of.hold_ms), (Some(0), Some(0)));
}

#[test]
fn a_corrected_end_leaves_what_was_over_before_it() {
    let lost = calls::connected().and(C::AgentLegLost { requeue: None, at: at(60) });
    let before = lost.known().segments.clone();
    let call = guessed(lost).and(C::Observe(lasted(ObservedStatus::Completed, 100, 95)));
    assert_eq!((&call.known().segments, call.known().ended_at), (&before, Some(at(100))));
}

#[test]
fn who_waited_until_a_guessed_end_abandoned_the_call_when_it_really_ended() {
    let wait = |call: &Given| {
        let wait = call.known().queue_segments.last().cloned().unwrap();
        (wait.reason, wait.dequeued_at, wait.waited_ms)
    };
    let queued_at = calls::waiting().known().queue_segments[0].queued_at;
    let waited = |until| Some(at(until).since_ms(queued_at));
    let guess = guessed(calls::waiting());
    assert_eq!(wait(&guess), (Some(DequeueReason::Timeout), Some(at(9_000)), waited(9_000)));
    let call = guess.and(C::Observe(lasted(ObservedStatus::Completed, 100, 95)));
    assert_eq!(wait(&call), (Some(DequeueReason::Abandoned), Some(at(100)), waited(100)));
    let asked = calls::waiting().and(request(EndedBy::Agent, None));
    let call = guessed(asked).and(C::Observe(lasted(ObservedStatus::Completed, 100, 95)));
    assert_eq!(wait(&call), (Some(DequeueReason::Timeout), Some(at(100)), waited(100)));
}
