//! N2: every bad row is listed, with every bad column that can be found.

use serde_json::json;

use super::*;

const ALL: &[&str] =
    &["phone", "name", "email", "time_zone", "language", "priority", "tags", "custom.note"];

fn all() -> Mapping {
    let named = |field: &&'static str| (*field, [field.strip_prefix("custom.").unwrap_or(field)]);
    Mapping::parse(ALL.iter().map(named)).unwrap()
}

const HEADER: &str = "phone,name,email,time_zone,language,priority,tags,note\n";

fn row(text: &str) -> RowRead {
    let mut rows = read(format!("{HEADER}{text}\n"), &csv(), &all()).unwrap();
    assert_eq!(rows.len(), 1, "{text}");
    rows.remove(0)
}

#[test]
fn a_row_is_read_whole() {
    let read = row("+420 777 120 001, Ann Lee ,Ann@Example.COM,europe/prague,PT_br,7.0,\
                    \"vip, gold;vip\",=1+1");
    let contact = good(&read);
    assert_eq!(contact.number.as_str(), "+420777120001");
    assert_eq!(contact.name.as_deref(), Some("Ann Lee"));
    assert_eq!(contact.email.as_ref().unwrap().as_str(), "ann@example.com");
    assert_eq!(contact.time_zone, Some(chrono_tz::Europe::Prague));
    assert_eq!(contact.language.as_deref(), Some("pt-BR"));
    assert_eq!(contact.priority, Some(7));
    assert_eq!(contact.tags, ["vip", "gold"]);
    assert_eq!(contact.custom["note"], "=1+1");
    assert_eq!((contact.row, contact.line), (1, 2));
    assert_eq!(format!("{contact:?}"), "ContactRow { row: 1, line: 2, .. }");

    let bare = row("+420777120001,,,,,,,");
    let bare = good(&bare);
    assert_eq!(
        (&bare.name, &bare.email, bare.time_zone, bare.priority),
        (&None, &None, None, None)
    );
    assert!(bare.tags.is_empty() && bare.custom.is_empty() && bare.language.is_none());
}

#[test]
fn values_that_look_like_formulas_are_kept_as_they_are() {
    for value in ["=1+1", "+1", "-1", "@SUM(A1)"] {
        let read = row(&format!("+420777120001,{value},,,,,{value},{value}"));
        let contact = good(&read);
        assert_eq!(contact.name.as_deref(), Some(value));
        assert_eq!((contact.tags[0].as_str(), &contact.custom["note"]), (value, &json!(value)));
    }
}

#[test]
fn n2_every_fault_of_a_row_is_told_with_its_column() {
    let read = row("602123456,a\u{1},eve@,Mars/Olympus,english!,100,4242 4242 4242 4242,\u{2}");
    assert_eq!(
        faults(&read),
        [
            ("phone", "invalid-phone-number"),
            ("name", "control-character"),
            ("email", "invalid-email"),
            ("time_zone", "invalid-time-zone"),
            ("language", "invalid-language"),
            ("priority", "invalid-priority"),
            ("tags", "card-data"),
            ("note", "control-character"),
        ]
    );
    // What is personal is not repeated.
    for fault in read.as_ref().unwrap_err() {
        assert!(!fault.words.contains("602123456") && !fault.words.contains("eve@"));
        assert_eq!((fault.row, fault.line), (1, 2));
    }
}

