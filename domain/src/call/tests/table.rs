//! The one table: what it allows is decided, what it does not is refused, and
//! a refusal tells what it allows.

use std::collections::BTreeSet;

use strum::VariantArray;

use super::super::command::Asked;
use super::super::*;
use super::kit::*;
use super::states::{every_combination, every_command, every_state};

#[test]
fn every_command_in_every_state_is_decided_or_refused_by_the_table() {
    let mut seen = BTreeSet::new();
    for given in every_combination() {
        for command in every_command() {
            let (kind, state) = (Asked::from(&command), given.state());
            let allowed = given.known().allows(kind);
            let creates = matches!(
                command,
                C::ImportHistoric(_) | C::InitiateOutbound(_) | C::RegisterInbound(_)
            );
            match given.when(command).decided {
                Ok(facts) => assert!(allowed || facts.is_empty(), "{kind:?} in {state}"),
                Err(CallRefusal::State { state: told, .. }) => assert_eq!(told, state),
                Err(CallRefusal::Exists) => assert!(creates, "{kind:?} in {state}"),
                Err(refusal) => assert!(allowed, "{kind:?} in {state}: {refusal}"),
            }
            seen.insert((state, allowed));
        }
    }
    assert_eq!(seen.len(), 2 * 45);
}

#[test]
fn a_refusal_names_what_is_possible() {
    for given in every_combination() {
        let CallRefusal::State { allowed, .. } = given.known().refusal() else { panic!() };
        for command in every_command() {
            let kind = Asked::from(&command);
            let name: &'static str = kind.into();
            if allowed.contains(&name) {
                assert!(given.known().allows(kind), "{name} in {}", given.state());
            }
        }
    }
    let words = |given: Given| match given.known().refusal() {
        CallRefusal::State { allowed, .. } => allowed,
        refusal => panic!("{refusal}"),
    };
    let talking = ["connect_agent", "hold", "start_transfer", "request_end"];
    assert_eq!(words(calls::connected())[..4], talking);
    assert_eq!(words(calls::closed()), ["disposition", "erase", "add_note", "change", "rate"]);
}

#[test]
fn a_live_call_that_can_be_reached_has_a_way_on() {
    for given in every_state().into_iter().filter(|given| given.0.leg() < Leg::Ended) {
        assert!(given.known().allows(Asked::RequestEnd), "{}", given.state());
        assert!(given.known().allows(Asked::Observe), "{}", given.state());
    }
}

#[test]
fn the_status_follows_from_leg_and_stage() {
    for given in every_combination() {
        let status = match (given.0.leg(), given.0.stage()) {
            (Leg::Queued | Leg::Initiated, _) => "queued",
            (Leg::Ringing, _) => "ringing",
            (Leg::Answered, Stage::OnHold) => "on_hold",
            (Leg::Answered, _) => "in_progress",
            (Leg::Ended, _) => given.known().end.as_ref().map_or("failed", |end| end.status.word()),
        };
        assert_eq!(given.0.status(), status);
    }
}

/// What domain/03 §3.1.1 allows in every state that can be reached, written down
/// once more, without what is possible at any time.
const DESIGN: [(&str, &str); 19] = [
    ("queued/none", "record_submission_failure submission_timeout"),
    ("initiated/none", ""),
    ("ringing/none", ""),
    // Inbound: a flow answers it.
    ("ringing/none", "enter_ivr"),
    ("answered/none", "enter_ivr enqueue connect_agent drop start_message"),
    // A message is said.
    ("answered/none", "drop hear_message press_key"),
    ("answered/ivr", "enter_menu ivr_input exit_ivr enqueue"),
    ("answered/waiting", "offer connect_agent request_callback leave_queue drop"),
    ("answered/offered", "accept_offer reject_offer time_out_offer rescind_offer connect_agent"),
    ("answered/connected", "enqueue connect_agent hold start_transfer agent_leg_lost"),
    // The agent was lost.
    ("answered/connected", "enqueue connect_agent"),
    ("answered/on_hold", "connect_agent resume start_transfer agent_leg_lost"),
    ("answered/transferring", TRANSFERRING),
    ("answered/transferring", TRANSFERRING),
    ("ended/wrap_up", "extend_wrap_up finish_wrap_up disposition erase"),
    ("ended/closed", "disposition erase"),
    ("ended/closed", "disposition erase"),
    // Imported with a disposition; erased.
    ("ended/closed", "revise_disposition erase"),
    ("ended/closed", "disposition erase"),
];
const TRANSFERRING: &str =
    "enqueue consult_connected complete_transfer cancel_transfer fail_transfer agent_leg_lost";

#[test]
fn the_table_is_the_one_of_the_design() {
    for (given, (state, words)) in every_state().into_iter().zip(DESIGN) {
        let (leg, historic) = (given.0.leg(), given.known().historic());
        let answered = given.known().answered_at.is_some();
        let mut allowed: BTreeSet<&str> = words.split_whitespace().collect();
        allowed.extend(["add_note", "change"]);
        allowed.extend(answered.then_some("rate"));
        if !historic {
            allowed.extend(["record_submission", "observe"]);
            allowed.extend(answered.then_some("classify_answer"));
        }
        if leg < Leg::Ended {
            allowed.extend(["request_end", "reconcile_missing"]);
        }
        let table: BTreeSet<&str> = Asked::VARIANTS
            .iter()
            .copied()
            .filter(|asked| given.known().allows(*asked))
            .map(Into::into)
            .collect();
        assert_eq!((given.state().as_str(), table), (state, allowed));
    }
}

#[test]
fn what_a_refusal_names_is_not_refused() {
    for given in every_state() {
        let CallRefusal::State { allowed, .. } = given.known().refusal() else { panic!() };
        for command in every_command() {
            let name: &'static str = Asked::from(&command).into();
            if !allowed.contains(&name) {
                continue;
            }
            match given.when(command).decided {
                Ok(_) | Err(CallRefusal::OfferNotOpen | CallRefusal::TransferNotOpen) => {}
                // With a note; without one it is possible.
                Err(CallRefusal::Erased) if name == "disposition" => {}
                Err(refusal) => panic!("{name} in {}: {refusal:?}", given.state()),
            }
        }
    }
}
