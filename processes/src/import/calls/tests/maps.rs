//! A map is refused at the first thing that is wrong with it, with its place.

use super::*;

const WHOLE: &str = r##"
source = "bank-2008"
delimiter = ";"
time_zone = "Europe/Lisbon"
keep = ["job"]
[columns]
source_id = "Call Id"
started_at = "Start"
answered = "Answered"
talk_seconds = "duration"
[values.answered]
"Y" = true
"N" = false
[constants]
direction = "outbound"
"##;

#[test]
fn the_map_of_the_documentation_is_taken() {
    let map = ImportMap::parse(WHOLE, DispositionCatalog::standard()).unwrap();
    assert_eq!((map.source(), map.delimiter), ("bank-2008", b';'));
    let columns: Vec<&str> = map.columns().into_iter().map(|(_, column)| column).collect();
    assert_eq!(columns.len(), 5);
    for column in ["Call Id", "Start", "Answered", "duration", "job"] {
        assert!(columns.contains(&column), "{column}");
    }
}

#[test]
fn whatever_is_wrong_with_a_map_is_said_with_its_key() {
    for (from, to, key) in [
        ("source = \"bank-2008\"", "", "source"),
        ("source = \"bank-2008\"", "source = \"4111111111111111\"", "source"),
        ("source = \"bank-2008\"", "source = 7", "source"),
        ("delimiter = \";\"", "delimiter = \";;\"", "delimiter"),
        ("Europe/Lisbon", "Europe/Atlantis", "time_zone"),
        ("keep = [\"job\"]", "keep = [\"job\", \"job\"]", "keep"),
        ("keep = [\"job\"]", "default_region = \"CZ\"", "default_region"),
        ("keep = [\"job\"]", "rating = \"stars\"", "rating"),
        ("source_id = \"Call Id\"", "", "columns.source_id"),
        ("started_at = \"Start\"", "", "columns.started_at"),
        ("started_at = \"Start\"", "start = \"Start\"", "columns.start"),
        ("started_at = \"Start\"", "year = \"Start\"", "columns.month"),
        ("talk_seconds = \"duration\"", "date = \"d\"", "columns.date"),
        ("talk_seconds = \"duration\"", "answered_at = \"d\"", "columns.answered_at"),
        ("\"Y\" = true", "\"Y\" = \"perhaps\"", "values.answered.\"Y\""),
        ("[values.answered]", "[values.resolved]", "values.resolved"),
        ("direction = \"outbound\"", "", "direction"),
        ("direction = \"outbound\"", "direction = \"sideways\"", "constants.direction"),
        ("direction = \"outbound\"", "answered = true", "constants.answered"),
        ("direction = \"outbound\"", "source_id = \"1\"", "constants.source_id"),
        ("[constants]", "[constants", "syntax"),
    ] {
        assert!(WHOLE.contains(from), "{from}");
        let error = ImportMap::parse(&WHOLE.replacen(from, to, 1), DispositionCatalog::standard())
            .expect_err(to);
        assert_eq!(error.key, key, "{error}");
        assert!(!error.reason.is_empty());
    }
    let error = ImportMap::parse(
        &WHOLE.replace("Europe/Lisbon", "Mars/Base"),
        DispositionCatalog::standard(),
    )
    .unwrap_err();
    assert_eq!(error.to_string().split(':').next(), Some("the map, line 4, time_zone"));
}
