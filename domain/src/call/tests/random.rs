//! Whatever is asked of a call in whatever order.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use strum::VariantArray;

use super::super::command::Asked;
use super::super::*;
use super::kit::*;
use super::states::every_command;
use crate::{DecidedEvent, Decider, Personal, SealedText, Timestamp};

/// One thing that is asked: which, with which variation, and how much later.
type Ask = (prop::sample::Index, u8, i64);

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    proptest::collection::vec((any::<prop::sample::Index>(), 0..4_u8, 0..40_000_i64), 1..80)
}

/// Commands that are repeated to good purpose: each time is another one.
fn each_time_another(command: &C) -> bool {
    match command {
        C::AddNote { .. } | C::EnterMenu { .. } | C::IvrInput { .. } | C::ExtendWrapUp { .. } => {
            true
        }
        C::LeaveQueue { next, .. } => next.is_some(),
        // The second time a disposition with a note is refused, so that no note is lost.
        C::Disposition { note, .. } | C::ReviseDisposition { note, .. } => note.is_some(),
        _ => false,
    }
}

/// Everything that may be asked of this call now, possible or not.
fn commands((which, variation): (prop::sample::Index, u8), call: &Call, at: Timestamp) -> Vec<C> {
    use ObservedStatus::{Answered, Busy, Completed, Failed, Initiated, Ringing};
    let known = call.known();
    let fresh = u128::try_from(which.index(1_000)).expect("small");
    let open = known.and_then(|call| call.offer).map(|offer| offer.offer_id);
    let under_way = known.and_then(|call| call.transfer).map(|transfer| transfer.transfer_id);
    let (offer_id, transfer_id) =
        (open.unwrap_or(offer(fresh)), under_way.unwrap_or(transfer(fresh)));
    let someone = agent(fresh % 3);
    let seen = |status| Observation {
        provider_at: at.plus_ms(-i64::from(variation) * 1_000),
        recorded_at: at,
        provider_call_id: (variation != 3).then(|| "CA1".to_owned()),
        duration_seconds: (variation == 1).then_some(20),
        ..saw(status, 0)
    };
    let mut commands = every_command();
    commands.extend([Ringing, Answered, Initiated].map(|status| C::Observe(seen(status))));
    commands.extend([
        C::Enqueue { place: place(fresh % 3), at },
        C::Offer { offer_id, agent_id: someone, expires_at: at.plus_ms(30_000), at },
        C::AcceptOffer { offer_id, wrap_up: timed(), at },
        C::TimeOutOffer { offer_id, at },
        C::Hold { by: By::Agent, reason: None, at },
        C::Resume { by: By::Agent, at },
        C::StartTransfer {
            transfer_id,
            kind: if variation > 1 { TransferKind::Blind } else { TransferKind::Warm },
            target: TransferTarget::Agent { id: someone },
            number: None,
            by: By::Agent,
            at,
        },
        C::ConsultConnected { transfer_id, at },
        C::CompleteTransfer { transfer_id, place: None, wrap_up: timed(), at },
        C::CancelTransfer { transfer_id, by: By::Agent, at },
        C::FailTransfer { transfer_id, reason: "no_answer".to_owned(), at },
        C::FinishWrapUp { reason: WrapUpEnd::Timeout, at },
        C::Change { patch: json!({"seen": variation}).as_object().cloned(), tags: None, at },
    ]);
    if which.index(10) < 2 {
        let ends = [Completed, Busy, Failed];
        commands.extend(ends.map(|status| C::Observe(seen(status))));
    } else {
        // Else no call would live for long.
        commands.retain(|command| {
            !matches!(command, C::ReconcileMissing { .. } | C::SubmissionTimeout { .. })
                && !matches!(command, C::RecordSubmissionFailure { .. } | C::Erase { .. })
        });
    }
    if fresh % 3 > 0 {
        // Else nobody would speak with whoever has answered.
        commands.retain(|command| !matches!(command, C::StartMessage { .. }));
    }
    commands
}

/// One of them: mostly one from which something follows.
fn command(asked: (prop::sample::Index, u8), call: &Call, at: Timestamp) -> C {
    let (which, variation) = asked;
    let all = commands(asked, call, at);
    let follows = |command: &&C| {
        let allowed = call.known().is_some_and(|call| call.allows(Asked::from(*command)));
        allowed && call.decide((*command).clone()).is_ok_and(|facts| !facts.is_empty())
    };
    let possible: Vec<C> = all.iter().filter(follows).cloned().collect();
    if variation == 3 || possible.is_empty() {
        return which.get(&all).clone();
    }
    which.get(&possible).clone()
}

/// The facts as the log has them.
fn sealed(mut facts: Vec<E>) -> Vec<E> {
    for fact in &mut facts {
        fact.each_personal(&mut |_, text| Some(SealedText::from(format!("sealed:{}", text.len()))));
    }
    facts
}

