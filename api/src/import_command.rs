//! `voice import calls`: an old system's calls, from a file into the log, with
//! a server running on the same data directory or without one.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};
use event_store::{Actor, ActorKind};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use processes::dispositions;
use processes::import::calls::{
    ImportDeps, ImportMap, ImportOptions, ImportProgress, ImportReport, import_calls,
};
use processes::{SystemClock, SystemIds};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::say;
use crate::config::Settings;
use crate::people::demo_org;
use crate::rooms::Rooms;

/// Some rows were rejected; all others are in.
const REJECTED: u8 = 2;
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
    let actor = Actor { kind: ActorKind::System, id: "import".to_owned(), role: None };
    let mut options = ImportOptions::new(demo_org(), actor, map);
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
