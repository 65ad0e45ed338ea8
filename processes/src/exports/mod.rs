//! Figures and the facts of calls, on their way into files (domain/04 §4.5).
//!
//! ```text
//! asked ─► a place in the queue ─► requested ─► one at a time: chunk by chunk ─► whole ─► 24 hours
//! ```
//!
//! | what | where it stands |
//! |---|---|
//! | what was asked, by whom, what came of it, and who was given it | the export, in the log |
//! | whose turn it is, and how far the file is | `export_files` |
//! | the file | `export_chunks`, until its time is over |
//!
//! *Architecture invariant:* a file is read in one snapshot: it is what was so at one instant, and
//! whoever goes on after a kill begins a snapshot of their own and the file anew. What somebody has
//! written who began before is no part of it, and they can write nothing any more.
//!
//! *Architecture invariant:* memory holds a page of rows and a chunk of bytes for an export,
//! however many rows it has.

mod flow;
mod lines;
mod question;
mod table;
mod writer;

use database::{Database, DatabaseError};
use domain::export::{Export, ExportCommand, ExportFormat, ExportRefusal, NewExport, Report};
use domain::{ExportId, OrgId, UserId};
use event_store::{Context, Failure, KeyringError, Outcome};
use serde_json::Value;

pub use flow::ExportFlow;

use crate::commands::{Commands, Order, OrderError};
use crate::ids;

/// The process: in its cursor, its dead letters, and what it tells the log.
const FLOW: &str = "analytics-export";
/// The timer that takes files away.
pub const TIMER: &str = "export-timer";
/// So many files of an organization are waited for at once, and so many are there together.
const MAX_OPEN: i64 = 5;
const MAX_KEPT: i64 = 20;
/// The most rows of a file.
const MAX_ROWS: u64 = 1_000_000;

/// Writes figures into files; cheap to clone.
#[derive(Clone)]
pub struct Exports {
    database: Database,
    commands: Commands,
}

/// What is asked for: the report, how it is written, and the question as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What is in the file.
    pub report: Report,
    /// How it is written.
    pub format: ExportFormat,
    /// The question.
    pub query: Value,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// So many rows are written.
    pub rows: u64,
    /// Of so many, once they were counted.
    pub rows_all: Option<u64>,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There are too many at once.
    #[error(
        "at most {MAX_OPEN} files of an organization are waited for, and {MAX_KEPT} are kept; \
         those that are not needed can be deleted"
    )]
    TooMany,
    /// The export or the log said no.
    #[error(transparent)]
    Order(Box<OrderError<ExportRefusal>>),
    /// The database is away.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<OrderError<ExportRefusal>> for ExportError {
    fn from(error: OrderError<ExportRefusal>) -> Self {
        Self::Order(Box::new(error))
    }
}

impl Exports {
    /// The exports of a database.
    #[must_use]
    pub fn new(database: Database, commands: Commands) -> Self {
        Self { database, commands }
    }

    /// The export that somebody asks for with this idempotency key: the same for every repetition.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched.
    pub async fn id(&self, org: OrgId, user: UserId, key: &str) -> Result<ExportId, KeyringError> {
        ids::created_export(self.commands.keyring(), org, &user.to_string(), key).await
    }

    /// Has a file written. A place in the queue is taken before; where the log does not take the
    /// export, it is given back, and where nobody knows, it is free again after a minute.
    ///
    /// # Errors
    /// [`ExportError`]
    pub async fn ask(
        &self,
        order: Order<Export>,
        id: ExportId,
        asked: Asked,
        by: UserId,
    ) -> Result<Outcome, ExportError> {
        let (of, at) = ((order.org(), id), self.commands.now());
        let known = self.commands.state::<Export>(of.0, id.uuid()).await;
        // What was asked for before has its place, or had it.
        let anew = known.map_err(OrderError::from)?.is_none();
        if anew && !table::reserve(&self.database, of, (MAX_OPEN, MAX_KEPT), at).await? {
            return Err(ExportError::TooMany);
        }
        let Asked { report, format, query } = asked;
        let new = NewExport { report, format, query, by, at };
        let command = ExportCommand::Request(Box::new(new));
        let done = self.commands.carry_out_untold(order, id.uuid(), command).await;
        let unknown = matches!(&done, Err(OrderError::Command(Failure::OutcomeUnknown)));
        if anew && !unknown && !matches!(&done, Ok(outcome) if !outcome.event_ids.is_empty()) {
            table::give_back(&self.database, of).await?;
        }
        Ok(done?)
    }

    /// Takes an export away, whether it is written already or not.
    ///
    /// # Errors
    /// [`ExportError::Order`]
    pub async fn cancel(
        &self,
        order: Order<Export>,
        id: ExportId,
        by: UserId,
    ) -> Result<Outcome, ExportError> {
        let command = ExportCommand::Cancel { by, at: self.commands.now() };
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// How far a file is that is being written.
    ///
    /// # Errors
    /// The database is away.
    pub async fn progress(&self, org: OrgId, id: ExportId) -> Result<Progress, DatabaseError> {
        table::progress(&self.database, (org, id)).await
    }

    /// Writes down that somebody is given the file: before they have it.
    ///
    /// # Errors
    /// There is no file, or the log does not take it; then nobody is given anything.
    pub async fn download(
        &self,
        context: Context,
        id: ExportId,
        by: UserId,
    ) -> Result<(), Failure<ExportRefusal>> {
        let command = ExportCommand::Download { by, at: self.commands.now() };
        let said = (None, "written down");
        self.commands.tell::<Export>(context, id.uuid(), command, None, said).await.map(|_| ())
    }

    /// A chunk of a file that is whole; none behind the last one.
    ///
    /// # Errors
    /// The database is away.
    pub async fn chunk(
        &self,
        org: OrgId,
        id: ExportId,
        number: i32,
    ) -> Result<Option<Vec<u8>>, DatabaseError> {
        table::chunk(&self.database, (org, id), number).await
    }
}
