//! `replay verify`: is the log what it was, and can today's code still read all of it?

use anyhow::bail;
use database::Role;
use event_store::{LogError, VerifyReport};
use projections::history;
use serde::Serialize;

use crate::{CORRUPTION, FINE, Output, Session, cli::Range, progress};

#[derive(Serialize)]
struct Verified<'r> {
    events: u64,
    batches: u64,
    first: i64,
    last: i64,
    faults: Vec<Fault<'r>>,
}

#[derive(Serialize)]
struct Fault<'r> {
    position: Option<i64>,
    what: &'r str,
}

pub(crate) async fn run(
    session: &Session,
    range: &Range,
    output: &mut Output,
) -> anyhow::Result<u8> {
    if let (Some(from), Some(to)) = (range.from, range.to)
        && from > to
    {
        bail!("--from {from} is behind --to {to}");
    }
    let bar = progress::bar(output, "verify");
    let each = |event: &event_store::EventRef<'_>| history::decode(event).map(|_| ());
    let show = |done, of| progress::show(&bar, done, of);
    let pool = session.database().pool(Role::Auditor);
    let done = event_store::verify(pool, range.from, range.to, each, show).await;
    bar.finish_and_clear();
    let report = match done {
        Ok(report) => report,
        Err(LogError::Broken(words)) => {
            output.complain(&format!("replay: the log can not be read: {words}"));
            return Ok(CORRUPTION);
        }
        Err(fault) => return Err(fault.into()),
    };
    if output.json {
        output.document(&Verified::of(&report))?;
    } else {
        tell(&report, output)?;
    }
    Ok(if report.faults.is_empty() { FINE } else { CORRUPTION })
}

impl<'r> Verified<'r> {
    fn of(report: &'r VerifyReport) -> Self {
        let VerifyReport { events, batches, first, last, .. } = *report;
        let faults = report.faults.iter();
        let faults = faults.map(|fault| Fault { position: fault.position, what: &fault.what });
        Self { events, batches, first, last, faults: faults.collect() }
    }
}

fn tell(report: &VerifyReport, output: &mut Output) -> anyhow::Result<()> {
    for fault in &report.faults {
        output.line(&format!("CORRUPT  {fault}"))?;
    }
    let VerifyReport { events, batches, first, last, .. } = report;
    if *events == 0 && *batches == 0 {
        return output.line("there is nothing to verify there");
    }
    let found = match report.faults.len() {
        0 => "all as it was".to_owned(),
        1 => "1 fault".to_owned(),
        many => format!("{many} faults"),
    };
    output.line(&format!("{events} events in {batches} batches, {first} to {last}: {found}"))
}
