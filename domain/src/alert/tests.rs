//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

use uuid::Uuid;

use super::*;
use crate::alert_rule::{AlertRules, SubjectType};
use crate::golden::golden;
use crate::{Decider, Refusal};

fn id(number: u128) -> AlertId {
    AlertId::from(Uuid::from_u128(number))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn raise(number: u128, seconds: i64) -> AlertCommand {
    let rule = AlertRules::standard().entries().first().unwrap();
    let told = Box::new(Told {
        rule_id: rule.id,
        rule: rule.definition.name.clone(),
        metric: rule.definition.metric,
        operator: rule.definition.operator,
        threshold: rule.definition.threshold,
        window_seconds: None,
        severity: rule.definition.severity,
        subject: AlertSubject { kind: SubjectType::Queue, id: "q".to_owned() },
    });
    let (value, cooldown_seconds, at) = (130.0, 60, at(seconds));
    AlertCommand::Raise { alert_id: id(number), told, value, cooldown_seconds, at }
}

fn clear(seconds: i64) -> AlertCommand {
    let reason = Resolution::Cleared;
    AlertCommand::Clear { value: Some(10.0), reason, at: at(seconds) }
}

fn acknowledge(number: u128) -> AlertCommand {
    AlertCommand::Acknowledge { alert_id: id(number), by: Uuid::from_u128(7).into(), at: at(2) }
}

fn resolve(number: u128, seconds: i64) -> AlertCommand {
    let by = Uuid::from_u128(7).into();
    AlertCommand::Resolve { alert_id: id(number), by, at: at(seconds) }
}

fn given(commands: impl IntoIterator<Item = AlertCommand>) -> Alert {
    let mut alert = Alert::default();
    for command in commands {
        let facts = alert.decide(command).unwrap();
        facts.iter().for_each(|fact| alert.evolve(fact));
    }
    alert
}

#[test]
fn what_is_open_is_not_raised_once_more() {
    let alert = given([raise(1, 0)]);
    assert_eq!(alert.decide(raise(2, 500)).unwrap(), []);
    let alert = given([raise(1, 0), acknowledge(1)]);
    assert_eq!(alert.decide(raise(2, 500)).unwrap(), []);
    assert_eq!(alert.last().unwrap().id, id(1));
}

#[test]
fn what_was_over_only_just_now_is_not_raised_again_but_later() {
    for over in [clear(10), resolve(1, 10), AlertCommand::Expire { at: at(10) }] {
        let alert = given([raise(1, 0), over]);
        let refusal = alert.decide(raise(2, 69)).unwrap_err();
        assert_eq!(refusal, AlertRefusal::Cooling { until: at(70) });
        assert_eq!(alert.decide(raise(2, 70)).unwrap().len(), 1);
    }
}

#[test]
fn who_speaks_of_an_alert_speaks_of_one_time() {
    let alert = given([raise(1, 0), clear(10), raise(2, 100)]);
    for command in [acknowledge(1), resolve(1, 101)] {
        let refusal = alert.decide(command).unwrap_err();
        assert_eq!(refusal.code(), "invalid-state-transition");
        assert_eq!(refusal.current_state(), Some("resolved"));
    }
    assert_eq!(alert.decide(acknowledge(2)).unwrap().len(), 1);
    assert_eq!(Alert::default().decide(acknowledge(1)).unwrap_err().code(), "not-found");
    let alert = given([raise(1, 0), AlertCommand::Expire { at: at(9) }]);
    let refusal = alert.decide(resolve(1, 10)).unwrap_err();
    assert_eq!(refusal.current_state(), Some("expired"));
}

#[test]
fn the_same_twice_is_nothing_new() {
    let alert = given([raise(1, 0), acknowledge(1)]);
    assert_eq!(alert.decide(acknowledge(1)).unwrap(), []);
    let alert = given([raise(1, 0), resolve(1, 1)]);
    assert_eq!(alert.decide(resolve(1, 2)).unwrap(), []);
    assert_eq!(alert.decide(clear(2)).unwrap(), []);
    assert_eq!(alert.decide(AlertCommand::Expire { at: at(2) }).unwrap(), []);
    assert_eq!(Alert::default().decide(clear(2)).unwrap(), [], "it never was so");
}

#[test]
fn facts_are_stored_as_they_always_were() {
    let facts = golden::<AlertEvent>("alert");
    assert_eq!(facts.len(), 4);
    let mut alert = Alert::default();
    for kind in ["AlertRaised", "AlertAcknowledged", "AlertResolved"] {
        let fact = facts.iter().find(|fact| crate::DecidedEvent::event_type(*fact) == kind);
        alert.evolve(fact.unwrap());
    }
    assert_eq!(alert.last().unwrap().state, AlertState::Resolved);
}
