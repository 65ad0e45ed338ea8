//! Writes files, one of an organization at a time, and takes them away.
//!
//! Where an export stands, its aggregate says. A file is kept chunk by chunk, and it is kept that
//! it is whole before the export is told: whoever is killed in between tells it; whoever is killed
//! before begins anew.

use std::time::{Duration, Instant};

use database::{DatabaseError, FaultKind, Role};
use domain::export::{
    Export, ExportCommand, ExportFailure, ExportFile, ExportStatus, KnownExport, Report,
};
use domain::user::User;
use domain::{ExportId, OrgId};
use projections::RuntimeError;
use projections::figures::each::{self, Calls};
use projections::figures::read::{
    self, AgentMetrics, AsOf, CallMetricsQuery, CampaignMetrics, DispositionMetrics, FlowMetrics,
    Metrics, MetricsError, QueueMetrics, Sheet,
};
use projections::figures::table as formulas;
use projections::freshness::{self, Reached};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::question::{Question, reader};
use super::writer::Writer;
use super::{Exports, FLOW, MAX_ROWS, lines, table};
use crate::reactor::{self, Next, Reactor, Subject, Trouble};

/// How long somebody waits for their turn before they look again; they are told before.
const WAIT_MS: i64 = 5_000;
/// How long read models may take to get where the log is.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a file may take: as long as this its snapshot is held.
const LIMIT: Duration = Duration::from_secs(600);

/// What makes it look.
const ASKS: [&str; 3] = ["ExportRequested", "ExportCanceled", "ExportExpired"];

/// The flow of exports.
pub struct ExportFlow {
    exports: Exports,
    most: u64,
    stop: CancellationToken,
}

/// How writing has ended.
enum End {
    /// The file is whole, and that is kept.
    Whole,
    /// There will be no file.
    Never(ExportFailure),
    /// Nobody wants it any more, or the process is to stop.
    Stopped,
}

/// A file that is being written.
struct Writing<'w> {
    of: (OrgId, ExportId),
    run: Uuid,
    chunks: i32,
    began: Instant,
    writer: Writer,
    flow: &'w ExportFlow,
}

impl ExportFlow {
    /// The flow of these exports. A file that is being written when the token is canceled is begun
    /// anew by whoever comes next.
    #[must_use]
    pub fn new(exports: Exports, stop: CancellationToken) -> Self {
        Self { exports, most: MAX_ROWS, stop }
    }

    /// The same, with files of at most so many rows.
    #[must_use]
    pub fn with_most(self, most: u64) -> Self {
        Self { most, ..self }
    }

    async fn export(&self, org: OrgId, id: Uuid) -> Result<Option<KnownExport>, Trouble> {
        let state = self.exports.commands.state::<Export>(org, id).await?;
        Ok(state.and_then(|(export, _)| export.known().cloned()))
    }

    async fn tell(&self, subject: &Subject, command: ExportCommand) -> Result<(), Trouble> {
        // Somebody may have taken the export away since.
        match subject.try_to_tell::<Export>(&self.exports.commands, FLOW, command).await {
            Ok(_) | Err(event_store::Failure::Refused { .. }) => Ok(()),
            Err(failure) => Err(failure.into()),
        }
    }

    /// It is over: the file stays as long as it is kept, or goes; whoever waits is told.
    async fn over(&self, subject: &Subject, status: ExportStatus) -> Result<(), Trouble> {
        let (database, of) = (&self.exports.database, of(subject));
        match status {
            ExportStatus::Completed => table::close(database, of).await,
            _ => table::forget(database, of).await,
        }
        .map_err(away)?;
        let Some(next) = table::next(database, subject.org).await.map_err(away)? else {
            return Ok(());
        };
        let mut connection = database.pool(Role::Process).acquire().await.map_err(away)?;
        let asked = (subject.org, Export::TYPE, next);
        reactor::ask(&mut connection, FLOW, asked, subject.cause).await.map_err(away)
    }

    /// One step; when to look again, where there is nothing left to do now.
    async fn step(&self, subject: &Subject, export: KnownExport) -> Result<Option<Next>, Trouble> {
        let (database, of) = (&self.exports.database, of(subject));
        if !export.open() {
            self.over(subject, export.status).await?;
            return Ok(Some(Next::Rest));
        }
        let whole = table::known(database, of, export.requested_at).await.map_err(away)?;
        let at = self.exports.commands.now();
        if let Some(file) = whole {
            let file = Box::new(file);
            self.tell(subject, ExportCommand::Complete { file, at }).await?;
            return Ok(None);
        }
        if !table::turn(database, of).await.map_err(away)? {
            return Ok(Some(Next::At(at.plus_ms(WAIT_MS))));
        }
        self.tell(subject, ExportCommand::Start { at }).await?;
        match self.write(subject, &export).await? {
            End::Never(failure) => {
                let at = self.exports.commands.now();
                self.tell(subject, ExportCommand::Fail { failure, at }).await?;
            }
            End::Stopped if self.stop.is_cancelled() => return Ok(Some(Next::At(at))),
            End::Whole | End::Stopped => {}
        }
        Ok(None)
    }

