//! Transcripts as others write them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::PersonalText;
use crate::speech::Speaker::{Agent, Customer};

const AZURE: &str =
    include_str!("../../../tests/data/azure-conversation/Json_input_customer_support.json");

/// Where an error is, and which rule it is of.
fn place(error: &FormatError) -> (&str, &str) {
    (&error.pointer, error.reason)
}

fn said(spoken: &Conversation) -> Vec<&str> {
    spoken.segments.iter().map(|segment| segment.text().expose()).collect()
}

#[test]
fn the_vendors_own_transcript_is_read_whole() {
    let spoken = from_azure(AZURE).unwrap();
    assert_eq!((spoken.language.as_deref(), spoken.segments.len()), (Some("en"), 17));
    let by_customer =
        spoken.segments.iter().filter(|segment| segment.speaker() == Customer).count();
    let first = &spoken.segments[0];
    assert_eq!((first.speaker(), by_customer), (Agent, 7));
    assert_eq!(first.provider_segment_id(), Some("11f80016-dcb7-4ae5-9b55-2486c88be2d1"));
    assert_eq!(said(&spoken)[0], "Hello, you’re chatting with Rene. How may I help you?");
    assert_eq!(said(&spoken)[16], "you're welcome! Have a nice day!");
    assert!(spoken.segments.iter().all(|one| (one.span(), one.confidence()) == ((0, 0), None)));
    let document: Value = serde_json::from_str(AZURE).unwrap();
    let items = &document["analysisInput"]["conversations"][0]["conversationItems"];
    let texts: Vec<&str> =
        items.as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap()).collect();
    assert_eq!(said(&spoken), texts);
}

/// A document of one item, with some fields set otherwise; `null` takes one away.
fn azure(fields: Value) -> Value {
    let mut item = json!({ "id": "1", "participantId": "Customer", "text": "Hello" });
    for (name, value) in fields.as_object().unwrap() {
        item[name] = value.clone();
    }
    item.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let conversations = json!([{ "conversationItems": [item], "language": "en" }]);
    json!({ "analysisInput": { "conversations": conversations } })
}

#[test]
fn azures_ticks_are_milliseconds_and_a_role_goes_before_a_name() {
    let of = |fields| from_azure(&azure(fields).to_string()).unwrap().segments.remove(0);
    let word = |offset: u64, duration: u64| json!({ "offset": offset, "duration": duration });
    let words = [word(12_340_000, 5_000_000), word(20_000_000, 5_009_999)];
    let by_words = of(json!({ "audioTimings": words, "role": "Agent", "participantId": "4" }));
    assert_eq!((by_words.speaker(), by_words.span()), (Agent, (1_234, 2_500)));
    let whole = of(json!({ "audioTimings": words, "conversationItemLevelTiming": word(0, 9_999) }));
    assert_eq!(whole.span(), (0, 0));
    assert_eq!(of(json!({ "audioTimings": [] })).span(), (0, 0));
    let unnamed = of(json!({ "id": null }));
    assert_eq!(unnamed.provider_segment_id(), Some("item-0"), "by its place, without times");
    let unnamed = of(json!({ "id": null, "audioTimings": words }));
    assert_eq!(unnamed.provider_segment_id(), None);
}

