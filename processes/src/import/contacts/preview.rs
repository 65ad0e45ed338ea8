//! What an import would make of the first rows of a file.

use std::io::Read;

use super::Delimiter;
use super::fault::FileFault;
use super::file::{ContactFile, Encoding};
use super::mapping::Mapping;
use super::raw::RawRows;
use super::row::{RowParser, RowRead};

/// So many rows are looked at.
pub const PREVIEW_ROWS: usize = 20;
/// The most columns that are told of JSONL, which has no header.
const MAX_COLUMNS: usize = 1_000;

/// A look at a file before it is imported.
#[derive(Debug)]
pub struct Preview {
    /// How its characters are read.
    pub encoding: Encoding,
    /// What stands between the fields of CSV.
    pub delimiter: Option<Delimiter>,
    /// Its columns: of CSV the header, of JSONL the keys of the first rows.
    pub header: Vec<String>,
    /// What the names of the columns suggest.
    pub guessed: Mapping,
    /// The columns that the mapping (the guessed one, where none is given) does not name.
    pub ignored: Vec<String>,
    /// The first rows as they would be read; none where the mapping has no phone numbers.
    pub rows: Vec<RowRead>,
}

/// Looks at the first 20 rows of a file, by a mapping or by what its columns suggest.
///
/// # Errors
/// [`FileFault`], as [`super::ContactRows`] would have it.
pub fn preview<R: Read + Send + 'static>(
    input: R,
    file: &ContactFile,
    mapping: Option<&Mapping>,
) -> Result<Preview, FileFault> {
    let mut rows = RawRows::open(input, file)?;
    let mut first = Vec::with_capacity(PREVIEW_ROWS);
    while first.len() < PREVIEW_ROWS
        && let Some(row) = rows.next()?
    {
        first.push(row);
    }
    let mut header = std::mem::take(&mut rows.header);
    for name in first.iter().flatten().flat_map(|row| row.cells.names()) {
        if header.len() < MAX_COLUMNS && !header.contains(&name) {
            header.push(name);
        }
    }
    let guessed = Mapping::guess(&header);
    let mapping = mapping.unwrap_or(&guessed);
    let mut preview = Preview {
        encoding: rows.encoding,
        delimiter: rows.delimiter,
        ignored: Vec::new(),
        rows: Vec::new(),
        guessed: guessed.clone(),
        header,
    };
    let named = |name: &String| mapping.fields().any(|(_, columns)| columns.contains(name));
    let ignored = preview.header.iter().filter(|name| !name.is_empty() && !named(name));
    preview.ignored = ignored.cloned().collect();
    if mapping.has_phone() {
        let header = file.format.has_header().then_some(preview.header.as_slice());
        let parser = RowParser::new(mapping, header, file)?;
        let read = |row| match row {
            Ok(row) => parser.parse(row),
            Err(fault) => Err(vec![fault]),
        };
        preview.rows = first.into_iter().map(read).collect();
    }
    Ok(preview)
}
