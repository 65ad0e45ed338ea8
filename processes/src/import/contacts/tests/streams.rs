//! Streams: numbers that stay, memory that is bounded, bytes of any kind.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::super::{Delimiter, Encoding, FIRST_ROWS, FirstRows, MAX_ROWS, preview};
use super::*;

/// A file of so many rows, written while it is read.
struct Generated {
    rows: u64,
    next: u64,
    text: Vec<u8>,
    read: Arc<AtomicU64>,
}

impl Generated {
    fn new(rows: u64, read: Arc<AtomicU64>) -> Self {
        Self { rows, next: 0, text: b"phone,name\n".to_vec(), read }
    }
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.text.len() < buffer.len() && self.next < self.rows {
            let number = self.next;
            self.text.extend(format!("+420777{number:06},Person {number}\n").bytes());
            self.next += 1;
        }
        let count = self.text.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.text[..count]);
        self.text.drain(..count);
        self.read.fetch_add(u64::try_from(count).unwrap(), Ordering::Relaxed);
        Ok(count)
    }
}

#[test]
fn n1_two_hundred_thousand_rows_are_read_one_at_a_time_and_no_more() {
    let read = Arc::new(AtomicU64::new(0));
    let input = Generated::new(MAX_ROWS + 1, Arc::clone(&read));
    let mut rows = ContactRows::open(input, &csv(), &same(&["phone", "name"])).unwrap();
    let mut used = 11;
    for number in 0..MAX_ROWS {
        let row = rows.next_row().unwrap().unwrap();
        assert_eq!(good(&row).row, number + 1);
        used += u64::try_from(format!("+420777{number:06},Person {number}\n").len()).unwrap();
        let ahead = read.load(Ordering::Relaxed) - used;
        assert!(ahead <= 256 * 1_024, "{ahead} bytes were read ahead of row {number}");
    }
    assert_eq!(rows.next_row().unwrap_err().code(), "too-many-rows");
    assert!(rows.next_row().unwrap().is_none());
    assert_eq!(rows.row(), MAX_ROWS);

    let file = ContactFile { max_rows: 3, ..csv() };
    for (count, fits) in [(3, true), (4, false)] {
        let input = Generated::new(count, Arc::default());
        let mut rows = ContactRows::open(input, &file, &same(&["phone"])).unwrap();
        assert_eq!(rows.by_ref().filter_map(Result::ok).count(), 3);
        let mut again =
            ContactRows::open(Generated::new(count, Arc::default()), &file, &same(&["phone"]))
                .unwrap();
        assert_eq!(again.skip_rows(9).is_ok(), fits);
    }
}

#[test]
fn rows_that_were_passed_over_keep_their_numbers() {
    let text = "phone,name\n+420777120001,\"A\n\n\"\"\n\n12\n\"x\"y,\n+420777120005,B\n\n\
                +420777120006,C\n";
    let all = people(text);
    let at = |row: &RowRead| match row {
        Ok(row) => (row.row, row.line),
        Err(faults) => (faults[0].row, faults[0].line),
    };
    let places: Vec<(u64, u64)> = all.iter().map(at).collect();
    for passed in 0..=all.len() {
        let mut rows =
            ContactRows::open(Cursor::new(text), &csv(), &same(&["phone", "name"])).unwrap();
        let count = u64::try_from(passed).unwrap();
        assert_eq!(rows.skip_rows(count).unwrap(), count);
        assert_eq!(rows.row(), count);
        let rest: Vec<RowRead> = rows.by_ref().map(Result::unwrap).collect();
        assert_eq!(rest.iter().map(at).collect::<Vec<_>>(), places[passed..]);
        assert_eq!(rows.skip_rows(1).unwrap(), 0);
    }
    assert_eq!(places.last(), Some(&(6, 10)));
}

#[test]
fn a_stream_that_breaks_says_how_far_it_came() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let text: String = (0..9_000).map(|at| format!("+42077712{at:04},Ann\n")).collect();
    let input = Cursor::new(format!("phone,name\n{text}")).chain(Broken);
    let mut rows = ContactRows::open(input, &csv(), &same(&["phone"])).unwrap();
    let error = rows.find_map(Result::err).unwrap();
    assert_eq!(error.code(), "unreadable");
    assert!(matches!(error, FileFault::Io { row, .. } if row > 5_000), "{error}");
}

