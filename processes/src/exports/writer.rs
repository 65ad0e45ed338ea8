//! Rows as bytes: CSV (RFC 4180) or JSON, a line for each.

use domain::export::ExportFormat;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::import::escaped_for_csv;

/// So many bytes make a chunk.
const CHUNK: usize = 1 << 20;

/// A file on its way: what is not kept yet, and the sum of what is.
pub(super) struct Writer {
    format: ExportFormat,
    columns: Vec<String>,
    waiting: Vec<u8>,
    hash: Sha256,
    /// How many rows were written, the header not counted.
    pub rows: u64,
    /// How many bytes they are, with it.
    pub bytes: u64,
}

impl Writer {
    /// Begins a file; CSV begins with a header.
    ///
    /// # Errors
    /// A row cannot be written.
    pub(super) fn new(format: ExportFormat, columns: Vec<String>) -> Result<Self, String> {
        let header: Vec<Value> = columns.iter().map(|column| column.as_str().into()).collect();
        let (waiting, hash) = (Vec::with_capacity(2 * CHUNK), Sha256::new());
        let mut writer = Self { format, columns, waiting, hash, rows: 0, bytes: 0 };
        if format == ExportFormat::Csv {
            writer.put(&[header])?;
        }
        Ok(writer)
    }

    /// Writes rows, each of which has a value for every column.
    ///
    /// # Errors
    /// A row cannot be written.
    pub(super) fn write(&mut self, rows: &[Vec<Value>]) -> Result<(), String> {
        self.rows += u64::try_from(rows.len()).unwrap_or_default();
        self.put(rows)
    }

    fn put(&mut self, rows: &[Vec<Value>]) -> Result<(), String> {
        let before = self.waiting.len();
        match self.format {
            ExportFormat::Csv => csv(rows, &mut self.waiting),
            ExportFormat::Jsonl => jsonl(&self.columns, rows, &mut self.waiting),
        }?;
        let new = self.waiting.get(before..).unwrap_or_default();
        self.hash.update(new);
        self.bytes += u64::try_from(new.len()).unwrap_or_default();
        Ok(())
    }

    /// What is to be kept next, where it is enough for a chunk or the last one.
    pub(super) fn chunk(&self, last: bool) -> Option<&[u8]> {
        let enough = self.waiting.len() >= CHUNK || (last && !self.waiting.is_empty());
        enough.then_some(&self.waiting)
    }

    /// It is kept.
    pub(super) fn kept(&mut self) {
        self.waiting.clear();
    }

    /// The SHA-256 of the whole file, in hexadecimal.
    pub(super) fn sha256(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }
}

/// A spreadsheet takes no text for a formula; a number it may take for what it is.
fn csv(rows: &[Vec<Value>], into: &mut Vec<u8>) -> Result<(), String> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(into);
    for row in rows {
        for value in row {
            match value {
                Value::Null => csv.write_field(""),
                Value::String(text) => csv.write_field(&*escaped_for_csv(text)),
                other => csv.write_field(other.to_string()),
            }
            .map_err(|error| error.to_string())?;
        }
        csv.write_record(None::<&[u8]>).map_err(|error| error.to_string())?;
    }
    csv.flush().map_err(|error| error.to_string())
}

fn jsonl(columns: &[String], rows: &[Vec<Value>], into: &mut Vec<u8>) -> Result<(), String> {
    for row in rows {
        for (number, (column, value)) in columns.iter().zip(row).enumerate() {
            into.push(if number == 0 { b'{' } else { b',' });
            serde_json::to_writer(&mut *into, column).map_err(|error| error.to_string())?;
            into.push(b':');
            serde_json::to_writer(&mut *into, value).map_err(|error| error.to_string())?;
        }
        into.extend_from_slice(b"}\n");
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(format: ExportFormat, rows: &[Vec<Value>]) -> (String, Writer) {
        let columns = vec!["name".to_owned(), "value".to_owned()];
        let mut writer = Writer::new(format, columns).unwrap();
        writer.write(rows).unwrap();
        (String::from_utf8(writer.chunk(true).unwrap().to_vec()).unwrap(), writer)
    }

    #[test]
    fn a_spreadsheet_takes_no_text_for_a_formula_and_every_number_for_one() {
        for first in ["=", "+", "-", "@", "\t"] {
            let (text, _) =
                written(ExportFormat::Csv, &[vec![json!(format!("{first}1")), json!(-1)]]);
            assert_eq!(text, format!("name,value\r\n'{first}1,-1\r\n"));
        }
        // What has a line's end in it is quoted.
        let (text, _) = written(ExportFormat::Csv, &[vec![json!("\r1"), json!(-0.5)]]);
        assert_eq!(text, "name,value\r\n\"'\r1\",-0.5\r\n");
    }

    #[test]
    fn commas_quotes_and_nothing_are_written_as_the_format_has_it() {
        let rows = [vec![json!("a,\"b\""), Value::Null], vec![json!("ž"), json!(true)]];
        let (text, writer) = written(ExportFormat::Csv, &rows);
        assert_eq!(text, "name,value\r\n\"a,\"\"b\"\"\",\r\nž,true\r\n");
        let size = u64::try_from(text.len()).unwrap();
        assert_eq!((writer.rows, writer.bytes, writer.sha256().len()), (2, size, 64));
        let (text, _) = written(ExportFormat::Jsonl, &rows);
        assert_eq!(
            text,
            "{\"name\":\"a,\\\"b\\\"\",\"value\":null}\n{\"name\":\"ž\",\"value\":true}\n"
        );
        let empty = written(ExportFormat::Csv, &[]).0;
        assert_eq!(empty, "name,value\r\n");
        let nothing = Writer::new(ExportFormat::Jsonl, vec!["name".to_owned()]).unwrap();
        assert_eq!((nothing.chunk(true), nothing.bytes), (None, 0));
    }
}
