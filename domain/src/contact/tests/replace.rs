//! Another number is another contact, which comes in the place of the one before, once.

use super::*;
use crate::{ContactId, Personal};

fn other() -> ContactId {
    ContactId::from(Uuid::from_u128(22))
}

fn this() -> ContactId {
    ContactId::from(Uuid::from_u128(21))
}

fn replace_by(contact_id: ContactId, taken: bool, minutes: i64) -> ContactCommand {
    let new = Box::new(NewNumber {
        subject: subject(),
        contact_id,
        number: PhoneNumber::parse("+420777123457").unwrap(),
        taken,
        reason: Some("moved house".to_owned()),
    });
    ContactCommand::ReplaceNumber { new, by: somebody(), at: at(minutes) }
}

pub(super) fn replace(minutes: i64) -> ContactCommand {
    replace_by(other(), false, minutes)
}

/// Comes in in the place of another one that has another number since then.
fn succeed(since: i64, minutes: i64) -> ContactCommand {
    let ContactCommand::Create(new) = create() else { panic!() };
    let replaces = Some((this(), at(since)));
    ContactCommand::Create(Box::new(NewContact { replaces, at: at(minutes), ..*new }))
}

fn remove(minutes: i64) -> ContactCommand {
    ContactCommand::Remove { by: somebody(), at: at(minutes) }
}

#[test]
fn who_has_another_number_is_off_the_list_and_says_who_comes_instead() {
    let contact = given([create(), replace(5)]);
    let known = contact.known().unwrap();
    assert_eq!(known.status(), ContactStatus::Removed);
    let replaced = known.replaced.as_ref().unwrap();
    assert_eq!((replaced.by, replaced.said_by, replaced.at), (other(), somebody(), at(5)));
    assert_eq!(contact.decide(replace(6)).unwrap(), [], "once");
    let third = replace_by(ContactId::from(Uuid::from_u128(23)), false, 6);
    assert_eq!(contact.decide(third).unwrap_err().code(), "invalid-state-transition");
    // Whoever is brought back has the old number again.
    let back = given([create(), replace(5), create()]);
    assert_eq!(back.known().unwrap().replaced, None);
    let forgotten = given([create(), replace(5), ContactCommand::Erase { at: at(6) }]);
    assert_eq!(forgotten.known().unwrap().replaced, None);
}

#[test]
fn nobody_has_another_number_while_they_are_called_or_not_to_be_called() {
    for (contact, code) in [
        (given([create(), start(1, 1)]), "contact-in-call"),
        (given([create(), start(1, 1), connect(1, 2)]), "contact-in-call"),
        (given([create(), mark(1)]), "invalid-state-transition"),
        (given([create(), remove(1)]), "invalid-state-transition"),
        (given([create(), ContactCommand::Erase { at: at(1) }]), "erased"),
        (Contact::default(), "not-found"),
    ] {
        assert_eq!(contact.decide(replace(9)).unwrap_err().code(), code);
    }
    let contact = given([create()]);
    let taken = contact.decide(replace_by(other(), true, 1)).unwrap_err();
    assert_eq!(taken.code(), "duplicate-resource");
    let ContactCommand::ReplaceNumber { mut new, by, at } = replace(1) else { panic!() };
    new.reason = Some(String::new());
    let refused = contact.decide(ContactCommand::ReplaceNumber { new, by, at }).unwrap_err();
    assert_eq!(refused.pointer(), Some("/reason"));
    for over in ["sale", "not_interested"] {
        let done = given([
            create(),
            start(1, 1),
            connect(1, 2),
            end(1, AttemptOutcome::Connected, 3),
            dispose(1, over, 4),
        ]);
        assert_eq!(types(done.decide(replace(9))), ["ContactRemoved"]);
    }
}

#[test]
fn whoever_comes_in_their_place_does_once_and_whatever_becomes_of_them() {
    let next = given([succeed(5, 6)]);
    assert_eq!(next.known().unwrap().replaces, Some(this()));
    for more in [vec![], vec![start(1, 7)], vec![remove(7)], vec![mark(7)]] {
        let next = given([vec![succeed(5, 6)], more].concat());
        assert_eq!(next.decide(succeed(5, 8)).unwrap(), [], "told once more");
    }
    assert_eq!(next.decide(create()).unwrap_err().code(), "duplicate-resource");
    // The number came back to the other one, and goes again.
    let again = given([succeed(5, 6), remove(7)]);
    assert_eq!(types(again.decide(succeed(8, 9))), ["ContactCreated"]);
    let strangers = given([create()]);
    assert_eq!(strangers.decide(succeed(5, 6)).unwrap_err().code(), "duplicate-resource");
}

#[test]
fn the_new_number_is_sealed_for_whoever_is_behind_it() {
    let fact = given([create()]).decide(replace(1)).unwrap().remove(0);
    assert_eq!(fact.event_version(), 2);
    let ContactEvent::ContactRemoved { replacement: Some(new), .. } = sealed(fact) else {
        panic!()
    };
    assert!(matches!(new.number, Personal::Sealed(_)));
}