#[test]
fn more_than_a_fifth_of_the_first_thousand_rows_is_too_much() {
    let mut first = FirstRows::new();
    for at in 0..FIRST_ROWS {
        assert!(!first.is_decided());
        first.note(at % 5 == 0).unwrap();
    }
    assert!(first.is_decided());
    // Later rows may fail as they like.
    assert!((0..FIRST_ROWS).all(|_| first.note(true).is_ok()));

    let mut first = FirstRows::new();
    assert!((0..200).all(|_| first.note(true).is_ok()));
    let fault = first.note(true).unwrap_err();
    assert_eq!(fault.code(), "too-many-faults");
    assert!(fault.to_string().starts_with("201 of the first 201 rows"), "{fault}");

    let mut resumed = FirstRows::resumed(999, 200);
    assert!(resumed.note(true).is_err());
    assert!(FirstRows::resumed(1_000, 200).note(true).is_ok());
}

fn any_file() -> impl Strategy<Value = ContactFile> {
    let encodings = [
        None,
        Some(Encoding::Utf8),
        Some(Encoding::Utf16),
        Some(Encoding::Utf16Be),
        Some(Encoding::Latin1),
    ];
    let delimiters = [None, Some(Delimiter::Semicolon)];
    let formats = [Format::Csv, Format::Jsonl, Format::Lines];
    (
        prop::sample::select(formats.to_vec()),
        prop::sample::select(encodings.to_vec()),
        prop::sample::select(delimiters.to_vec()),
    )
        .prop_map(|(format, encoding, delimiter)| ContactFile {
            encoding,
            delimiter,
            default_region: super::super::Region::parse("CZ"),
            ..ContactFile::new(format)
        })
}

/// Bytes that look a little like a file.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"phone",
        b"name",
        b",",
        b";",
        b"\"",
        b"\"\"",
        b"\n",
        b"\r\n",
        b"\r",
        b"+420777120001",
        b"602 123 456",
        b"\0",
        b"\xff",
        b"\xfe",
        b"{",
        b"}",
        b"{\"phone\":\"+420777120001\"}",
        b"[",
        b":",
        b" ",
        b"\xef\xbb\xbf",
        b"=1",
        b"sep=;",
    ];
    let piece = prop_oneof![
        9 => prop::sample::select(pieces).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    let header = prop::sample::select(vec!["phone,name\n", "phone;name\n", ""]);
    (header, prop::collection::vec(piece, 0..40))
        .prop_map(|(header, pieces)| [header.as_bytes(), &pieces.concat()].concat())
}

proptest! {
    #[test]
    fn any_bytes_give_rows_with_rising_numbers(bytes in any_bytes(), file in any_file()) {
        let mapping = same(&["phone"]);
        let _ = preview(Cursor::new(bytes.clone()), &file, None);
        let _ = preview(Cursor::new(bytes.clone()), &file, Some(&mapping));
        let Ok(rows) = ContactRows::open(Cursor::new(bytes.clone()), &file, &mapping) else {
            return Ok(());
        };
        let mut last = (0, 0);
        for row in rows {
            let at = match row.unwrap() {
                Ok(row) => vec![(row.row, row.line)],
                Err(faults) => {
                    prop_assert!((1..=20).contains(&faults.len()));
                    faults.iter().map(|fault| (fault.row, fault.line)).collect()
                }
            };
            prop_assert_eq!(at[0].0, last.0 + 1);
            prop_assert!(at[0].1 > last.1, "{:?} after {:?}", at[0], last);
            prop_assert!(at.iter().all(|other| *other == at[0]));
            last = at[0];
        }
        let mut again = ContactRows::open(Cursor::new(bytes), &file, &mapping).unwrap();
        prop_assert_eq!(again.skip_rows(u64::MAX).unwrap(), last.0);
    }

    #[test]
    fn any_text_is_a_number_or_none(text in "[+0-9０-９ a-zA-Z().;=/-]{0,40}|\\PC{0,20}") {
        for region in [None, super::super::Region::parse("US"), super::super::Region::parse("IT")] {
            let rule = super::super::NumberRule::Plausible;
            let _ = super::super::number::read(&text, region, rule);
        }
    }
}
