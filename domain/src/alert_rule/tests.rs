//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use strum::VariantArray;
use uuid::Uuid;

use super::*;
use crate::Refusal;
use crate::golden::golden;
use crate::sentiment::AlertSeverity;

fn rule(number: u128) -> AlertRuleId {
    AlertRuleId::from(Uuid::from_u128(number))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

/// Too few are answered in time, in three looks of ten seconds.
fn level(name: &str) -> Definition {
    Definition {
        name: name.to_owned(),
        metric: AlertMetric::ServiceLevel,
        scope: Scope { kind: ScopeType::Org, id: None },
        operator: Operator::Lt,
        threshold: 0.7,
        window_seconds: Some(1_800),
        consecutive: 3,
        severity: AlertSeverity::Warning,
        cooldown_seconds: 60,
        clear_threshold: None,
        channels: vec![Channel::Feed],
        enabled: true,
    }
}

fn wait() -> Definition {
    Definition {
        metric: AlertMetric::LongestWait,
        operator: Operator::Gt,
        threshold: 120.0,
        window_seconds: None,
        ..level("wait")
    }
}

fn define(number: u128, definition: Definition) -> AlertRuleCommand {
    let (rule_id, by) = (rule(number), Uuid::from_u128(7).into());
    let definition = Box::new(definition);
    AlertRuleCommand::Define { rule_id, definition, stranger: None, by, at: at(0) }
}

fn change(rule_id: AlertRuleId, changes: AlertRuleChanges) -> AlertRuleCommand {
    let (changes, by) = (Box::new(changes), Uuid::from_u128(7).into());
    AlertRuleCommand::Change { rule_id, changes, by, at: at(1) }
}

fn delete(rule_id: AlertRuleId) -> AlertRuleCommand {
    AlertRuleCommand::Delete { rule_id, by: Uuid::from_u128(7).into(), at: at(2) }
}

fn given(commands: impl IntoIterator<Item = AlertRuleCommand>) -> AlertRules {
    let mut rules = AlertRules::default();
    for command in commands {
        let facts = rules.decide(command).unwrap();
        facts.iter().for_each(|fact| rules.evolve(fact));
    }
    rules
}

#[test]
fn every_organization_has_the_standard_rules_and_can_switch_them_off_but_not_lose_them() {
    let rules = AlertRules::default();
    assert_eq!(rules.entries().len(), 9);
    for (place, known) in rules.entries().iter().enumerate() {
        assert!(known.standard && known.definition.enabled, "{known:?}");
        assert_eq!(known.definition.checked(), Ok(()), "{known:?}");
        let folded = |of: &AlertRule| text::folded(&of.definition.name);
        let others = &rules.entries()[place + 1..];
        let same = |other: &AlertRule| other.id == known.id || folded(other) == folded(known);
        assert!(!others.iter().any(same), "{known:?}");
    }
    let close = rules
        .entries()
        .iter()
        .find(|rule| rule.definition.metric == AlertMetric::CampaignAbandonment);
    assert_eq!(close.unwrap().definition.threshold, crate::campaign::pacing::SOFT);
    let first = rules.entries()[0].id;
    let off = AlertRuleChanges { enabled: Some(false), ..AlertRuleChanges::default() };
    let rules = given([change(first, off)]);
    assert!(!rules.find(first).unwrap().definition.enabled);
    let refusal = rules.decide(delete(first)).unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.current_state()),
        ("invalid-state-transition", Some("standard"))
    );
}

#[test]
fn a_name_is_one_rules_among_those_that_are_there() {
    let rules = given([define(1, level("Straße")), define(2, level("Two"))]);
    let taken = |command| rules.decide(command).unwrap_err().code();
    assert_eq!(taken(define(3, level("STRASSE"))), "duplicate-resource");
    assert_eq!(taken(define(3, level("somebody waits for LONG"))), "duplicate-resource");
    let named = |name: &str| AlertRuleChanges { name: Some(name.to_owned()), ..<_>::default() };
    assert_eq!(taken(change(rule(2), named("straße"))), "duplicate-resource");
    assert_eq!(rules.decide(change(rule(2), named("two"))).unwrap().len(), 1, "its own is free");
    assert_eq!(rules.decide(change(rule(2), named("Two"))).unwrap(), []);
    assert_eq!(rules.decide(define(2, level("Two"))).unwrap(), []);
    assert_eq!(taken(define(2, level("Other"))), "duplicate-resource");
    let rules = given([define(1, level("One")), delete(rule(1)), define(2, level("ONE"))]);
    assert_eq!(rules.decide(delete(rule(1))).unwrap_err().code(), "not-found");
    let many = given((0..91).map(|number| define(100 + number, level(&number.to_string()))));
    let refusal = many.decide(define(1, level("one more"))).unwrap_err();
    assert_eq!(refusal.code(), "quota-exceeded");
}

