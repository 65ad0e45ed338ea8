//! Every way in which a file is written, and which files are none.

use encoding_rs::{UTF_16BE, UTF_16LE};
use serde_json::Value;

use super::super::{Delimiter, Encoding};
use super::*;

const PEOPLE: &str = "phone,name\n+420777120001,Žofie\n+420777120002,\"Ann, \"\"A\"\"\"\n";

#[test]
fn the_files_of_csv_spectrum_are_read_as_their_json_says() {
    for name in ["comma_in_quotes", "json", "simple", "utf8"] {
        let csv_text = std::fs::read_to_string(format!("{DATA}/csv-spectrum/{name}.csv")).unwrap();
        let json = std::fs::read(format!("{DATA}/csv-spectrum/{name}.json")).unwrap();
        let expected: Vec<Value> = serde_json::from_slice(&json).unwrap();
        // A column of numbers in front makes contacts of them.
        let lines = csv_text.lines().enumerate().map(|(at, line)| match at {
            0 => format!("phone,{line}\n"),
            _ => format!("+42077712000{at},{line}\n"),
        });
        let columns: Vec<&String> = expected[0].as_object().unwrap().keys().collect();
        let custom = columns.iter().map(|column| (format!("custom.{column}"), column.as_str()));
        let all = custom.chain([("phone".to_owned(), "phone")]);
        let mapping = Mapping::parse(all.map(|(field, column)| (field, [column]))).unwrap();
        let rows = read(lines.collect::<String>(), &csv(), &mapping).unwrap();
        assert_eq!(rows.len(), expected.len(), "{name}");
        for (row, expected) in rows.iter().zip(expected) {
            assert_eq!(Value::Object(good(row).custom.clone()), expected, "{name}");
        }
    }
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
        .collect()
}

#[test]
fn every_encoding_gives_the_same_contacts() {
    let said = |encoding| ContactFile { encoding, ..csv() };
    let latin = PEOPLE.replace('Ž', "\u{8e}").chars().map(|c| u8::try_from(c).unwrap()).collect();
    let cases: Vec<(Vec<u8>, Option<Encoding>)> = vec![
        (PEOPLE.into(), None),
        (PEOPLE.into(), Some(Encoding::Utf8)),
        (format!("\u{feff}{PEOPLE}").into(), None),
        (format!("\u{feff}{PEOPLE}").into(), Some(Encoding::Latin1)),
        (utf16(&format!("\u{feff}{PEOPLE}"), false), None),
        (utf16(&format!("\u{feff}{PEOPLE}"), true), None),
        (utf16(&format!("\u{feff}{PEOPLE}"), true), Some(Encoding::Utf16)),
        (utf16(&format!("\u{feff}{PEOPLE}"), true), Some(Encoding::Utf16Le)),
        (utf16(PEOPLE, false), Some(Encoding::Utf16)),
        (utf16(PEOPLE, true), Some(Encoding::Utf16)),
        (utf16(PEOPLE, false), Some(Encoding::Utf16Le)),
        (utf16(PEOPLE, true), Some(Encoding::Utf16Be)),
        (latin, Some(Encoding::Latin1)),
    ];
    for (at, (bytes, encoding)) in cases.into_iter().enumerate() {
        let rows = read(bytes, &said(encoding), &same(&["phone", "name"])).unwrap();
        assert_eq!(names(&rows), ["Žofie", "Ann, \"A\""], "case {at}");
    }
}

#[test]
fn names_of_encodings_are_known_in_their_spellings() {
    for (name, encoding) in [
        ("UTF-8", Some(Encoding::Utf8)),
        ("utf16", Some(Encoding::Utf16)),
        ("UTF-16LE", Some(Encoding::Utf16Le)),
        ("utf_16_be", Some(Encoding::Utf16Be)),
        ("latin-1", Some(Encoding::Latin1)),
        ("ISO-8859-1", Some(Encoding::Latin1)),
        ("windows-1252", Some(Encoding::Latin1)),
        ("utf-7", None),
        ("", None),
    ] {
        assert_eq!(Encoding::named(name), encoding, "{name}");
    }
    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf16Be, Encoding::Latin1] {
        assert_eq!(Encoding::named(encoding.name()), Some(encoding));
    }
}

