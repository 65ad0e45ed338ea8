//! Golden files: every type of event that was ever released, as it is stored, forever.
#![allow(clippy::disallowed_methods, reason = "golden files are files")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use crate::{DecidedEvent, SealedText};

/// The facts of the golden files of an aggregate, in the order of their names. Every type has a
/// file and every file a type; files are read and written byte for byte, a field that came later
/// does not hinder an older reader, and nothing personal is left when it is sealed.
pub(crate) fn golden<E: DecidedEvent>(aggregate: &str) -> Vec<E> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src").join(aggregate);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("golden"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut events = Vec::new();
    let mut kept = BTreeSet::new();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (event_type, version) = name.strip_suffix(".json").unwrap().rsplit_once(".v").unwrap();
        let version = version.parse().unwrap();
        let payload = std::fs::read_to_string(&path).unwrap().trim_end().to_owned();
        let event = E::decode(event_type, version, payload.as_bytes())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let told = (DecidedEvent::event_type(&event), DecidedEvent::event_version(&event));
        assert_eq!(told, (event_type, version));
        assert_eq!(serde_json::to_string(&event).unwrap(), payload, "{name}");
        let mut newer: Value = serde_json::from_str(&payload).unwrap();
        newer[event_type]["came_later"] = Value::Bool(true);
        let newer = E::decode(event_type, version, newer.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&newer).unwrap(), payload, "{name}");
        kept.insert(event_type.to_owned());
        events.push(event);
    }
    let types: BTreeSet<String> = E::TYPES.iter().map(|kind| (*kind).to_owned()).collect();
    assert_eq!(kept, types);
    events
}

/// Seals every personal field, so that facts can be written down.
pub(crate) fn sealed<E: DecidedEvent>(mut event: E) -> E {
    event.each_personal(&mut |whose, text| {
        Some(SealedText::from(format!("{whose}:{}", text.len())))
    });
    serde_json::to_string(&event).unwrap();
    event
}
