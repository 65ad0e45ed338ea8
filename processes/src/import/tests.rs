//! What both imports stand on: records, and texts on their way out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::borrow::Cow;
use std::io::{BufReader, Cursor};

use super::escaped_for_csv;
use super::frame::{FrameFault, Frames, MAX_FIELD_BYTES, MAX_ROW_BYTES};

/// The records of a text, with their lines and faults, read through a buffer of this size.
fn records(text: &[u8], buffer: usize) -> Vec<(u64, String, Option<FrameFault>)> {
    let input = BufReader::with_capacity(buffer, Cursor::new(text.to_vec()));
    let mut frames = Frames::repairing(Box::new(input), Some(b','));
    let (mut all, mut record) = (Vec::new(), Vec::new());
    while let Some(frame) = frames.next(&mut record).unwrap() {
        let text = String::from_utf8_lossy(&record).into_owned();
        all.push((frame.line, text, frame.fault));
    }
    all
}

/// The lines on which the records begin that are in order, and those of the faulty ones.
fn lines(text: &[u8]) -> (Vec<u64>, Vec<u64>) {
    let whole = records(text, 64 * 1_024);
    for buffer in [1, 7, 4_096] {
        assert_eq!(records(text, buffer), whole, "it depends on the buffer");
    }
    let of = |faulty: bool| {
        whole.iter().filter(move |(_, _, fault)| fault.is_some() == faulty).map(|(line, ..)| *line)
    };
    (of(false).collect(), of(true).collect())
}

#[test]
fn a_quote_that_is_never_closed_fails_its_own_line_alone() {
    // Up to the end of the file.
    assert_eq!(lines(b"1,2\n\"3,4\n5,6\n7,8\n"), (vec![1, 3, 4], vec![2]));
    assert_eq!(lines(b"1,2\r\n\"3,4\r\n5,6\r\n"), (vec![1, 3], vec![2]));
    assert_eq!(lines(b"1,2\r\"3,4\r5,6\r"), (vec![1, 3], vec![2]));
    assert_eq!(lines(b"1,\"2"), (vec![], vec![1]));
    // Up to a quote further down, behind which text follows.
    assert_eq!(lines(b"\"1,2\n3,\"4\"\n5,6\n"), (vec![2, 3], vec![1]));
    // Up to where no field can go on.
    let far = format!("\"1,2\n{}", "3,4\n".repeat(MAX_FIELD_BYTES));
    let (good, faulty) = lines(far.as_bytes());
    assert_eq!((good.len(), faulty), (MAX_FIELD_BYTES, vec![1]));
}

#[test]
fn a_row_over_several_lines_stays_one_row() {
    assert_eq!(lines(b"1,\"2\n3\r\n4\"\n5,6\n"), (vec![1, 4], vec![]));
    let long = format!("1,\"{}\"\n5,6\n", "x\n".repeat(MAX_FIELD_BYTES / 2));
    assert!(lines(long.as_bytes()).1.is_empty());
    let longer = format!("1,\"{}xyz\"\n5,6\n", "x\n".repeat(MAX_FIELD_BYTES / 2));
    assert_eq!(lines(longer.as_bytes()).1, [1]);
}

#[test]
fn quotes_that_reopen_on_every_line_do_not_make_one_row_of_the_file() {
    // Each line closes the quote of the one before, and opens another.
    let text = "x\",\"y\n".repeat(MAX_ROW_BYTES / 6 * 2);
    let (records, faulty): (Vec<_>, Vec<_>) =
        records(text.as_bytes(), 64 * 1_024).into_iter().partition(|record| record.2.is_none());
    assert!(records.is_empty());
    assert_eq!(faulty[0].0, 1);
    assert_eq!(faulty[1].0, 2);
    // The bytes that may be read again are used up after 128 of them; it goes on all the same.
    assert!((125..150).contains(&faulty.len()), "{}", faulty.len());
}

#[test]
fn a_long_line_is_one_faulty_row() {
    let text = format!("{}\n1,2\n", "x".repeat(2 * MAX_ROW_BYTES));
    assert_eq!(lines(text.as_bytes()), (vec![2], vec![1]));
    let text = format!("\"{}\"\n1,2\n", "x".repeat(2 * MAX_ROW_BYTES));
    assert_eq!(lines(text.as_bytes()), (vec![2], vec![1]));
    let text = format!("\"{}\n1,2\n", "x".repeat(2 * MAX_ROW_BYTES));
    assert_eq!(lines(text.as_bytes()), (vec![2], vec![1]));
}

#[test]
fn what_a_spreadsheet_would_compute_is_escaped_on_its_way_out() {
    for text in ["=1+1", "+420777123456", "-1", "@SUM(A1)", "\tx", "\rx"] {
        assert_eq!(escaped_for_csv(text), format!("'{text}"));
    }
    for text in ["", "Ann", "1-1", " =1", "'=1", "a@b.c", "ž"] {
        assert!(matches!(escaped_for_csv(text), Cow::Borrowed(same) if same == text), "{text}");
    }
}