    async fn write(&self, subject: &Subject, export: &KnownExport) -> Result<End, Trouble> {
        let Exports { database, commands } = &self.exports;
        let user = commands.state::<User>(subject.org, export.by.uuid()).await?;
        let user = user.as_ref().and_then(|(user, _)| user.known());
        let Some(role) = user.and_then(reader) else {
            return Ok(never("not-permitted", "whoever has asked may not have it any more"));
        };
        self.caught_up(export.report).await?;
        let asker = (subject.org, export.by, role);
        let query = match Question::read(&export.query) {
            Some(question) => question.of(export.report, database, asker).await.map_err(away)?,
            None => None,
        };
        let Some(query) = query else {
            return Ok(never("not-understood", "the question is not understood any more"));
        };
        let done = match export.report {
            Report::Calls => self.figures::<Metrics>(subject, export, &query).await,
            Report::Agents => self.figures::<AgentMetrics>(subject, export, &query).await,
            Report::Campaigns => self.figures::<CampaignMetrics>(subject, export, &query).await,
            Report::Queues => self.figures::<QueueMetrics>(subject, export, &query).await,
            Report::Dispositions => {
                self.figures::<DispositionMetrics>(subject, export, &query).await
            }
            Report::Ivr => self.figures::<FlowMetrics>(subject, export, &query).await,
            Report::CallFacts => self.calls(subject, export, query).await,
        };
        match done {
            Err(Stop::Figures(MetricsError::Runtime(error))) => match fault(error) {
                Trouble::Wrong(words) => Ok(never("too-slow", &words)),
                away @ Trouble::Away(_) => Err(away),
            },
            Err(Stop::Figures(MetricsError::TooManyBuckets)) => {
                Ok(never("too-many-buckets", "more than 1000 buckets times groups"))
            }
            Err(Stop::Figures(error)) => Ok(never("not-understood", &error.to_string())),
            Err(Stop::Trouble(trouble)) => Err(trouble),
            Ok(end) => Ok(end),
        }
    }

    /// Waits until the read models know everything that was so when the file was begun.
    async fn caught_up(&self, report: Report) -> Result<(), Trouble> {
        let models = match report {
            Report::Calls => read::models::<Metrics>(&[]),
            Report::Agents => read::models::<AgentMetrics>(&[]),
            Report::Campaigns => read::models::<CampaignMetrics>(&[]),
            Report::Queues => read::models::<QueueMetrics>(&[]),
            Report::Dispositions => read::models::<DispositionMetrics>(&[]),
            Report::Ivr => read::models::<FlowMetrics>(&[]),
            Report::CallFacts => each::MODELS.to_vec(),
        };
        let database = &self.exports.database;
        let head = freshness::least_of(database, &models).await.map_err(away)?.head;
        for model in models.into_iter().chain(["teams"]) {
            match freshness::wait_for(database, model, head, PATIENCE).await.map_err(away)? {
                Reached::Reached => {}
                Reached::Lagging { .. } => return Err(away(format!("{model} lags behind"))),
            }
        }
        Ok(())
    }

    /// Figures, as they are answered.
    async fn figures<S: Sheet>(
        &self,
        subject: &Subject,
        export: &KnownExport,
        query: &CallMetricsQuery,
    ) -> Result<End, Stop> {
        let dimensions = &query.dimensions;
        let answer = read::metrics::<S>(&self.exports.database, subject.org, query).await?;
        let rows = lines::rows_of(&answer, dimensions).map_err(|error| wrong(&error))?;
        let mut writing =
            self.begin(of(subject), export, lines::columns_of::<S>(dimensions)).await?;
        writing.writer.write(&rows).map_err(|words| wrong(&words))?;
        Ok(writing.end(answer.as_of).await?)
    }

