//! Given, when, then.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::golden::golden;

fn register(name: &str) -> OrganizationCommand {
    OrganizationCommand::Register { name: name.to_owned(), at: Timestamp::from_millis(1_000) }
}

#[test]
fn an_organization_is_registered_once() {
    let mut organization = Organization::default();
    let facts = organization.decide(register("Acme")).unwrap();
    facts.iter().for_each(|fact| organization.evolve(fact));
    assert_eq!(organization.name(), Some("Acme"));
    assert_eq!(organization.decide(register("Acme")), Ok(vec![]));
    assert_eq!(organization.decide(register("Other")), Err(OrganizationRefusal::Exists));
}

#[test]
fn its_name_is_a_line() {
    for (name, reason) in [("", "empty"), (" \t", "empty"), ("a\nb", "control-character")] {
        let refusal = Organization::default().decide(register(name)).unwrap_err();
        assert_eq!(
            (refusal.pointer(), refusal.reason()),
            (Some("/organization_name"), Some(reason))
        );
    }
    let refusal = Organization::default().decide(register(&"x".repeat(121))).unwrap_err();
    assert_eq!((refusal.code(), refusal.reason()), ("validation-failed", Some("too-long")));
}

#[test]
fn its_facts_stay_as_they_are() {
    let mut organization = Organization::default();
    golden::<OrganizationEvent>("organization").iter().for_each(|fact| organization.evolve(fact));
    assert!(organization.name().is_some());
}
