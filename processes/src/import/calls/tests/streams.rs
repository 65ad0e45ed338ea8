//! Foreign bytes become rows, or are refused where they stand.

use serde_json::Value;

use super::super::reader::{MAX_FIELD_BYTES, MAX_ROW_BYTES};
use super::*;

const SPECTRUM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/csv-spectrum");

#[test]
fn the_files_of_csv_spectrum_are_read_as_their_json_says() {
    for name in ["comma_in_quotes", "json", "simple", "utf8"] {
        let csv = std::fs::read(format!("{SPECTRUM}/{name}.csv")).unwrap();
        let json = std::fs::read(format!("{SPECTRUM}/{name}.json")).unwrap();
        let expected: Vec<Value> = serde_json::from_slice(&json).unwrap();
        let columns: Vec<String> = expected[0].as_object().unwrap().keys().cloned().collect();
        let map = map(&format!("keep = {columns:?}"), "", "date = 2024-01-01");
        let rows = read(csv, Some(Format::Csv), &map).unwrap();
        assert_eq!(rows.len(), expected.len(), "{name}");
        for (row, expected) in rows.iter().zip(&expected) {
            let wanted: Vec<&str> =
                columns.iter().map(|column| expected[column].as_str().unwrap()).collect();
            assert_eq!(texts(row), wanted, "{name}");
        }
    }
}

fn two() -> ImportMap {
    map("keep = [\"a\", \"b\"]", "", "date = 2024-01-01")
}

#[test]
fn line_breaks_byte_order_marks_and_gzip_make_no_difference() {
    let plain = "a,b\n1,2\n3,\"4\n5\"\n";
    let crlf = plain.replace('\n', "\r\n");
    let marked = format!("\u{feff}{plain}");
    for bytes in [plain.as_bytes().to_vec(), marked.into(), gzip(plain.as_bytes())] {
        let rows = read(bytes, None, &two()).unwrap();
        assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), [["1", "2"], ["3", "4\n5"]]);
        assert_eq!(rows[1].as_ref().unwrap().line, 3);
    }
    let rows = read(crlf, None, &two()).unwrap();
    assert_eq!(rows.iter().map(texts).collect::<Vec<_>>(), [["1", "2"], ["3", "4\r\n5"]]);
    assert_eq!(rows[1].as_ref().unwrap().line, 3);
    let unfinished = read("a,b\n\n1,2\n\n\n3,4", None, &two()).unwrap();
    assert_eq!(unfinished.iter().map(texts).collect::<Vec<_>>(), [["1", "2"], ["3", "4"]]);
}

#[test]
fn a_malformed_row_is_rejected_and_the_next_one_is_read() {
    let text = b"a,b\n1\n1,2,3\n\"x\"y,2\n\xff,2\n1,\"say \"\"hi\"\"\"\n";
    let rows = read(text.to_vec(), None, &two()).unwrap();
    assert_eq!(rejection(&rows[0]), ("wrong-column-count", ""));
    assert_eq!(rejection(&rows[1]), ("wrong-column-count", ""));
    assert_eq!(rejection(&rows[2]), ("malformed-csv", "a"));
    assert_eq!(rejection(&rows[3]), ("not-utf-8", "a"));
    assert_eq!(texts(&rows[4]), ["1", "say \"hi\""]);
    assert_eq!(rows.len(), 5);
}

#[test]
fn a_huge_field_or_row_is_rejected_at_its_limit_and_the_next_one_is_read() {
    let fits = "x".repeat(MAX_FIELD_BYTES);
    let rows = read(format!("a,b\n{fits},1\n{fits}xyz,2\n3,4\n"), None, &two()).unwrap();
    assert_eq!(texts(&rows[0]), [fits.as_str(), "1"]);
    assert_eq!(rejection(&rows[1]), ("field-too-long", "a"));
    assert_eq!(texts(&rows[2]), ["3", "4"]);

    let long = "x,".repeat(MAX_ROW_BYTES);
    let rows = read(format!("a,b\n{long}\n3,4\n"), None, &two()).unwrap();
    assert_eq!(rejection(&rows[0]), ("row-too-long", ""));
    assert_eq!(texts(&rows[1]), ["3", "4"]);
}

