//! One call at a time, as often as the rules allow, and what comes of it.

use super::*;

fn rules(max_attempts: u8, max_per_day: u8) -> AttemptRules {
    AttemptRules { max_attempts, max_per_day, ..AttemptRules::default() }
}

fn try_by(rules: &AttemptRules, day: i64, minutes: i64) -> ContactCommand {
    ContactCommand::StartAttempt(Box::new(NewAttempt {
        call_id: call(99),
        rules: Some(rules.clone()),
        day_began_at: at(day),
        at: at(minutes),
    }))
}

fn reason(contact: &Contact, command: ContactCommand) -> Option<&'static str> {
    contact.decide(command).err().and_then(|refusal| refusal.reason())
}

#[test]
fn two_who_want_to_call_are_told_apart() {
    let contact = given([create(), start(1, 1)]);
    assert_eq!(contact.decide(start(1, 1)), Ok(vec![]), "the same once more");
    assert_eq!(contact.decide(start(2, 1)), Err(ContactRefusal::InCall));
    assert_eq!(contact.decide(end(2, AttemptOutcome::Busy, 2)), Ok(vec![]), "not their call");
    assert_eq!(contact.decide(connect(2, 2)), Ok(vec![]));
}

#[test]
fn somebody_is_tried_as_often_as_the_rules_allow() {
    let busy = |number: u128, minutes: i64| {
        [start(number, minutes), end(number, AttemptOutcome::Busy, minutes + 1)]
    };
    let once: Vec<_> = [create()].into_iter().chain(busy(1, 1)).collect();
    let contact = given(once.clone());
    assert_eq!(reason(&contact, try_by(&rules(3, 3), 0, 10)), Some("not_due"));
    assert_eq!(reason(&contact, try_by(&rules(3, 3), 0, 20)), Some("min_gap"));
    assert_eq!(reason(&contact, try_by(&rules(3, 1), 0, 40)), Some("max_attempts_per_day"));
    assert_eq!(reason(&contact, try_by(&rules(3, 1), 39, 40)), None, "another day");
    assert_eq!(reason(&contact, try_by(&rules(1, 3), 0, 40)), Some("max_attempts"));
    let thrice: Vec<_> = once.into_iter().chain(busy(2, 60)).chain(busy(3, 120)).collect();
    let contact = given(thrice.clone());
    let failed = Standing::Failed { reason: ContactFailure::MaxAttempts };
    assert_eq!(contact.known().unwrap().standing, failed);
    let reset = ContactCommand::Reset { by: None, at: at(200) };
    let again = given(thrice.into_iter().chain([reset]));
    assert_eq!(reason(&again, try_by(&rules(3, 5), 0, 200)), None);
    assert_eq!(again.known().unwrap().started, 3, "what there was stays");
}

