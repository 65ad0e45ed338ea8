//! Rows of JSONL: one object per line, each key once.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

use super::frame::{FrameFault, MAX_FIELD_BYTES};
use super::reader::{Cell, describe, short};
use super::rejection::Rejection;

/// The cells of these columns; a key that is missing, null or blank has none.
pub(super) fn cells(
    at: (u64, u64),
    record: &[u8],
    columns: &[String],
    unseen: &mut BTreeSet<usize>,
) -> Result<Vec<Option<Cell>>, Rejection> {
    if let Err(error) = std::str::from_utf8(record) {
        let reason = format!("not UTF-8 from byte {} of the line on", error.valid_up_to() + 1);
        return Err(Rejection::new(at, "", "not-utf-8", reason, ""));
    }
    let Object(mut object) = serde_json::from_slice(record)
        .map_err(|error| Rejection::new(at, "", "malformed-json", error.to_string(), ""))?;
    let mut cells = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let Some(value) = object.remove(column) else {
            cells.push(None);
            continue;
        };
        unseen.remove(&index);
        let text = text_of(&value);
        if text.len() > MAX_FIELD_BYTES {
            let (code, reason) = describe(FrameFault::FieldTooLong(index));
            return Err(Rejection::new(at, column, code, reason, ""));
        }
        let text: String = text.trim().nfc().collect();
        let there = !value.is_null() && !text.is_empty();
        cells.push(there.then_some(Cell { text, json: Some(value) }));
    }
    Ok(cells)
}

/// A JSON value as the text that a CSV cell would hold.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.iter().any(|item| item.is_array() || item.is_object()) => {
            items.iter().map(text_of).collect::<Vec<_>>().join(";")
        }
        other => other.to_string(),
    }
}

/// A JSON object in which no key stands twice.
struct Object(Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one JSON object per line")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Object, A::Error> {
                let mut object = Map::new();
                while let Some((key, value)) = entries.next_entry::<String, Value>()? {
                    if object.contains_key(&key) {
                        let message = format!("the key `{}` stands there twice", short(&key));
                        return Err(serde::de::Error::custom(message));
                    }
                    object.insert(key, value);
                }
                Ok(Object(object))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}
