//! Cuts a byte stream into records without ever holding more than one of bounded size.
//!
//! The quoting rules are those of RFC 4180 and of the `csv` crate, which afterwards splits the
//! record into fields. What that crate forgives in silence is noticed here: text after a closing
//! quote, a quote that is never closed, a field or a row without end.
//!
//! A quote that is opened and never closed would swallow every row behind it. Who asks for
//! [`Frames::repairing`] gets those rows back by this rule: a record that runs over more than
//! one line is taken as unbalanced as soon as
//!
//! - one of its fields is longer than [`MAX_FIELD_BYTES`] or it is itself longer than
//!   [`MAX_ROW_BYTES`],
//! - text follows one of its closing quotes, or
//! - the file ends inside its quotes;
//!
//! then only its first line is the faulty record, and reading goes on at the line after that.
//! The same bytes always give the same records. So that a file made for it cannot keep the
//! reader busy for hours, no more than [`MAX_READ_AGAIN`] bytes are read again; beyond that the
//! faulty record is all that was read of it, up to the end of a line.

use std::io::{self, BufRead};

use super::pushback::Pushback;

/// The longest field, in bytes.
pub const MAX_FIELD_BYTES: usize = 64 * 1_024;
/// The longest row, in bytes.
pub const MAX_ROW_BYTES: usize = 1_024 * 1_024;
/// The bytes that are read again, all in all, behind records that were unbalanced.
pub(super) const MAX_READ_AGAIN: usize = 128 * 1_024 * 1_024;

/// What is wrong with a record as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameFault {
    /// Longer than [`MAX_ROW_BYTES`].
    RowTooLong,
    /// The field of this index is longer than [`MAX_FIELD_BYTES`].
    FieldTooLong(usize),
    /// Text follows the closing quote of the field of this index.
    TextAfterQuote(usize),
    /// The quote of the field of this index is never closed.
    Unclosed(usize),
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

/// What a byte does to the record that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It belongs to it.
    On,
    /// It ends it.
    Ended,
    /// It shows that the record is unbalanced.
    Unbalanced,
}

/// A stream of records. Blank lines are no records.
pub(super) struct Frames {
    input: Pushback,
    delimiter: Option<u8>,
    repairs: bool,
    line: u64,
    after_return: bool,
    again: usize,
}

/// The record that is being read.
struct Open {
    /// Whether the record has fields at all (CSV) or is one line.
    fielded: bool,
    place: Place,
    line: u64,
    index: usize,
    field_bytes: usize,
    /// Whether it runs over more than one line.
    broken: bool,
    fault: Option<FrameFault>,
}

impl Frames {
    /// Records of CSV with this delimiter, or plain lines.
    pub(super) fn new(input: Box<dyn BufRead + Send>, delimiter: Option<u8>) -> Self {
        let input = Pushback::new(input);
        Self { input, delimiter, repairs: false, line: 1, after_return: false, again: 0 }
    }

