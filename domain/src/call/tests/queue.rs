//! C11 to C14, C26, C27.

use super::super::*;
use super::kit::*;

fn offering(number: u128, agent_id: crate::AgentId) -> C {
    C::Offer { offer_id: offer(number), agent_id, expires_at: at(40), at: at(20) }
}

fn accept(number: u128, seconds: i64) -> C {
    C::AcceptOffer { offer_id: offer(number), wrap_up: timed(), at: at(seconds) }
}

#[test]
fn c11_into_a_queue_from_wherever_the_call_is() {
    let enqueue = C::Enqueue { place: place(1), at: at(60) };
    let call = calls::answered().when(enqueue.clone()).then_types(&["CallQueued"]);
    assert_eq!(
        (call.state().as_str(), call.known().queue_id),
        ("answered/waiting", Some(queue(1)))
    );
    call.when(enqueue.clone()).then_nothing();
    call.when(C::Enqueue { place: place(2), at: at(61) }).not_now("answered/waiting");
    calls::in_ivr().when(enqueue.clone()).then_types(&["IvrExited", "CallQueued"]);
    let call = calls::connected().when(enqueue.clone());
    let call = call.then_types(&["CallAgentDisconnected", "CallQueued"]);
    assert_eq!(call.known().queue_segments.len(), 2);
    let target = TransferTarget::Agent { id: agent(2) };
    let call = calls::transferring(TransferKind::Warm, target).when(enqueue.clone());
    let types = ["CallTransferCompleted", "CallAgentDisconnected", "CallQueued"];
    assert_eq!(call.then_types(&types).state(), "answered/waiting");
    calls::ringing().when(enqueue.clone()).not_now("ringing/none");
    calls::on_hold().when(enqueue).not_now("answered/on_hold");
    let place = Enqueue { priority: 101, ..place(1) };
    calls::answered().when(C::Enqueue { place, at: at(9) }).field("/priority", "out-of-range");
}

#[test]
fn c12_one_offer_at_a_time() {
    let call = calls::waiting().when(offering(1, agent(1))).then_types(&["CallOffered"]);
    assert_eq!(call.state(), "answered/offered");
    call.when(offering(1, agent(1))).then_nothing();
    call.when(offering(2, agent(2))).not_now("answered/offered");
    calls::answered().when(offering(1, agent(1))).not_now("answered/none");
    let (offer_id, agent_id) = (offer(1), agent(1));
    let late = C::Offer { offer_id, agent_id, expires_at: at(20), at: at(20) };
    calls::waiting().when(late).field("/expires_at", "not-in-future");
}

#[test]
fn c13_accepted() {
    let dequeued = E::CallDequeued {
        queue_id: queue(1),
        queue_segment: 1,
        reason: DequeueReason::Answered,
        waited_ms: 20_000,
        at: at(30),
    };
    let connected = E::CallAgentConnected {
        agent_id: agent(1),
        segment_no: 1,
        via: ConnectVia::Offer,
        wrap_up: timed(),
        at: at(30),
    };
    let accepted = E::CallOfferAccepted { offer_id: offer(1), agent_id: agent(1), at: at(30) };
    let call = calls::offered().when(accept(1, 30)).then([accepted, dequeued, connected]);
    assert_eq!(call.state(), "answered/connected");
    call.when(accept(1, 31)).then_nothing();
    assert_eq!(calls::offered().when(accept(2, 30)).refused(), CallRefusal::OfferNotOpen);
    assert_eq!(calls::offered().when(accept(1, 41)).refused(), CallRefusal::OfferNotOpen);
    assert!(calls::offered().when(accept(1, 40)).decided.is_ok());
    calls::waiting().when(accept(1, 30)).not_now("answered/waiting");
}

#[test]
fn c14_an_offer_that_nobody_takes_goes_back_to_waiting() {
    let (offer_id, reason) = (offer(1), "busy".to_owned());
    let declines = [
        (C::RejectOffer { offer_id, reason: reason.clone(), at: at(25) }, "CallOfferRejected"),
        (C::TimeOutOffer { offer_id, at: at(40) }, "CallOfferTimedOut"),
        (C::RescindOffer { offer_id, reason, at: at(25) }, "CallOfferRescinded"),
    ];
    for (decline, fact) in declines {
        let call = calls::offered().when(decline.clone()).then_types(&[fact]);
        assert_eq!(call.state(), "answered/waiting");
        call.when(decline.clone()).then_nothing();
        assert_eq!(call.when(offering(1, agent(1))).refused(), CallRefusal::OfferNotOpen);
        let again = call.and(offering(2, agent(1)));
        let other = C::TimeOutOffer { offer_id: offer(3), at: at(41) };
        assert_eq!(again.when(other).refused(), CallRefusal::OfferNotOpen);
        calls::connected().when(decline).not_now("answered/connected");
    }
    let facts = calls::offered().when(C::TimeOutOffer { offer_id, at: at(40) }).decided.unwrap();
    assert!(matches!(facts[..], [E::CallOfferTimedOut { rang_ms: 20_000, .. }]));
}

#[test]
fn c26_a_callback_takes_the_place_of_a_wait() {
    let callback = |not_after| C::RequestCallback {
        phone: phone("+420777123456"),
        not_before: at(600),
        not_after: at(not_after),
        keeps_place: true,
        at: at(15),
    };
    let call = calls::waiting().when(callback(1_200));
    let call = call.then_types(&["CallbackRequested", "CallDequeued"]);
    assert_eq!(call.state(), "answered/none");
    assert_eq!(call.known().queue_segments[0].reason, Some(DequeueReason::Callback));
    call.when(callback(1_200)).then_nothing();
    calls::waiting().when(callback(600)).field("/not_after", "out-of-order");
    calls::connected().when(callback(1_200)).not_now("answered/connected");
}

#[test]
fn c27_out_of_the_queue_without_an_agent() {
    let leave = |reason, next| C::LeaveQueue { reason, next, at: at(300) };
    let call = calls::waiting().when(leave(DequeueReason::Overflow, Some(place(2))));
    let call = call.then_types(&["CallDequeued", "CallQueued"]);
    assert_eq!(
        (call.state().as_str(), call.known().queue_id),
        ("answered/waiting", Some(queue(2)))
    );
    assert_eq!(call.known().queue_segments[0].waited_ms, Some(290_000));
    let call = calls::waiting().when(leave(DequeueReason::Voicemail, None));
    let call = call.then_types(&["CallDequeued"]);
    assert_eq!(call.state(), "answered/none");
    call.when(leave(DequeueReason::Voicemail, None)).not_now("answered/none");
    let wrong = leave(DequeueReason::Answered, None);
    calls::waiting().when(wrong).field("/reason", "invalid-value");
}

#[test]
fn c8_who_hangs_up_while_waiting_has_abandoned() {
    let end = C::Observe(lasted(ObservedStatus::Completed, 25, 20));
    let call = calls::offered().when(end.clone());
    let call = call.then_types(&["CallOfferRescinded", "CallDequeued", "CallEnded"]);
    let wait = call.known().queue_segments[0].clone();
    assert_eq!((wait.reason, wait.waited_ms), (Some(DequeueReason::Abandoned), Some(15_000)));
    assert_eq!(call.state(), "ended/closed");
    // Whom we hang up on has not.
    let asked = C::RequestEnd { by: EndedBy::Supervisor, reason: None, at: at(24) };
    let call = calls::waiting().and(asked).and(end);
    assert_eq!(call.known().queue_segments[0].reason, Some(DequeueReason::Timeout));
}
