//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::golden::golden;
use crate::{Decider, Refusal};

fn segment(number: u128) -> SegmentId {
    SegmentId::from(Uuid::from_u128(number))
}

fn by() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

fn at() -> Timestamp {
    Timestamp::from_millis(1_000)
}

fn is(field: &str, op: &str, value: Value) -> Value {
    json!({ "field": field, "op": op, "value": value })
}

fn vips() -> Value {
    is("tag", "eq", json!("vip"))
}

fn called(name: &str) -> Definition {
    let filter = Filter::parse(&vips()).unwrap();
    Definition { name: name.to_owned(), description: None, filter }
}

fn define(number: u128, name: &str) -> SegmentCommand {
    let (definition, segment_id) = (Box::new(called(name)), segment(number));
    SegmentCommand::Define { segment_id, definition, by: by(), at: at() }
}

fn rename(number: u128, name: &str) -> SegmentCommand {
    let changes = SegmentChanges { name: Some(name.to_owned()), ..SegmentChanges::default() };
    let (segment_id, changes) = (segment(number), Box::new(changes));
    SegmentCommand::Change { segment_id, changes, by: by(), at: at() }
}

fn delete(number: u128) -> SegmentCommand {
    SegmentCommand::Delete { segment_id: segment(number), by: by(), at: at() }
}

fn given(commands: impl IntoIterator<Item = SegmentCommand>) -> SegmentCatalog {
    let mut segments = SegmentCatalog::default();
    for command in commands {
        let facts = segments.decide(command).unwrap();
        facts.iter().for_each(|fact| segments.evolve(fact));
    }
    segments
}

fn refused(segments: &SegmentCatalog, command: SegmentCommand) -> &'static str {
    segments.decide(command).unwrap_err().code()
}

#[test]
fn a_name_is_one_segments_among_those_that_live() {
    let segments = given([define(1, "Straße"), define(2, "Two")]);
    assert_eq!(refused(&segments, define(3, "STRASSE")), "duplicate-resource");
    assert_eq!(refused(&segments, rename(2, "straße")), "duplicate-resource");
    assert_eq!(segments.decide(rename(1, "STRASSE")).unwrap().len(), 1, "its own name is free");
    let segments = given([define(1, "One"), delete(1), define(2, "ONE")]);
    assert_eq!(segments.entries().len(), 1);
    assert_eq!(refused(&segments, delete(1)), "not-found");
    assert_eq!(refused(&segments, rename(1, "Other")), "not-found");
}

#[test]
fn the_same_twice_is_nothing_new() {
    let segments = given([define(1, "One")]);
    assert_eq!(segments.decide(define(1, "One")).unwrap(), []);
    assert_eq!(segments.decide(rename(1, "One")).unwrap(), []);
    assert_eq!(refused(&segments, define(1, "Two")), "duplicate-resource");
}

#[test]
fn there_are_so_many_at_most() {
    let segments = given((0..100).map(|number| define(number, &format!("segment {number}"))));
    assert_eq!(refused(&segments, define(100, "one more")), "quota-exceeded");
    for (name, reason) in
        [("", "empty"), (" a", "unseen-character"), (&"x".repeat(121), "too-long")]
    {
        let refusal = SegmentCatalog::default().decide(define(1, name)).unwrap_err();
        assert_eq!((refusal.pointer(), refusal.reason()), (Some("/name"), Some(reason)));
    }
}

/// Whatever is wrong with a filter is pointed at.
#[test]
fn what_is_wrong_with_a_filter_is_pointed_at() {
    let deep = |levels: usize| (1..levels).fold(vips(), |inner, _| json!({ "not": inner }));
    assert!(Filter::parse(&deep(5)).is_ok());
    let many = |count: usize| json!({ "any": vec![vips(); count] });
    assert!(Filter::parse(&many(50)).is_ok());
    for (filter, pointer, reason) in [
        (json!(1), "", "invalid-type"),
        (json!({}), "/field", "missing"),
        (json!({ "all": {} }), "/all", "invalid-type"),
        (json!({ "all": [] }), "/all", "empty"),
        (json!({ "all": [vips()], "any": [vips()] }), "/all", "unknown-field"),
        (json!({ "none/of~us": [] }), "/none~1of~0us", "unknown-field"),
        (
            json!({ "all": [vips(), { "not": is("name", "eq", json!("Eva")) }] }),
            "/all/1/not/field",
            "invalid-value",
        ),
        (json!({ "any": [vips(), is("tag", "gt", json!("x"))] }), "/any/1/op", "invalid-value"),
        (is("status", "exists", json!(true)), "/op", "invalid-value"),
        (is("outcome", "exists", json!("yes")), "/value", "invalid-type"),
        (is("status", "eq", json!("removed")), "/value", "invalid-value"),
        (is("status", "eq", json!(["pending"])), "/value", "invalid-type"),
        (is("status", "in", json!("pending")), "/value", "invalid-type"),
        (is("status", "in", json!([])), "/value", "empty"),
        (is("status", "in", json!(["pending", "asleep"])), "/value/1", "invalid-value"),
        (is("tag", "in", json!(vec!["x"; 51])), "/value", "too-many"),
        (is("campaign_id", "eq", json!("one")), "/value", "invalid-value"),
        (is("time_zone", "eq", json!("Mars/Base")), "/value", "invalid-value"),
        (is("language", "ne", json!("!")), "/value", "invalid-value"),
        (is("priority", "in", json!([1])), "/op", "invalid-value"),
        (is("priority", "eq", json!(-1)), "/value", "invalid-type"),
        (is("attempts", "lt", json!(1.5)), "/value", "invalid-type"),
        (is("created_at", "eq", json!("2026-01-01T00:00:00Z")), "/op", "invalid-value"),
        (is("created_at", "lt", json!("yesterday")), "/value", "invalid-value"),
        (deep(6), "/not/not/not/not/not", "too-deep"),
        (many(51), "/any/50", "too-many"),
    ] {
        let fault = Filter::parse(&filter).unwrap_err();
        assert_eq!((fault.pointer.as_str(), fault.reason), (pointer, reason), "{filter}");
    }
}

/// What was written is stored, and read again, as the same.
#[test]
fn a_filter_stays_what_it_was() {
    let all = json!({ "all": [
        vips(), is("tag", "ne", json!("2026-01-01T00:00:00.000Z")),
        is("status", "in", json!(["pending", "do_not_call"])),
        { "any": [is("outcome", "eq", json!("sale")), is("outcome", "exists", json!(false))] },
        { "not": is("priority", "gte", json!(50)) }, is("attempts", "eq", json!(0)),
        is("next_attempt_at", "lte", json!("2026-01-01T00:00:00.000Z")),
        is("next_attempt_at", "exists", json!(true)), is("time_zone", "ne", json!("Europe/Prague")),
    ] });
    let filter = Filter::parse(&all).unwrap();
    assert_eq!(serde_json::to_value(&filter).unwrap(), all);
    assert_eq!(serde_json::from_value::<Filter>(all).unwrap(), filter);
}

#[test]
fn their_facts_stay_as_they_are() {
    let mut segments = SegmentCatalog::default();
    let facts = golden::<SegmentEvent>("segment");
    assert_eq!(facts.len(), 3);
    // By their names the change is first, which changes nothing yet.
    facts
        .iter()
        .rev()
        .filter(|fact| !matches!(fact, SegmentEvent::SegmentDeleted { .. }))
        .for_each(|fact| segments.evolve(fact));
    assert_eq!(segments.entries().len(), 1);
}
