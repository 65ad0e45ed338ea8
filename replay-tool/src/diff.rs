//! What changed between two states, field by field.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// One changed field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    /// Where, as a JSON pointer.
    pub field: String,
    /// What it was; null where it was not there.
    pub was: Value,
    /// What it is; null where it is gone.
    pub is: Value,
}

/// The changes from one state to another, by field.
pub(crate) fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    flatten("", before, &mut old);
    flatten("", after, &mut new);
    let mut fields: Vec<&String> = old.keys().chain(new.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    let of =
        |all: &BTreeMap<String, Value>, field: &str| all.get(field).cloned().unwrap_or(Value::Null);
    let change = |field: &String| {
        let (was, is) = (of(&old, field), of(&new, field));
        (was != is).then(|| Change { field: field.clone(), was, is })
    };
    fields.into_iter().filter_map(change).collect()
}

fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                flatten(&format!("{path}/{name}"), field, into);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{path}/{index}"), item, into);
            }
        }
        plain => {
            into.insert(path.to_owned(), plain.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_changed_is_told() {
        let before = json!({"status": "ringing", "tags": ["a"], "end": null});
        let after = json!({"status": "answered", "tags": ["a", "b"], "end": null});
        let told = changes(&before, &after);
        let change = |field: &str, was, is| Change { field: field.to_owned(), was, is };
        assert_eq!(
            told,
            vec![
                change("/status", json!("ringing"), json!("answered")),
                change("/tags/1", Value::Null, json!("b")),
            ]
        );
        assert!(changes(&after, &after).is_empty());
    }
}
