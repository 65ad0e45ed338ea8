//! The rows of a file before anything is made of their cells.

use std::io::{BufRead, Cursor, Read};

use super::cell::{Cell, Cells};
use super::decode;
use super::delimiter::Delimiter;
use super::fault::{FileFault, RowFault, framing};
use super::file::{ContactFile, Encoding, Format};
use super::row::MAX_FAULTS;
use crate::import::frame::{Frame, FrameFault, Frames};
use crate::import::object::Object;
use crate::import::splitter::Splitter;
use crate::import::value::{column_name, short, tidy};

/// The most columns of a file.
const MAX_COLUMNS: usize = 1_000;
/// What the column of a file is called that has nothing but numbers.
const ONLY_COLUMN: &str = "phone";
/// How much of a file is looked at to find out its delimiter.
const LOOKED_AT: u64 = 64 * 1_024;

/// One row: its cells, and what is wrong with them already.
#[derive(Debug)]
pub(super) struct RawRow {
    pub(super) at: (u64, u64),
    pub(super) cells: Cells,
    pub(super) faults: Vec<RowFault>,
}

/// Numbered rows out of a stream.
pub(super) struct RawRows {
    frames: Frames,
    record: Vec<u8>,
    row: u64,
    max_rows: u64,
    pub(super) encoding: Encoding,
    pub(super) delimiter: Option<Delimiter>,
    /// The names in the header of CSV; what the only column of lines is called.
    pub(super) header: Vec<String>,
    format: Format,
    splitter: Option<Box<Splitter>>,
}

impl RawRows {
    /// Opens the stream, and reads its header where it has one.
    pub(super) fn open<R: Read + Send + 'static>(
        input: R,
        file: &ContactFile,
    ) -> Result<Self, FileFault> {
        let (mut input, encoding) = decode::utf8(input, file.encoding)?;
        let head = looked_at(&mut input)?;
        let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
        let delimiter = match (file.format, first) {
            (_, None) => return Err(FileFault::Empty),
            (Format::Jsonl, Some(b'[')) => return Err(FileFault::JsonArray),
            (Format::Jsonl | Format::Lines, Some(_)) => None,
            (Format::Csv, Some(_)) => Some(file.delimiter.unwrap_or_else(|| found(&head))),
        };
        let mut rows = Self {
            frames: Frames::repairing(input, delimiter.map(Delimiter::byte)),
            record: Vec::new(),
            row: 0,
            max_rows: file.max_rows,
            encoding,
            delimiter,
            header: Vec::new(),
            format: file.format,
            splitter: delimiter.map(|delimiter| Box::new(Splitter::new(delimiter.byte()))),
        };
        match file.format {
            Format::Csv => rows.read_header()?,
            Format::Lines => rows.header.push(ONLY_COLUMN.to_owned()),
            Format::Jsonl => {}
        }
        Ok(rows)
    }

    /// The number of the last row.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    fn frame(&mut self) -> Result<Option<Frame>, FileFault> {
        loop {
            let frame = match self.frames.next(&mut self.record) {
                Ok(frame) => frame,
                Err(cause) => {
                    return Err(FileFault::Io { row: self.row, line: self.frames.line(), cause });
                }
            };
            match frame {
                Some(frame) if frame.fault.is_none() && self.is_blank() => {}
                frame => return Ok(frame),
            }
        }
    }

    /// Whether nothing stands in the record but white space and delimiters, as in the rows
    /// that spreadsheets leave behind their last one.
    fn is_blank(&self) -> bool {
        let delimiter = self.delimiter.map(Delimiter::byte);
        self.record.iter().all(|byte| byte.is_ascii_whitespace() || Some(*byte) == delimiter)
    }

    fn read_header(&mut self) -> Result<(), FileFault> {
        let mut frame = self.frame()?.ok_or(FileFault::Empty)?;
        if Delimiter::said(&self.record).is_some() {
            frame = self.frame()?.ok_or(FileFault::Empty)?;
        }
        if let Some(fault) = frame.fault {
            return Err(FileFault::Header(framing(fault).1.to_owned()));
        }
        if self.record.contains(&0) {
            return Err(FileFault::WrongEncoding);
        }
        let Some(splitter) = &mut self.splitter else { return Ok(()) };
        let fields = splitter
            .split(&mut self.record)
            .map_err(|error| FileFault::Header(error.to_string()))?;
        if fields.len() > MAX_COLUMNS {
            return Err(FileFault::Header(format!("there are more than {MAX_COLUMNS} columns")));
        }
        for (index, name) in fields.iter().enumerate() {
            let name = std::str::from_utf8(name).map_err(|_| {
                let words = format!("the name of column {} is not in the encoding", index + 1);
                FileFault::Header(words)
            })?;
            self.header.push(tidy(name));
        }
        Ok(())
    }

    /// The frame of the next row, which then has its number.
    fn numbered(&mut self) -> Result<Option<Frame>, FileFault> {
        let Some(frame) = self.frame()? else { return Ok(None) };
        if self.row >= self.max_rows {
            return Err(FileFault::TooManyRows { limit: self.max_rows });
        }
        self.row += 1;
        Ok(Some(frame))
    }

    /// Passes over at most so many rows without looking into them; how many there were.
    pub(super) fn skip(&mut self, rows: u64) -> Result<u64, FileFault> {
        for passed in 0..rows {
            if self.numbered()?.is_none() {
                return Ok(passed);
            }
        }
        Ok(rows)
    }

    /// The next row, or what is wrong with it as a whole; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Result<RawRow, RowFault>>, FileFault> {
        let Some(frame) = self.numbered()? else { return Ok(None) };
        let at = (self.row, frame.line);
        let row = match frame.fault {
            Some(fault) => Err(self.framed_wrongly(at, fault)),
            None if self.splitter.is_some() => self.fields(at),
            None if self.format == Format::Lines => line(at, &self.record),
            None => object(at, &self.record),
        };
        Ok(Some(row))
    }

    fn framed_wrongly(&self, at: (u64, u64), fault: FrameFault) -> RowFault {
        let (code, words, index) = framing(fault);
        let column = index.filter(|_| self.splitter.is_some());
        let column = column.map(|index| column_name(&self.header, index));
        RowFault::new(at, column.as_deref(), code, words)
    }

    fn fields(&mut self, at: (u64, u64)) -> Result<RawRow, RowFault> {
        let unreadable = || RowFault::new(at, None, "unbalanced-quotes", "this is no row of CSV");
        let splitter = self.splitter.as_mut().ok_or_else(unreadable)?;
        let fields = splitter.split(&mut self.record).map_err(|_| unreadable())?;
        if fields.len() != self.header.len() {
            let (there, wanted) = (fields.len(), self.header.len());
            let words = format!("the row has {there} fields, the header {wanted}");
            return Err(RowFault::new(at, None, "wrong-number-of-fields", words));
        }
        let mut row = RawRow { at, cells: Cells::Fields(Vec::new()), faults: Vec::new() };
        let mut cells = Vec::with_capacity(fields.len());
        for (index, field) in fields.iter().enumerate() {
            let Ok(text) = std::str::from_utf8(field) else {
                if row.faults.len() < MAX_FAULTS {
                    let column = column_name(&self.header, index);
                    let words = "the field holds bytes that are no characters of the encoding";
                    row.faults.push(RowFault::new(at, Some(&column), "invalid-encoding", words));
                }
                cells.push(Cell::Unreadable);
                continue;
            };
            cells.push(Cell::of_text(text));
        }
        row.cells = Cells::Fields(cells);
        Ok(row)
    }
}