fn first(kind: u8) -> C {
    match kind {
        0 => dial(outbound()),
        1 => register(inbound()),
        _ => import(historic()),
    }
}

/// The facts of a call of which all this is asked, and what was accepted when.
fn lived(kind: u8, asks: &[Ask]) -> Vec<(C, Call, Vec<E>)> {
    let mut now = at(0);
    let mut call = Call::Unknown;
    let mut lived = Vec::new();
    let mut asks = asks.iter();
    let mut next = Some(first(kind));
    while let Some(command) = next {
        if let Ok(facts) = call.decide(command.clone()) {
            let facts = sealed(facts);
            call = after(call, &facts);
            lived.push((command, call.clone(), facts));
        }
        next = asks.next().map(|(which, variation, later)| {
            now = now.plus_ms(*later);
            self::command((*which, *variation), &call, now)
        });
    }
    lived
}

#[test]
fn random_calls_come_everywhere() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    let mut types = BTreeSet::new();
    for kind in (0..3).cycle().take(240) {
        let asks = asks().new_tree(&mut runner).expect("a value").current();
        for (_, call, facts) in lived(kind, &asks) {
            seen.insert((call.leg(), call.stage()));
            types.extend(facts.iter().map(DecidedEvent::event_type));
        }
    }
    let stages: BTreeSet<Stage> = seen.iter().map(|(_, stage)| *stage).collect();
    assert!(Stage::VARIANTS.iter().all(|stage| stages.contains(stage)), "{stages:?}");
    let legs: BTreeSet<Leg> = seen.iter().map(|(leg, _)| *leg).collect();
    assert!(Leg::VARIANTS.iter().all(|leg| legs.contains(leg)), "{legs:?}");
    let missed: Vec<&&str> = E::TYPES.iter().filter(|name| !types.contains(**name)).collect();
    assert!(missed.is_empty(), "never seen: {missed:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_facts_alone_make_the_call(kind in 0..3_u8, asks in asks()) {
        let lived = lived(kind, &asks);
        let facts: Vec<E> = lived.iter().flat_map(|(_, _, facts)| facts.clone()).collect();
        let stored: Vec<E> = facts.iter().map(|fact| {
            let payload = serde_json::to_vec(fact).expect("sealed");
            E::decode(fact.event_type(), fact.event_version(), &payload).expect("stored")
        }).collect();
        prop_assert_eq!(&stored, &facts);
        let live = &lived.last().expect("a call").1;
        prop_assert_eq!(&after(Call::Unknown, &stored), live);
        // A read model keeps the state as text and goes on from there.
        let middle = facts.len() / 2;
        let text = serde_json::to_string(&after(Call::Unknown, &facts[..middle])).expect("sealed");
        let resumed: Call = serde_json::from_str(&text).expect("a call");
        prop_assert_eq!(&after(resumed, &facts[middle..]), live);
    }

    #[test]
    fn what_was_accepted_leads_to_nothing_the_second_time(kind in 0..3_u8, asks in asks()) {
        for (command, call, _) in lived(kind, &asks) {
            if each_time_another(&command) {
                continue;
            }
            let again = call.decide(command.clone()).unwrap_or_default();
            prop_assert!(again.is_empty(), "{:?} leads to {:?}", command, again);
        }
    }

    #[test]
    fn a_call_keeps_its_shape(kind in 0..3_u8, asks in asks()) {
        let mut leg = Leg::Queued;
        let mut status = None;
        for (command, call, _) in lived(kind, &asks) {
            let known = call.known().expect("a call");
            prop_assert!(known.leg >= leg, "{:?}", command);
            leg = known.leg;
            let ended = leg == Leg::Ended;
            prop_assert_eq!(known.end.is_some(), ended);
            prop_assert_eq!(known.ended_at.is_some(), ended);
            prop_assert_eq!(known.offer.is_some(), known.stage == Stage::Offered);
            prop_assert_eq!(known.transfer.is_some(), known.stage == Stage::Transferring);
            let waits = matches!(known.stage, Stage::Waiting | Stage::Offered);
            prop_assert_eq!(known.waiting().is_some(), waits);
            prop_assert!(!ended || known.speaking().is_none());
            prop_assert!(!ended || matches!(known.stage, Stage::WrapUp | Stage::Closed));
            prop_assert!(known.erased == (known.to == Some(Personal::Erased)) || kind == 1);
            let of = known.durations();
            let all = [of.ring_ms, of.queue_ms, of.talk_ms, of.hold_ms, of.wrap_ms, of.handle_ms];
            prop_assert!(all.into_iter().flatten().all(|ms| ms >= 0), "{:?}", of);
            // The end only changes where the provider corrects it.
            let corrects = Asked::from(&command) == Asked::Observe;
            prop_assert!(status.is_none_or(|before| before == call.status() || corrects));
            status = ended.then(|| call.status());
        }
    }
}
