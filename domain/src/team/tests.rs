//! Given, when, then.
#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;
use crate::golden::{golden, sealed};
use crate::{DecidedEvent, Refusal, TeamId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn user(number: u128) -> UserId {
    UserId::from(Uuid::from_u128(number))
}

fn settings() -> TeamSettings {
    TeamSettings {
        name: "Night".to_owned(),
        description: None,
        parent_team_id: None,
        time_zone: "Europe/Prague".to_owned(),
        working_hours: WorkingHours::default(),
        max_members: 3,
        skills_default: vec!["billing".to_owned()],
        wrap_up: None,
    }
}

fn create() -> TeamCommand {
    TeamCommand::Create { settings: settings(), among: Among::FINE, at: at(1) }
}

fn add(number: u128, role: TeamRole) -> TeamCommand {
    TeamCommand::AddMember { user_id: user(number), able: Able::Yes, role, at: at(2) }
}

fn remove(number: u128, live_calls: bool) -> TeamCommand {
    TeamCommand::RemoveMember { user_id: user(number), live_calls, at: at(3) }
}

fn archive() -> TeamCommand {
    TeamCommand::Archive { live_calls: false, at: at(4) }
}

fn given(commands: impl IntoIterator<Item = TeamCommand>) -> Team {
    let mut team = Team::default();
    for command in commands {
        for fact in team.decide(command).unwrap() {
            team.evolve(&sealed(fact));
        }
    }
    team
}

fn types(decided: Result<Vec<TeamEvent>, TeamRefusal>) -> Vec<&'static str> {
    decided.unwrap().iter().map(DecidedEvent::event_type).collect()
}

#[test]
fn a_member_is_one_thing_in_a_team() {
    let team = given([create(), add(1, TeamRole::Member)]);
    assert_eq!(team.decide(add(1, TeamRole::Member)), Ok(vec![]));
    let lead = team.decide(add(1, TeamRole::Lead));
    assert_eq!(lead, Err(TeamRefusal::AlreadyMember(TeamRole::Member)));
    let change = |role| TeamCommand::ChangeMemberRole {
        user_id: user(1),
        able: Able::Yes,
        role,
        live_calls: true,
        at: at(3),
    };
    assert_eq!(types(team.decide(change(TeamRole::Lead))), ["TeamMemberRoleChanged"]);
    assert_eq!(team.decide(change(TeamRole::Member)), Ok(vec![]));
    assert_eq!(team.decide(remove(2, true)), Ok(vec![]));
}

#[test]
fn a_team_takes_as_many_as_it_may_have() {
    let three = [1, 2, 3].map(|number| add(number, TeamRole::Member));
    let team = given([create()].into_iter().chain(three));
    assert_eq!(team.decide(add(4, TeamRole::Member)), Err(TeamRefusal::Full(3)));
    let changes = TeamChanges { max_members: Some(2), ..TeamChanges::default() };
    let refusal =
        team.decide(TeamCommand::Update { changes, among: Among::FINE, at: at(5) }).unwrap_err();
    assert_eq!((refusal.pointer(), refusal.reason()), (Some("/max_members"), Some("in-use")));
}

#[test]
fn live_calls_keep_their_last_supervisor() {
    let supervisor = || add(1, TeamRole::Supervisor);
    let team = given([create(), supervisor(), add(2, TeamRole::Member)]);
    assert_eq!(team.decide(remove(1, true)), Err(TeamRefusal::NeedsSupervisor));
    assert_eq!(types(team.decide(remove(1, false))), ["TeamMemberRemoved"]);
    assert_eq!(types(team.decide(remove(2, true))), ["TeamMemberRemoved"]);
    let (user_id, role, at) = (user(1), TeamRole::Member, at(3));
    let able = Able::Yes;
    let down = TeamCommand::ChangeMemberRole { user_id, able, role, live_calls: true, at };
    assert_eq!(team.decide(down), Err(TeamRefusal::NeedsSupervisor));
    let two = given([create(), supervisor(), add(2, TeamRole::Supervisor)]);
    assert_eq!(types(two.decide(remove(1, true))), ["TeamMemberRemoved"]);
}

#[test]
fn a_team_stands_where_the_others_let_it() {
    let among = |name_taken, place| Among { full: false, name_taken, place };
    for (among, code, pointer) in [
        (among(true, Place::Fine), "duplicate-resource", "/name"),
        (among(false, Place::NoParent), "invalid-reference", "/parent_team_id"),
        (among(false, Place::Cycle), "invalid-reference", "/parent_team_id"),
        (among(false, Place::TooDeep), "invalid-reference", "/parent_team_id"),
    ] {
        let make = TeamCommand::Create { settings: settings(), among, at: at(1) };
        let refusal = Team::default().decide(make).unwrap_err();
        assert_eq!((refusal.code(), refusal.pointer()), (code, Some(pointer)));
        let changes = TeamChanges { name: Some("Day".to_owned()), ..TeamChanges::default() };
        let update = TeamCommand::Update { changes, among, at: at(2) };
        assert_eq!(given([create()]).decide(update).unwrap_err().pointer(), Some(pointer));
    }
    let among = Among { full: true, ..Among::FINE };
    let one_more = TeamCommand::Create { settings: settings(), among, at: at(1) };
    assert_eq!(Team::default().decide(one_more), Err(TeamRefusal::TooMany));
    for (able, pointer) in [
        (Able::NoSuchUser, "/user_id"),
        (Able::NotToSupervise, "/role"),
        (Able::NotByThem, "/user_id"),
    ] {
        let (user_id, role, at) = (user(1), TeamRole::Supervisor, at(2));
        let refused = TeamCommand::AddMember { user_id, able, role, at };
        let refusal = given([create()]).decide(refused).unwrap_err();
        assert_eq!((refusal.code(), refusal.pointer()), ("invalid-reference", Some(pointer)));
    }
}

