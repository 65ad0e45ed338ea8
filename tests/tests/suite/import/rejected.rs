//! Rows that cannot be taken are listed; the others come in.

use std::io::Cursor;

use processes::import::calls::Retry;
use tests::TestDirectory;

use super::kit::{Imports, counts};

const MAP: &str = "source = \"old\"\n[columns]\nsource_id = \"id\"\nto = \"number\"\n\
                   started_at = \"start\"\ntalk_seconds = \"talk\"\n\
                   [constants]\ndirection = \"outbound\"\n";
const TEXT: &str = "id,number,start,talk\n\
                    1,+420777120001,2024-01-01T10:00:00Z,60\n\
                    2,+420777120002,2024-02-30,60\n\
                    3,777120003,2024-01-01T10:00:00Z,60\n\
                    4,+420777120004,2024-01-01T10:00:00Z,60,\n\
                    1,+420777120001,2024-01-01T10:00:00Z,60\n\
                    1,+420777120001,2025-01-01T10:00:00Z,60\n\
                    5,=cmd,2024-01-01T10:00:00Z,60\n";

#[tokio::test]
async fn rejected_rows_are_listed_with_row_column_and_reason() {
    let (imports, directory) = (Imports::new().await, TestDirectory::create());
    let path = directory.path().join("calls.rejected.csv");
    let mut options = imports.options(MAP);
    options.rejected = Some(path.clone());
    let report = imports.run(options, Cursor::new(TEXT)).await.unwrap();
    assert_eq!((report.rows, report.rejected), (7, 5));
    assert_eq!((report.imported, report.already_there), (1, 1));
    assert_eq!(imports.events().await.len(), 1);

    let list = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines[0], "row,column,code,reason,value,line");
    for (line, start) in lines[1..].iter().zip([
        "2,start,invalid-date,",
        "3,number,invalid-phone-number,",
        "4,,wrong-column-count,",
        "6,source_id,duplicate-resource,",
        "7,number,invalid-phone-number,",
    ]) {
        assert!(line.starts_with(start), "{line}");
    }
    assert!(lines[5].contains("'=cmd"), "a spreadsheet would run it: {}", lines[5]);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&path).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }

    // A run without rejected rows leaves no old list behind.
    let mut options = imports.options(MAP);
    options.rejected = Some(path.clone());
    let two: String = TEXT.lines().take(2).map(|line| format!("{line}\n")).collect();
    let report = imports.run(options, Cursor::new(two)).await.unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0));
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_is_no_such_list_is_left_alone() {
    let (imports, directory) = (Imports::new().await, TestDirectory::create());
    let path = directory.path().join("thesis.csv");
    std::fs::write(&path, "my life's work\n").unwrap();
    let mut options = imports.options(MAP);
    options.rejected = Some(path.clone());
    let error = imports.run(options, Cursor::new(TEXT)).await.expect_err("a foreign file");
    assert_eq!(error.retry(), Retry::AfterChange);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "my life's work\n");
    assert_eq!(imports.events().await.len(), 0);
}

#[tokio::test]
async fn a_list_that_cannot_be_written_stops_the_import_and_it_goes_on() {
    let (imports, directory) = (Imports::new().await, TestDirectory::create());
    let mut options = imports.options(MAP);
    options.rejected = Some(directory.path().join("nowhere").join("list.csv"));
    let error = imports.run(options, Cursor::new(TEXT)).await.expect_err("no such folder");
    assert!(error.to_string().contains("nowhere"), "{error}");
    assert_eq!(error.retry(), Retry::GoesOn);
    let report = imports.text(MAP, TEXT).await;
    assert_eq!((report.imported, report.already_there, report.rejected), (0, 2, 5));
}

#[tokio::test]
async fn a_file_or_a_map_that_does_not_fit_is_refused_before_anything_is_in() {
    let imports = Imports::new().await;
    for (text, words) in [
        ("", "empty"),
        ("id,number,start\n1,+420777120001,2024-01-01\n", "no column `talk`"),
        ("id,id,number,start,talk\n", "two columns"),
    ] {
        let error = imports.run(imports.options(MAP), Cursor::new(text)).await;
        let error = error.expect_err(words);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.retry(), Retry::AfterChange);
    }
    assert_eq!(imports.events().await.len(), 0);
}

#[tokio::test]
async fn jsonl_says_which_columns_of_the_map_no_row_had() {
    let imports = Imports::new().await;
    let text = "{\"id\": 1, \"start\": \"2024-01-01\", \"number\": null}\n";
    let report = imports.text(MAP, text).await;
    assert_eq!(counts(&report), (1, 1, 0, 0));
    assert_eq!(report.unseen, ["talk"]);
}

#[tokio::test]
async fn history_is_taken_as_it_was() {
    let imports = Imports::new().await;
    let map = "source = \"old\"\n[columns]\nsource_id = \"#\"\nstarted_at = \"start\"\n\
               talk_seconds = \"talk\"\nagent = \"who\"\nto = \"number\"\n\
               [constants]\ndirection = \"outbound\"\n";
    // An agent with himself at the same time, an emergency number, a premium one.
    let text = "start,talk,who,number\n2024-01-01T10:00:00Z,600,Jane,\n\
                2024-01-01T10:05:00Z,600,Jane,+420112\n\
                2024-01-01T10:06:00Z,600,Jane,+420900123456\n";
    let report = imports.text(map, text).await;
    // +420112 is too short for a telephone number of this form.
    assert_eq!((report.imported, report.rejected), (2, 1));
}
