//! What comes out of lists of people: which rows are contacts, and what is wrong with the others.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod files;
mod mappings;
mod numbers;
mod previews;
mod rows;
mod streams;

use std::io::Cursor;

use super::{ContactFile, ContactRow, ContactRows, FileFault, Format, Mapping, RowFault, RowRead};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data");

fn csv() -> ContactFile {
    ContactFile::new(Format::Csv)
}

fn jsonl() -> ContactFile {
    ContactFile::new(Format::Jsonl)
}

/// A mapping of fields to one column each.
fn mapping(fields: &[(&str, &str)]) -> Mapping {
    Mapping::parse(fields.iter().map(|(field, column)| (*field, [*column]))).unwrap()
}

/// A mapping of fields to columns of the same name.
fn same(fields: &[&str]) -> Mapping {
    let pairs: Vec<(&str, &str)> = fields.iter().map(|field| (*field, *field)).collect();
    mapping(&pairs)
}

fn read(
    bytes: impl Into<Vec<u8>>,
    file: &ContactFile,
    mapping: &Mapping,
) -> Result<Vec<RowRead>, FileFault> {
    ContactRows::open(Cursor::new(bytes.into()), file, mapping)?.collect()
}

/// The rows of a CSV text whose header is `phone,name`.
fn people(text: impl Into<Vec<u8>>) -> Vec<RowRead> {
    read(text, &csv(), &same(&["phone", "name"])).unwrap()
}

fn good(row: &RowRead) -> &ContactRow {
    row.as_ref().unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn names(rows: &[RowRead]) -> Vec<&str> {
    rows.iter().filter_map(|row| row.as_ref().ok()?.name.as_deref()).collect()
}

/// Columns and codes of the faults of a row.
fn faults(row: &RowRead) -> Vec<(&str, &'static str)> {
    let faults = row.as_ref().expect_err("a faulty row");
    let of = |fault: &'_ RowFault| fault.code;
    faults.iter().map(|fault| (fault.column.as_deref().unwrap_or(""), of(fault))).collect()
}
