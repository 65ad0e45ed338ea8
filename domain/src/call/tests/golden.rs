//! Every type of event that was ever released is kept as it is stored, forever.
#![allow(clippy::disallowed_methods, reason = "golden files are files")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::super::*;
use super::kit::*;
use super::states::{every_combination, every_state};
use crate::{DecidedEvent, Decider, DecodeError, SealedText};

struct Golden {
    event_type: String,
    version: i16,
    payload: String,
}

fn golden() -> Vec<Golden> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/call/golden");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (event_type, version) = name.strip_suffix(".json").unwrap().rsplit_once(".v").unwrap();
        let payload = std::fs::read_to_string(&path).unwrap().trim_end().to_owned();
        Golden { event_type: event_type.to_owned(), version: version.parse().unwrap(), payload }
    };
    files.into_iter().map(read).collect()
}

fn events() -> Vec<E> {
    let decode = |file: Golden| {
        E::decode(&file.event_type, file.version, file.payload.as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error}", file.event_type))
    };
    golden().into_iter().map(decode).collect()
}

#[test]
fn every_type_has_a_golden_file_and_every_file_a_type() {
    let files = golden();
    let kept: BTreeSet<&str> = files.iter().map(|file| file.event_type.as_str()).collect();
    let types: BTreeSet<&str> = E::TYPES.iter().copied().collect();
    assert_eq!(kept, types);
    assert!(files.iter().all(|file| E::known(&file.event_type, file.version)));
}

#[test]
fn golden_files_are_read_and_written_byte_for_byte() {
    for (file, event) in golden().into_iter().zip(events()) {
        assert_eq!(
            (event.event_type(), event.event_version()),
            (file.event_type.as_str(), file.version)
        );
        assert_eq!(serde_json::to_string(&event).unwrap(), file.payload);
    }
}

#[test]
fn golden_files_hold_every_field() {
    for (file, event) in golden().into_iter().zip(events()) {
        // What came with a later version is in the file of that.
        let shown = match file.version {
            1 => format!("{event:?}").replace("meaning: None, ", ""),
            2 => format!("{event:?}").replace(", topic: None", ""),
            _ => format!("{event:?}"),
        };
        assert!(!shown.contains("None"), "{}: {shown}", file.event_type);
    }
}

#[test]
fn what_was_never_released_is_unknown() {
    let payload = golden().remove(0).payload;
    let unknown = |event_type, version| {
        matches!(
            E::decode(event_type, version, payload.as_bytes()),
            Err(DecodeError::Unknown { .. })
        ) && !E::known(event_type, version)
    };
    assert!(unknown("CallRang", 1) && unknown("CallRinging", 2) && unknown("CallRinging", 0));
    assert!(unknown("CallDispositioned", 4) && unknown("CallDispositioned", 0));
    let other = E::decode("CallRinging", 1, payload.as_bytes());
    assert!(matches!(other, Err(DecodeError::Payload(_))), "{other:?}");
    assert!(matches!(E::decode("CallRinging", 1, b"{"), Err(DecodeError::Payload(_))));
}

#[test]
fn sealing_leaves_nothing_known() {
    for command in super::states::every_command() {
        for given in every_state() {
            for mut fact in given.when(command.clone()).decided.unwrap_or_default() {
                let mut sealed = Vec::new();
                fact.each_personal(&mut |whose, text| {
                    sealed.push(whose);
                    Some(SealedText::from(format!("sealed:{}", text.len())))
                });
                assert!(sealed.iter().all(|whose| *whose == subject()));
                serde_json::to_string(&fact).expect("nothing known is left");
            }
        }
    }
}

#[test]
fn every_fact_moves_every_state_on_without_a_panic() {
    let events = events();
    for event in &events {
        Call::Unknown.clone().evolve(event);
        for given in every_combination() {
            let was = given.0.leg();
            let call = after(given.0, std::slice::from_ref(event));
            assert!(call.leg() >= was, "{}", event.event_type());
            let _ = call.known().unwrap().durations();
        }
    }
}

/// The fields of each type that a payload may lack: written by code that did not
/// know them yet, or where there was nothing to say.
fn optional(event_type: &str) -> &'static str {
    match event_type {
        "CallInitiated" => "from contact_id campaign_id campaign_revision attempt_no agent_id",
        "InboundCallReceived" => "from flow_id flow_version forwarded_from",
        "CallImported" => {
            "from to answered_at wait_ms talk_ms hold_ms wrap_ms agent_label queue_label \
             campaign_label attempt_no disposition resolved rating"
        }
        "CallAnswered" => "answered_by",
        "IvrInputReceived" => "input confidence matched_option",
        "IvrExited" => "target",
        "CallQueued" => "language",
        "CallHeld" | "CallEndRequested" => "reason",
        "CallTransferStarted" => "number",
        "CallTransferCompleted" => "new_agent_id",
        "CallEnded" => "reason detail provider_duration_seconds sip_code",
        "CallOutcomeCorrected" => "ended_by answered_at provider_duration_seconds sip_code",
        "CallWrapUpStarted" => "deadline",
        "CallDispositioned" => "resolved right_party sale follow_up_at note",
        "CallDispositionRevised" => "resolved right_party sale follow_up_at note reason",
        _ => "",
    }
}

#[test]
fn a_payload_without_its_optional_fields_loads_and_no_other_field_is_optional() {
    for Golden { event_type, version, payload } in golden() {
        let decode =
            |payload: &Value| E::decode(&event_type, version, payload.to_string().as_bytes());
        let whole: Value = serde_json::from_str(&payload).unwrap();
        let mut bare = whole.clone();
        for name in optional(&event_type).split_whitespace() {
            let removed = bare[&event_type].as_object_mut().unwrap().remove(name);
            assert!(removed.is_some(), "{event_type}.{name}");
        }
        assert_eq!(serde_json::to_value(decode(&bare).unwrap()).unwrap(), bare);
        for name in bare[&event_type].as_object().unwrap().keys() {
            let mut lacking = whole.clone();
            lacking[&event_type].as_object_mut().unwrap().remove(name);
            let personal =
                whole[&event_type][name].as_str().is_some_and(|t| t.starts_with("sealed"));
            match decode(&lacking) {
                Err(DecodeError::Payload(_)) => assert!(!personal, "{event_type}.{name}"),
                // A personal field that is not there is taken for erased.
                Ok(fact) => {
                    assert!(personal, "{event_type}.{name}");
                    assert_eq!(serde_json::to_value(fact).unwrap()[&event_type][name], Value::Null);
                }
                Err(error) => panic!("{event_type}.{name}: {error}"),
            }
        }
    }
}

#[test]
fn a_field_that_came_later_does_not_hinder_an_older_reader() {
    for Golden { event_type, version, payload } in golden() {
        let mut newer: Value = serde_json::from_str(&payload).unwrap();
        newer[&event_type]["came_later"] = Value::Bool(true);
        let fact = E::decode(&event_type, version, newer.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&fact).unwrap(), payload);
    }
}

#[test]
fn what_a_code_meant_is_of_a_later_version_and_nothing_else_is() {
    for Golden { event_type, version, payload } in golden() {
        let newest = E::newest(&event_type);
        assert!((1..=newest).contains(&version));
        for other in (1..=newest).filter(|other| *other != version) {
            let taken_for_another = E::decode(&event_type, other, payload.as_bytes());
            let refused = matches!(taken_for_another, Err(DecodeError::Payload(_)));
            assert!(refused, "{event_type}.v{version} as {other}");
        }
    }
}
