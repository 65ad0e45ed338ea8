//! A stream of bytes as numbered rows: CSV or JSONL, plain or gzipped, UTF-8.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::json;
use super::map::ImportMap;
use super::rejection::Rejection;

pub use crate::import::format::Format;
use crate::import::frame::{Frame, FrameFault, Frames};
pub use crate::import::frame::{MAX_FIELD_BYTES, MAX_ROW_BYTES};
use crate::import::source;
use crate::import::splitter::Splitter;
use crate::import::value::{column_name, listed, short};

/// Why a file as a whole cannot be read, or not any further.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is nothing in it.
    #[error("the file is empty: not even a header")]
    Empty,
    /// It is UTF-16 (or binary).
    #[error("the file is not UTF-8 but looks like UTF-16 or binary; save it as UTF-8")]
    Utf16,
    /// It is one JSON array.
    #[error("the file is a JSON array; JSONL has one object per line (`jq -c '.[]'` makes it)")]
    JsonArray,
    /// Its header cannot be used.
    #[error("the header: {0}")]
    Header(String),
    /// The map names a column that the file has not.
    #[error("the map, {key}: the file has no column `{column}`; it has {known}")]
    UnknownColumn {
        /// The key of the map.
        key: String,
        /// The column that it names.
        column: String,
        /// The columns that are there.
        known: String,
    },
    /// A quote is opened and never closed: what follows cannot be told apart.
    #[error("row {row}: a quote opened there (the row begins on line {line}) is never closed")]
    UnclosedQuote {
        /// The row.
        row: u64,
        /// The line on which it begins.
        line: u64,
    },
    /// The file could not be read (a damaged or truncated `.gz` ends here too).
    #[error("the file cannot be read beyond row {row} (about line {line}): {cause}")]
    Io {
        /// The last row that was read.
        row: u64,
        /// About where.
        line: u64,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// Its text; a list is joined by `;`.
    pub(super) text: String,
    /// What it was in JSON, where it was JSON.
    pub(super) json: Option<Value>,
}

/// One row, cut down to the columns that the map names, in the map's order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawRow {
    pub(super) number: u64,
    pub(super) line: u64,
    pub(super) cells: Vec<Option<Cell>>,
}

/// Numbered rows out of a stream.
pub(super) struct Rows {
    frames: Frames,
    shape: Shape,
    record: Vec<u8>,
    row: u64,
    /// The map's columns.
    columns: Vec<String>,
    /// Those that no row has had yet (JSONL has no header to hold the map against).
    unseen: BTreeSet<usize>,
}

enum Shape {
    Csv { splitter: Box<Splitter>, header: Vec<String>, places: Vec<usize> },
    Jsonl,
}

