//! What is wrong with a row, and what is wrong with a file.

use std::io;

use super::mapping::MappingError;
use crate::import::frame::FrameFault;

/// One thing that is wrong with a row. It repeats nothing of the row: that may be personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The row's number: rows of the file from 1, the header and blank lines not counted.
    pub row: u64,
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column to blame, by the file's name for it; none where it is the row itself.
    pub column: Option<String>,
    /// A stable code.
    pub code: &'static str,
    /// What is wrong, in words for a person.
    pub words: String,
}

impl RowFault {
    pub(super) fn new(
        (row, line): (u64, u64),
        column: Option<&str>,
        code: &'static str,
        words: impl Into<String>,
    ) -> Self {
        let column = column.map(str::to_owned);
        Self { row, line, column, code, words: words.into() }
    }
}

/// Code and words of a record that could not be framed, and the field that is to blame.
pub(super) fn framing(fault: FrameFault) -> (&'static str, &'static str, Option<usize>) {
    match fault {
        FrameFault::RowTooLong => ("too-long", "the row is longer than 1 MiB", None),
        FrameFault::FieldTooLong(at) => ("too-long", "the field is longer than 64 KiB", Some(at)),
        FrameFault::TextAfterQuote(at) => {
            let words = "text follows a closing quote (a quote inside quotes is doubled)";
            ("unbalanced-quotes", words, Some(at))
        }
        FrameFault::Unclosed(at) => {
            ("unbalanced-quotes", "a quote is opened and never closed", Some(at))
        }
    }
}

/// Why a file as a whole cannot be read, or not any further.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is not text.
    #[error("the file is a spreadsheet or an archive; save it as CSV (UTF-8)")]
    NotText,
    /// Its bytes are not what was said.
    #[error("the file holds zero bytes where text should be; it looks like UTF-16 or binary")]
    WrongEncoding,
    /// It is one JSON array.
    #[error("the file is a JSON array; JSONL has one object per line (`jq -c '.[]'` makes it)")]
    JsonArray,
    /// Its header cannot be used.
    #[error("the header: {0}")]
    Header(String),
    /// The mapping names a column that the file has not.
    #[error("{target}: the file has no column `{column}`; it has {known}")]
    UnknownColumn {
        /// The field that is to be filled.
        target: String,
        /// The column that the mapping names.
        column: String,
        /// The columns that are there.
        known: String,
    },
    /// The mapping names a column that is there twice.
    #[error("there are two columns `{column}`; which of them is {target}?")]
    DuplicateColumn {
        /// The field that is to be filled.
        target: String,
        /// The column.
        column: String,
    },
    /// The mapping itself cannot be used.
    #[error("{0}")]
    Mapping(#[from] MappingError),
    /// It has more rows than it may have.
    #[error("the file has more than {limit} rows; split it")]
    TooManyRows {
        /// The limit.
        limit: u64,
    },
    /// Too many of its first rows are faulty.
    #[error(
        "{faulty} of the first {rows} rows cannot be taken; check the mapping, the delimiter \
         and the encoding"
    )]
    TooManyFaults {
        /// The rows that were looked at.
        rows: u64,
        /// Those of them that are faulty.
        faulty: u64,
    },
    /// It could not be read.
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

impl FileFault {
    /// A stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty-file",
            Self::NotText => "not-text",
            Self::WrongEncoding => "wrong-encoding",
            Self::JsonArray => "json-array",
            Self::Header(_) => "invalid-header",
            Self::UnknownColumn { .. } => "unknown-column",
            Self::DuplicateColumn { .. } => "duplicate-column",
            Self::Mapping(error) => error.code(),
            Self::TooManyRows { .. } => "too-many-rows",
            Self::TooManyFaults { .. } => "too-many-faults",
            Self::Io { .. } => "unreadable",
        }
    }
}
