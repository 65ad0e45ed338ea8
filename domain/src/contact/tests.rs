//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

mod attempts;
mod history;
mod random;
mod replace;
mod reset;

use uuid::Uuid;

use super::*;
use crate::disposition::{Category, DispositionCatalog};
use crate::dnc::{DncScope, DncSource};
use crate::golden::{golden, sealed};
use crate::{CallId, CampaignId, DecidedEvent, FreeText, PhoneNumber, Refusal};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(minutes * 60_000)
}

fn call(number: u128) -> CallId {
    CallId::from(Uuid::from_u128(number))
}

fn somebody() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

fn subject() -> SubjectId {
    SubjectId::from(Uuid::from_u128(9))
}

fn create_with(said: Said, suppressed: Option<(DncScope, DncSource)>) -> ContactCommand {
    ContactCommand::Create(Box::new(NewContact {
        subject: subject(),
        campaign_id: CampaignId::from(Uuid::from_u128(3)),
        number: PhoneNumber::parse("+420777123456").unwrap(),
        profile: said.profile(subject()).unwrap(),
        source: ContactSource::Api,
        replaces: None,
        history: None,
        suppressed,
        by: None,
        at: at(0),
    }))
}

fn create() -> ContactCommand {
    create_with(Said::default(), None)
}

fn start(number: u128, minutes: i64) -> ContactCommand {
    ContactCommand::StartAttempt(Box::new(NewAttempt {
        call_id: call(number),
        rules: Some(AttemptRules { max_per_day: 20, ..AttemptRules::default() }),
        day_began_at: at(0),
        at: at(minutes),
    }))
}

fn connect(number: u128, minutes: i64) -> ContactCommand {
    ContactCommand::Connect { call_id: call(number), at: at(minutes) }
}

fn end(number: u128, outcome: AttemptOutcome, minutes: i64) -> ContactCommand {
    let rules = Box::new(AttemptRules::default());
    let (call_id, at) = (call(number), at(minutes));
    ContactCommand::EndAttempt { call_id, outcome, rules, retry_at: at, at }
}

fn dispose(number: u128, code: &str, minutes: i64) -> ContactCommand {
    let meaning = DispositionCatalog::standard().meaning(code).unwrap();
    ContactCommand::Dispose(Box::new(ContactResult {
        call_id: call(number),
        code: code.to_owned(),
        category: meaning.category,
        conversion: meaning.conversion,
        follow_up_at: (code == "callback").then(|| at(minutes + 60)),
        agent_id: None,
        retry_at: at(minutes + 240),
        rules: AttemptRules::default(),
        at: at(minutes),
    }))
}

fn mark(minutes: i64) -> ContactCommand {
    let (scope, source) = (DncScope::Organization, DncSource::Api);
    ContactCommand::MarkDoNotCall { scope, source, at: at(minutes) }
}

fn given(commands: impl IntoIterator<Item = ContactCommand>) -> Contact {
    let mut contact = Contact::default();
    for command in commands {
        contact.decide(command).unwrap().into_iter().for_each(|fact| contact.evolve(&sealed(fact)));
    }
    contact
}

fn status(contact: &Contact) -> ContactStatus {
    contact.known().unwrap().status()
}

fn types(decided: Decided) -> Vec<&'static str> {
    decided.unwrap().iter().map(DecidedEvent::event_type).collect()
}

#[test]
fn a_campaign_has_a_number_once() {
    let contact = given([create()]);
    assert_eq!(status(&contact), ContactStatus::Pending);
    assert_eq!(contact.decide(create()), Err(ContactRefusal::Exists));
    let back = given([create(), ContactCommand::Remove { by: somebody(), at: at(1) }, create()]);
    assert_eq!(status(&back), ContactStatus::Pending);
    let gone = given([create(), ContactCommand::Erase { at: at(1) }]);
    assert_eq!(gone.decide(create()), Err(ContactRefusal::Erased));
}

#[test]
fn whoever_is_not_to_be_called_comes_in_so() {
    let suppressed = Some((DncScope::Organization, DncSource::Regulator));
    let contact = given([create_with(Said::default(), suppressed)]);
    assert_eq!(status(&contact), ContactStatus::DoNotCall);
    let refusal = contact.decide(start(1, 1)).unwrap_err();
    assert_eq!((refusal.code(), refusal.reason()), ("dialing-blocked", Some("do_not_call")));
    let reason = "asked to be called".to_owned();
    let evidence = "letter".to_owned();
    let reinstate = ContactCommand::Reinstate { reason, evidence, by: somebody(), at: at(2) };
    let back = given([create_with(Said::default(), suppressed), reinstate.clone()]);
    assert_eq!(status(&back), ContactStatus::Pending);
    assert_eq!(back.decide(reinstate.clone()), Ok(vec![]));
    let over = given([create(), start(1, 1), connect(1, 2), dispose(1, "sale", 3)]);
    assert_eq!(over.decide(reinstate).unwrap_err().current_state(), Some("completed"));
}

