//! Cuts a byte stream into records without ever holding more than one of bounded size.
//!
//! The quoting rules are those of RFC 4180 and of the `csv` crate, which afterwards splits the
//! record into fields. What that crate forgives in silence is noticed here: text after a closing
//! quote, a quote that is never closed, a field or a row without end.

use std::io::{self, BufRead};

/// The longest field, in bytes.
pub const MAX_FIELD_BYTES: usize = 64 * 1_024;
/// The longest row, in bytes.
pub const MAX_ROW_BYTES: usize = 1_024 * 1_024;

/// What is wrong with a record as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameFault {
    /// Longer than [`MAX_ROW_BYTES`].
    RowTooLong,
    /// The field of this index is longer than [`MAX_FIELD_BYTES`].
    FieldTooLong(usize),
    /// Text follows the closing quote of the field of this index.
    TextAfterQuote(usize),
    /// The file ends inside quotes.
    Unclosed,
}

/// One record: where it begins and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) line: u64,
    pub(super) fault: Option<FrameFault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    FieldStart,
    Bare,
    Quoted,
    AfterQuote,
}

/// A stream of records. Blank lines are no records.
pub(super) struct Frames {
    input: Box<dyn BufRead + Send>,
    delimiter: Option<u8>,
    line: u64,
    after_return: bool,
}

/// The record that is being read.
struct Open {
    /// Whether the record has fields at all (CSV) or is one line.
    fielded: bool,
    place: Place,
    line: u64,
    index: usize,
    field_bytes: usize,
    fault: Option<FrameFault>,
}

impl Frames {
    /// Records of CSV with this delimiter, or plain lines.
    pub(super) fn new(input: Box<dyn BufRead + Send>, delimiter: Option<u8>) -> Self {
        Self { input, delimiter, line: 1, after_return: false }
    }

    /// The line that comes next.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next record into `record`, without its line break; `None` at the end.
    pub(super) fn next(&mut self, record: &mut Vec<u8>) -> io::Result<Option<Frame>> {
        record.clear();
        let mut open = self.open();
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                if open.place == Place::Quoted {
                    open.fault = Some(FrameFault::Unclosed);
                }
                let blank = record.is_empty() && open.fault.is_none();
                return Ok((!blank).then_some(Frame { line: open.line, fault: open.fault }));
            }
            let mut used = 0;
            let mut ended = false;
            for byte in chunk {
                used += 1;
                let counted = match byte {
                    b'\n' => !self.after_return,
                    b'\r' => self.delimiter.is_some(),
                    _ => false,
                };
                self.line += u64::from(counted);
                let tail = *byte == b'\n' && self.after_return;
                self.after_return = *byte == b'\r' && self.delimiter.is_some();
                if tail && record.is_empty() && open.place == Place::FieldStart {
                    // The second half of CR LF: the record begins after it.
                    open.line = self.line;
                } else if open.ends(*byte, self.delimiter) {
                    ended = true;
                    break;
                } else {
                    open.take(*byte, record);
                }
            }
            self.input.consume(used);
            if ended {
                if record.is_empty() && open.fault.is_none() {
                    open = self.open();
                    continue;
                }
                return Ok(Some(Frame { line: open.line, fault: open.fault }));
            }
        }
    }

    fn open(&self) -> Open {
        let place = if self.delimiter.is_some() { Place::FieldStart } else { Place::Bare };
        let fielded = self.delimiter.is_some();
        Open { fielded, place, line: self.line, index: 0, field_bytes: 0, fault: None }
    }
}

impl Open {
    /// Moves on by one byte; true when it ends the record.
    fn ends(&mut self, byte: u8, delimiter: Option<u8>) -> bool {
        let Some(delimiter) = delimiter else { return byte == b'\n' };
        if self.place == Place::Quoted {
            if byte == b'"' {
                self.place = Place::AfterQuote;
            }
            return false;
        }
        if byte == b'\n' || byte == b'\r' {
            return true;
        }
        if byte == delimiter {
            self.place = Place::FieldStart;
            self.index += 1;
            self.field_bytes = 0;
            return false;
        }
        self.place = match (self.place, byte) {
            (Place::FieldStart | Place::AfterQuote, b'"') => Place::Quoted,
            (Place::AfterQuote, _) => {
                self.fault.get_or_insert(FrameFault::TextAfterQuote(self.index));
                Place::Bare
            }
            _ => Place::Bare,
        };
        false
    }

    /// Keeps a byte of the record, as long as there is room.
    fn take(&mut self, byte: u8, record: &mut Vec<u8>) {
        self.field_bytes += 1;
        // Two more for the quotes around it.
        if self.fielded && self.field_bytes > MAX_FIELD_BYTES + 2 {
            self.fault.get_or_insert(FrameFault::FieldTooLong(self.index));
        }
        if record.len() < MAX_ROW_BYTES {
            record.push(byte);
        } else if !matches!(self.fault, Some(FrameFault::FieldTooLong(_))) {
            self.fault = Some(FrameFault::RowTooLong);
        }
    }
}