#[test]
fn a_file_that_cannot_be_read_is_refused_in_words() {
    let refused = |bytes: &[u8]| read(bytes, None, &two()).unwrap_err().to_string();
    assert!(refused(b"").contains("empty"));
    assert!(refused(b" \n \n").contains("empty"));
    assert!(refused(b"[{\"a\": 1}]").contains("JSON array"));
    assert!(refused(b"\xff\xfea\0,\0b\0").contains("UTF-16"));
    assert!(refused(b"a\0,\0b\0\n\0").contains("UTF-16"));
    assert!(refused(b"a,a\n1,2\n").contains("two columns `a`"));
    assert!(refused(b"a,\xff\n1,2\n").contains("not UTF-8"));
    assert!(refused(b"a,\"b\n1,2\n").contains("never closed"));
    assert!(refused(b"a,c\n1,2\n").contains("keep: the file has no column `b`; it has `a`, `c`"));
    assert!(refused(b"a,b\n1,2\n\"3,4\n").contains("row 2"));
}

#[test]
fn a_truncated_archive_gives_what_is_whole_and_then_says_where_it_ends() {
    let text: String = (0..20_000).map(|row| format!("{row},{}\n", row * 7_919)).collect();
    let packed = gzip(format!("a,b\n{text}").as_bytes());
    let half = packed[..packed.len() / 2].to_vec();
    let mut rows = Rows::open(Cursor::new(half), None, &two(), Arc::default()).unwrap();
    let mut count = 0;
    let error = loop {
        match rows.next() {
            Ok(Some(row)) => {
                assert!(row.is_ok());
                count += 1;
            }
            Ok(None) => panic!("half a file was taken for a whole one"),
            Err(error) => break error,
        }
    };
    assert!(count > 1_000, "{count}");
    assert!(matches!(error, FileError::Io { row, .. } if row == count), "{error}");
}

#[test]
fn jsonl_is_read_line_by_line_and_says_what_no_row_had() {
    let text = "{\"a\": 1, \"x\": []}\n\n{\"a\": [\"p\", \"q\"]}\r\n{\"a\": 1, \"a\": 2}\n7\n{\n";
    let map = two();
    let mut rows = Rows::open(Cursor::new(text), None, &map, Arc::default()).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        all.push(row);
    }
    assert_eq!(texts(&all[0]), ["1", ""]);
    assert_eq!(texts(&all[1]), ["p;q", ""]);
    for row in &all[2..] {
        assert_eq!(rejection(row), ("malformed-json", ""));
    }
    assert_eq!((all.len(), rows.unseen()), (5, vec!["b".to_owned()]));
    assert_eq!(all[1].as_ref().unwrap().line, 3);
}

#[test]
fn the_bytes_that_were_read_are_those_of_the_file() {
    let packed = gzip("a,b\n1,2\n".repeat(9).as_bytes());
    let (count, size) = (Arc::<std::sync::atomic::AtomicU64>::default(), packed.len());
    let mut rows = Rows::open(Cursor::new(packed), None, &two(), Arc::clone(&count)).unwrap();
    while rows.next().unwrap().is_some() {}
    let count = count.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(usize::try_from(count).unwrap(), size);
}

#[test]
fn a_name_says_the_format() {
    for (name, format) in [
        ("calls.csv", Some(Format::Csv)),
        ("calls.TSV.gz", Some(Format::Csv)),
        ("calls.jsonl", Some(Format::Jsonl)),
        ("calls.ndjson.gz", Some(Format::Jsonl)),
        ("calls.gz", None),
        ("calls", None),
    ] {
        assert_eq!(Format::of_name(name), format, "{name}");
    }
}