#[test]
fn what_is_wrong_with_a_rule_is_pointed_at() {
    let scope = |kind, id: Option<u128>| Scope { kind, id: id.map(Uuid::from_u128) };
    let rules = AlertRules::default();
    for (definition, pointer, reason) in [
        (Definition { name: String::new(), ..wait() }, "/name", "empty"),
        (
            Definition { scope: scope(ScopeType::Team, Some(1)), ..wait() },
            "/scope/type",
            "inconsistent",
        ),
        (Definition { scope: scope(ScopeType::Queue, None), ..wait() }, "/scope/id", "required"),
        (
            Definition { scope: scope(ScopeType::Org, Some(1)), ..wait() },
            "/scope/id",
            "inconsistent",
        ),
        (Definition { operator: Operator::Lt, ..wait() }, "/operator", "inconsistent"),
        (Definition { threshold: -1.0, ..wait() }, "/threshold", "out-of-range"),
        (Definition { threshold: 86_401.0, ..wait() }, "/threshold", "out-of-range"),
        (Definition { threshold: 1.1, ..level("x") }, "/threshold", "out-of-range"),
        (Definition { threshold: f64::NAN, ..level("x") }, "/threshold", "out-of-range"),
        (Definition { window_seconds: None, ..level("x") }, "/window_seconds", "required"),
        (Definition { window_seconds: Some(60), ..level("x") }, "/window_seconds", "invalid-value"),
        (Definition { window_seconds: Some(300), ..wait() }, "/window_seconds", "inconsistent"),
        (Definition { consecutive: 0, ..wait() }, "/consecutive", "out-of-range"),
        (Definition { consecutive: 11, ..wait() }, "/consecutive", "out-of-range"),
        (Definition { cooldown_seconds: 59, ..wait() }, "/cooldown_seconds", "out-of-range"),
        (Definition { clear_threshold: Some(121.0), ..wait() }, "/clear_threshold", "inconsistent"),
        (
            Definition { clear_threshold: Some(0.6), ..level("x") },
            "/clear_threshold",
            "inconsistent",
        ),
        (
            Definition { clear_threshold: Some(2.0), ..level("x") },
            "/clear_threshold",
            "out-of-range",
        ),
        (Definition { channels: Vec::new(), ..wait() }, "/channels", "invalid-value"),
    ] {
        let refusal = rules.decide(define(1, definition)).unwrap_err();
        assert_eq!((refusal.pointer(), refusal.reason()), (Some(pointer), Some(reason)));
    }
    let stranger = Some(FieldFault::reference("/scope/id", "there is no such team"));
    let (definition, by) = (Box::new(wait()), Uuid::from_u128(7).into());
    let command =
        AlertRuleCommand::Define { rule_id: rule(1), definition, stranger, by, at: at(0) };
    assert_eq!(rules.decide(command).unwrap_err().code(), "invalid-reference");
}

#[test]
fn every_metric_has_a_scope_and_those_of_now_are_watched_upwards_alone() {
    for metric in AlertMetric::VARIANTS {
        assert!(metric.scopes().contains(&ScopeType::Org), "{metric}");
        let window_seconds = metric.windowed().then_some(300);
        let operator = Operator::Lt;
        let threshold = 0.5;
        let rule =
            Definition { metric: *metric, operator, threshold, window_seconds, ..level("x") };
        assert_eq!(rule.checked().is_ok(), metric.windowed(), "{metric}");
    }
}

#[test]
fn it_is_over_a_tenth_away_on_the_good_side_where_nothing_is_said() {
    assert_eq!(wait().clear(), 108.0);
    assert_eq!(level("x").clear(), 0.77);
    assert_eq!(Definition { threshold: 0.95, ..level("x") }.clear(), 1.0, "there is no more");
    assert_eq!(Definition { clear_threshold: Some(30.0), ..wait() }.clear(), 30.0);
    let at_once = Definition { operator: Operator::Gte, threshold: 0.0, ..wait() };
    assert!(at_once.hit(0.0) && !at_once.clears(0.0), "what is so is not over");
}

/// The alerts of a series of looks, ten seconds apart.
fn told(rule: &Definition, values: &[Option<f64>]) -> Vec<(usize, Step)> {
    let mut watch = Watch::first(at(0));
    let mut told = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let seen = value.map_or(Seen::Nothing, Seen::Value);
        let now = at(10 * i64::try_from(place).unwrap());
        let look = Look { seen, open: watch.told, at: now, gap_ms: 30_000 };
        let (after, step) = watch.after(rule, look);
        watch = after;
        if step != Step::Rest {
            told.push((place, step));
        }
    }
    told
}

