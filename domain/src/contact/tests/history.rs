//! Whoever another system has called before.

use super::*;

fn brought(attempts: u32, outcome: Option<&str>) -> ContactCommand {
    let ContactCommand::Create(new) = create() else { panic!("a creation") };
    let over = |code: &str| Conclusion { code: code.to_owned(), conversion: code == "sale" };
    let history = Some(ContactHistory { attempts, outcome: outcome.map(over) });
    ContactCommand::Create(Box::new(NewContact { history, ..*new }))
}

#[test]
fn what_another_system_has_done_with_them_counts() {
    let contact = given([brought(2, None)]);
    let known = contact.known().unwrap();
    assert_eq!((known.started, known.tried, known.status()), (2, 2, ContactStatus::Pending));
    let last = given([brought(2, None), start(1, 40), end(1, AttemptOutcome::NoAnswer, 41)]);
    assert_eq!(last.known().unwrap().status(), ContactStatus::Failed, "three were enough");
    let next = last.known().unwrap().last_attempt().unwrap();
    assert_eq!(next.attempt_no, 3);
    let over = given([brought(35, Some("sale"))]);
    let sold = Standing::Completed { outcome: "sale".to_owned(), conversion: Some(true) };
    assert_eq!(over.known().unwrap().standing, sold);
    let facts = types(Contact::default().decide(brought(0, None)));
    assert_eq!(facts, ["ContactCreated"]);
}

#[test]
fn a_history_that_cannot_be_is_refused_by_field() {
    for (command, pointer) in
        [(brought(1_001, None), "/attempts"), (brought(0, Some("sale")), "/outcome")]
    {
        let refusal = Contact::default().decide(command).unwrap_err();
        assert_eq!(refusal.pointer(), Some(pointer));
    }
}

#[test]
fn whoever_is_not_to_be_called_is_not_over_with() {
    let ContactCommand::Create(new) = brought(3, Some("sale")) else { panic!("a creation") };
    let suppressed = Some((DncScope::Organization, DncSource::Regulator));
    let contact = given([ContactCommand::Create(Box::new(NewContact { suppressed, ..*new }))]);
    assert_eq!(contact.known().unwrap().status(), ContactStatus::DoNotCall);
}