#[test]
fn what_is_known_of_them_changes_as_a_whole_or_not_at_all() {
    let contact = given([create_with(
        Said { priority: 5, tags: vec!["a".to_owned()], ..Said::default() },
        None,
    )]);
    let update =
        |changes| ContactCommand::Update { changes: Box::new(changes), by: None, at: at(1) };
    let same = ProfileChanges { priority: Some(5), ..ProfileChanges::default() };
    assert_eq!(contact.decide(update(same)), Ok(vec![]));
    for (changes, pointer) in [
        (ProfileChanges { priority: Some(100), ..ProfileChanges::default() }, "/priority"),
        (
            ProfileChanges {
                time_zone: Some(Some("Europe/Nowhere".to_owned())),
                ..ProfileChanges::default()
            },
            "/time_zone",
        ),
        (
            ProfileChanges { language: Some(Some("czech".to_owned())), ..Default::default() },
            "/language",
        ),
        (ProfileChanges { tags: Some(vec![String::new()]), ..Default::default() }, "/tags"),
        (
            ProfileChanges {
                name: Some(Some(Personal::known(subject(), FreeText::new("a\nb".to_owned())))),
                ..Default::default()
            },
            "/name",
        ),
    ] {
        let refusal = contact.decide(update(changes)).unwrap_err();
        assert_eq!(refusal.pointer(), Some(pointer));
    }
    let fields = |text: &str| serde_json::from_str(text).unwrap();
    assert_eq!(
        own(subject(), &fields(r#"{"card":"4242424242424242"}"#)).unwrap_err().reason,
        "card-data"
    );
    let many = (0..51).map(|n| (format!("k{n}"), serde_json::Value::Null)).collect();
    assert_eq!(own(subject(), &many).unwrap_err().reason, "too-many");
}

#[test]
fn nobody_is_taken_away_from_under_a_call() {
    let remove = ContactCommand::Remove { by: somebody(), at: at(9) };
    for contact in [given([create(), start(1, 1)]), given([create(), start(1, 1), connect(1, 2)])] {
        assert_eq!(contact.decide(remove.clone()), Err(ContactRefusal::InCall));
        assert_eq!(contact.decide(mark(9)), Ok(vec![]), "they are told afterwards");
        let reset = ContactCommand::Reset { by: None, at: at(9) };
        assert_eq!(contact.decide(reset), Err(ContactRefusal::InCall));
    }
    let free = given([create(), start(1, 1), end(1, AttemptOutcome::Busy, 2)]);
    assert_eq!(types(free.decide(remove)), ["ContactRemoved"]);
    assert_eq!(types(free.decide(mark(9))), ["ContactMarkedDoNotCall"]);
}

#[test]
fn a_call_that_was_agreed_is_made_by_the_one_who_agreed_or_by_anybody_later() {
    let agent = Some(crate::AgentId::from(Uuid::from_u128(5)));
    let schedule = |due, end: Option<i64>| ContactCommand::Schedule {
        due_at: at(due),
        agent_id: agent,
        expires_at: end.map(at),
        at: at(10),
    };
    let contact = given([create(), schedule(60, Some(120))]);
    assert_eq!(contact.decide(schedule(60, Some(120))), Ok(vec![]));
    assert_eq!(contact.owed(at(60)), Owed::Later(at(120)));
    let Owed::Now(expire) = contact.owed(at(120)) else { panic!("nothing is owed") };
    assert_eq!(types(contact.decide(expire)), ["ContactReturned"]);
    assert_eq!(contact.decide(ContactCommand::Expire { at: at(119) }), Ok(vec![]));
    for (due, end, pointer) in [(10, None, "/due_at"), (60, Some(60), "/expires_at")] {
        let refusal = contact.decide(schedule(due, end)).unwrap_err();
        assert_eq!(refusal.pointer(), Some(pointer));
    }
    let refusal = contact.decide(start(1, 59)).unwrap_err();
    assert_eq!(refusal.reason(), Some("not_due"));
    assert_eq!(types(contact.decide(start(1, 60))), ["ContactAttemptStarted"]);
}

#[test]
fn what_is_erased_is_only_counted() {
    let contact = given([
        create_with(Said { name: Some(FreeText::new("Ann".to_owned())), ..Said::default() }, None),
        start(1, 1),
        end(1, AttemptOutcome::NoAnswer, 2),
        ContactCommand::Erase { at: at(3) },
    ]);
    let known = contact.known().unwrap();
    assert_eq!((known.number.clone(), known.profile.name.clone()), (Personal::Erased, None));
    assert_eq!((known.started, known.status()), (1, ContactStatus::Erased));
    assert_eq!(contact.decide(ContactCommand::Erase { at: at(4) }), Ok(vec![]));
    assert_eq!(contact.decide(start(2, 500)), Err(ContactRefusal::Erased));
}

#[test]
fn its_facts_stay_as_they_are_and_move_every_state_on() {
    for fact in golden::<ContactEvent>("contact") {
        for mut contact in [
            Contact::default(),
            given([create()]),
            given([create(), start(1, 1)]),
            given([create(), start(1, 1), connect(1, 2)]),
        ] {
            contact.evolve(&fact);
        }
    }
}
