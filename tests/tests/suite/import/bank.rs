//! A real file: 4,521 calls of a bank.

use std::collections::{BTreeMap, HashSet};

use super::kit::{BANK_MAP, Imports, bank, counts, expected, imported};

#[tokio::test]
async fn the_calls_of_the_bank_come_in_once_however_often_they_are_brought() {
    let mut imports = Imports::new().await;
    let mut last = Default::default();
    let options = imports.options(BANK_MAP);
    let first = processes::import::calls::import_calls(&imports.deps, options, bank(), |now| {
        last = now;
    });
    let first = first.await.unwrap();
    assert_eq!(counts(&first), (4_521, 4_521, 0, 0));
    assert_eq!((last.rows, last.bytes), (4_521, bank().metadata().unwrap().len()));

    imports.restart().await;
    let again = imports.run(imports.options(BANK_MAP), bank()).await.unwrap();
    assert_eq!(counts(&again), (4_521, 0, 4_521, 0));
    let events = imports.events().await;
    let streams: HashSet<_> = events.iter().map(|(call, ..)| *call).collect();
    assert_eq!((events.len(), streams.len()), (4_521, 4_521));
}

/// The count of calls sees rows that come in twice.
#[tokio::test]
async fn control_the_same_rows_under_another_source_are_other_calls() {
    let imports = Imports::new().await;
    let map = |source: &str| {
        format!(
            "source = \"{source}\"\n[columns]\nsource_id = \"id\"\n\
             [constants]\ndate = 2024-01-01\ndirection = \"inbound\"\n"
        )
    };
    for (source, new, there) in [("one", 2, 0), ("one", 0, 2), ("two", 2, 0)] {
        let report = imports.text(&map(source), "id\n1\n2\n").await;
        assert_eq!(counts(&report), (2, new, there, 0), "{source}");
    }
    assert_eq!(imports.events().await.len(), 4);
}

#[tokio::test]
async fn the_facts_of_the_bank_are_those_of_its_reference() {
    let imports = Imports::new().await;
    imports.run(imports.options(BANK_MAP), bank()).await.unwrap();
    let expected = expected();
    let facts: Vec<_> =
        imports.events().await.iter().map(|(_, event, _)| imported(event)).collect();
    let total = &expected["total"];
    let sales = |is: Option<&str>| is == Some("sale");
    let sold = facts.iter().filter(|call| sales(call.disposition.as_deref())).count();
    assert_eq!(total["conversions"], sold);
    let attempts: u32 = facts.iter().filter_map(|call| call.attempt_no).sum();
    assert_eq!(total["attempts_total"], attempts);
    let talk: i64 = facts.iter().filter_map(|call| call.talk_ms).sum();
    assert_eq!(total["talk_sum_s"], talk / 1_000);
    assert!(facts.iter().all(|call| call.answered && call.metadata.contains_key("job")));

    let mut months: BTreeMap<u32, usize> = BTreeMap::new();
    for call in &facts {
        // Lisbon is at most an hour ahead: in the middle of the day it is the same month.
        let noon = chrono::DateTime::from_timestamp_millis(call.created_at.millis());
        let noon = noon.unwrap() + chrono::Duration::hours(12);
        assert_eq!(chrono::Datelike::year(&noon), 2009);
        *months.entry(chrono::Datelike::month(&noon)).or_default() += 1;
    }
    let names =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    for (name, month) in names.iter().zip(1..) {
        let count = expected["by_month"][*name]["contacts"].as_u64().unwrap_or(0);
        let found = months.get(&month).copied().unwrap_or(0);
        assert_eq!(u64::try_from(found).unwrap(), count, "{name}");
    }
}

#[tokio::test]
async fn what_is_personal_is_sealed_and_the_same_person_has_one_key() {
    let imports = Imports::new().await;
    let map = "source = \"old\"\n[columns]\nsource_id = \"id\"\nto = \"number\"\n\
               date = \"day\"\n[constants]\ndirection = \"outbound\"\n";
    let text = "id,number,day\n1,+420777120001,2024-01-01\n2,+420777120001,2024-01-02\n\
                3,,2024-01-03\n";
    assert_eq!(counts(&imports.text(map, text).await), (3, 3, 0, 0));
    let events = imports.events().await;
    let mut subjects = Vec::new();
    for (_, event, payload) in &events {
        assert!(!payload.contains("777120001"), "{payload}");
        let domain::call::CallEvent::CallImported { source_id, subject_key, .. } = event else {
            panic!("another event: {event:?}");
        };
        subjects.push((source_id.clone(), *subject_key));
    }
    subjects.sort();
    let subjects: Vec<_> = subjects.into_iter().map(|(_, subject)| subject).collect();
    assert_eq!(subjects[0], subjects[1]);
    assert_ne!(subjects[0], subjects[2]);
}