#[test]
fn the_same_outcome_once_more_waits_twice_as_long_up_to_a_day() {
    let minutes = |outcome, repeats| AttemptRules::default().retry_minutes(outcome, repeats);
    let busy: Vec<_> = (0..9).map(|n| minutes(AttemptOutcome::Busy, n).unwrap()).collect();
    assert_eq!(busy, [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
    assert_eq!(minutes(AttemptOutcome::Dropped, 3), Some(4_320), "72 hours, never less");
    assert_eq!(minutes(AttemptOutcome::Connected, 0), None);
    assert_eq!(minutes(AttemptOutcome::Busy, u32::MAX), Some(1_440));
    let due = |commands: Vec<ContactCommand>| given(commands).known().unwrap().due_at();
    let mut commands = vec![create(), start(1, 0), end(1, AttemptOutcome::NoAnswer, 1)];
    assert_eq!(due(commands.clone()), Some(at(121)));
    commands.extend([start(2, 121), end(2, AttemptOutcome::NoAnswer, 122)]);
    assert_eq!(due(commands.clone()), Some(at(122 + 240)));
    let other = [start(1, 0), end(1, AttemptOutcome::Busy, 1)];
    let other = [create()].into_iter().chain(other);
    let then = [start(2, 121), end(2, AttemptOutcome::NoAnswer, 122)];
    assert_eq!(due(other.chain(then).collect()), Some(at(122 + 120)), "not in a row");
}

#[test]
fn a_retry_comes_not_before_it_may() {
    let rules = Box::new(AttemptRules::default());
    let late = ContactCommand::EndAttempt {
        call_id: call(1),
        outcome: AttemptOutcome::Busy,
        rules,
        retry_at: at(1_000),
        at: at(2),
    };
    let contact = given([create(), start(1, 1), late]);
    assert_eq!(contact.known().unwrap().due_at(), Some(at(1_000)));
}

#[test]
fn what_we_did_not_make_counts_as_no_attempt() {
    let contact = given([create(), start(1, 1), end(1, AttemptOutcome::NotMade, 2)]);
    let known = contact.known().unwrap();
    assert_eq!((known.status(), known.tried, known.called()), (ContactStatus::Pending, 0, 0));
    assert_eq!(types(contact.decide(start(2, 3))), ["ContactAttemptStarted"]);
}

#[test]
fn what_has_rung_counts_also_where_we_took_it_back() {
    let contact = given([create(), start(1, 1), end(1, AttemptOutcome::Canceled, 2)]);
    let known = contact.known().unwrap();
    assert_eq!((known.status(), known.tried, known.called()), (ContactStatus::Pending, 1, 1));
    assert_eq!(contact.decide(start(2, 31)).unwrap_err().reason(), Some("min_gap"));
    assert_eq!(types(contact.decide(start(2, 32))), ["ContactAttemptStarted"]);
    let often = (2..4).flat_map(|number| {
        let minutes = i64::try_from(number).unwrap() * 40;
        [start(number, minutes), end(number, AttemptOutcome::Canceled, minutes + 1)]
    });
    let first = [create(), start(1, 1), end(1, AttemptOutcome::Canceled, 2)];
    assert_eq!(status(&given(first.into_iter().chain(often))), ContactStatus::Failed);
}

#[test]
fn what_was_agreed_on_stays_so_where_nobody_was_reached_by_our_own_doing() {
    let agreed = ContactCommand::Schedule {
        due_at: at(60),
        agent_id: None,
        expires_at: Some(at(600)),
        at: at(1),
    };
    for outcome in [AttemptOutcome::NotMade, AttemptOutcome::Canceled] {
        let contact = given([create(), agreed.clone(), start(1, 61), end(1, outcome, 62)]);
        let known = contact.known().unwrap();
        let kind = ScheduleKind::Callback;
        let (due_at, agent_id, expires_at) = (at(60), None, Some(at(600)));
        let expected = Standing::Scheduled { due_at, kind, agent_id, expires_at };
        assert_eq!(known.standing, expected, "{outcome}");
    }
}

#[test]
fn a_number_that_is_none_is_not_tried_again() {
    let contact = given([create(), start(1, 1), end(1, AttemptOutcome::InvalidNumber, 2)]);
    let failed = Standing::Failed { reason: ContactFailure::InvalidNumber };
    assert_eq!(contact.known().unwrap().standing, failed);
}

#[test]
fn what_somebody_says_of_the_call_decides_what_comes_next() {
    let reached = [create(), start(1, 1), connect(1, 2), end(1, AttemptOutcome::Failed, 5)];
    let contact = given(reached.clone());
    let attempt = contact.known().unwrap().last_attempt().cloned().unwrap();
    assert_eq!(attempt.outcome, Some(AttemptOutcome::Connected), "whatever the network says");
    assert_eq!(status(&contact), ContactStatus::Connected);
    for (code, next) in [
        ("sale", ContactStatus::Completed),
        ("not_interested", ContactStatus::Completed),
        ("no_disposition", ContactStatus::Completed),
        ("callback", ContactStatus::Scheduled),
        ("left_message", ContactStatus::Scheduled),
        ("do_not_call", ContactStatus::DoNotCall),
    ] {
        let said = given(reached.clone().into_iter().chain([dispose(1, code, 6)]));
        assert_eq!(status(&said), next, "{code}");
        let late = said.decide(dispose(1, "sale", 7)).unwrap();
        let revised = next == ContactStatus::Completed && code != "sale";
        assert_eq!(!late.is_empty(), revised, "{code} was said");
        let other = given(reached.clone()).decide(dispose(2, code, 6));
        assert_eq!(other, Ok(vec![]), "of another call");
    }
    let early = given([create(), start(1, 1), connect(1, 2), dispose(1, "sale", 3)]);
    assert_eq!(early.known().unwrap().last_attempt().unwrap().ended_at, Some(at(3)));
    assert_eq!(early.decide(end(1, AttemptOutcome::Failed, 5)), Ok(vec![]));
}

#[test]
fn a_call_back_is_kept_however_often_they_were_tried() {
    let mut commands = vec![create(), start(1, 1), connect(1, 2), dispose(1, "callback", 3)];
    let contact = given(commands.clone());
    assert_eq!(reason(&contact, try_by(&rules(1, 5), 0, 63)), None);
    assert_eq!(reason(&contact, try_by(&rules(1, 1), 0, 63)), Some("max_attempts_per_day"));
    commands.extend([start(2, 63), end(2, AttemptOutcome::NoAnswer, 64)]);
    assert_eq!(status(&given(commands)), ContactStatus::Scheduled);
}

#[test]
fn rules_can_be_what_they_are() {
    let by = |outcome, minutes| AttemptRules {
        by_outcome: std::iter::once((outcome, minutes)).collect(),
        ..AttemptRules::default()
    };
    for (rules, pointer) in [
        (rules(0, 1), "/attempts/max_attempts"),
        (rules(21, 1), "/attempts/max_attempts"),
        (rules(1, 0), "/attempts/max_per_day"),
        (AttemptRules { min_gap_minutes: 43_201, ..rules(1, 1) }, "/attempts/min_gap_minutes"),
        (by(AttemptOutcome::Busy, 43_201), "/attempts/by_outcome"),
        (by(AttemptOutcome::Dropped, 4_319), "/attempts/by_outcome"),
        (by(AttemptOutcome::Connected, 1), "/attempts/by_outcome"),
    ] {
        assert_eq!(rules.checked().unwrap_err().pointer, pointer);
    }
    assert_eq!(by(AttemptOutcome::Busy, 5).checked(), Ok(()));
    let never = AttemptRules { max_attempts: 20, max_per_day: 20, ..AttemptRules::default() };
    assert_eq!(never.checked(), Ok(()));
    assert_eq!(DispositionCatalog::standard().meaning("busy").unwrap().category, Category::Retry);
}

#[test]
fn whom_somebody_does_not_want_to_call_is_called_later() {
    let skip = |retry, minutes| ContactCommand::Skip {
        given: true,
        reason: "speaks another language".to_owned(),
        retry_at: at(retry),
        by: somebody(),
        at: at(minutes),
    };
    let contact = given([create(), skip(60, 1)]);
    let known = contact.known().unwrap();
    assert_eq!((known.due_at(), known.skipped, known.tried), (Some(at(60)), 1, 0));
    assert_eq!(contact.decide(skip(70, 2)), Ok(vec![]));
    assert_eq!(types(contact.decide(skip(120, 60))), ["ContactSkipped", "ContactScheduled"]);
    let called = given([create(), start(1, 1)]);
    assert_eq!(called.decide(skip(60, 2)), Err(ContactRefusal::InCall));
}
