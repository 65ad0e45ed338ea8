//! Transcripts as others write them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::PersonalText;
use Speaker::{Agent, Customer};

const AZURE: &str =
    include_str!("../../../tests/data/azure-conversation/Json_input_customer_support.json");

/// Where an error is, and which rule it is of.
fn place(error: &FormatError) -> (usize, &str, &str) {
    (error.line.unwrap_or(0), &error.pointer, error.reason)
}

fn said(spoken: &Conversation) -> Vec<&str> {
    spoken.segments.iter().map(|segment| segment.text.expose()).collect()
}

#[test]
fn the_vendors_own_transcript_is_read_whole() {
    let spoken = from_azure(AZURE).unwrap();
    assert_eq!((spoken.language.as_deref(), spoken.segments.len()), (Some("en"), 17));
    let by_customer = spoken.segments.iter().filter(|segment| segment.speaker == Customer).count();
    let first = &spoken.segments[0];
    assert_eq!((first.speaker, by_customer), (Agent, 7));
    assert_eq!(first.provider_segment_id.as_deref(), Some("11f80016-dcb7-4ae5-9b55-2486c88be2d1"));
    assert_eq!(said(&spoken)[0], "Hello, you’re chatting with Rene. How may I help you?");
    assert_eq!(said(&spoken)[16], "you're welcome! Have a nice day!");
    assert!(spoken.segments.iter().all(|one| one.times.is_none() && one.confidence.is_none()));
    assert_eq!(first.timed(), None);
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
    assert_eq!(by_words.timed(), Some(Timed { speaker: Agent, start_ms: 1_234, end_ms: 2_500 }));
    let whole = of(json!({ "audioTimings": words, "conversationItemLevelTiming": word(0, 9_999) }));
    assert_eq!(whole.times, Some(Times { start_ms: 0, end_ms: 0 }));
    assert_eq!(of(json!({ "audioTimings": [] })).times, None);
    let czech = of(json!({ "language": "cs", "id": null }));
    assert_eq!((czech.language.as_deref(), czech.provider_segment_id), (Some("cs"), None));
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
        (json!({ "language": "English!" }), "/language", "invalid-language"),
        (json!({ "id": "" }), "/id", "empty"),
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
        assert_eq!(place(&error), (0, at(field).as_str(), reason), "{fields}");
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
        assert_eq!(place(&error), (0, pointer, reason), "{document}");
    }
}

#[test]
fn our_own_form_is_read_line_by_line() {
    let spoken = from_jsonl(concat!(
        "\u{feff}{\"speaker\":\"customer\",\"start_ms\":0,\"end_ms\":1500,\"text\":\"Hello\"}\r\n",
        "\n",
        "{\"speaker\":\"agent\",\"start_ms\":1500,\"end_ms\":1500,\"text\":\"Hm\",",
        "\"confidence\":0.98765,\"provider_segment_id\":\"s-2\"}",
    ));
    let spoken = spoken.unwrap();
    assert_eq!(said(&spoken), ["Hello", "Hm"]);
    let [first, second] = spoken.segments.as_slice() else { unreachable!() };
    assert_eq!(first.timed(), Some(Timed { speaker: Customer, start_ms: 0, end_ms: 1_500 }));
    assert_eq!((first.confidence, first.provider_segment_id.as_deref()), (None, None));
    assert_eq!(second.confidence, Score::from_f64(0.9876));
    assert_eq!(second.provider_segment_id.as_deref(), Some("s-2"));
    assert_eq!(from_jsonl("").unwrap(), Conversation::default());
}