#[test]
fn an_archived_team_can_be_restored_and_nothing_else() {
    let team = given([create(), archive()]);
    let live = TeamCommand::Archive { live_calls: true, at: at(4) };
    assert_eq!(given([create()]).decide(live), Err(TeamRefusal::InUse));
    assert_eq!(team.decide(archive()), Ok(vec![]));
    for command in [
        add(1, TeamRole::Member),
        remove(1, false),
        TeamCommand::Update { changes: TeamChanges::default(), among: Among::FINE, at: at(5) },
    ] {
        let refusal = team.decide(command).unwrap_err();
        assert_eq!(refusal.current_state(), Some("archived"));
        assert_eq!(refusal.allowed_commands(), ["restore"]);
    }
    assert_eq!(types(team.decide(TeamCommand::Restore { at: at(5) })), ["TeamRestored"]);
    assert_eq!(given([create()]).decide(TeamCommand::Restore { at: at(5) }), Ok(vec![]));
}

#[test]
fn what_is_not_named_stays_and_what_is_null_goes() {
    let parent = Some(TeamId::from(Uuid::from_u128(9)));
    let first = TeamChanges {
        parent_team_id: Some(parent),
        description: Some(Some("Nights".to_owned())),
        ..TeamChanges::default()
    };
    let update =
        |changes: TeamChanges| TeamCommand::Update { changes, among: Among::FINE, at: at(5) };
    let team = given([create(), update(first.clone())]);
    assert_eq!(team.known().unwrap().settings.parent_team_id, parent);
    assert_eq!(team.decide(update(first)), Ok(vec![]), "the same again");
    let gone = TeamChanges { parent_team_id: Some(None), ..TeamChanges::default() };
    let [fact] = <[TeamEvent; 1]>::try_from(team.decide(update(gone)).unwrap()).unwrap();
    let written = serde_json::to_string(&fact).unwrap();
    assert!(written.contains(r#""changes":{"parent_team_id":null}"#), "{written}");
    let mut team = team;
    team.evolve(&serde_json::from_str(&written).unwrap());
    let settings = &team.known().unwrap().settings;
    assert_eq!((settings.parent_team_id, settings.description.as_deref()), (None, Some("Nights")));
}

#[test]
fn a_field_that_is_wrong_is_named() {
    let span = |from: &str, to: &str| Span { from: from.to_owned(), to: to.to_owned() };
    let hours = |mon: Vec<Span>| WorkingHours { mon, ..WorkingHours::default() };
    let long = "x".repeat(256);
    let wrong: Vec<(TeamSettings, &str)> = vec![
        (TeamSettings { name: " ".to_owned(), ..settings() }, "/name"),
        (TeamSettings { name: long, ..settings() }, "/name"),
        (TeamSettings { name: "Sales ".to_owned(), ..settings() }, "/name"),
        (TeamSettings { name: "Sa\u{200b}les".to_owned(), ..settings() }, "/name"),
        (TeamSettings { name: "\u{202e}selaS".to_owned(), ..settings() }, "/name"),
        (TeamSettings { description: Some(String::new()), ..settings() }, "/description"),
        (TeamSettings { time_zone: "Mars/Olympus".to_owned(), ..settings() }, "/time_zone"),
        (TeamSettings { max_members: 0, ..settings() }, "/max_members"),
        (TeamSettings { max_members: 501, ..settings() }, "/max_members"),
        (TeamSettings { skills_default: vec!["a".to_owned(); 2], ..settings() }, "/skills_default"),
    ];
    let spans = [
        vec![span("08:00", "08:00")],
        vec![span("8:00", "12:00")],
        vec![span("08:00", "24:01")],
        vec![span("08:60", "12:00")],
        vec![span("08:00", "12:00"), span("11:00", "13:00")],
        vec![span("+1:00", "12:00")],
        vec![span("08:00", "08:10"); 9],
    ];
    let spans = spans.map(|mon| {
        let settings = TeamSettings { working_hours: hours(mon), ..settings() };
        (settings, "/working_hours/mon")
    });
    for (settings, pointer) in wrong.into_iter().chain(spans) {
        let refusal =
            Team::default().decide(TeamCommand::Create { settings, among: Among::FINE, at: at(1) });
        assert_eq!(refusal.unwrap_err().pointer(), Some(pointer));
    }
    let whole = hours(vec![span("00:00", "12:00"), span("12:00", "24:00")]);
    assert!(TeamSettings { working_hours: whole, ..settings() }.checked().is_ok());
}

#[test]
fn the_facts_of_a_team_stay_as_they_are_and_move_every_state_on() {
    for fact in golden::<TeamEvent>("team") {
        for mut team in [Team::default(), given([create()]), given([create(), archive()])] {
            team.evolve(&fact);
        }
    }
}
