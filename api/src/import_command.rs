//! `voice import calls` and `voice import transcripts`: an old system's calls, and what was said in
//! them, from a file into the log, with a server running on the same data directory or without one.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};
use domain::CallId;
use domain::transcript_format::from_azure;
use event_store::{Actor, ActorKind};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use processes::dispositions;
use processes::import::calls::{
    ImportDeps, ImportMap, ImportOptions, ImportProgress, ImportReport, import_calls,
};
use processes::import::transcripts::{
    Importer, Rejection, TranscriptReport, import_lines, import_one,
};
use processes::{Clock, Ids, SystemClock, SystemIds};
use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use crate::cli::say;
use crate::config::Settings;
use crate::people::demo_org;
use crate::rooms::Rooms;

/// Some rows were rejected; all others are in.
const REJECTED: u8 = 2;
/// A document is of one call.
const MAX_DOCUMENT: u64 = 64 << 20;
/// A map is written by hand.
const MAX_MAP: u64 = 1 << 20;

/// Brings the calls of a file in.
pub async fn calls(
    settings: &Settings,
    path: &Path,
    map: &Path,
    rejected: Option<PathBuf>,
) -> anyhow::Result<ExitCode> {
    let text = read_map(map)?;
    let file = open(path)?;
    let length = file.metadata().map_err(about(path))?.len();
    let rejected = rejected.unwrap_or_else(|| beside(path));
    let rooms = Rooms::open(settings, Arc::new(SystemClock)).await?;
    let mapped = dispositions::catalog(&rooms.commands, demo_org()).await;
    let mapped = mapped
        .map_err(anyhow::Error::from)
        .and_then(|(catalog, _)| ImportMap::parse(&text, &catalog).map_err(about(map)));
    let map = match mapped {
        Ok(map) => map,
        Err(error) => {
            rooms.close().await;
            return Err(error);
        }
    };
    let deps = ImportDeps { commands: rooms.commands.clone(), ids: Arc::new(SystemIds) };
    let mut options = ImportOptions::new(demo_org(), actor(), map);
    options.rejected = Some(rejected.clone());
    let progress = Progress::start(length);
    let told = progress.clone();
    let import = import_calls(&deps, options, file, move |state| told.show(state));
    let done = tokio::select! {
        done = import => done.map_err(about(path)),
        () = interrupted() => Err(about(path)(
            "interrupted; what was done is kept, and running it again goes on from there",
        )),
    };
    let took = progress.finish();
    rooms.close().await;
    Ok(told_of(&done?, took, &rejected))
}

/// Brings in what was said in calls: a transcript per line, or a document of Azure's of one call.
pub async fn transcripts(
    settings: &Settings,
    path: &Path,
    azure_call: Option<Uuid>,
) -> anyhow::Result<ExitCode> {
    let file = open(path)?;
    let document = match azure_call {
        None => None,
        Some(call) => {
            let mut text = String::new();
            (&file).take(MAX_DOCUMENT).read_to_string(&mut text).map_err(about(path))?;
            Some((CallId::from(call), from_azure(&text).map_err(about(path))?))
        }
    };
    let rooms = Rooms::open(settings, Arc::new(SystemClock)).await?;
    let org = demo_org();
    let importer = Importer { org, actor: actor(), correlation: SystemIds.next(SystemClock.now()) };
    let done = match document {
        None => {
            import_lines(&rooms.commands, &importer, file, |line, error| {
                say(&mut io::stderr(), &format!("line {line}: {error}"));
            })
            .await
        }
        Some((call, spoken)) => {
            let one = import_one(&rooms.commands, &importer, call, spoken).await;
            one.map(|taken| {
                let told = |error: &Rejection| say(&mut io::stderr(), &error.to_string());
                TranscriptReport {
                    imported: u64::from(matches!(taken, Ok(true))),
                    already_there: u64::from(matches!(taken, Ok(false))),
                    rejected: u64::from(taken.inspect_err(told).is_err()),
                }
            })
        }
    };
    rooms.close().await;
    let TranscriptReport { imported, already_there, rejected } = done.map_err(about(path))?;
    let told = format!(
        "transcripts: {imported} imported, {already_there} already there, {rejected} rejected"
    );
    say(&mut io::stdout(), &told);
    Ok(if rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(REJECTED) })
}

fn actor() -> Actor {
    Actor { kind: ActorKind::System, id: "import".to_owned(), role: None }
}

fn read_map(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = open(path)?.take(MAX_MAP + 1).read_to_string(&mut text).map_err(about(path))?;
    if read > usize::try_from(MAX_MAP)? {
        bail!("{}: a map may have {MAX_MAP} bytes", path.display());
    }
    // What is wrong with it whatever the organization's codes are, is said before anything starts.
    ImportMap::checked(&text).map_err(about(path))?;
    Ok(text)
}

fn open(path: &Path) -> anyhow::Result<File> {
    let file = File::open(path).map_err(about(path))?;
    if file.metadata().map_err(about(path))?.is_dir() {
        bail!("{} is a directory, not a file", path.display());
    }
    Ok(file)
}

/// One sentence that begins with the file.
fn about<E: Display>(path: &Path) -> impl FnOnce(E) -> anyhow::Error {
    move |error| anyhow!("{}: {error}", path.display())
}

/// `calls.csv.gz` has its report in `calls.csv.gz.rejected.csv`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".rejected.csv");
    path.with_file_name(name)
}

async fn interrupted() {
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

fn told_of(report: &ImportReport, took: Duration, rejected: &Path) -> ExitCode {
    let out = &mut io::stdout();
    let ImportReport { rows, imported, already_there, .. } = report;
    let seconds = took.as_secs_f64();
    say(
        out,
        &format!(
            "{rows} rows in {seconds:.1} s: {imported} imported, {already_there} already there, \
             {} rejected",
            report.rejected
        ),
    );
    if !report.unseen.is_empty() {
        say(out, &format!("no row had {}, which the map names", report.unseen.join(", ")));
    }
    if report.rejected == 0 {
        return ExitCode::SUCCESS;
    }
    say(out, &format!("the rejected rows are listed in {}", rejected.display()));
    ExitCode::from(REJECTED)
}

/// A bar with the rate and the time that is left, on a terminal only.
#[derive(Clone)]
struct Progress {
    bar: ProgressBar,
    since: Instant,
}

impl Progress {
    fn start(length: u64) -> Self {
        let target = match io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, since: Instant::now() }
    }

    fn show(&self, state: ImportProgress) {
        let ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = state.rows.saturating_mul(1000) / ms;
        self.bar.set_message(format!("{} rows, {rate}/s", state.rows));
        self.bar.set_position(state.bytes);
    }

    fn finish(&self) -> Duration {
        self.bar.finish_and_clear();
        self.since.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_lies_beside_the_file() {
        let report = beside(Path::new("data/calls.csv.gz"));
        assert_eq!(report, Path::new("data/calls.csv.gz.rejected.csv"));
    }
}