#[test]
fn what_is_wrong_with_a_line_is_named_by_line_and_pointer() {
    let good = r#"{"speaker":"agent","start_ms":5,"end_ms":9,"text":"x"}"#;
    for (from, to, pointer, reason) in [
        ("\"agent\"", "\"nurse\"", "/speaker", "invalid-value"),
        ("5", "-5", "/start_ms", "invalid-value"),
        ("5", "5.5", "/start_ms", "wrong-type"),
        ("5", "\"5\"", "/start_ms", "wrong-type"),
        ("5", "86400001", "/start_ms", "out-of-range"),
        ("9", "4", "/end_ms", "invalid-range"),
        ("9", "86400001", "/end_ms", "out-of-range"),
        ("\"x\"", "\"\"", "/text", "empty"),
        ("\"x\"", "null", "/text", "wrong-type"),
        (",\"text\":\"x\"", "", "/text", "required"),
        ("}", ",\"confidence\":1.0001}", "/confidence", "out-of-range"),
        ("}", ",\"confidence\":-0.1}", "/confidence", "out-of-range"),
        ("}", ",\"confidence\":\"high\"}", "/confidence", "wrong-type"),
        ("}", ",\"provider_segment_id\":\"\"}", "/provider_segment_id", "empty"),
        ("}", ",\"a/b\":1}", "/a~1b", "unknown-field"),
        ("}", ",\"text\":\"y\"}", "/text", "repeated"),
        ("}", "} {}", "", "malformed"),
        ("}", "", "", "malformed"),
    ] {
        let text = format!("{good}\n\n{}\n{good}", good.replace(from, to));
        let error = from_jsonl(&text).unwrap_err();
        assert_eq!(place(&error), (3, pointer, reason), "{to}");
    }
    let error = from_jsonl("[\"agent\",5,9,\"x\",null,null]").unwrap_err();
    assert_eq!(place(&error), (1, "", "wrong-type"));
    assert_eq!(error.to_string(), "line 1, all of it: expected an object");
}

#[test]
fn a_card_number_that_was_said_is_masked_and_the_rest_is_kept() {
    let line =
        r#"{"speaker":"agent","start_ms":0,"end_ms":9,"text":"it is 4242 4242 4242 4242 ok"}"#;
    let masked = "it is **** **** **** **** ok";
    assert_eq!(said(&from_jsonl(line).unwrap()), [masked]);
    let document = azure(json!({ "text": "it is 4242 4242 4242 4242 ok" }));
    assert_eq!(said(&from_azure(&document.to_string()).unwrap()), [masked]);
}

#[test]
fn a_call_has_no_more_segments_than_there_may_be() {
    let line = "{\"speaker\":\"agent\",\"start_ms\":5,\"end_ms\":9,\"text\":\"x\"}\n";
    assert_eq!(from_jsonl(&line.repeat(MAX_SEGMENTS)).unwrap().segments.len(), MAX_SEGMENTS);
    let error = from_jsonl(&line.repeat(MAX_SEGMENTS + 1)).unwrap_err();
    assert_eq!(place(&error), (MAX_SEGMENTS + 1, "", "too-many"));
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
    for line in [
        r#"{"speaker":"canary","start_ms":0,"end_ms":0,"text":"x"}"#,
        r#"{"speaker":"agent","start_ms":"canary, expected canary","end_ms":0,"text":"x"}"#,
        r#"{"speaker":"agent","start_ms":0,"end_ms":0,"text":["canary"]}"#,
        r#"{"speaker":"agent","start_ms":0,"end_ms":0,"text":"canary \u0007"}"#,
        r#"{"speaker":"agent","start_ms":0,"end_ms":0,"text":"canary"#,
        r#""canary""#,
    ] {
        let error = from_jsonl(line).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
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
        let _ = from_jsonl(&text).map_err(|error| error.to_string());
        let _ = from_azure(&text).map_err(|error| error.to_string());
    }

    #[test]
    fn what_is_written_in_our_form_is_read_as_it_was(
        segments in proptest::collection::vec(
            (0..2_usize, 0..9_000_u32, 0..9_000_u32, "[a-zé\"\\\\ ]{0,20}x", 0..=10_000_i32), 0..9,
        ),
    ) {
        let mut text = String::new();
        for (speaker, start, length, said, confidence) in &segments {
            let speaker = [Agent, Customer][*speaker];
            let line = json!({
                "speaker": speaker, "start_ms": start,
                "end_ms": start + length, "text": said, "confidence": Score::new(*confidence),
            });
            text.push_str(&format!("{line}\n"));
        }
        let read = from_jsonl(&text).unwrap();
        prop_assert_eq!(read.segments.len(), segments.len());
        let both = read.segments.iter().zip(&segments);
        for (read, (speaker, start, length, said, confidence)) in both {
            let speaker = [Agent, Customer][*speaker];
            let times = Times { start_ms: *start, end_ms: start + length };
            prop_assert_eq!((read.speaker, read.times), (speaker, Some(times)));
            prop_assert_eq!(read.text.expose(), said.as_str());
            prop_assert_eq!(read.confidence, Some(Score::new(*confidence)));
        }
    }
}
