//! A look at a file before it is imported.

use super::super::{Delimiter, Encoding, PREVIEW_ROWS, Preview, preview};
use super::*;

fn look(text: impl Into<Vec<u8>>, file: &ContactFile, mapping: Option<&Mapping>) -> Preview {
    preview(Cursor::new(text.into()), file, mapping).unwrap()
}

#[test]
fn a_preview_shows_the_first_rows_as_they_would_be_read() {
    let rows: String = (0..30).map(|at| format!("+4207771200{at:02};P{at};x\n")).collect();
    let text = format!("\u{feff}Mobile No;Full name;Shoe size\n12;Bad;x\n{rows}");
    let seen = look(text, &csv(), None);
    assert_eq!((seen.encoding, seen.delimiter), (Encoding::Utf8, Some(Delimiter::Semicolon)));
    assert_eq!(seen.header, ["Mobile No", "Full name", "Shoe size"]);
    assert_eq!(seen.guessed, mapping(&[("phone", "Mobile No"), ("name", "Full name")]));
    assert_eq!(seen.ignored, ["Shoe size"]);
    assert_eq!(seen.rows.len(), PREVIEW_ROWS);
    assert_eq!(faults(&seen.rows[0]), [("Mobile No", "invalid-phone-number")]);
    assert_eq!(good(&seen.rows[1]).name.as_deref(), Some("P0"));
}

#[test]
fn a_preview_by_a_mapping_reads_by_that_one() {
    let text = "Phone,Other,X\n+420777120001,+420777120002,y\n";
    let given = mapping(&[("phone", "Other"), ("custom.x", "X")]);
    let seen = look(text, &csv(), Some(&given));
    assert_eq!(good(&seen.rows[0]).number.as_str(), "+420777120002");
    assert_eq!(seen.ignored, ["Phone"]);
    assert_eq!(seen.guessed, mapping(&[("phone", "Phone")]));
    let unknown = mapping(&[("phone", "Fax")]);
    let fault = preview(Cursor::new(text), &csv(), Some(&unknown)).unwrap_err();
    assert_eq!(fault.code(), "unknown-column");
}

#[test]
fn a_preview_without_phone_numbers_shows_the_columns() {
    let seen = look("City,Name\nBrno,Ann\n", &csv(), None);
    assert!(!seen.guessed.has_phone() && seen.rows.is_empty());
    assert_eq!((seen.header.len(), seen.ignored), (2, vec!["City".to_owned()]));
    // A guess that would be ambiguous is none.
    let twice = look("Phone,Phone,Name\n1,2,x\n", &csv(), None);
    assert_eq!(twice.header, ["Phone", "Phone", "Name"]);
}

#[test]
fn a_preview_of_jsonl_has_the_keys_of_its_first_rows() {
    let text = "{\"tel\":\"+420777120001\",\"custom\":{\"city\":\"Brno\"}}\n{\n\
                {\"tel\":\"+420777120002\",\"name\":\"Ann\"}\n";
    let seen = look(text, &jsonl(), None);
    assert_eq!(seen.header, ["tel", "custom.city", "name"]);
    assert_eq!(seen.delimiter, None);
    assert_eq!(good(&seen.rows[0]).custom["city"], "Brno");
    assert_eq!(faults(&seen.rows[1]), [("", "invalid-json")]);
    assert_eq!(good(&seen.rows[2]).name.as_deref(), Some("Ann"));
}
