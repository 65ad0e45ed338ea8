//! Random histories of files of figures that somebody has asked for.

use domain::export::{
    Export, ExportCommand, ExportFailure, ExportFile, ExportFormat, NewExport, Report,
};
use domain::{Timestamp, UserId};
use processes::Commands;
use serde_json::json;

use super::people::ask;
use super::{Dice, History};

/// A file is asked for, and something comes of it.
pub(super) async fn export(
    commands: &Commands,
    history: &History,
    dice: &mut Dice,
    mut at: Timestamp,
) -> anyhow::Result<i64> {
    let (id, by) = (history.call.uuid(), UserId::from(history.call.uuid()));
    let report = dice.one(&[Report::Calls, Report::CallFacts]).unwrap_or(Report::Queues);
    let format = dice.one(&[ExportFormat::Csv]).unwrap_or(ExportFormat::Jsonl);
    let query = json!({ "from": at, "to": at.plus_ms(1), "tz": "UTC" });
    let new = Box::new(NewExport { report, format, query, by, at });
    let mut head = ask::<Export>(commands, history, id, ExportCommand::Request(new)).await?;
    for _ in 0..dice.below(6) {
        at = at.plus_ms(dice.ms(20 * 60 * 60_000));
        let command = match dice.below(8) {
            0..2 => ExportCommand::Start { at },
            2..4 => ExportCommand::Complete { file: Box::new(file(dice, at)), at },
            4 if dice.chance(30) => {
                let failure = ExportFailure { code: "kit".to_owned(), words: "it is".to_owned() };
                ExportCommand::Fail { failure, at }
            }
            5 if dice.chance(30) => ExportCommand::Cancel { by, at },
            6 => ExportCommand::Download { by, at },
            _ => ExportCommand::Expire { at },
        };
        head = ask::<Export>(commands, history, id, command).await?.max(head);
    }
    Ok(head)
}

fn file(dice: &mut Dice, at: Timestamp) -> ExportFile {
    ExportFile {
        rows: dice.below(1_000),
        bytes: dice.below(1_000_000),
        sha256: "00".to_owned(),
        position: 1,
        recorded_at: dice.chance(50).then_some(at),
        definitions_version: 1,
        expires_at: at,
    }
}
