//! Given, when, then.
#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;
use crate::golden::{golden, sealed};
use crate::{Refusal as _, UserId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn subject() -> SubjectId {
    SubjectId::from(Uuid::from_u128(7))
}

fn boss() -> UserId {
    UserId::from(Uuid::from_u128(8))
}

fn email() -> EmailAddress {
    EmailAddress::parse("ann@example.com").unwrap()
}

fn register(name: &str) -> UserCommand {
    let (subject, email, role) = (subject(), email(), Role::Agent);
    UserCommand::Register { subject, email, name: name.to_owned(), role, at: at(1) }
}

fn invite() -> UserCommand {
    let (subject, email, role, by) = (subject(), email(), Role::Analyst, boss());
    UserCommand::Invite { subject, email, role, by, expires_at: at(100), at: at(1) }
}

fn accept(seconds: i64) -> UserCommand {
    UserCommand::AcceptInvitation { name: "Ann".to_owned(), at: at(seconds) }
}

/// What follows from the commands, one after the other.
fn given(commands: impl IntoIterator<Item = UserCommand>) -> User {
    let mut user = User::default();
    for command in commands {
        for fact in user.decide(command).unwrap() {
            user.evolve(&sealed(fact));
        }
    }
    user
}

fn types(decided: Result<Vec<UserEvent>, UserRefusal>) -> Vec<&'static str> {
    use crate::DecidedEvent;
    decided.unwrap().iter().map(DecidedEvent::event_type).collect()
}

#[test]
fn who_registers_is_active_and_their_data_is_sealed() {
    let user = given([register("Ann")]);
    let known = user.known().unwrap();
    assert_eq!((known.status, known.role), (UserStatus::Active, Role::Agent));
    assert_eq!(user.subject(), Some(subject()));
    assert!(matches!(known.email, Personal::Sealed(_)));
    assert_eq!(user.decide(register("Ann")), Err(UserRefusal::Exists));
    assert_eq!(user.decide(invite()), Err(UserRefusal::Exists));
}

#[test]
fn a_name_is_a_line_without_a_card_number() {
    for (name, code) in [
        ("", "validation-failed"),
        ("a\u{0}b", "validation-failed"),
        ("4242 4242 4242 4242", "card-data-not-accepted"),
    ] {
        let refusal = User::default().decide(register(name)).unwrap_err();
        assert_eq!((refusal.code(), refusal.pointer()), (code, Some("/display_name")));
    }
}

#[test]
fn who_is_invited_comes_in_time_or_not_at_all() {
    let invited = given([invite()]);
    assert_eq!(invited.known().unwrap().status, UserStatus::Invited);
    assert_eq!(types(invited.decide(accept(99))), ["InvitationAccepted"]);
    assert_eq!(invited.decide(accept(100)), Err(UserRefusal::InvitationExpired));
    let came = given([invite(), accept(99)]);
    let known = came.known().unwrap();
    assert_eq!((known.status, known.invitation_expires_at), (UserStatus::Active, None));
    assert_eq!(came.decide(accept(99)).unwrap_err().current_state(), Some("active"));
    let refusal = invited.decide(UserCommand::ChangePassword { at: at(2) }).unwrap_err();
    assert_eq!(refusal.current_state(), Some("invited"));
    assert!(refusal.allowed_commands().contains(&"accept_invitation"));
}

#[test]
fn who_has_not_come_can_be_asked_in_again() {
    let again = || {
        let (subject, email, role, by) = (subject(), email(), Role::Agent, boss());
        UserCommand::Invite { subject, email, role, by, expires_at: at(200), at: at(150) }
    };
    let user = given([invite(), again()]);
    let known = user.known().unwrap();
    assert_eq!((known.role, known.created_at), (Role::Agent, at(1)));
    assert_eq!(types(user.decide(accept(199))), ["InvitationAccepted"]);
    let came = given([invite(), accept(99)]);
    assert_eq!(came.decide(again()), Err(UserRefusal::Exists));
}

#[test]
fn what_is_so_already_is_no_news() {
    let (by, at) = (boss(), at(5));
    let user = given([register("Ann")]);
    let same = UserCommand::ChangeRole { role: Role::Agent, by, at };
    assert_eq!(user.decide(same), Ok(vec![]));
    assert_eq!(user.decide(UserCommand::Reactivate { by, at }), Ok(vec![]));
    let suspended = given([register("Ann"), UserCommand::Suspend { by, at }]);
    assert_eq!(suspended.decide(UserCommand::Suspend { by, at }), Ok(vec![]));
}

#[test]
fn a_suspended_user_can_be_let_in_again_and_nothing_else() {
    let (by, at) = (boss(), at(5));
    let suspended = given([register("Ann"), UserCommand::Suspend { by, at }]);
    for command in [
        UserCommand::ChangePassword { at },
        UserCommand::Rename { name: "Bea".to_owned(), by, at },
        accept(5),
    ] {
        assert_eq!(suspended.decide(command).unwrap_err().current_state(), Some("suspended"));
    }
    assert_eq!(types(suspended.decide(UserCommand::Reactivate { by, at })), ["UserReactivated"]);
    assert_eq!(
        types(suspended.decide(UserCommand::ChangeRole { role: Role::Admin, by, at })),
        ["UserRoleChanged"]
    );
}

#[test]
fn who_was_erased_is_nobody_and_stays_so() {
    let (by, at) = (boss(), at(5));
    let erase = || {
        let (requested_by, legal_basis) = ("user:8".to_owned(), "art. 17".to_owned());
        UserCommand::Erase { requested_by, legal_basis, at }
    };
    for before in [vec![invite()], vec![register("Ann")]] {
        let mut commands = before;
        commands.push(erase());
        let erased = given(commands);
        let known = erased.known().unwrap();
        assert_eq!((known.status, &known.email), (UserStatus::Erased, &Personal::Erased));
        assert_eq!((&known.name, erased.subject()), (&None, Some(subject())));
        assert_eq!(erased.decide(erase()), Ok(vec![]));
        for command in [
            invite(),
            register("Ann"),
            accept(5),
            UserCommand::Rename { name: "Bea".to_owned(), by, at },
            UserCommand::ChangeRole { role: Role::Agent, by, at },
            UserCommand::Suspend { by, at },
            UserCommand::Reactivate { by, at },
            UserCommand::ChangePassword { at },
        ] {
            assert_eq!(erased.decide(command), Err(UserRefusal::Erased));
        }
    }
    assert_eq!(User::default().decide(erase()), Err(UserRefusal::Unknown));
}

#[test]
fn passwords_are_counted() {
    let change = || UserCommand::ChangePassword { at: at(9) };
    let user = given([register("Ann"), change(), change()]);
    assert_eq!(user.known().unwrap().credential_version, 2);
}

#[test]
fn nobody_can_be_asked_nothing() {
    let command = UserCommand::Suspend { by: boss(), at: at(1) };
    assert_eq!(User::default().decide(command), Err(UserRefusal::Unknown));
}

#[test]
fn the_facts_of_a_user_stay_as_they_are_and_move_every_state_on() {
    let by = boss();
    for fact in golden::<UserEvent>("user") {
        for mut user in [
            User::default(),
            given([invite()]),
            given([register("Ann")]),
            given([register("Ann"), UserCommand::Suspend { by, at: at(2) }]),
        ] {
            user.evolve(&fact);
        }
    }
}
