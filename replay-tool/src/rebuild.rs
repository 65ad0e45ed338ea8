//! `replay rebuild`: the one command that writes.

use database::Role;
use projections::{
    RuntimeError,
    rebuild::{Progress, RebuildOptions, RebuildReport, rebuild},
};
use tokio_util::sync::CancellationToken;

use crate::{CORRUPTION, DIFFERENCE, FAULT, FINE, Output, Session, cli::RebuildWanted, progress};

pub(crate) async fn run(
    session: &Session,
    wanted: &RebuildWanted,
    output: &mut Output,
) -> anyhow::Result<u8> {
    let options = RebuildOptions {
        batch: wanted.batch,
        workers: usize::from(wanted.workers),
        ..RebuildOptions::default()
    };
    let bar = progress::bar(output, &wanted.projection);
    let show = |at: Progress| progress::show(&bar, at.position, at.head);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let watch = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let done = rebuild(session.database(), &wanted.projection, &options, &show, &cancel).await;
    watch.abort();
    bar.finish_and_clear();
    let report = match done {
        Ok(report) => report,
        Err(fault) => return complain(session, &fault, output).await,
    };
    if output.json {
        output.document(&report)?;
    } else {
        tell(&report, output)?;
    }
    let differs = report.differences.as_ref().is_some_and(|tables| !tables.is_empty());
    Ok(if differs { DIFFERENCE } else { FINE })
}

fn tell(report: &RebuildReport, output: &mut Output) -> anyhow::Result<()> {
    let (name, version, build) = (&report.projection, report.version, report.build);
    let (events, ms) = (report.events, report.elapsed_ms);
    let rate = report.events_per_second;
    output.line(&format!("{name} v{version} build {build} is live"))?;
    output.line(&format!("  {events} events in {ms} ms, {rate:.0} events/s"))?;
    if report.from > 0 {
        let from = report.from;
        output.line(&format!("  went on from position {from}, where a build was left"))?;
    }
    let Some(differences) = &report.differences else {
        return output.line(
            "  not compared with the rows before: of another version, or of another position",
        );
    };
    if differences.is_empty() {
        return output.line("  the rows before were the same");
    }
    for table in differences {
        let (name, live, built) = (&table.table, table.live_only, table.built_only);
        output.line(&format!(
            "  DIFFERENT  {name}: {live} rows before were not as they must be, {built} now are"
        ))?;
    }
    Ok(())
}

async fn complain(
    session: &Session,
    fault: &RuntimeError,
    output: &mut Output,
) -> anyhow::Result<u8> {
    output.complain(&format!("replay: {fault}"));
    if let RuntimeError::Canceled = fault {
        output.complain("replay: the same command goes on from there");
    }
    let overview = projections::status::read(session.database().pool(Role::Auditor)).await?;
    if let RuntimeError::UnknownProjection(_) = fault {
        let names: Vec<_> = overview.projections.into_iter().map(|one| one.name).collect();
        output.complain(&format!("replay: there are {}", names.join(", ")));
    }
    let corrupt = fault.corrupt() || matches!(fault, RuntimeError::Poison { .. });
    Ok(if corrupt { CORRUPTION } else { FAULT })
}
