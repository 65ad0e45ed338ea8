//! K1: the same observations lead to the same call, in every order and however
//! often they come.

use proptest::prelude::*;

use super::super::*;
use super::kit::*;
use crate::Decider;
use ObservedStatus::{Answered, Completed, Failed, Initiated, NoAnswer, Ringing};

fn orders<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders = Vec::new();
    for first in 0..of.len() {
        let mut rest = of.to_vec();
        let chosen = rest.remove(first);
        for mut order in self::orders(&rest) {
            order.insert(0, chosen.clone());
            orders.push(order);
        }
    }
    orders
}

/// What the call becomes; a verdict is what comes of it.
fn observed(mut call: Call, seen: &[Observation]) -> Call {
    for one in seen {
        let verdict = call.observation_verdict(one);
        let facts = call.decide(C::Observe(one.clone())).expect("taken in");
        assert_eq!(verdict == ObservationVerdict::Applied, !facts.is_empty(), "{verdict:?}");
        call = after(call, &facts);
    }
    call
}

fn whole(duration: Option<u32>, who: (Option<AnsweredBy>, Option<AnsweredBy>)) -> Vec<Observation> {
    let answered = Observation { answered_by: who.0, ..saw(Answered, 5) };
    let completed = Observation {
        duration_seconds: duration,
        answered_by: who.1,
        sip_code: Some(200),
        ..saw(Completed, 47)
    };
    vec![saw(Initiated, 1), saw(Ringing, 2), answered, completed]
}

fn stories() -> Vec<Vec<Observation>> {
    use AnsweredBy::{Human, MachineEndBeep, MachineStart};
    let mut stories = Vec::new();
    for duration in [Some(42), Some(0), None] {
        for who in [
            (None, None),
            (Some(Human), None),
            (None, Some(Human)),
            (Some(MachineStart), Some(MachineEndBeep)),
            (Some(MachineEndBeep), Some(MachineStart)),
        ] {
            stories.push(whole(duration, who));
        }
    }
    // The network signals an answer and fails the call (…0011), or nobody answers.
    stories.push(vec![saw(Initiated, 1), saw(Ringing, 2), saw(Answered, 5), saw(Failed, 6)]);
    stories.push(vec![saw(Initiated, 1), saw(Ringing, 2), saw(NoAnswer, 32)]);
    // Two ends, of which one proves that there was an answer.
    stories.push(vec![
        saw(Ringing, 2),
        saw(Answered, 5),
        saw(NoAnswer, 32),
        lasted(Completed, 47, 42),
    ]);
    stories
}

#[test]
fn k1_every_order_leads_to_the_same_call() {
    for story in stories() {
        for begin in [calls::queued(), calls::initiated(), calls::received()] {
            let wanted = observed(begin.0.clone(), &story);
            assert_eq!(wanted.leg(), Leg::Ended);
            for order in orders(&story) {
                assert_eq!(observed(begin.0.clone(), &order), wanted, "{order:?}");
                let twice: Vec<_> =
                    order.iter().flat_map(|one| [one.clone(), one.clone()]).collect();
                assert_eq!(observed(begin.0.clone(), &twice), wanted, "{twice:?}");
            }
        }
    }
}

#[test]
fn k1_the_instants_are_the_providers() {
    let call = observed(calls::queued().0, &whole(Some(42), (Some(AnsweredBy::Human), None)));
    let known = call.known().unwrap();
    let instants = (known.ringing_at, known.answered_at, known.ended_at);
    assert_eq!(instants, (Some(at(2)), Some(at(5)), Some(at(47))));
    assert_eq!((call.status(), known.answered_by), ("completed", Some(AnsweredBy::Human)));
}

#[test]
fn k7_a_guess_of_ours_makes_no_difference_once_the_provider_speaks() {
    let story = whole(Some(42), (None, None));
    let wanted = observed(calls::queued().0, &story);
    let guessed = calls::queued().and(C::SubmissionTimeout { at: at(30) });
    for order in orders(&story) {
        assert_eq!(observed(guessed.0.clone(), &order), wanted, "{order:?}");
    }
}

proptest! {
    #[test]
    fn k1_random_duplicates_and_a_late_submission_change_nothing(
        story in proptest::sample::select(stories()),
        picks in proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..24),
        submitted in any::<prop::sample::Index>(),
    ) {
        // A random walk over the story, then whatever was missed.
        let mut order: Vec<Observation> =
            picks.iter().map(|(index, _)| index.get(&story).clone()).collect();
        order.extend(story.iter().rev().cloned());
        let wanted = observed(calls::queued().0, &story);
        prop_assert_eq!(&observed(calls::queued().0, &order), &wanted);
        let place = submitted.index(order.len());
        let mut call = observed(calls::queued().0, &order[..place]);
        let submit = C::RecordSubmission { provider_call_id: "CA1".to_owned(), at: at(3) };
        let facts = call.decide(submit).expect("accepted");
        call = after(call, &facts);
        prop_assert_eq!(&observed(call, &order[place..]), &wanted);
    }

    #[test]
    fn late_ringing_never_reopens_a_call(
        before in proptest::collection::vec(
            proptest::sample::select(whole(Some(42), (None, None))),
            0..6,
        ),
        seconds in -600..600_i64,
    ) {
        let call = observed(calls::queued().0, &before);
        let leg = call.leg();
        let later = observed(call, &[saw(Ringing, seconds)]);
        prop_assert_eq!(later.leg(), leg.max(Leg::Ringing));
    }
}
