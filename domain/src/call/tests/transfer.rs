//! C17 to C19.

use super::super::*;
use super::kit::*;
use TransferKind::{Blind, Warm};

fn start(target: TransferTarget, number: Option<crate::PhoneNumber>) -> C {
    let (transfer_id, kind, by) = (transfer(1), Warm, By::Agent);
    C::StartTransfer { transfer_id, kind, target, number, by, at: at(50) }
}

fn complete(place: Option<Enqueue>) -> C {
    let wrap_up = WrapUp { mode: WrapUpMode::Manual, seconds: 0 };
    C::CompleteTransfer { transfer_id: transfer(1), place, wrap_up, at: at(70) }
}

fn cancel() -> C {
    C::CancelTransfer { transfer_id: transfer(1), by: By::Agent, at: at(60) }
}

fn fail() -> C {
    C::FailTransfer { transfer_id: transfer(1), reason: "no_answer".to_owned(), at: at(60) }
}

const COLLEAGUE: u128 = 2;

fn colleague() -> TransferTarget {
    TransferTarget::Agent { id: agent(COLLEAGUE) }
}

#[test]
fn c17_a_transfer_begins_once() {
    let call = calls::connected().when(start(colleague(), None));
    let call = call.then_types(&["CallTransferStarted"]);
    assert_eq!((call.state().as_str(), call.0.status()), ("answered/transferring", "in_progress"));
    call.when(start(colleague(), None)).then_nothing();
    calls::waiting().when(start(colleague(), None)).not_now("answered/waiting");
    let itself = TransferTarget::Agent { id: agent(1) };
    calls::connected().when(start(itself, None)).field("/target", "invalid-value");
}

#[test]
fn c17_a_number_is_given_and_may_be_called() {
    let number = |text| Some(phone(text));
    let to = TransferTarget::Number;
    calls::connected().when(start(to, None)).field("/number", "invalid-value");
    calls::connected()
        .when(start(colleague(), number("+420777999888")))
        .field("/number", "invalid-value");
    let premium = calls::connected().when(start(to, number("+19005550100"))).refused();
    assert_eq!(premium.reason(), Some("premium"));
    calls::connected()
        .when(start(to, number("+420777999888")))
        .then_types(&["CallTransferStarted"]);
}

#[test]
fn c18_a_consulted_agent_takes_over() {
    let consult = C::ConsultConnected { transfer_id: transfer(1), at: at(55) };
    let call = calls::transferring(Warm, colleague()).and(consult.clone());
    let call = call.when(consult.clone()).then_nothing();
    let call = call.when(complete(None)).then([
        E::CallTransferCompleted {
            transfer_id: transfer(1),
            new_agent_id: Some(agent(COLLEAGUE)),
            at: at(70),
        },
        E::CallAgentDisconnected {
            agent_id: agent(1),
            segment_no: 1,
            reason: DisconnectReason::Transferred,
            at: at(70),
        },
        E::CallAgentConnected {
            agent_id: agent(COLLEAGUE),
            segment_no: 2,
            via: ConnectVia::Transfer,
            wrap_up: WrapUp { mode: WrapUpMode::Manual, seconds: 0 },
            at: at(70),
        },
    ]);
    assert_eq!(call.state(), "answered/connected");
    call.when(complete(None)).then_nothing();
    call.when(cancel()).not_now("answered/connected");
    let again = calls::transferring(Warm, colleague()).and(cancel());
    assert_eq!(again.when(start(colleague(), None)).refused(), CallRefusal::TransferNotOpen);
    let blind = calls::transferring(Blind, colleague());
    assert_eq!(blind.when(consult).refused(), CallRefusal::TransferNotOpen);
}

#[test]
fn k10_c19_a_blind_transfer_to_a_full_queue_overflows() {
    let call = calls::transferring(Blind, TransferTarget::Queue { id: queue(2) });
    call.when(complete(None)).field("/place", "required");
    let call = call.when(complete(Some(place(3))));
    let types = ["CallTransferCompleted", "CallAgentDisconnected", "CallQueued"];
    let call = call.then_types(&types);
    assert_eq!(
        (call.state().as_str(), call.known().queue_id),
        ("answered/waiting", Some(queue(3)))
    );
}

#[test]
fn c18_the_call_leaves_us_or_goes_back_to_a_flow() {
    let call = calls::transferring(Blind, TransferTarget::Number).when(complete(None));
    let call = call.then_types(&["CallTransferCompleted", "CallAgentDisconnected"]);
    assert_eq!(call.state(), "answered/closed");
    let call = call.when(C::Observe(lasted(ObservedStatus::Completed, 200, 195)));
    // Whoever left before the end has nothing to wrap up here.
    assert_eq!(call.then_types(&["CallEnded"]).state(), "ended/closed");
    let flow = TransferTarget::Ivr { id: id(0xf2) };
    let call = calls::transferring(Blind, flow).and(complete(None));
    assert_eq!(call.state(), "answered/none");
    let call = calls::transferring(Blind, flow);
    call.when(complete(Some(place(1)))).field("/place", "invalid-value");
}

#[test]
fn k9_c18_nobody_takes_it_and_the_agent_keeps_the_call() {
    for (command, fact) in [(cancel(), "CallTransferCanceled"), (fail(), "CallTransferFailed")] {
        let call = calls::transferring(Warm, colleague()).when(command.clone());
        let call = call.then_types(&[fact]);
        assert_eq!(call.state(), "answered/connected");
        assert_eq!(call.known().speaking().map(|segment| segment.agent_id), Some(agent(1)));
        call.when(command).then_nothing();
    }
    let other = C::CancelTransfer { transfer_id: transfer(2), by: By::Agent, at: at(60) };
    let call = calls::transferring(Warm, colleague());
    assert_eq!(call.when(other).refused(), CallRefusal::TransferNotOpen);
}

#[test]
fn a_hold_goes_on_through_a_transfer_and_ends_with_it() {
    let call = calls::on_hold().and(start(colleague(), None));
    for (over, fact) in [(fail(), "CallTransferFailed"), (cancel(), "CallTransferCanceled")] {
        let call = call.when(over).then_types(&["CallResumed", fact]);
        assert_eq!(call.state(), "answered/connected");
        assert_eq!((call.known().segments[0].held_ms, call.known().held_since), (20_000, None));
    }
    let call = calls::on_hold().and(start(colleague(), None)).and(complete(None));
    assert_eq!(call.known().segments[0].held_ms, 30_000);
    assert_eq!(call.known().held_since, None);
}

#[test]
fn an_end_ends_a_transfer() {
    let end = C::Observe(lasted(ObservedStatus::Completed, 65, 60));
    let call = calls::transferring(Warm, colleague()).when(end);
    let call = call.then_types(&["CallEnded", "CallWrapUpStarted"]);
    assert_eq!((call.state().as_str(), call.known().transfer), ("ended/wrap_up", None));
}
