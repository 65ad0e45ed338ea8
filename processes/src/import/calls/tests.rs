//! What comes out of foreign files: streams into rows, rows into calls, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod codes;
mod maps;
mod rows;
mod streams;

use std::io::{Cursor, Write};
use std::sync::Arc;

use domain::Timestamp;
use domain::disposition::DispositionCatalog;

use super::map::ImportMap;
use super::reader::{FileError, Format, RawRow, Rows};
use super::rejection::Rejection;
use super::row::{ParsedCall, RowParser};

/// A map of a call's usual columns, with more lines at its top and in its tables.
fn map(top: &str, columns: &str, constants: &str) -> ImportMap {
    let text = format!(
        "source = \"test\"\n{top}\n[columns]\nsource_id = \"#\"\n{columns}\n\
         [constants]\ndirection = \"outbound\"\n{constants}\n"
    );
    ImportMap::parse(&text, DispositionCatalog::standard())
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

type Read = Result<Vec<Result<RawRow, Rejection>>, FileError>;

fn read(bytes: impl Into<Vec<u8>>, format: Option<Format>, map: &ImportMap) -> Read {
    let mut rows = Rows::open(Cursor::new(bytes.into()), format, map, Arc::default())?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(row);
    }
    Ok(all)
}

/// The texts of a row's cells.
fn texts(row: &Result<RawRow, Rejection>) -> Vec<&str> {
    let row = row.as_ref().unwrap_or_else(|rejection| panic!("{rejection:?}"));
    row.cells.iter().map(|cell| cell.as_ref().map_or("", |cell| cell.text.as_str())).collect()
}

fn rejection<T: std::fmt::Debug>(row: &Result<T, Rejection>) -> (&'static str, &str) {
    let rejection = row.as_ref().expect_err("a rejected row");
    (rejection.code, rejection.column.as_str())
}

/// The calls of a CSV text.
fn calls(text: &str, map: &ImportMap) -> Vec<Result<ParsedCall, Rejection>> {
    let parser = RowParser::new(map.clone());
    let rows = read(text, None, map).unwrap_or_else(|error| panic!("{error}"));
    rows.into_iter().map(|row| row.and_then(|row| parser.parse(&row))).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}
