//! A row becomes the call that it tells of, or is rejected with the column to blame.

use domain::call::EndStatus;

use super::*;

fn started(text: &str, zone: &str) -> Result<Timestamp, &'static str> {
    let map = map(&format!("time_zone = {zone:?}"), "started_at = \"start\"", "");
    let call = calls(&format!("start\n{text}\n"), &map).remove(0);
    call.map(|call| call.created_at).map_err(|rejection| rejection.code)
}

#[test]
fn a_start_is_an_instant_or_local_in_the_maps_zone() {
    let lisbon = |text| started(text, "Europe/Lisbon");
    assert_eq!(lisbon("2009-01-05T10:00:00Z"), Ok(at("2009-01-05T10:00:00.000Z")));
    assert_eq!(lisbon("2009-07-05 10:00"), Ok(at("2009-07-05T09:00:00.000Z")));
    assert_eq!(lisbon("2009/07/05 1:30:15.25 PM"), Ok(at("2009-07-05T12:30:15.250Z")));
    assert_eq!(lisbon("2009-07-05T10:00:00+02:00"), Ok(at("2009-07-05T08:00:00.000Z")));
    assert_eq!(lisbon("2009-07-05"), Ok(at("2009-07-04T23:00:00.000Z")));
}

#[test]
fn a_time_that_the_clocks_skipped_or_repeated_has_one_instant() {
    let prague = |text| started(text, "Europe/Prague");
    assert_eq!(prague("2024-03-31 02:30"), Ok(at("2024-03-31T01:00:00.000Z")));
    assert_eq!(prague("2024-10-27 02:30"), Ok(at("2024-10-27T00:30:00.000Z")));
    // Where midnight is skipped the day begins an hour later.
    assert_eq!(started("2018-11-04", "America/Sao_Paulo"), Ok(at("2018-11-04T03:00:00.000Z")));
}

#[test]
fn impossible_times_are_rejected() {
    for (text, code) in [
        ("2023-02-29", "invalid-date"),
        ("2023-13-01", "invalid-date"),
        ("05/01/2023", "invalid-date"),
        ("yesterday", "invalid-date"),
        ("2023-01-01 24:00", "invalid-time"),
        ("2023-01-01 10:60", "invalid-time"),
        ("2023-01-01 13:00 PM", "invalid-time"),
        ("2023-01-01T10:00:00+9", "invalid-time"),
        ("1969-12-31", "out-of-range"),
        ("2101-01-01", "out-of-range"),
        ("1970-01-01T00:00:00+01:00", "out-of-range"),
        ("", "missing-value"),
    ] {
        let text = if text.is_empty() { "\"\"" } else { text };
        assert_eq!(started(text, "UTC"), Err(code), "{text}");
    }
}

#[test]
fn an_answer_lies_within_its_call() {
    let columns = "started_at = \"start\"\nanswered_at = \"answer\"\ntalk_seconds = \"talk\"";
    let map = map("", columns, "");
    let text = "start,answer,talk\n\
                2024-01-01T10:00:00Z,2024-01-01T10:00:12Z,0:01:05\n\
                2024-01-01T10:00:00Z,2024-01-01T09:59:59Z,5\n\
                2024-01-01T10:00:00Z,,0\n\
                2100-12-31T23:59:59Z,2100-12-31T23:59:59Z,5\n";
    let calls = calls(text, &map);
    let call = calls[0].as_ref().unwrap();
    assert_eq!((call.wait_ms, call.talk_ms), (Some(12_000), Some(65_000)));
    assert_eq!(call.ended_at, at("2024-01-01T10:01:17.000Z"));
    assert_eq!(rejection(&calls[1]), ("impossible-time", "answer"));
    let missed = calls[2].as_ref().unwrap();
    assert_eq!((missed.answered_at, missed.end_status), (None, EndStatus::NoAnswer));
    assert_eq!(rejection(&calls[3]), ("out-of-range", "talk"));
}

