//! Given, when, then.
#![allow(clippy::unwrap_used)]

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::golden::{golden, sealed};
use crate::{Refusal, UserId};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn somebody() -> UserId {
    UserId::from(Uuid::from_u128(1))
}

fn request() -> ExportCommand {
    let (report, format) = (Report::CallFacts, ExportFormat::Csv);
    let (query, by) = (json!({ "from": "2026-03-01T00:00:00.000Z" }), somebody());
    ExportCommand::Request(Box::new(NewExport { report, format, query, by, at: at(1) }))
}

fn start() -> ExportCommand {
    ExportCommand::Start { at: at(2) }
}

fn complete() -> ExportCommand {
    let file = ExportFile {
        rows: 2,
        bytes: 10,
        sha256: "00".to_owned(),
        position: 7,
        recorded_at: Some(at(1)),
        definitions_version: 1,
        expires_at: at(0),
    };
    ExportCommand::Complete { file: Box::new(file), at: at(3) }
}

fn fail() -> ExportCommand {
    let failure = ExportFailure { code: "too-many-rows".to_owned(), words: "it has".to_owned() };
    ExportCommand::Fail { failure, at: at(3) }
}

fn cancel() -> ExportCommand {
    ExportCommand::Cancel { by: somebody(), at: at(4) }
}

fn download(seconds: i64) -> ExportCommand {
    ExportCommand::Download { by: somebody(), at: at(seconds) }
}

fn given(commands: impl IntoIterator<Item = ExportCommand>) -> Export {
    let mut export = Export::default();
    for command in commands {
        export.decide(command).unwrap().into_iter().for_each(|fact| export.evolve(&sealed(fact)));
    }
    export
}

fn known(export: &Export) -> &KnownExport {
    export.known().unwrap()
}

#[test]
fn a_file_is_there_for_a_day_and_no_longer() {
    let day = KEPT_MS / 1_000;
    let whole = given([request(), start(), complete()]);
    assert_eq!(known(&whole).file.as_ref().map(|file| file.expires_at), Some(at(3 + day)));
    assert_eq!(whole.owed(at(4)), Owed::Later(at(3 + day)));
    let early = ExportCommand::Expire { at: at(2 + day) };
    assert_eq!(whole.decide(early), Ok(vec![]));
    let fact = ExportEvent::ExportDownloaded { by: somebody(), at: at(2 + day) };
    assert_eq!(whole.decide(download(2 + day)), Ok(vec![fact]));
    // Whoever takes it away is perhaps late.
    assert_eq!(whole.decide(download(3 + day)), Err(ExportRefusal::Gone));
    let Owed::Now(expire) = whole.owed(at(3 + day)) else { unreachable!("it is due") };
    let gone = given([request(), start(), complete(), expire.clone()]);
    assert_eq!((known(&gone).status, known(&gone).kept()), (ExportStatus::Expired, None));
    assert_eq!(known(&gone).file.as_ref().map(|file| file.rows), Some(2), "what it was is known");
    assert_eq!((gone.owed(at(9 + day)), gone.decide(expire)), (Owed::Nothing, Ok(vec![])));
    assert_eq!(gone.decide(download(4)), Err(ExportRefusal::Gone));
}

#[test]
fn nobody_is_given_what_is_not_there() {
    for (commands, refusal) in [
        (vec![request()], ExportRefusal::State(ExportStatus::Queued)),
        (vec![request(), start()], ExportRefusal::State(ExportStatus::Running)),
        (vec![request(), fail()], ExportRefusal::State(ExportStatus::Failed)),
        (vec![request(), start(), complete(), cancel()], ExportRefusal::Gone),
        (vec![request(), cancel()], ExportRefusal::Gone),
    ] {
        assert_eq!(given(commands).decide(download(5)), Err(refusal));
    }
    assert_eq!(ExportRefusal::Gone.code(), "file-gone");
    let waits = ExportRefusal::State(ExportStatus::Queued);
    assert_eq!(
        (waits.current_state(), waits.allowed_commands()),
        (Some("queued"), &["cancel"][..])
    );
}

#[test]
fn it_is_written_once_and_is_taken_away_at_any_time() {
    let whole = given([request(), start(), complete()]);
    assert_eq!(whole.decide(complete()), Ok(vec![]), "told twice");
    assert!(whole.decide(fail()).is_err() && whole.decide(start()).is_err());
    assert!(given([request()]).decide(complete()).is_err());
    assert_eq!(given([request(), start()]).decide(start()), Ok(vec![]));
    for before in [vec![], vec![start()], vec![start(), complete()]] {
        let canceled = given([request()].into_iter().chain(before).chain([cancel()]));
        assert_eq!(
            (known(&canceled).status, known(&canceled).open()),
            (ExportStatus::Canceled, false)
        );
        assert_eq!(canceled.decide(cancel()), Ok(vec![]));
        assert!(canceled.decide(complete()).is_err() && canceled.decide(fail()).is_err());
    }
    let failed = given([request(), start(), fail()]);
    assert_eq!((failed.decide(fail()), failed.decide(cancel())), (Ok(vec![]), Ok(vec![])));
    assert_eq!(known(&failed).failure.as_ref().map(|why| &*why.code), Some("too-many-rows"));
}

#[test]
fn what_is_not_there_cannot_go_on_and_what_is_there_is_not_requested_twice() {
    for command in [start(), complete(), fail(), cancel(), download(5)] {
        assert_eq!(Export::default().decide(command), Err(ExportRefusal::Unknown));
    }
    assert_eq!(given([request()]).decide(request()), Err(ExportRefusal::Exists));
}

#[test]
fn its_facts_stay_as_they_are_and_move_every_state_on() {
    for fact in golden::<ExportEvent>("export") {
        for mut export in [Export::default(), given([request()])] {
            export.evolve(&fact);
        }
    }
    // What the read model keeps is read back as it was.
    let whole = given([request(), start(), complete()]);
    let kept = serde_json::to_string(known(&whole)).unwrap();
    assert_eq!(serde_json::from_str::<KnownExport>(&kept).unwrap(), *known(&whole));
}
