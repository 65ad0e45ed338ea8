//! Given, when, then.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::golden::golden;
use crate::sentiment::{AlertRules, Score, Thresholds};

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

fn change(settings: Settings) -> OrganizationCommand {
    let by = UserId::from(uuid::Uuid::from_u128(7));
    OrganizationCommand::ChangeSettings { settings, by, at: Timestamp::from_millis(2_000) }
}

#[test]
fn what_it_decides_counts_from_then_on_and_is_said_once() {
    let mut organization = Organization::default();
    let settings = Settings { reason_codes: vec!["lunch".to_owned()], ..Settings::default() };
    assert_eq!(organization.decide(change(settings.clone())), Err(OrganizationRefusal::Unknown));
    for command in [register("Acme"), change(settings.clone())] {
        organization.decide(command).unwrap().iter().for_each(|fact| organization.evolve(fact));
    }
    assert_eq!(organization.settings(), Some(&settings));
    assert_eq!(organization.decide(change(settings)), Ok(vec![]));
    assert_eq!(organization.decide(register("Acme")), Ok(vec![]));
}

#[test]
fn what_it_decides_can_be() {
    let mut organization = Organization::default();
    organization.decide(register("Acme")).unwrap().iter().for_each(|f| organization.evolve(f));
    let codes = |codes: &[&str]| Settings {
        reason_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        ..Settings::default()
    };
    let limit = |currency: &str, minor| {
        let agent_max_minor = std::iter::once((currency.to_owned(), minor)).collect();
        let payments = PaymentSettings { agent_max_minor, ..PaymentSettings::default() };
        Settings { payments, ..Settings::default() }
    };
    let zone = |name: &str| Settings { time_zone: Some(name.to_owned()), ..Settings::default() };
    let window = |hours| Settings { fcr_window_hours: Some(hours), ..Settings::default() };
    let feels = |positive, negative| {
        let thresholds =
            Thresholds { positive: Score::new(positive), negative: Score::new(negative) };
        let sentiment = SentimentSettings { thresholds, ..SentimentSettings::default() };
        Settings { sentiment: Some(Box::new(sentiment)), ..Settings::default() }
    };
    let says = |confusion: &[&str]| {
        let confusion = confusion.iter().map(|phrase| (*phrase).to_owned()).collect();
        let alerts = AlertRules { confusion, ..AlertRules::default() };
        let sentiment = SentimentSettings { alerts, ..SentimentSettings::default() };
        Settings { sentiment: Some(Box::new(sentiment)), ..Settings::default() }
    };
    for (settings, pointer, reason) in [
        (zone("Mars"), "/time_zone", "invalid-time-zone"),
        (window(0), "/fcr_window_hours", "out-of-range"),
        (window(721), "/fcr_window_hours", "out-of-range"),
        (feels(-500, -500), "/sentiment/thresholds", "out-of-range"),
        (feels(10_001, 0), "/sentiment/thresholds", "out-of-range"),
        (feels(0, -10_001), "/sentiment/thresholds", "out-of-range"),
        (says(&["what", ""]), "/sentiment/alerts/confusion", "empty"),
        (says(&["!?"]), "/sentiment/alerts/confusion", "no-words"),
        (says(&["a"; 101]), "/sentiment/alerts/confusion", "too-many"),
        (codes(&["Lunch"]), "/reason_codes", "invalid-code"),
        (codes(&[""]), "/reason_codes", "invalid-code"),
        (codes(&["a", "a"]), "/reason_codes", "duplicate"),
        (codes(&["a"; 51]), "/reason_codes", "too-many"),
        (limit("XXX", 1), "/payments/agent_max_minor", "invalid-value"),
        (limit("EUR", -1), "/payments/agent_max_minor", "out-of-range"),
    ] {
        let refusal = organization.decide(change(settings)).unwrap_err();
        assert_eq!((refusal.pointer(), refusal.reason()), (Some(pointer), Some(reason)));
    }
}
