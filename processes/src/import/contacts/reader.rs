//! Contacts out of a stream, one row after the other.

use std::collections::BTreeSet;
use std::io::Read;

use super::Delimiter;
use super::fault::FileFault;
use super::file::{ContactFile, Encoding};
use super::mapping::Mapping;
use super::raw::{RawRow, RawRows};
use super::row::{RowParser, RowRead};

/// The most names of ignored columns that are kept.
const MAX_IGNORED: usize = 1_000;

/// The rows of a file, in its order, by a mapping.
///
/// It holds one row at a time (see [`super::MAX_ROW_BYTES`]) and a few buffers. A row that
/// cannot be taken is no error but its faults; an error ends the reading.
pub struct ContactRows {
    rows: RawRows,
    parser: RowParser,
    ignored: Vec<String>,
    /// The ignored columns of JSONL once more, where they are found fast.
    known: BTreeSet<String>,
    done: bool,
}

impl ContactRows {
    /// Opens a file and holds its header against the mapping.
    ///
    /// # Errors
    /// [`FileFault`], where there is nothing to read, or where the mapping names a column that
    /// the header does not have exactly once. JSONL has no header: a column that no row has
    /// leaves its field empty.
    pub fn open<R: Read + Send + 'static>(
        input: R,
        file: &ContactFile,
        mapping: &Mapping,
    ) -> Result<Self, FileFault> {
        let rows = RawRows::open(input, file)?;
        let header = file.format.has_header().then_some(rows.header.as_slice());
        let parser = RowParser::new(mapping, header, file)?;
        let unnamed = |name: &&String| !name.is_empty() && !parser.names(name);
        let ignored = rows.header.iter().filter(unnamed).cloned().collect();
        Ok(Self { rows, parser, ignored, known: BTreeSet::new(), done: false })
    }

    /// The names in the header of CSV.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.rows.header
    }

    /// The columns that the mapping does not name: of CSV those of the header, of JSONL those
    /// of the rows that were read so far (the first 1000 of them).
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The encoding in which the file is read.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.rows.encoding
    }

    /// What stands between the fields of CSV.
    #[must_use]
    pub fn delimiter(&self) -> Option<Delimiter> {
        self.rows.delimiter
    }

    /// The number of the last row that was read or passed over.
    #[must_use]
    pub fn row(&self) -> u64 {
        self.rows.row()
    }

    /// Passes over at most so many rows without looking into them, and says how many there
    /// were. The next row has the number that it would have had anyway.
    ///
    /// # Errors
    /// [`FileFault`], as of a row that is read.
    pub fn skip_rows(&mut self, rows: u64) -> Result<u64, FileFault> {
        if self.done {
            return Ok(0);
        }
        let skipped = self.rows.skip(rows);
        self.done |= skipped.is_err();
        skipped
    }

    /// The next row; `None` at the end, and after an error.
    ///
    /// # Errors
    /// [`FileFault`], where the file cannot be read any further or has too many rows.
    pub fn next_row(&mut self) -> Result<Option<RowRead>, FileFault> {
        if self.done {
            return Ok(None);
        }
        let next = self.rows.next();
        self.done |= !matches!(next, Ok(Some(_)));
        let Some(row) = next? else { return Ok(None) };
        Ok(Some(match row {
            Ok(row) => {
                self.note_ignored(&row);
                self.parser.parse(row)
            }
            Err(fault) => Err(vec![fault]),
        }))
    }

    fn note_ignored(&mut self, row: &RawRow) {
        if self.ignored.len() >= MAX_IGNORED {
            return;
        }
        for name in row.cells.names() {
            let room = self.ignored.len() < MAX_IGNORED;
            if room && !self.parser.names(&name) && self.known.insert(name.clone()) {
                self.ignored.push(name);
            }
        }
    }
}

impl Iterator for ContactRows {
    type Item = Result<RowRead, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}
