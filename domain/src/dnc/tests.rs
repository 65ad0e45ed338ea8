//! Given, when, then.
#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;
use crate::golden::{golden, sealed};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn suppress(seconds: i64, end: Option<i64>) -> DncCommand {
    DncCommand::Suppress {
        subject: SubjectId::from(Uuid::from_u128(9)),
        scope: DncScope::Organization,
        number: PhoneNumber::parse("+420777123456").unwrap(),
        source: DncSource::Agent,
        reason: "asked not to be called".to_owned(),
        expires_at: end.map(at),
        by: Some(UserId::from(Uuid::from_u128(1))),
        at: at(seconds),
    }
}

fn reinstate(seconds: i64) -> DncCommand {
    let by = UserId::from(Uuid::from_u128(2));
    let (reason, evidence) = ("asked to be called".to_owned(), "a letter".to_owned());
    DncCommand::Reinstate { reason, evidence, by, at: at(seconds) }
}

fn given(commands: impl IntoIterator<Item = DncCommand>) -> Dnc {
    let mut entry = Dnc::default();
    for command in commands {
        entry.decide(command).unwrap().into_iter().for_each(|fact| entry.evolve(&sealed(fact)));
    }
    entry
}

fn blocks(entry: &Dnc, seconds: i64) -> bool {
    entry.known().is_some_and(|known| known.blocks(at(seconds)))
}

#[test]
fn a_number_is_not_called_until_the_end_or_until_it_is_taken_back() {
    assert!(!blocks(&Dnc::default(), 1));
    let forever = given([suppress(1, None)]);
    assert!(blocks(&forever, 1) && blocks(&forever, 1_000_000_000));
    let short = given([suppress(1, Some(10))]);
    assert!(blocks(&short, 9) && !blocks(&short, 10));
    let back = given([suppress(1, None), reinstate(5)]);
    assert!(!blocks(&back, 5));
    let again = given([suppress(1, None), reinstate(5), suppress(6, None)]);
    assert!(blocks(&again, 6));
    assert_eq!(again.known().unwrap().created_at, at(1));
}

#[test]
fn what_is_said_for_longer_already_is_no_news() {
    let short = given([suppress(1, Some(10))]);
    assert_eq!(short.decide(suppress(2, Some(9))), Ok(vec![]));
    assert_eq!(short.decide(suppress(2, Some(11))).unwrap().len(), 1);
    assert_eq!(short.decide(suppress(2, None)).unwrap().len(), 1);
    assert_eq!(short.decide(suppress(11, Some(12))).unwrap().len(), 1, "it was over");
    assert_eq!(given([suppress(1, None)]).decide(suppress(2, Some(9))), Ok(vec![]));
    assert_eq!(given([suppress(1, None), reinstate(2)]).decide(reinstate(3)), Ok(vec![]));
}

#[test]
fn what_cannot_be_said_is_refused() {
    let ended = Dnc::default().decide(suppress(5, Some(5))).unwrap_err();
    assert_eq!(ended.pointer(), Some("/expires_at"));
    assert_eq!(Dnc::default().decide(reinstate(1)), Err(DncRefusal::Unknown));
    let DncCommand::Suppress { subject, scope, number, source, expires_at, by, at, .. } =
        suppress(1, None)
    else {
        unreachable!()
    };
    let reason = "4242 4242 4242 4242".to_owned();
    let card = DncCommand::Suppress { subject, scope, number, source, reason, expires_at, by, at };
    assert_eq!(Dnc::default().decide(card).unwrap_err().code(), "card-data-not-accepted");
}

#[test]
fn its_facts_stay_as_they_are_and_move_every_state_on() {
    for fact in golden::<DncEvent>("dnc") {
        for mut entry in [Dnc::default(), given([suppress(1, None)])] {
            entry.evolve(&fact);
        }
    }
}
