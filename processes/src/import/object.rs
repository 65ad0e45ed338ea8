//! One line of JSONL: an object.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// A JSON object, in which a key should not stand twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object {
    /// The entries; of a key that stands there twice the first one.
    pub(super) entries: Map<String, Value>,
    /// The keys in the order in which they stand there.
    pub(super) keys: Vec<String>,
    /// The first key that stands there twice.
    pub(super) repeated: Option<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one JSON object per line")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Object, A::Error> {
                let mut object = Object::default();
                while let Some((key, value)) = entries.next_entry::<String, Value>()? {
                    if object.entries.contains_key(&key) {
                        object.repeated.get_or_insert(key);
                    } else {
                        object.keys.push(key.clone());
                        object.entries.insert(key, value);
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// A JSON value as the text that a CSV cell would hold; a flat list is joined by `;`.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.iter().any(|item| item.is_array() || item.is_object()) => {
            items.iter().map(text_of).collect::<Vec<_>>().join(";")
        }
        other => other.to_string(),
    }
}
