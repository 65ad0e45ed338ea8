//! Cuts a record of CSV into fields, by the `csv` crate.

use std::io::{self, Cursor, Read};

/// Cuts one record after the other.
pub(super) struct Splitter {
    reader: csv::Reader<Feed>,
    fields: csv::ByteRecord,
}

/// Hands one record at a time to the `csv` crate.
#[derive(Default)]
struct Feed(Cursor<Vec<u8>>);

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Splitter {
    pub(super) fn new(delimiter: u8) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Feed::default());
        Self { reader, fields: csv::ByteRecord::new() }
    }

    /// The fields of a record that `Frames` has cut; its buffer is swapped for an old one.
    pub(super) fn split(&mut self, record: &mut Vec<u8>) -> csv::Result<&csv::ByteRecord> {
        record.push(b'\n');
        let feed = &mut self.reader.get_mut().0;
        feed.set_position(0);
        std::mem::swap(feed.get_mut(), record);
        self.reader.read_byte_record(&mut self.fields)?;
        Ok(&self.fields)
    }
}