#[test]
fn bytes_that_are_no_characters_fail_their_row() {
    let rows = people(b"phone,name\n+420777120001,\xff\n+4207\xc3,\xe2\x82\n+420777120002,Ann\n");
    assert_eq!(faults(&rows[0]), [("name", "invalid-encoding")]);
    assert_eq!(faults(&rows[1]), [("phone", "invalid-encoding"), ("name", "invalid-encoding")]);
    assert_eq!(names(&rows), ["Ann"]);

    let mut half = utf16(&format!("\u{feff}{PEOPLE}"), false);
    half.extend(utf16("+420777120003,", false));
    half.extend([0x00, 0xd8]); // half of a pair
    half.extend(utf16("x\n+420777120004,Bob\n+420777120005,", false));
    half.push(b'x'); // half of a unit
    let rows = read(half, &csv(), &same(&["phone", "name"])).unwrap();
    assert_eq!(faults(&rows[2]), [("name", "invalid-encoding")]);
    assert_eq!(good(&rows[3]).name.as_deref(), Some("Bob"));
    assert_eq!(faults(&rows[4]), [("name", "invalid-encoding")]);

    let lines = b"{\"phone\":\"+420777120001\",\"name\":\"\xff\"}\n{\"phone\":\"+420777120002\"}\n";
    let rows = read(lines.to_vec(), &jsonl(), &same(&["phone", "name"])).unwrap();
    assert_eq!(faults(&rows[0]), [("", "invalid-encoding")]);
    assert!(rows[1].is_ok());
}

#[test]
fn long_texts_are_decoded_piece_by_piece() {
    let text: String = (0..40_000).map(|at| format!("+42077712{at:05},Žofie {at}\n")).collect();
    for (encoding, big) in [(UTF_16LE, false), (UTF_16BE, true)] {
        let bytes = utf16(&format!("\u{feff}phone,name\n{text}"), big);
        assert!(encoding.decode(&bytes).0.ends_with("Žofie 39999\n"));
        let file = ContactFile { encoding: Some(Encoding::Utf16), ..csv() };
        let mut rows =
            ContactRows::open(Cursor::new(bytes), &file, &same(&["phone", "name"])).unwrap();
        assert_eq!(rows.skip_rows(39_999).unwrap(), 39_999);
        let last = rows.next_row().unwrap().unwrap();
        assert_eq!(good(&last).name.as_deref(), Some("Žofie 39999"));
        assert!(rows.next_row().unwrap().is_none());
    }
}

#[test]
fn line_breaks_of_every_kind_and_blank_lines_make_no_difference() {
    let plain = "phone,name\n\n+420777120001,Ann\n , \n,\n+420777120002,\"B\nb\"\n\n";
    for text in [plain.to_owned(), plain.replace('\n', "\r\n"), plain.replace('\n', "\r")] {
        let rows = people(text.clone());
        assert_eq!(rows.len(), 2, "{text:?}");
        assert_eq!((good(&rows[0]).row, good(&rows[0]).line), (1, 3));
        // A name over two lines is no name; the row is counted all the same.
        let fault = &rows[1].as_ref().unwrap_err()[0];
        assert_eq!((fault.row, fault.line, fault.code), (2, 6, "control-character"));
    }
}

#[test]
fn the_delimiter_is_found_in_the_header() {
    for (text, delimiter) in [
        ("phone,name\n+420777120001,Ann", Delimiter::Comma),
        ("phone;name\n+420777120001;Ann", Delimiter::Semicolon),
        ("phone\tname\n+420777120001\tAnn", Delimiter::Tab),
        ("phone|name\n+420777120001|Ann", Delimiter::Pipe),
        ("\"phone\";\"name\"\n+420777120001;Ann", Delimiter::Semicolon),
        ("\nphone;name;\"a,b,c\"\n+420777120001;Ann;x", Delimiter::Semicolon),
        ("sep=;\nphone;name\n+420777120001;Ann", Delimiter::Semicolon),
        ("sep=,\r\nphone,name\r\n+420777120001,Ann", Delimiter::Comma),
    ] {
        let rows = Cursor::new(text);
        let mut rows = ContactRows::open(rows, &csv(), &same(&["phone", "name"])).unwrap();
        assert_eq!(rows.delimiter(), Some(delimiter), "{text}");
        let row = rows.next_row().unwrap().unwrap();
        assert_eq!(good(&row).name.as_deref(), Some("Ann"), "{text}");
    }
    let file = ContactFile { delimiter: Delimiter::named("|"), ..csv() };
    let rows = read("phone|a;b;c\n+420777120001|x", &file, &same(&["phone"])).unwrap();
    assert!(rows[0].is_ok());
    let one = read("phone\n+420777120001", &csv(), &same(&["phone"])).unwrap();
    assert!(one[0].is_ok());
}

