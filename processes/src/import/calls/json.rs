//! Rows of JSONL: one object per line, each key once.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::reader::{Cell, describe};
use super::rejection::Rejection;
use crate::import::frame::{FrameFault, MAX_FIELD_BYTES};
use crate::import::object::{Object, text_of};
use crate::import::value::short;

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
    let mut object: Object = serde_json::from_slice(record)
        .map_err(|error| Rejection::new(at, "", "malformed-json", error.to_string(), ""))?;
    if let Some(key) = object.repeated {
        let reason = format!("the key `{}` stands there twice", short(&key));
        return Err(Rejection::new(at, "", "malformed-json", reason, ""));
    }
    let mut cells = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let Some(value) = object.entries.remove(column) else {
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
