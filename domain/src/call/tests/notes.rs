//! Notes, tags, metadata, ratings and C30.

use serde_json::{Map, Value, json};

use super::super::*;
use super::kit::*;
use crate::Personal;

fn note(text: &str) -> C {
    C::AddNote { note: text.to_owned(), by: "user:1".to_owned(), at: at(130) }
}

fn patch(value: Value) -> C {
    let patch = Some(value.as_object().expect("an object").clone());
    C::Change { patch, tags: None, at: at(130) }
}

fn tags(tags: &[&str]) -> C {
    let tags = Some(tags.iter().map(|tag| (*tag).to_owned()).collect());
    C::Change { patch: None, tags, at: at(130) }
}

fn rate(score: u8) -> C {
    C::Rate { score, channel: RatingChannel::Sms, at: at(130) }
}

fn erase() -> C {
    let (requested_by, legal_basis) = ("user:1".to_owned(), "GDPR 17".to_owned());
    C::Erase { requested_by, legal_basis, at: at(300) }
}

#[test]
fn notes_are_kept_in_every_state_and_counted() {
    for call in [calls::queued(), calls::connected(), calls::closed(), calls::imported()] {
        let call = call.and(note("first\n\tsecond\r\n"));
        assert_eq!(call.and(note("first\n\tsecond\r\n")).known().notes, 2);
    }
}

#[test]
fn a_note_is_a_text_without_a_card_number() {
    let call = calls::closed();
    call.when(note("")).field("/note", "empty");
    call.when(note("a\u{7}b")).field("/note", "control-character");
    call.when(note(&"é".repeat(4_097))).field("/note", "too-long");
    call.when(note(&"é".repeat(4_096))).then_types(&["CallNoteAdded"]);
    let refusal = call.when(note("paid with 4242 4242 4242 4242")).refused();
    assert_eq!((refusal.code(), refusal.pointer()), ("card-data-not-accepted", Some("/note")));
}

#[test]
fn tags_are_what_they_are_set_to() {
    let call = calls::closed().and(tags(&["vip", "late"]));
    let (added, removed) = (vec!["new".to_owned()], vec!["late".to_owned()]);
    let call = call.when(tags(&["new", "vip"]));
    let call = call.then([E::CallTagged { added, removed, at: at(130) }]);
    assert_eq!(call.0.tags(), ["vip", "new"]);
    call.when(tags(&["vip", "new"])).then_nothing();
    assert!(call.and(tags(&[])).0.tags().is_empty());
    call.when(tags(&["a", "a"])).field("/tags", "repeated");
    call.when(tags(&[" "])).field("/tags", "empty");
    call.when(tags(&["a\nb"])).field("/tags", "control-character");
    let long = "x".repeat(65);
    call.when(tags(&[&long])).field("/tags", "too-long");
    call.when(tags(&[&long[..64]])).then_types(&["CallTagged"]);
    let many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    call.when(tags(&many)).field("/tags", "too-many");
    call.when(tags(&many[..50])).then_types(&["CallTagged"]);
}

#[test]
fn metadata_is_merged_as_rfc_7396_says() {
    let call = calls::queued().and(patch(json!({"a": "b", "c": {"d": "e", "f": "g"}})));
    let call = call.and(patch(json!({"a": "z", "c": {"f": null}, "h": {"i": null, "j": 1}})));
    assert_eq!(json!(call.known().metadata), json!({"a": "z", "c": {"d": "e"}, "h": {"j": 1}}));
    call.when(patch(json!({"a": "z", "x": null, "c": {"f": null}}))).then_nothing();
    call.when(patch(json!({}))).then_nothing();
    let call = call.and(patch(json!({"a": [1], "c": "text"})));
    assert_eq!(json!(call.known().metadata), json!({"a": [1], "c": "text", "h": {"j": 1}}));
}

#[test]
fn metadata_has_its_limits() {
    let call = calls::queued();
    let sized = |bytes: usize| json!({"a": "x".repeat(bytes - r#"{"a":""}"#.len())});
    let full = call.and(patch(sized(8_192)));
    call.when(patch(sized(8_193))).field("/metadata", "too-long");
    // It is the result that counts: everything can be replaced at once.
    full.when(patch(json!({"b": 1}))).field("/metadata", "too-long");
    full.when(patch(json!({"a": null, "b": "x".repeat(8_000)})))
        .then_types(&["CallMetadataChanged"]);
    let deep = |levels: usize| (1..levels).fold(json!({"a": 1}), |inner, _| json!({"a": inner}));
    call.when(patch(deep(32))).then_types(&["CallMetadataChanged"]);
    call.when(patch(deep(33))).field("/metadata", "too-deep");
    for card in [
        json!({"a": {"b": ["4242424242424242"]}}),
        json!({"4242424242424242": 1}),
        json!({"a": 4_242_424_242_424_242_u64}),
    ] {
        let refusal = call.when(patch(card)).refused();
        assert_eq!(refusal, CallRefusal::CardData { pointer: "/metadata" });
    }
    call.when(patch(json!({"a": "b\u{0}"}))).field("/metadata", "control-character");
}

#[test]
fn a_change_is_never_half_done() {
    let change = |patch: Value, tags: &[&str]| C::Change {
        patch: patch.as_object().cloned(),
        tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        at: at(130),
    };
    let call = calls::queued().when(change(json!({"a": 1}), &["x"]));
    call.then_types(&["CallMetadataChanged", "CallTagged"]);
    calls::queued().when(change(json!({"a": 1}), &[""])).field("/tags", "empty");
    let nothing = C::Change { patch: Some(Map::new()), tags: None, at: at(130) };
    calls::queued().when(nothing).then_nothing();
}

#[test]
fn the_last_rating_counts() {
    let call = calls::closed().and(rate(4));
    call.when(rate(4)).then_nothing();
    assert_eq!(call.and(rate(2)).known().rating, Some(2));
    for score in [0, 6] {
        call.when(rate(score)).field("/score", "out-of-range");
    }
    calls::unanswered().when(rate(5)).not_now("ended/closed");
}

#[test]
fn c30_an_erased_call_keeps_nothing_personal_and_takes_nothing_in() {
    calls::connected().when(erase()).not_now("answered/connected");
    let call = calls::closed().when(erase()).then_types(&["CallErased"]);
    assert_eq!(call.known().from, Some(Personal::Erased));
    assert_eq!(call.known().to, Some(Personal::Erased));
    call.when(erase()).then_nothing();
    assert_eq!(call.when(note("who was it")).refused(), CallRefusal::Erased);
    assert_eq!(call.when(rate(5)).refused().code(), "erased");
    assert_eq!(call.when(patch(json!({ "name": "Eva" }))).refused(), CallRefusal::Erased);
    call.when(patch(json!({ "name": null }))).then_nothing();
    assert_eq!(call.when(tags(&["Eva"])).refused(), CallRefusal::Erased);
    let tagged = calls::closed().and(tags(&["Eva"])).and(erase());
    tagged.when(tags(&[])).then_types(&["CallTagged"]);
    calls::imported().when(erase()).then_types(&["CallErased"]);
}
