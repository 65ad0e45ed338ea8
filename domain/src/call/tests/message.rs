//! C31 and C32: what a call hears that nobody speaks with.

use super::super::*;
use super::kit::*;
use crate::{Decider, Owed, Timed};
use MessageHeard::{Failed, HungUp, ToTheEnd};

fn start(seconds: i64) -> C {
    C::StartMessage { opt_out_key: '9', length_ms: 6_000, at: at(seconds) }
}

fn hear(heard: MessageHeard, seconds: i64) -> C {
    C::HearMessage { heard, at: at(seconds) }
}

fn press(key: char, seconds: i64) -> C {
    C::PressKey { key, at: at(seconds) }
}

fn drop() -> C {
    C::Drop { at: at(9) }
}

fn hung_up(seconds: i64) -> C {
    C::Observe(saw(ObservedStatus::Completed, seconds))
}

fn announcing() -> Given {
    let call = OutboundCall { dial_mode: DialMode::Agentless, ..outbound() };
    given([dial(call), C::Observe(saw(ObservedStatus::Answered, 5)), start(5)])
}

fn dropped(safe_harbor_played: bool, seconds: i64) -> E {
    let (reason, connected_wait_ms) = ("no_agent_available".to_owned(), 3_000);
    E::CallDropped { reason, connected_wait_ms, safe_harbor_played, at: at(seconds) }
}

fn end_requested(reason: &str, seconds: i64) -> E {
    E::CallEndRequested { by: EndedBy::System, reason: Some(reason.to_owned()), at: at(seconds) }
}

#[test]
fn c28_whoever_finds_no_agent_is_told_so_and_the_call_ends_with_that() {
    let call = calls::hearing();
    assert_eq!(call.known().message.unwrap().purpose, MessagePurpose::SafeHarbor);
    call.when(start(9)).then_nothing();
    // They have waited until something was said; the call goes on meanwhile.
    let call = call.when(drop()).then([dropped(true, 9)]);
    call.when(drop()).then_nothing();
    assert!(call.known().end_requested.is_none());
    let ended = E::CallMessageEnded { heard: ToTheEnd, at: at(14) };
    let over = end_requested("no_agent_available", 14);
    let call = call.when(hear(ToTheEnd, 14)).then([ended, over]);
    call.when(hear(ToTheEnd, 15)).then_nothing();
    call.and(hung_up(15)).when(hear(ToTheEnd, 16)).then_nothing();
}

#[test]
fn nobody_takes_a_call_that_hears_that_nobody_is_there() {
    for call in [calls::hearing(), calls::hearing().and(hear(Failed, 9))] {
        let (agent_id, via) = (agent(1), ConnectVia::Dialer);
        let join = C::ConnectAgent { agent_id, via, wrap_up: timed(), at: at(10) };
        call.when(join).not_now("answered/none");
        call.when(C::Enqueue { place: place(1), at: at(10) }).not_now("answered/none");
    }
    calls::connected().when(start(60)).not_now("answered/connected");
    calls::ringing().when(start(3)).not_now("ringing/none");
    let manual = OutboundCall { dial_mode: DialMode::Preview, ..outbound() };
    let call = given([dial(manual), C::Observe(saw(ObservedStatus::Answered, 5))]);
    call.when(start(5)).not_now("answered/none");
}

#[test]
fn a_message_that_could_not_be_said_is_not_claimed() {
    let ended = E::CallMessageEnded { heard: Failed, at: at(9) };
    let over = end_requested("no_agent_available", 9);
    let call = calls::hearing().when(hear(Failed, 9));
    let call = call.then([ended, dropped(false, 9), over]);
    call.when(drop()).then_nothing();
    // The call is lost before anybody knows whether it was begun.
    let call = calls::hearing().when(hung_up(9));
    assert_eq!(call.decided.as_ref().unwrap()[0], dropped(false, 9));
    let call = call.then_types(&["CallDropped", "CallMessageEnded", "CallEnded"]);
    assert!(call.known().dropped);
    let known = calls::hearing().and(drop()).when(hung_up(10));
    known.then_types(&["CallMessageEnded", "CallEnded"]);
}

#[test]
fn a_call_that_is_made_for_a_message_drops_nobody() {
    let call = announcing();
    assert_eq!(call.known().message.unwrap().purpose, MessagePurpose::Announcement);
    let ended = E::CallMessageEnded { heard: ToTheEnd, at: at(11) };
    call.when(hear(ToTheEnd, 11)).then([ended, end_requested("announcement_over", 11)]);
    let call = call.when(hung_up(7)).then_types(&["CallMessageEnded", "CallEnded"]);
    assert_eq!(call.known().message.unwrap().heard, Some(HungUp));
    assert!(!call.known().dropped);
}

#[test]
fn one_key_says_that_they_are_not_to_be_called_again_and_no_other() {
    let call = announcing();
    call.when(press('1', 7)).then_nothing();
    assert!(!call.0.known().unwrap().opted_out());
    let call = call.when(press('9', 7)).then_types(&["CallMessageEnded", "CallEndRequested"]);
    assert!(call.known().opted_out());
    call.when(press('9', 8)).then_nothing();
    calls::answered().when(press('9', 7)).not_now("answered/none");
}

/// Every order of what is told: the end of the call, the end of the message, the key.
#[test]
fn what_is_told_of_a_message_leads_to_the_same_in_every_order() {
    let told = [hung_up(12), hear(ToTheEnd, 11), press('9', 9), hear(Failed, 10)];
    for begin in [announcing(), calls::hearing().and(drop())] {
        let mut orders = vec![Vec::new()];
        for _ in 0..told.len() {
            orders = orders
                .iter()
                .flat_map(|order: &Vec<usize>| {
                    let rest = (0..told.len()).filter(|next| !order.contains(next));
                    rest.map(|next| [order.clone(), vec![next]].concat()).collect::<Vec<_>>()
                })
                .collect();
        }
        assert_eq!(orders.len(), 24);
        for order in orders {
            let mut call = begin.0.clone();
            for next in order.iter().flat_map(|next| [*next, *next]) {
                let facts = call.decide(told[next].clone()).expect("taken in");
                call = after(call, &facts);
            }
            let known = call.known().unwrap();
            assert!(known.opted_out() && known.leg == Leg::Ended, "{order:?}: {known:?}");
        }
    }
}

#[test]
fn a_message_of_which_nothing_is_told_is_over_ten_seconds_late() {
    let call = calls::hearing().and(drop());
    assert_eq!(call.0.owed(at(23)), Owed::Later(at(24)));
    let Owed::Now(failed) = call.0.owed(at(24)) else { panic!("nothing is owed") };
    let call = call.when(failed).then_types(&["CallMessageEnded", "CallEndRequested"]);
    assert_eq!(call.0.owed(at(30)), Owed::Nothing);
}