    /// Calls, page by page.
    async fn calls(
        &self,
        subject: &Subject,
        export: &KnownExport,
        query: CallMetricsQuery,
    ) -> Result<End, Stop> {
        let most = i64::try_from(self.most).unwrap_or(i64::MAX).saturating_add(1);
        let mut calls = Calls::open(&self.exports.database, subject.org, query, most).await?;
        let all = calls.count;
        if all > self.most {
            let words = format!("more than {} calls", self.most);
            return Ok(never("too-many-rows", &words));
        }
        let mut writing = self.begin(of(subject), export, lines::call_columns()).await?;
        loop {
            let page = calls.next().await.map_err(MetricsError::from)?;
            if page.is_empty() {
                return Ok(writing.end(calls.as_of).await?);
            }
            let rows: Vec<_> = page.into_iter().map(lines::call_row).collect();
            writing.writer.write(&rows).map_err(|words| wrong(&words))?;
            if writing.kept(all, false).await? && !writing.wanted().await? {
                return Ok(End::Stopped);
            }
            if writing.began.elapsed() > LIMIT {
                return Ok(never("too-slow", "it took more than ten minutes"));
            }
        }
    }

    async fn begin(
        &self,
        of: (OrgId, ExportId),
        export: &KnownExport,
        columns: Vec<String>,
    ) -> Result<Writing<'_>, Trouble> {
        let run = Uuid::from_bytes(rand::random());
        if !table::begin(&self.exports.database, of, run).await.map_err(away)? {
            return Err(away("somebody else has written this file"));
        }
        let writer = Writer::new(export.format, columns).map_err(Trouble::Wrong)?;
        Ok(Writing { of, run, chunks: 0, began: Instant::now(), writer, flow: self })
    }
}

impl Writing<'_> {
    /// Keeps what waits, where it is enough for a chunk; whether it was.
    async fn kept(&mut self, all: u64, last: bool) -> Result<bool, Trouble> {
        let Some(bytes) = self.writer.chunk(last) else { return Ok(false) };
        let chunk = (self.run, self.chunks, bytes);
        let rows = (self.writer.rows, all);
        let kept = table::keep(&self.flow.exports.database, self.of, chunk, rows).await;
        if !kept.map_err(away)? {
            return Err(away("somebody else writes this file"));
        }
        self.chunks += 1;
        self.writer.kept();
        Ok(true)
    }

    /// Whether the file is wanted still, and time to write it is left.
    async fn wanted(&self) -> Result<bool, Trouble> {
        if self.flow.stop.is_cancelled() {
            return Ok(false);
        }
        let export = self.flow.export(self.of.0, self.of.1.uuid()).await?;
        Ok(export.is_some_and(|export| export.open()))
    }

    /// Keeps the rest, and that the file is whole.
    async fn end(mut self, as_of: AsOf) -> Result<End, Trouble> {
        self.kept(self.writer.rows, true).await?;
        let file = ExportFile {
            rows: self.writer.rows,
            bytes: self.writer.bytes,
            sha256: self.writer.sha256(),
            position: as_of.position,
            recorded_at: as_of.recorded_at,
            definitions_version: formulas::VERSION,
            // The export says until when it is kept, once it knows of the file.
            expires_at: self.flow.exports.commands.now(),
        };
        let whole = table::whole(&self.flow.exports.database, self.of, self.run, &file).await;
        if !whole.map_err(away)? {
            return Err(away("somebody else writes this file"));
        }
        Ok(End::Whole)
    }
}

/// Why writing has stopped.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Figures(#[from] MetricsError),
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl Reactor for ExportFlow {
    fn name(&self) -> &'static str {
        FLOW
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Export::TYPE && ASKS.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        loop {
            let export = self.export(subject.org, subject.id).await?;
            let Some(export) = export else { return Ok(Next::Rest) };
            match self.step(subject, export).await {
                Ok(None) => {}
                Ok(Some(next)) => return Ok(next),
                Err(trouble) => {
                    // What is about this file keeps nobody else waiting.
                    if matches!(trouble, Trouble::Wrong(_)) {
                        let (database, of) = (&self.exports.database, of(subject));
                        table::pass(database, of).await.map_err(away)?;
                    }
                    return Err(trouble);
                }
            }
        }
    }
}

fn of(subject: &Subject) -> (OrgId, ExportId) {
    (subject.org, ExportId::from(subject.id))
}

fn never(code: &str, words: &str) -> End {
    End::Never(ExportFailure { code: code.to_owned(), words: words.to_owned() })
}

fn away(error: impl std::fmt::Display) -> Trouble {
    Trouble::Away(error.to_string())
}

/// A statement that takes too long is about the question: it would again.
fn fault(error: RuntimeError) -> Trouble {
    let error = match error {
        RuntimeError::Statement(error) => DatabaseError::from(error),
        RuntimeError::Database(error) => error,
        error => return away(error),
    };
    if error.kind() == FaultKind::Timeout { wrong(&error) } else { away(error) }
}

fn wrong(error: &impl std::fmt::Display) -> Trouble {
    Trouble::Wrong(error.to_string())
}