impl Rows {
    /// Opens the stream and holds its header against the map. `bytes` counts what was read.
    pub(super) fn open<R: Read + Send + 'static>(
        input: R,
        format: Option<Format>,
        map: &ImportMap,
        bytes: Arc<AtomicU64>,
    ) -> Result<Rows, FileError> {
        let (head, input) = source::plain(input, bytes).map_err(|cause| FileError::Io {
            row: 0,
            line: 1,
            cause,
        })?;
        let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
        let marked = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
        if marked || head.contains(&0) {
            return Err(FileError::Utf16);
        }
        let format = match (first, format) {
            (None, _) => return Err(FileError::Empty),
            (Some(b'['), None | Some(Format::Jsonl)) => return Err(FileError::JsonArray),
            (_, Some(format)) => format,
            (Some(b'{'), None) => Format::Jsonl,
            (Some(_), None) => Format::Csv,
        };
        let columns: Vec<String> =
            map.columns().into_iter().map(|(_, column)| column.to_owned()).collect();
        let mut rows = Rows {
            frames: Frames::new(input, (format == Format::Csv).then_some(map.delimiter)),
            shape: Shape::Jsonl,
            record: Vec::new(),
            row: 0,
            unseen: (0..columns.len()).collect(),
            columns,
        };
        if format == Format::Csv {
            rows.read_header(map)?;
        }
        Ok(rows)
    }

    /// The map's columns that no row had.
    pub(super) fn unseen(&self) -> Vec<String> {
        self.unseen.iter().filter_map(|index| self.columns.get(*index).cloned()).collect()
    }

    fn frame(&mut self) -> Result<Option<Frame>, FileError> {
        match self.frames.next(&mut self.record) {
            Ok(frame) => Ok(frame),
            Err(cause) => Err(FileError::Io { row: self.row, line: self.frames.line(), cause }),
        }
    }

    fn read_header(&mut self, map: &ImportMap) -> Result<(), FileError> {
        let frame = self.frame()?.ok_or(FileError::Empty)?;
        match frame.fault {
            None => {}
            Some(FrameFault::Unclosed(_)) => {
                return Err(FileError::Header("a quote in it is never closed".to_owned()));
            }
            Some(fault) => return Err(FileError::Header(describe(fault).1.to_owned())),
        }
        let mut splitter = Splitter::new(map.delimiter);
        let fields = splitter
            .split(&mut self.record)
            .map_err(|error| FileError::Header(error.to_string()))?;
        let mut header: Vec<String> = Vec::with_capacity(fields.len());
        for (index, name) in fields.iter().enumerate() {
            let name = std::str::from_utf8(name).map_err(|_| {
                FileError::Header(format!("the name of column {} is not UTF-8", index + 1))
            })?;
            let name = name.trim();
            if name.contains('\0') {
                return Err(FileError::Utf16);
            }
            if !name.is_empty() && header.iter().any(|known| known == name) {
                return Err(FileError::Header(format!("there are two columns `{}`", short(name))));
            }
            header.push(name.to_owned());
        }
        let mut places = Vec::with_capacity(self.columns.len());
        for (key, column) in map.columns() {
            let place = header.iter().position(|name| name == column);
            places.push(place.ok_or_else(|| FileError::UnknownColumn {
                key,
                column: column.to_owned(),
                known: listed(&header),
            })?);
        }
        self.unseen.clear();
        self.shape = Shape::Csv { splitter: Box::new(splitter), header, places };
        Ok(())
    }

    /// The next row, or why it is no row; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Result<RawRow, Rejection>>, FileError> {
        loop {
            let Some(frame) = self.frame()? else { return Ok(None) };
            let blank = matches!(self.shape, Shape::Jsonl)
                && self.record.iter().all(u8::is_ascii_whitespace);
            if blank {
                continue;
            }
            self.row += 1;
            let at = (self.row, frame.line);
            if let Some(FrameFault::Unclosed(_)) = frame.fault {
                return Err(FileError::UnclosedQuote { row: self.row, line: frame.line });
            }
            let cells = match frame.fault {
                Some(fault) => Err(self.framing(at, fault)),
                None => self.cells(at),
            };
            return Ok(Some(cells.map(|cells| RawRow { number: at.0, line: at.1, cells })));
        }
    }

    fn framing(&self, at: (u64, u64), fault: FrameFault) -> Rejection {
        let (code, reason) = describe(fault);
        let column = match (fault, &self.shape) {
            (
                FrameFault::FieldTooLong(index) | FrameFault::TextAfterQuote(index),
                Shape::Csv { header, .. },
            ) => column_name(header, index),
            _ => String::new(),
        };
        Rejection::new(at, &column, code, reason, "")
    }

    fn cells(&mut self, at: (u64, u64)) -> Result<Vec<Option<Cell>>, Rejection> {
        match &mut self.shape {
            Shape::Jsonl => json::cells(at, &self.record, &self.columns, &mut self.unseen),
            Shape::Csv { splitter, header, places } => {
                let fields = splitter.split(&mut self.record).map_err(|error| {
                    Rejection::new(at, "", "malformed-csv", error.to_string(), "")
                })?;
                csv_cells(at, fields, header, places)
            }
        }
    }
}

/// Code and reason of a record that could not be framed.
pub(super) fn describe(fault: FrameFault) -> (&'static str, &'static str) {
    match fault {
        FrameFault::RowTooLong => ("row-too-long", "the row is longer than 1 MiB"),
        FrameFault::FieldTooLong(_) => ("field-too-long", "the field is longer than 64 KiB"),
        FrameFault::TextAfterQuote(_) => {
            ("malformed-csv", "text follows a closing quote (a quote inside quotes is doubled)")
        }
        FrameFault::Unclosed(_) => ("malformed-csv", "a quote is never closed"),
    }
}

fn csv_cells(
    at: (u64, u64),
    fields: &csv::ByteRecord,
    header: &[String],
    places: &[usize],
) -> Result<Vec<Option<Cell>>, Rejection> {
    if fields.len() != header.len() {
        let reason = format!("the row has {} columns, the header {}", fields.len(), header.len());
        return Err(Rejection::new(at, "", "wrong-column-count", reason, ""));
    }
    for (index, field) in fields.iter().enumerate() {
        if let Err(error) = std::str::from_utf8(field) {
            let reason = format!("not UTF-8 from byte {} of the field on", error.valid_up_to() + 1);
            let value = String::from_utf8_lossy(field);
            let column = column_name(header, index);
            return Err(Rejection::new(at, &column, "not-utf-8", reason, &value));
        }
    }
    let cell = |place: &usize| {
        let text = fields.get(*place).and_then(|field| std::str::from_utf8(field).ok())?.trim();
        (!text.is_empty()).then(|| Cell { text: text.nfc().collect(), json: None })
    };
    Ok(places.iter().map(cell).collect())
}
