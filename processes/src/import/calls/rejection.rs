//! Rows that were not taken, and the report that lists them.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::import::escaped_for_csv;

/// The longest value that is repeated in the report, in characters.
const MAX_SHOWN: usize = 200;
const HEADER: [&str; 6] = ["row", "column", "code", "reason", "value", "line"];

/// A row that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The row's number: data rows of the file from 1, the header and blank lines not counted.
    pub row: u64,
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column to blame (theirs), or the field where no single column is; may be empty.
    pub column: String,
    /// A stable code.
    pub code: &'static str,
    /// The reason, in words for a person.
    pub reason: String,
    /// The value as it stood there, shortened; never a card number.
    pub value: String,
}

impl Rejection {
    pub(super) fn new(
        (row, line): (u64, u64),
        column: &str,
        code: &'static str,
        reason: impl Into<String>,
        value: &str,
    ) -> Self {
        Self {
            row,
            line,
            column: column.to_owned(),
            code,
            reason: reason.into(),
            value: shown(value),
        }
    }
}

/// A value as it may be repeated: short, and without a card number.
fn shown(value: &str) -> String {
    if domain::card::contains_card_number(value) {
        return "[card number]".to_owned();
    }
    let mut short: String = value.chars().take(MAX_SHOWN).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

/// The report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file system refused.
    #[error("the report of rejected rows {path} could not be written: {cause}")]
    Io {
        /// The report.
        path: PathBuf,
        /// What the file system said.
        #[source]
        cause: io::Error,
    },
    /// A file that is no such report stands in its place; it is left alone.
    #[error("{path} exists and is not a report of rejected rows; it was left alone")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
}

/// The report of one run: a CSV file, made anew by the first rejected row.
#[derive(Debug)]
pub(super) struct RejectedRows {
    path: Option<PathBuf>,
    writer: Option<csv::Writer<File>>,
}

impl RejectedRows {
    /// Removes the report of an earlier run; without a path nothing is ever written.
    pub(super) fn open(path: Option<PathBuf>) -> Result<Self, ReportError> {
        if let Some(path) = &path {
            remove_old(path)?;
        }
        Ok(Self { path, writer: None })
    }

    /// Writes the rows through to the file.
    pub(super) fn write(&mut self, rows: &[Rejection]) -> Result<(), ReportError> {
        let Some(path) = &self.path else { return Ok(()) };
        if rows.is_empty() {
            return Ok(());
        }
        let failed = |cause: io::Error| ReportError::Io { path: path.clone(), cause };
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let mut writer = csv::Writer::from_writer(create(path).map_err(failed)?);
                writer.write_record(HEADER).map_err(|error| failed(error.into()))?;
                none.insert(writer)
            }
        };
        for row in rows {
            let record: [Cow<'_, str>; 6] = [
                row.row.to_string().into(),
                escaped_for_csv(&row.column),
                row.code.into(),
                escaped_for_csv(&row.reason),
                escaped_for_csv(&row.value),
                row.line.to_string().into(),
            ];
            writer
                .write_record(record.iter().map(|text| text.as_bytes()))
                .map_err(|error| failed(error.into()))?;
        }
        writer.flush().map_err(failed)
    }
}

fn remove_old(path: &Path) -> Result<(), ReportError> {
    let failed = |cause: io::Error| ReportError::Io { path: path.to_owned(), cause };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    let mut first = String::new();
    let bounded = io::Read::take(file, 1_024);
    let read = BufReader::new(bounded).read_line(&mut first);
    if read.is_err() || (!first.is_empty() && first.trim_end() != HEADER.join(",")) {
        return Err(ReportError::Foreign { path: path.to_owned() });
    }
    std::fs::remove_file(path).map_err(failed)
}

/// The rows hold what people said and their numbers: only the owner may read them.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