#[test]
fn a_file_that_cannot_be_read_is_refused_by_a_code() {
    let code = |bytes: &[u8], file: &ContactFile| {
        read(bytes, file, &same(&["phone", "name"])).unwrap_err().code()
    };
    assert_eq!(code(b"", &csv()), "empty-file");
    assert_eq!(code(b"\xef\xbb\xbf \r\n\n", &csv()), "empty-file");
    assert_eq!(code(b"", &jsonl()), "empty-file");
    assert_eq!(code(b"PK\x03\x04rest", &csv()), "not-text");
    assert_eq!(code(b"\x1f\x8b\x08", &jsonl()), "not-text");
    assert_eq!(code(&utf16(PEOPLE, false), &csv()), "wrong-encoding");
    assert_eq!(code(b"phone,na\0me\n", &csv()), "wrong-encoding");
    assert_eq!(code(b"[{\"phone\": 1}]", &jsonl()), "json-array");
    assert_eq!(code(b"phone,\"name\n+420777120001,Ann\n", &csv()), "invalid-header");
    assert_eq!(code(b"phone,\xff\n", &csv()), "invalid-header");
    assert_eq!(code("a,".repeat(1_000).as_bytes(), &csv()), "invalid-header");
    assert_eq!(code(b"phone,title\n+420777120001,Ann\n", &csv()), "unknown-column");
    assert_eq!(code(b"phone,name,name\n+420777120001,A,B\n", &csv()), "duplicate-column");
}

#[test]
fn a_header_alone_is_a_file_without_rows() {
    assert_eq!(people("phone,name").len(), 0);
    assert_eq!(people("phone,name\r\n\r\n").len(), 0);
}

#[test]
fn names_that_stand_twice_in_a_header_matter_only_where_they_are_mapped() {
    let text = "phone,x,x, name \n+420777120001,1,2,Ann\n";
    let mut rows = ContactRows::open(Cursor::new(text), &csv(), &same(&["phone", "name"])).unwrap();
    assert_eq!(rows.header(), ["phone", "x", "x", "name"]);
    assert_eq!(rows.ignored(), ["x", "x"]);
    assert_eq!(good(&rows.next_row().unwrap().unwrap()).name.as_deref(), Some("Ann"));
}

#[test]
fn a_number_on_each_line_is_a_file_of_one_column() {
    let lines = || ContactFile { default_region: super::super::Region::parse("CZ"), ..csv() };
    let file = ContactFile { format: Format::Lines, ..lines() };
    let text = "\u{feff}+420777120001\r\n\n  602 123 456 \n\"+420777120002\"\nnobody, really\n";
    for bytes in [text.as_bytes().to_vec(), utf16(text, false)] {
        let rows = read(bytes, &file, &same(&["phone"])).unwrap();
        let numbers: Vec<_> = rows.iter().map(|row| row.as_ref().map(|row| row.line)).collect();
        assert_eq!(numbers.len(), 4);
        assert_eq!((good(&rows[0]).number.as_str(), good(&rows[0]).line), ("+420777120001", 1));
        assert_eq!((good(&rows[1]).number.as_str(), good(&rows[1]).line), ("+420602123456", 3));
        assert_eq!(good(&rows[2]).number.as_str(), "+420777120002", "what was quoted");
        assert_eq!(faults(&rows[3]), [("phone", "invalid-phone-number")]);
    }
    assert!(matches!(read("\n \n", &file, &same(&["phone"])), Err(FileFault::Empty)));
    for (name, format) in [
        ("a.txt", Some(Format::Lines)),
        ("a.CSV", Some(Format::Csv)),
        ("a.jsonl", Some(Format::Jsonl)),
        ("a.xlsx", None),
    ] {
        assert_eq!(Format::of_file(name), format);
    }
    for format in [Format::Csv, Format::Jsonl, Format::Lines] {
        assert_eq!(Format::named(format.name()), Some(format));
    }
}
