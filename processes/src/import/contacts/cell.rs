//! The cells of one row, by the names of their columns.

use serde_json::Value;

use crate::import::frame::MAX_FIELD_BYTES;
use crate::import::object::{Object, text_of};
use crate::import::value::tidy;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// There is nothing in it.
    Blank,
    /// A text, without white space around it, in Unicode's NFC.
    Text(String),
    /// Something else than a text, of JSON.
    Json(Value),
    /// It cannot be read, which has been told already.
    Unreadable,
    /// A text that is longer than a field may be.
    TooLong,
}

/// The cells of one row.
#[derive(Debug)]
pub(super) enum Cells {
    /// CSV, in the order of the header.
    Fields(Vec<Cell>),
    /// JSONL.
    Object(Object),
}

impl Cell {
    pub(super) fn of_text(text: &str) -> Self {
        if text.len() > MAX_FIELD_BYTES {
            return Self::TooLong;
        }
        let text = tidy(text);
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }

    fn of_json(value: &Value) -> Self {
        match value {
            Value::Null => Self::Blank,
            Value::String(text) => Self::of_text(text),
            other if text_of(other).len() > MAX_FIELD_BYTES => Self::TooLong,
            other => Self::Json(other.clone()),
        }
    }
}

impl Cells {
    /// The cell of a column: of CSV by its place, of JSONL by its name.
    pub(super) fn get(&self, place: Option<usize>, name: &str) -> Cell {
        match self {
            Self::Fields(cells) => {
                place.and_then(|place| cells.get(place)).cloned().unwrap_or(Cell::Blank)
            }
            Self::Object(object) => {
                let value = object.entries.get(name).or_else(|| {
                    let (outer, inner) = name.split_once('.')?;
                    object.entries.get(outer)?.get(inner)
                });
                value.map_or(Cell::Blank, Cell::of_json)
            }
        }
    }

    /// The names of an object's columns; those inside of `custom` by a dot.
    pub(super) fn names(&self) -> Vec<String> {
        let Self::Object(object) = self else { return Vec::new() };
        let mut names = Vec::new();
        for key in &object.keys {
            match object.entries.get(key) {
                Some(Value::Object(inner)) if key == "custom" => {
                    names.extend(inner.keys().map(|inner| format!("{key}.{inner}")));
                }
                _ => names.push(key.clone()),
            }
        }
        names
    }
}