#[test]
fn n2_each_fault_has_its_code() {
    let long = "x".repeat(257);
    let tags: String = (0..51).map(|at| format!("t{at};")).collect();
    for (text, column, code) in [
        (",Ann,,,,,,", "phone", "phone-missing"),
        ("+420 60,,,,,,,", "phone", "invalid-phone-number"),
        ("+1 911,,,,,,,", "phone", "emergency-number"),
        ("+1 900 555 0100,,,,,,,", "phone", "premium-number"),
        ("+420777120001,4242-4242-4242-4242,,,,,,", "name", "card-data"),
        ("+420777120001,,4242424242424242@x.com,,,,,", "email", "card-data"),
        (&format!("+420777120001,{long},,,,,,"), "name", "too-long"),
        (&format!("+420777120001,,,,,,{long},"), "tags", "too-long"),
        (&format!("+420777120001,,,,,,{tags},"), "tags", "too-many"),
        (&format!("+420777120001,,,,,,,{}", long.repeat(33)), "note", "too-long"),
        ("+420777120001,,,,,-1,,", "priority", "invalid-priority"),
        ("+420777120001,,,,,high,,", "priority", "invalid-priority"),
        ("+420777120001,,,,c,,,", "language", "invalid-language"),
        ("+420777120001,,,CEST,,,,", "time_zone", "invalid-time-zone"),
        ("+420777120001,a\0b,,,,,,", "name", "control-character"),
        ("+420777120001,Ann", "", "wrong-number-of-fields"),
        ("+420777120001,,,,,,,,", "", "wrong-number-of-fields"),
        ("+420777120001,\"A\"nn,,,,,,", "name", "unbalanced-quotes"),
        ("+420777120001,\"Ann,,,,,,", "name", "unbalanced-quotes"),
    ] {
        assert_eq!(faults(&row(text)), [(column, code)], "{text}");
    }
}

#[test]
fn n2_no_more_than_twenty_faults_are_told_of_a_row() {
    let keys: Vec<String> = (0..40).map(|at| format!("k{at}")).collect();
    let fields = keys.iter().map(|key| (format!("custom.{key}"), [key.clone()]));
    let mapping =
        Mapping::parse(fields.chain([("phone".to_owned(), ["phone".to_owned()])])).unwrap();
    let text = format!("phone,{}\n12{}\n", keys.join(","), ",\u{1}".repeat(40));
    let rows = read(text, &csv(), &mapping).unwrap();
    assert_eq!(faults(&rows[0]).len(), 20);
    let mut bytes = format!("phone,{}\n12", keys.join(",")).into_bytes();
    bytes.extend(b",\xff".repeat(40));
    let rows = read(bytes, &csv(), &mapping).unwrap();
    assert_eq!(faults(&rows[0]).len(), 20);
}

#[test]
fn custom_fields_have_room_for_eight_kilobytes_together() {
    let mapping = mapping(&[("phone", "phone"), ("custom.a", "a"), ("custom.b", "b")]);
    let text = |size: usize| format!("phone,a,b\n+420777120001,{},y\n", "x".repeat(size));
    let fits = 8 * 1_024 - r#"{"a":"","b":"y"}"#.len();
    assert!(read(text(fits), &csv(), &mapping).unwrap()[0].is_ok());
    let rows = read(text(fits + 1), &csv(), &mapping).unwrap();
    assert_eq!(faults(&rows[0]), [("", "too-long")]);
}

#[test]
fn unbalanced_quotes_in_the_middle_leave_the_next_rows_alone() {
    let rows = people(
        "phone,name\n+420777120001,A\n+420777120002,\"B\n+420777120003,C\n\"+420777120004\",\"D\"\n\
         +420777120005,\"E\" E\n+420777120006,F\n",
    );
    assert_eq!(names(&rows), ["A", "C", "D", "F"]);
    assert_eq!(faults(&rows[1]), [("name", "unbalanced-quotes")]);
    assert_eq!(faults(&rows[4]), [("name", "unbalanced-quotes")]);
    let lines: Vec<u64> = rows.iter().filter_map(|row| row.as_ref().ok()).map(|r| r.line).collect();
    assert_eq!(lines, [2, 4, 5, 7]);
}