fn line(at: (u64, u64), record: &[u8]) -> Result<RawRow, RowFault> {
    let text = std::str::from_utf8(record).map_err(|_| {
        let words = "the line holds bytes that are no characters of the encoding";
        RowFault::new(at, None, "invalid-encoding", words)
    })?;
    Ok(RawRow { at, cells: Cells::Fields(vec![Cell::of_text(text)]), faults: Vec::new() })
}

fn object(at: (u64, u64), record: &[u8]) -> Result<RawRow, RowFault> {
    let fault = |column, code, words: &str| Err(RowFault::new(at, column, code, words));
    if std::str::from_utf8(record).is_err() {
        let words = "the line holds bytes that are no characters of the encoding";
        return fault(None, "invalid-encoding", words);
    }
    let object: Object = match serde_json::from_slice(record) {
        Ok(object) => object,
        Err(error) if error.is_data() => {
            return fault(None, "not-an-object", "expected one JSON object per line");
        }
        Err(error) => {
            // Not the crate's words: they may repeat what stands there.
            let words = format!("the line is no JSON from its character {} on", error.column());
            return fault(None, "invalid-json", &words);
        }
    };
    if let Some(key) = &object.repeated {
        return fault(Some(&short(key)), "duplicate-key", "the key stands there twice");
    }
    Ok(RawRow { at, cells: Cells::Object(object), faults: Vec::new() })
}

/// The delimiter of a file that begins like this.
fn found(head: &[u8]) -> Delimiter {
    let mut lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let line = lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    Delimiter::said(line).unwrap_or_else(|| Delimiter::of_header(line))
}

/// What the stream begins with, without taking it out of the stream.
fn looked_at(input: &mut Box<dyn BufRead + Send>) -> Result<Vec<u8>, FileFault> {
    let failed = |cause| FileFault::Io { row: 0, line: 1, cause };
    let mut head = Vec::new();
    input.by_ref().take(LOOKED_AT).read_to_end(&mut head).map_err(failed)?;
    let whole = std::mem::replace(input, Box::new(std::io::empty()));
    *input = Box::new(Cursor::new(head.clone()).chain(whole));
    Ok(head)
}
