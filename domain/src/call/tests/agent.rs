//! C15, C16, C28, C29 and agents who come in without an offer.

use super::super::*;
use super::kit::*;

fn connect(number: u128, via: ConnectVia) -> C {
    C::ConnectAgent { agent_id: agent(number), via, wrap_up: timed(), at: at(60) }
}

#[test]
fn an_agent_is_joined_without_an_offer() {
    let call = calls::answered().when(connect(1, ConnectVia::Dialer));
    let call = call.then_types(&["CallAgentConnected"]);
    assert_eq!(call.state(), "answered/connected");
    call.when(connect(1, ConnectVia::Dialer)).then_nothing();
    call.when(connect(2, ConnectVia::Pickup)).not_now("answered/connected");
    let call = call.when(connect(2, ConnectVia::Takeover));
    let call = call.then_types(&["CallAgentDisconnected", "CallAgentConnected"]);
    assert_eq!(call.known().agent_id, Some(agent(2)));
    let picked = calls::offered().when(connect(2, ConnectVia::Pickup));
    picked.then_types(&["CallOfferRescinded", "CallDequeued", "CallAgentConnected"]);
    calls::ringing().when(connect(1, ConnectVia::AgentFirst)).not_now("ringing/none");
    calls::answered().when(connect(1, ConnectVia::Offer)).field("/via", "invalid-value");
}

#[test]
fn k8_hold_twice_and_resume_twice_are_two_facts() {
    let hold = |seconds| C::Hold { by: By::Agent, reason: None, at: at(seconds) };
    let resume = |seconds| C::Resume { by: By::Agent, at: at(seconds) };
    let held = E::CallHeld { by: By::Agent, reason: None, at: at(40) };
    let call = calls::connected().when(hold(40)).then([held]);
    assert_eq!((call.0.status(), call.state().as_str()), ("on_hold", "answered/on_hold"));
    let call = call.when(hold(45)).then_nothing();
    let resumed = E::CallResumed { by: By::Agent, held_ms: 10_000, at: at(50) };
    let call = call.when(resume(50)).then([resumed]);
    assert_eq!((call.0.status(), call.known().holds), ("in_progress", 1));
    call.when(resume(55)).then_nothing();
    assert_eq!(call.known().segments[0].held_ms, 10_000);
    calls::waiting().when(hold(20)).not_now("answered/waiting");
    calls::waiting().when(resume(20)).not_now("answered/waiting");
}

#[test]
fn k11_c29_a_lost_agent_puts_the_caller_back_at_the_top() {
    let lost = |requeue| C::AgentLegLost { requeue, at: at(60) };
    let call = calls::on_hold().when(lost(Some(place(1))));
    let facts = call.decided.clone().unwrap();
    assert!(matches!(facts[1], E::CallQueued { priority: 100, queue_segment: 2, .. }));
    let call = call.then_types(&["CallAgentDisconnected", "CallQueued"]);
    assert_eq!(call.state(), "answered/waiting");
    assert_eq!(call.known().segments[0].held_ms, 20_000);
    let call = calls::connected().when(lost(None)).then_types(&["CallAgentDisconnected"]);
    assert_eq!(call.state(), "answered/connected");
    call.when(lost(None)).not_now("answered/connected");
    let hold = C::Hold { by: By::Agent, reason: None, at: at(61) };
    call.when(hold).not_now("answered/connected");
    call.when(connect(2, ConnectVia::Pickup)).then_types(&["CallAgentConnected"]);
    let target = TransferTarget::Agent { id: agent(2) };
    let call = calls::transferring(TransferKind::Warm, target).when(lost(None));
    call.then_types(&["CallTransferFailed", "CallAgentDisconnected"]);
}

#[test]
fn c28_a_dialed_call_without_an_agent_is_dropped() {
    let drop = C::Drop { at: at(7) };
    let reason = "no_agent_available".to_owned();
    let call = calls::answered().when(drop.clone()).then([
        E::CallDropped {
            reason: reason.clone(),
            connected_wait_ms: 2_000,
            safe_harbor_played: false,
            at: at(7),
        },
        E::CallEndRequested { by: EndedBy::System, reason: Some(reason), at: at(7) },
    ]);
    call.when(drop.clone()).then_nothing();
    calls::waiting().when(drop.clone()).then_types(&["CallDropped", "CallEndRequested"]);
    calls::connected().when(drop.clone()).not_now("answered/connected");
    calls::ringing().when(drop.clone()).not_now("ringing/none");
    // Where nobody waits for an agent, nobody is dropped.
    for dial_mode in [DialMode::Manual, DialMode::Agentless] {
        let other = OutboundCall { dial_mode, ..outbound() };
        let call = given([dial(other), C::Observe(saw(ObservedStatus::Answered, 5))]);
        call.when(drop.clone()).not_now("answered/none");
    }
}

#[test]
fn durations_add_up() {
    let call = calls::on_hold()
        .and(C::Resume { by: By::Agent, at: at(50) })
        .and(C::Observe(lasted(ObservedStatus::Completed, 100, 95)));
    let talking = call.known().durations();
    assert_eq!((talking.talk_ms, talking.handle_ms), (Some(60_000), None));
    let call = call.and(C::FinishWrapUp { reason: WrapUpEnd::Agent, at: at(115) });
    let durations = Durations {
        ring_ms: Some(3_000),
        queue_ms: Some(20_000),
        talk_ms: Some(60_000),
        hold_ms: Some(10_000),
        wrap_ms: Some(15_000),
        handle_ms: Some(85_000),
        total_ms: Some(100_000),
    };
    assert_eq!(call.known().durations(), durations);
    let live = calls::connected().known().durations();
    assert_eq!((live.talk_ms, live.total_ms, live.queue_ms), (None, None, Some(20_000)));
    assert_eq!(calls::queued().known().durations(), Durations::default());
}