#[test]
fn a_field_of_a_mebibyte_fails_its_row() {
    let huge = "x".repeat(1_024 * 1_024);
    let rows = people(format!("phone,name\n+420777120001,{huge}\n+420777120002,B\n"));
    assert_eq!(faults(&rows[0]), [("name", "too-long")]);
    assert_eq!(names(&rows), ["B"]);
    let line = format!("{{\"phone\":\"+420777120001\",\"name\":\"{huge}\"}}\n");
    let rows = read(line, &jsonl(), &same(&["phone", "name"])).unwrap();
    assert_eq!(faults(&rows[0]), [("", "too-long")]);
    let line = format!("{{\"phone\":\"+420777120001\",\"name\":\"{}\"}}\n", "x".repeat(70_000));
    let rows = read(line, &jsonl(), &same(&["phone", "name"])).unwrap();
    assert_eq!(faults(&rows[0]), [("name", "too-long")]);
}

#[test]
fn jsonl_keeps_what_its_values_are() {
    let mapping = Mapping::parse(
        [
            ("phone", "phone"),
            ("name", "name"),
            ("priority", "priority"),
            ("tags", "tags"),
            ("custom.city", "custom.city"),
            ("custom.age", "age"),
            ("custom.more", "more"),
        ]
        .map(|(field, column)| (field, [column])),
    )
    .unwrap();
    let text = [
        json!({"phone": 420602123456_u64, "name": null, "priority": 5, "tags": ["a,b", "c"],
               "custom": {"city": " Brno "}, "age": 41, "more": {"x": [1, {"y": true}]}, "z": 1}),
        json!({"phone": {"number": "+420602123456"}}),
        json!({"phone": "+420602123456", "name": ["a"], "priority": true, "tags": [1]}),
        json!({"phone": "+420602123456", "custom.city": "Zlín", "custom": {"city": "Brno"}}),
        json!({"phone": "+420602123456", "more": {"card": "4242424242424242"}}),
    ]
    .map(|line| line.to_string());
    let file = ContactFile { default_region: super::super::Region::parse("CZ"), ..jsonl() };
    let mut rows = ContactRows::open(Cursor::new(text.join("\n\n")), &file, &mapping).unwrap();
    let read: Vec<RowRead> = rows.by_ref().map(Result::unwrap).collect();
    let first = good(&read[0]);
    assert_eq!((first.number.as_str(), &first.name), ("+420602123456", &None));
    assert_eq!((first.priority, first.tags.as_slice()), (Some(5), &["a,b".into(), "c".into()][..]));
    let custom = json!({"city": "Brno", "age": 41, "more": {"x": [1, {"y": true}]}});
    assert_eq!(serde_json::Value::Object(first.custom.clone()), custom);
    assert_eq!(faults(&read[1]), [("phone", "not-a-text")]);
    assert_eq!(
        faults(&read[2]),
        [("name", "not-a-text"), ("priority", "invalid-priority"), ("tags", "not-a-text")]
    );
    assert_eq!(good(&read[3]).custom["city"], "Zlín");
    assert_eq!(faults(&read[4]), [("more", "card-data")]);
    assert_eq!(rows.ignored(), ["z"]);
    assert_eq!(good(&read[3]).line, 7);
}

#[test]
fn lines_of_jsonl_that_are_no_objects_fail_alone() {
    let deep = format!("{{\"phone\":\"+420777120001\",\"x\":{}}}", "[".repeat(500));
    let text = format!(
        "{{\"phone\":\"+420777120001\"}}\n7\n[1]\n{{\n{{\"phone\":1,\"phone\":2}}\n{deep}\n\
         {{\"phone\":\"+420777120001\"}} x\n\n{{\"phone\":\"+420777120002\"}}\r\n"
    );
    let rows = read(text, &jsonl(), &same(&["phone"])).unwrap();
    let codes: Vec<_> =
        rows.iter().map(|row| row.as_ref().map_or_else(|faults| faults[0].code, |_| "")).collect();
    assert_eq!(
        codes,
        [
            "",
            "not-an-object",
            "not-an-object",
            "invalid-json",
            "duplicate-key",
            "invalid-json",
            "invalid-json",
            ""
        ]
    );
    assert_eq!(faults(&rows[4]), [("phone", "duplicate-key")]);
    assert_eq!(good(&rows[7]).line, 9);
}