#[test]
fn a_value_that_swings_around_the_threshold_is_told_once() {
    let rule = Definition { consecutive: 1, ..wait() };
    let swings: Vec<Option<f64>> =
        (0..40).map(|place| Some(if place % 2 == 0 { 121.0 } else { 119.0 })).collect();
    assert_eq!(told(&rule, &swings), [(0, Step::Raise(121.0))]);
    let back = [Some(121.0), Some(109.0), Some(108.0), Some(108.0)];
    assert_eq!(told(&rule, &back), [(0, Step::Raise(121.0)), (2, Step::Clear(Some(108.0)))]);
    let level = Definition { consecutive: 1, ..level("x") };
    let back = [Some(0.69), Some(0.76), Some(0.69), Some(0.77)];
    assert_eq!(told(&level, &back), [(0, Step::Raise(0.69)), (3, Step::Clear(Some(0.77)))]);
}

#[test]
fn it_has_to_be_so_so_often_in_a_row() {
    let (bad, good) = (Some(0.1), Some(0.9));
    let rule = level("x");
    assert_eq!(told(&rule, &[bad, bad, good, bad, bad, good]), []);
    assert_eq!(told(&rule, &[bad, bad, None, bad, bad]), [], "nothing is in no row");
    assert_eq!(told(&rule, &[bad, bad, bad, bad]), [(2, Step::Raise(0.1))]);
    let watch = Watch { hits: 2, ..Watch::first(at(0)) };
    for (after, raised) in [(30, true), (31, false)] {
        let look = Look { seen: Seen::Value(0.1), open: false, at: at(after), gap_ms: 30_000 };
        let (_, step) = watch.after(&rule, look);
        assert_eq!(step == Step::Raise(0.1), raised, "after {after} s without a look");
    }
}

#[test]
fn what_was_over_is_quiet_for_a_while_whatever_is_seen() {
    let rule = Definition { consecutive: 1, ..wait() };
    let mut values = vec![Some(200.0), Some(1.0)];
    values.extend([Some(200.0); 7]);
    // It was over in the second look; sixty seconds later it is the eighth.
    assert_eq!(
        told(&rule, &values),
        [(0, Step::Raise(200.0)), (1, Step::Clear(Some(1.0))), (7, Step::Raise(200.0))]
    );
}

#[test]
fn what_is_not_known_raises_nothing_and_ends_nothing_for_a_day() {
    let rule = Definition { consecutive: 1, ..level("x") };
    assert_eq!(told(&rule, &[None; 50]), []);
    assert_eq!(told(&rule, &[Some(0.1), None, None, None]), [(0, Step::Raise(0.1))]);
    let open = Watch { hits: 1, told: true, ..Watch::first(at(0)) };
    for (after, step) in [(86_399, Step::Rest), (86_400, Step::Expire)] {
        let look = Look { seen: Seen::Nothing, open: true, at: at(after), gap_ms: 30_000 };
        assert_eq!(open.after(&rule, look).1, step);
    }
    let look = Look { seen: Seen::Gone, open: true, at: at(10), gap_ms: 30_000 };
    assert_eq!(open.after(&rule, look).1, Step::Clear(None));
    assert_eq!(Watch::first(at(0)).after(&rule, look).1, Step::Rest);
}

#[test]
fn what_somebody_has_ended_while_it_is_still_so_is_asked_of_the_log_again() {
    let rule = Definition { consecutive: 1, ..wait() };
    let open = Watch { hits: 1, told: true, ..Watch::first(at(0)) };
    let look = Look { seen: Seen::Value(200.0), open: false, at: at(10), gap_ms: 30_000 };
    let (after, step) = open.after(&rule, look);
    assert_eq!(step, Step::Raise(200.0));
    let cooling = after.cooling(at(60));
    assert_eq!(cooling.after(&rule, Look { at: at(50), ..look }).1, Step::Rest);
    assert_eq!(cooling.after(&rule, Look { at: at(60), ..look }).1, Step::Raise(200.0));
    assert!(!cooling.idle(at(70)), "it is still so");
    let quiet = Watch { hits: 0, ..cooling };
    assert!(!quiet.idle(at(59)) && quiet.idle(at(60)));
}

#[test]
fn facts_are_stored_as_they_always_were() {
    let facts = golden::<AlertRuleEvent>("alert_rule");
    assert_eq!(facts.len(), 3);
    let mut rules = AlertRules::default();
    facts.iter().for_each(|fact| rules.evolve(fact));
    assert_eq!(rules.entries().len(), 9, "what was defined was deleted");
    assert_eq!(rules.entries()[0].definition.threshold, 60.0, "it is a standard one");
}