#[test]
fn a_call_with_talk_was_answered_where_nothing_else_is_said() {
    let map = map(
        "",
        "wait_seconds = \"wait\"\ntalk_seconds = \"talk\"\nhold_seconds = \"hold\"",
        "date = 2024-01-01",
    );
    let calls = calls("wait,talk,hold\n10,90.5,3\n10,0,0\n,,\n1,-5,\n", &map);
    let call = calls[0].as_ref().unwrap();
    assert_eq!(call.answered_at, Some(at("2024-01-01T00:00:10.000Z")));
    assert_eq!(call.ended_at, at("2024-01-01T00:01:43.500Z"));
    assert_eq!(call.end_status, EndStatus::Completed);
    for call in &calls[1..3] {
        assert_eq!(call.as_ref().unwrap().answered_at, None);
    }
    assert_eq!(rejection(&calls[3]), ("invalid-duration", "talk"));
}

#[test]
fn a_value_outside_of_its_field_is_rejected_with_its_column() {
    let columns = "to = \"number\"\ndisposition = \"came to\"\nrating = \"stars\"\n\
                   attempts = \"tries\"\nagent = \"who\"\ntags = \"labels\"";
    let map = map("", columns, "date = 2024-01-01");
    let header = "number,came to,stars,tries,who,labels";
    let ok = "+420777120001,sale,5,1,Jane,a;b;a";
    for (row, code, column) in [
        ("777120001,sale,5,1,Jane,", "invalid-phone-number", "number"),
        ("+420777120001,bought,5,1,Jane,", "unknown-disposition", "came to"),
        ("+420777120001,sale,6,1,Jane,", "out-of-range", "stars"),
        ("+420777120001,sale,x,1,Jane,", "invalid-value", "stars"),
        ("+420777120001,sale,5,0,Jane,", "out-of-range", "tries"),
        ("+420777120001,sale,5,1,4111 1111 1111 1111,", "card-data-not-accepted", "who"),
        ("+420777120001,sale,5,1,a\u{7}b,", "control-character", "who"),
    ] {
        let calls = calls(&format!("{header}\n{row}\n{ok}\n"), &map);
        assert_eq!(rejection(&calls[0]), (code, column), "{row}");
        assert_eq!(calls[1].as_ref().unwrap().tags, ["a", "b"]);
    }
    let long = format!("{header}\n+420777120001,sale,5,1,{},\n", "x".repeat(121));
    assert_eq!(rejection(&calls(&long, &map)[0]), ("text-too-long", "who"));
}

#[test]
fn a_rejected_card_number_is_not_repeated() {
    let map = map("", "agent = \"who\"", "date = 2024-01-01");
    let calls = calls("who\n4111-1111-1111-1111\n", &map);
    assert_eq!(calls[0].as_ref().unwrap_err().value, "[card number]");
}

#[test]
fn their_words_become_ours_and_others_are_rejected() {
    let text = "source = \"t\"\nkeep = [\"job\"]\n[columns]\nsource_id = \"id\"\n\
                answered = \"Answered\"\nmonth = \"month\"\n[values.answered]\n\"Y\" = true\n\
                \"N\" = false\n[constants]\ndirection = \"inbound\"\nyear = 2009\nday = 3\n";
    let map = ImportMap::parse(text, DispositionCatalog::standard()).unwrap();
    let text = "id,Answered,month,job\n7,Y,may,cook\n8,N,OCTOBER,\n9,maybe,1,\n";
    let calls = calls(text, &map);
    let call = calls[0].as_ref().unwrap();
    assert_eq!((call.source_id.as_str(), call.metadata["job"].as_str()), ("7", Some("cook")));
    assert_eq!(call.created_at, at("2009-05-03T00:00:00.000Z"));
    assert_eq!(call.answered_at, Some(call.created_at));
    let call = calls[1].as_ref().unwrap();
    assert_eq!((call.answered_at, call.metadata.len()), (None, 0));
    assert_eq!(call.created_at, at("2009-10-03T00:00:00.000Z"));
    assert_eq!(rejection(&calls[2]), ("unmapped-value", "Answered"));
}
