//! Given, when, then.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;
use crate::dnc::{DncScope, DncSource};
use crate::golden::{golden, sealed};
use crate::{CampaignId, Refusal, UserId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn somebody() -> UserId {
    UserId::from(Uuid::from_u128(1))
}

fn request() -> ImportCommand {
    ImportCommand::Request(Box::new(NewImport {
        purpose: ImportPurpose::Contacts { campaign_id: CampaignId::from(Uuid::from_u128(2)) },
        file: ImportFile {
            id: Uuid::from_u128(3),
            format: "csv".to_owned(),
            encoding: "utf-8".to_owned(),
            delimiter: Some(",".to_owned()),
            byte_size: 10,
            sha256: "00".to_owned(),
        },
        options: ImportOptions {
            on_duplicate: Some(OnDuplicate::Skip),
            default_region: None,
            mapping: BTreeMap::new(),
        },
        by: somebody(),
        at: at(1),
    }))
}

fn start(rows: u64) -> ImportCommand {
    ImportCommand::Start { rows, at: at(2) }
}

fn progress(rows_read: u64, created: u64, rejected: u64) -> ImportCommand {
    let tally = Tally { created, rejected, ..Tally::default() };
    ImportCommand::Progress { rows_read, tally, at: at(3) }
}

fn fail() -> ImportCommand {
    let failure = ImportFailure { code: "empty-file".to_owned(), words: "it is".to_owned() };
    ImportCommand::Fail { failure, at: at(4) }
}

fn cancel() -> ImportCommand {
    ImportCommand::Cancel { by: somebody(), at: at(4) }
}

fn complete() -> ImportCommand {
    ImportCommand::Complete { at: at(4) }
}

fn given(commands: impl IntoIterator<Item = ImportCommand>) -> ImportBatch {
    let mut import = ImportBatch::default();
    for command in commands {
        import.decide(command).unwrap().into_iter().for_each(|fact| import.evolve(&sealed(fact)));
    }
    import
}

fn known(import: &ImportBatch) -> &KnownImport {
    import.known().unwrap()
}

#[test]
fn rows_are_counted_once_until_none_is_left() {
    let half = given([request(), start(7), progress(5, 4, 1)]);
    assert_eq!(half.decide(progress(5, 4, 1)), Ok(vec![]), "told twice");
    assert_eq!(half.decide(progress(3, 2, 1)), Ok(vec![]), "told late");
    assert_eq!(half.decide(complete()), Err(ImportRefusal::State(ImportStatus::Running)));
    let whole = given([request(), start(7), progress(5, 4, 1), progress(7, 2, 0), complete()]);
    let totals = Tally { created: 6, rejected: 1, ..Tally::default() };
    assert_eq!((known(&whole).status, known(&whole).tally), (ImportStatus::Completed, totals));
    assert_eq!((totals.rows(), known(&whole).ended_at), (7, Some(at(4))));
    assert_eq!(whole.decide(complete()), Ok(vec![]));
}

#[test]
fn a_file_without_rows_is_done_at_once() {
    let empty = given([request(), start(0), complete()]);
    assert!(known(&empty).over());
}

#[test]
fn an_import_is_stopped_while_it_goes_on_and_counts_what_was_on_its_way() {
    assert!(known(&given([request(), cancel()])).over());
    let stopped = given([request(), start(9), progress(2, 2, 0), cancel()]);
    assert_eq!(stopped.decide(cancel()), Ok(vec![]));
    let after = given([request(), start(9), progress(2, 2, 0), cancel(), progress(4, 2, 0)]);
    assert_eq!((known(&after).status, known(&after).tally.created), (ImportStatus::Canceled, 4));
    for command in [start(9), complete(), fail()] {
        let refusal = stopped.decide(command).unwrap_err();
        assert_eq!(refusal, ImportRefusal::State(ImportStatus::Canceled));
        assert_eq!(refusal.current_state(), Some("canceled"));
    }
    let done = given([request(), start(0), complete()]);
    assert_eq!(done.decide(cancel()), Err(ImportRefusal::State(ImportStatus::Completed)));
}

#[test]
fn a_file_that_cannot_be_taken_fails_once() {
    let failed = given([request(), start(9), progress(2, 1, 1), fail()]);
    assert_eq!(known(&failed).failure.as_ref().map(|why| &*why.code), Some("empty-file"));
    assert_eq!(failed.decide(fail()), Ok(vec![]));
    assert!(failed.decide(progress(4, 2, 0)).is_err() && failed.decide(cancel()).is_err());
    assert!(known(&given([request(), fail()])).over());
}

#[test]
fn what_is_not_there_cannot_go_on_and_what_is_there_is_not_requested_twice() {
    for command in [start(1), progress(1, 1, 0), complete(), fail(), cancel()] {
        assert_eq!(ImportBatch::default().decide(command), Err(ImportRefusal::Unknown));
    }
    assert_eq!(given([request()]).decide(request()), Err(ImportRefusal::Exists));
    assert!(given([request()]).decide(progress(1, 1, 0)).is_err());
}

#[test]
fn its_facts_stay_as_they_are_and_move_every_state_on() {
    for fact in golden::<ImportEvent>("import_batch") {
        for mut import in [ImportBatch::default(), given([request()])] {
            import.evolve(&fact);
        }
    }
}

#[test]
fn a_list_of_numbers_that_are_not_to_be_called_says_of_all_of_them_why() {
    let ImportCommand::Request(new) = request() else { panic!() };
    let said = Suppression {
        scope: DncScope::Organization,
        source: DncSource::Regulator,
        reason: "the list of March".to_owned(),
        expires_at: Some(at(100)),
    };
    let ask = |suppression: Suppression| {
        let purpose = ImportPurpose::Suppression { suppression };
        ImportCommand::Request(Box::new(NewImport { purpose, ..(*new).clone() }))
    };
    let list = given([ask(said.clone()), start(2), progress(2, 1, 0)]);
    assert_eq!(known(&list).purpose.suppression(), Some(&said));
    // What the read model keeps is read back as it was.
    let kept = serde_json::to_string(known(&list)).unwrap();
    assert_eq!(serde_json::from_str::<KnownImport>(&kept).unwrap(), *known(&list));
    for (wrong, pointer) in [
        (Suppression { source: DncSource::Agent, ..said.clone() }, "/source"),
        (Suppression { reason: String::new(), ..said.clone() }, "/reason"),
        (Suppression { expires_at: Some(at(1)), ..said }, "/expires_at"),
    ] {
        let refusal = ImportBatch::default().decide(ask(wrong)).unwrap_err();
        assert_eq!(refusal.field().map(|fault| fault.pointer), Some(pointer));
    }
}

#[test]
fn what_was_kept_of_contacts_before_there_were_other_lists_is_read_as_it_was() {
    let kept = serde_json::to_value(known(&given([request()]))).unwrap();
    let campaign = "00000000-0000-0000-0000-000000000002";
    assert_eq!(kept.pointer("/campaign_id").unwrap(), campaign);
    assert_eq!(kept.pointer("/options/on_duplicate").unwrap(), "skip");
    assert_eq!(serde_json::from_value::<KnownImport>(kept).unwrap(), *known(&given([request()])));
}