#[test]
fn what_is_wrong_with_azures_document_is_named_by_its_pointer() {
    let at = |field: &str| format!("/analysisInput/conversations/0/conversationItems/0{field}");
    let timing = json!({ "offset": u64::MAX, "duration": 1 });
    for (fields, field, reason) in [
        (json!({ "text": null }), "/text", "required"),
        (json!({ "text": 7 }), "/text", "wrong-type"),
        (json!({ "text": " " }), "/text", "empty"),
        (json!({ "text": "a\u{7}b" }), "/text", "control-character"),
        (json!({ "text": "a".repeat(8_193) }), "/text", "too-long"),
        (json!({ "participantId": null }), "/participantId", "required"),
        (json!({ "participantId": "Speaker 1" }), "/participantId", "invalid-value"),
        (json!({ "role": "generic" }), "/role", "invalid-value"),
        (json!({ "id": "" }), "/id", "invalid-value"),
        (json!({ "audioTimings": [{ "offset": -1 }] }), "/audioTimings/0/offset", "invalid-value"),
        (json!({ "audioTimings": [{ "offset": 1 }] }), "/audioTimings/0/duration", "required"),
        (json!({ "audioTimings": [[1, 2]] }), "/audioTimings/0", "wrong-type"),
        (
            json!({ "conversationItemLevelTiming": timing }),
            "/conversationItemLevelTiming",
            "out-of-range",
        ),
    ] {
        let error = from_azure(&azure(fields.clone()).to_string()).unwrap_err();
        assert_eq!(place(&error), (at(field).as_str(), reason), "{fields}");
    }
    let conversation = &azure(json!({}))["analysisInput"]["conversations"][0];
    let two = json!({ "analysisInput": { "conversations": [conversation, conversation] } });
    for (document, pointer, reason) in [
        ("{}".to_owned(), "/analysisInput", "required"),
        ("[]".to_owned(), "", "wrong-type"),
        (String::new(), "", "malformed"),
        (
            r#"{"analysisInput":{"conversations":[]}}"#.into(),
            "/analysisInput/conversations",
            "not-one",
        ),
        (two.to_string(), "/analysisInput/conversations", "not-one"),
        (r#"{"analysisInput":[[]]}"#.into(), "/analysisInput", "wrong-type"),
        (format!("{} {{}}", azure(json!({}))), "", "malformed"),
    ] {
        let error = from_azure(&document).unwrap_err();
        assert_eq!(place(&error), (pointer, reason), "{document}");
    }
}

const CALL: &str = "01890000-0000-7000-8000-000000000001";

/// A line of one segment.
fn line() -> Value {
    let said = json!({ "speaker": "agent", "start_ms": 5, "end_ms": 9, "text": "x" });
    json!({ "call_id": CALL, "segments": [said] })
}

#[test]
fn our_own_form_is_a_transcript_per_line() {
    let (whose, spoken) = from_json_line(&line().to_string()).unwrap();
    assert_eq!(whose, Whose::Call(CALL.parse().unwrap()));
    assert_eq!((spoken.language.as_deref(), said(&spoken)), (None, vec!["x"]));
    let imported = json!({
        "source": "old", "source_id": "7", "language": "en",
        "segments": [{ "speaker": "customer", "start_ms": 0, "end_ms": 0, "text": "Hm",
                       "confidence": 0.98765, "provider_segment_id": "s-2" }],
    });
    let (whose, spoken) = from_json_line(&imported.to_string()).unwrap();
    let (source, source_id) = ("old".to_owned(), "7".to_owned());
    assert_eq!(whose, Whose::Imported { source, source_id });
    let [one] = spoken.segments.as_slice() else { unreachable!() };
    assert_eq!((one.confidence(), one.provider_segment_id()), (Some(0.98765), Some("s-2")));
    assert_eq!(spoken.language.as_deref(), Some("en"));
}

#[test]
fn what_is_wrong_with_a_line_is_named_by_its_pointer() {
    let at = |field: &str| format!("/segments/0{field}");
    for (from, to, field, reason) in [
        ("\"agent\"", "\"nurse\"", "/speaker", "invalid-value"),
        ("5", "-5", "/start_ms", "invalid-value"),
        ("5", "5.5", "/start_ms", "wrong-type"),
        ("5", "\"5\"", "/start_ms", "wrong-type"),
        ("9", "4", "/end_ms", "invalid-range"),
        ("9", "86400001", "/end_ms", "out-of-range"),
        ("\"x\"", "\"\"", "/text", "empty"),
        ("\"x\"", "null", "/text", "wrong-type"),
        (",\"text\":\"x\"", "", "/text", "required"),
        ("}]", ",\"confidence\":1.0001}]", "/confidence", "out-of-range"),
        ("}]", ",\"confidence\":\"high\"}]", "/confidence", "wrong-type"),
        ("}]", ",\"provider_segment_id\":\"\"}]", "/provider_segment_id", "invalid-value"),
        ("}]", ",\"a/b\":1}]", "/a~1b", "unknown-field"),
        ("}]", ",\"text\":\"y\"}]", "/text", "repeated"),
    ] {
        let segments = r#"[{"speaker":"agent","start_ms":5,"end_ms":9,"text":"x"}]"#;
        let segments = segments.replace(from, to);
        let text = format!("{{\"call_id\":\"{CALL}\",\"segments\":{segments}}}");
        let error = from_json_line(&text).unwrap_err();
        assert_eq!(place(&error), (at(field).as_str(), reason), "{to}");
    }
    for (text, pointer, reason) in [
        ("[]".to_owned(), "", "wrong-type"),
        (r#"{"segments":[]}"#.into(), "/call_id", "required"),
        (r#"{"source":"a","segments":[]}"#.into(), "/source_id", "required"),
        (r#"{"source_id":"a","segments":[]}"#.into(), "/source", "required"),
        (r#"{"call_id":"7","segments":[]}"#.into(), "/call_id", "invalid-value"),
        (format!("{{\"call_id\":\"{CALL}\"}}"), "/segments", "required"),
        (format!("{{\"call_id\":\"{CALL}\",\"segments\":[[1]]}}"), "/segments/0", "wrong-type"),
        (format!("{} {{}}", line()), "", "malformed"),
        (line().to_string().replace('}', ""), "/segments/0", "malformed"),
    ] {
        let error = from_json_line(&text).unwrap_err();
        assert_eq!(place(&error), (pointer, reason), "{text}");
    }
    let mut both = line();
    both["source"] = json!("old");
    assert_eq!(place(&from_json_line(&both.to_string()).unwrap_err()), ("/call_id", "not-one"));
    let mut english = line();
    english["language"] = json!("English!");
    let error = from_json_line(&english.to_string()).unwrap_err();
    assert_eq!(place(&error), ("/language", "invalid-language"));
}

#[test]
fn a_card_number_that_was_said_is_masked_and_the_rest_is_kept() {
    let masked = "it is **** **** **** **** ok";
    let mut card = line();
    card["segments"][0]["text"] = json!("it is 4242 4242 4242 4242 ok");
    assert_eq!(said(&from_json_line(&card.to_string()).unwrap().1), [masked]);
    let document = azure(json!({ "text": "it is 4242 4242 4242 4242 ok" }));
    assert_eq!(said(&from_azure(&document.to_string()).unwrap()), [masked]);
}

#[test]
fn a_call_has_no_more_segments_than_there_may_be() {
    let mut many = line();
    many["segments"] = vec![many["segments"][0].clone(); MAX_SEGMENTS].into();
    assert_eq!(from_json_line(&many.to_string()).unwrap().1.segments.len(), MAX_SEGMENTS);
    many["segments"] = vec![many["segments"][0].clone(); MAX_SEGMENTS + 1].into();
    let error = from_json_line(&many.to_string()).unwrap_err();
    assert_eq!(place(&error), ("/segments", "too-many"));
    let mut document = azure(json!({}));
    let items = document.pointer_mut("/analysisInput/conversations/0/conversationItems").unwrap();
    *items = vec![items[0].clone(); MAX_SEGMENTS + 1].into();
    let error = from_azure(&document.to_string()).unwrap_err();
    assert_eq!(error.reason, "too-many");
}

#[test]
fn neither_a_segment_nor_an_error_tells_what_was_said() {
    let spoken = from_azure(&azure(json!({ "text": "canary" })).to_string()).unwrap();
    assert!(!format!("{spoken:?}").contains("canary"));
    for (field, value) in [
        ("speaker", json!("canary")),
        ("start_ms", json!("canary, expected canary")),
        ("text", json!(["canary"])),
        ("text", json!("canary \u{7}")),
    ] {
        let mut told = line();
        told["segments"][0][field] = value;
        let error = from_json_line(&told.to_string()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
    let error = from_json_line("\"canary\"").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_a_reader(
        text in prop_oneof![
            "\\PC{0,60}",
            "((\\{|\\}|\\[|\\]|:|,|\"speaker\"|\"agent\"|\"text\"|\"start_ms\"|9|null|\n)){0,30}",
        ],
    ) {
        let _ = from_json_line(&text).map_err(|error| error.to_string());
        let _ = from_azure(&text).map_err(|error| error.to_string());
    }

    #[test]
    fn what_is_written_in_our_form_is_read_as_it_was(
        segments in proptest::collection::vec(
            (0..2_usize, 0..9_000_u32, 0..9_000_u32, "[a-zé\"\\\\ ]{0,20}x", 0..=10_000_i32), 0..9,
        ),
    ) {
        let segments_of = segments.iter().map(|(speaker, start, length, said, confidence)| {
            let speaker = [Agent, Customer][*speaker];
            json!({
                "speaker": speaker, "start_ms": start, "end_ms": start + length, "text": said,
                "confidence": f64::from(*confidence) / 10_000.0,
            })
        });
        let text = json!({ "call_id": CALL, "segments": segments_of.collect::<Vec<_>>() });
        let (_, read) = from_json_line(&text.to_string()).unwrap();
        prop_assert_eq!(read.segments.len(), segments.len());
        let both = read.segments.iter().zip(&segments);
        for (read, (speaker, start, length, said, confidence)) in both {
            let speaker = [Agent, Customer][*speaker];
            prop_assert_eq!((read.speaker(), read.span()), (speaker, (*start, start + length)));
            prop_assert_eq!(read.text().expose(), said.as_str());
            prop_assert_eq!(read.confidence(), Some(f64::from(*confidence) / 10_000.0));
        }
    }
}