    /// The same, but an unbalanced record fails alone.
    pub(super) fn repairing(input: Box<dyn BufRead + Send>, delimiter: Option<u8>) -> Self {
        Self { repairs: true, ..Self::new(input, delimiter) }
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
            let (used, step) = match self.input.fill_buf() {
                Ok([]) => return self.at_the_end(open, record),
                Ok(chunk) => {
                    let mut steps = Steps {
                        delimiter: self.delimiter,
                        repairs: self.repairs,
                        line: &mut self.line,
                        after_return: &mut self.after_return,
                    };
                    steps.take(chunk, &mut open, record)
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.input.consume(used);
            match step {
                Step::On => {}
                Step::Ended if record.is_empty() && open.fault.is_none() => open = self.open(),
                Step::Ended => return Ok(Some(open.frame())),
                Step::Unbalanced => return self.unbalanced(open, record).map(Some),
            }
        }
    }

    fn at_the_end(&mut self, mut open: Open, record: &[u8]) -> io::Result<Option<Frame>> {
        if open.place == Place::Quoted {
            open.fault = Some(FrameFault::Unclosed(open.index));
            return self.unbalanced(open, record).map(Some);
        }
        let blank = record.is_empty() && open.fault.is_none();
        Ok((!blank).then_some(open.frame()))
    }

    /// Ends an unbalanced record, and goes back to the line after its first one.
    fn unbalanced(&mut self, mut open: Open, record: &[u8]) -> io::Result<Frame> {
        if !matches!(open.fault, Some(FrameFault::TextAfterQuote(_))) {
            open.fault = Some(FrameFault::Unclosed(open.index));
        }
        let rest = if self.repairs { after_line(record) } else { &[] };
        if rest.is_empty() {
            return Ok(open.frame());
        }
        self.again = self.again.saturating_add(rest.len());
        if self.again > MAX_READ_AGAIN {
            self.skip_line()?;
        } else {
            self.input.give_back(rest);
            (self.line, self.after_return) = (open.line + 1, false);
        }
        Ok(open.frame())
    }

    /// Reads up to the end of the line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = match self.input.fill_buf() {
                Ok([]) => return Ok(()),
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            self.after_return = end.and_then(|end| chunk.get(end)) == Some(&b'\r');
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                self.line += 1;
                return Ok(());
            }
        }
    }

    fn open(&self) -> Open {
        let fielded = self.delimiter.is_some();
        let place = if fielded { Place::FieldStart } else { Place::Bare };
        let (line, broken) = (self.line, false);
        Open { fielded, place, line, index: 0, field_bytes: 0, broken, fault: None }
    }
}

/// What lies behind the first line of a record.
fn after_line(record: &[u8]) -> &[u8] {
    let Some(at) = record.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
        return &[];
    };
    let rest = record.get(at..).unwrap_or_default();
    let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..));
    rest.unwrap_or_default()
}

/// The state that bytes change, while the stream itself is borrowed.
struct Steps<'a> {
    delimiter: Option<u8>,
    repairs: bool,
    line: &'a mut u64,
    after_return: &'a mut bool,
}

impl Steps<'_> {
    /// Takes bytes until the record is done with; how many, and how it ended.
    fn take(&mut self, chunk: &[u8], open: &mut Open, record: &mut Vec<u8>) -> (usize, Step) {
        let mut used = 0;
        for byte in chunk {
            used += 1;
            let counted = match byte {
                b'\n' => !*self.after_return,
                b'\r' => self.delimiter.is_some(),
                _ => false,
            };
            *self.line += u64::from(counted);
            let tail = *byte == b'\n' && *self.after_return;
            *self.after_return = *byte == b'\r' && self.delimiter.is_some();
            if tail && record.is_empty() && open.place == Place::FieldStart {
                // The second half of CR LF: the record begins after it.
                open.line = *self.line;
                continue;
            }
            if open.ends(*byte, self.delimiter) {
                return (used, Step::Ended);
            }
            open.take(*byte, record);
            if self.repairs && open.is_unbalanced(*byte) {
                return (used, Step::Unbalanced);
            }
        }
        (used, Step::On)
    }
}

impl Open {
    fn frame(&self) -> Frame {
        Frame { line: self.line, fault: self.fault }
    }

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
        // The delimiter in front of a field is none of its bytes.
        let delimits = self.place == Place::FieldStart;
        self.field_bytes += usize::from(!delimits);
        // Two more for the quotes around it.
        if self.fielded && self.field_bytes > MAX_FIELD_BYTES + 2 {
            self.fault.get_or_insert(FrameFault::FieldTooLong(self.index));
        }
        if record.len() <= MAX_ROW_BYTES {
            record.push(byte);
        }
        if record.len() > MAX_ROW_BYTES && !matches!(self.fault, Some(FrameFault::FieldTooLong(_)))
        {
            self.fault = Some(FrameFault::RowTooLong);
        }
    }

    /// Whether the record, with this byte, can only be one whose quotes are unbalanced.
    fn is_unbalanced(&mut self, byte: u8) -> bool {
        if self.place == Place::Quoted && matches!(byte, b'\n' | b'\r') {
            self.broken = true;
        }
        self.broken && self.fault.is_some()
    }
}
