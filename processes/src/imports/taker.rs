//! Who takes the rows of a list: what they have in common, whatever the rows are.

use std::collections::HashSet;

use database::Database;
use domain::import_batch::{RowOutcome, Tally};
use domain::{ImportId, OrgId, PhoneNumber, SubjectId, Timestamp, UserId};
use event_store::{Context, KeyringError, Outline};
use futures::future::try_join_all;
use uuid::Uuid;

use super::chunk::ContactTaker;
use super::numbers::NumberTaker;
use super::result::{KeptFault, RowResult, faulty};
use super::table::{self, Chunk};
use crate::commands::Commands;
use crate::ids;
use crate::import::contacts::{ContactRow, RowRead};
use crate::reactor::Trouble;

/// So many aggregates are told at once.
pub(super) const AT_ONCE: usize = 512;

/// Takes the rows of one import.
pub(super) enum Taker {
    /// Into the contacts of a campaign.
    Contacts(ContactTaker),
    /// Onto the list of numbers that are not to be called.
    Numbers(NumberTaker),
}

/// A row, and whom or what it is about.
pub(super) struct Known {
    pub row: ContactRow,
    /// The contact, or the entry of the list of numbers.
    pub id: Uuid,
    pub subject: SubjectId,
    /// Entries of the list of numbers that a contact could be on.
    pub entries: Vec<Uuid>,
    /// By what whoever is erased while the file is kept is known.
    pub mark: Uuid,
}

/// Rows of which it is known whom they are about, and what became of the others.
pub(super) type Prepared = Vec<Result<Known, RowResult>>;

impl Taker {
    /// Finds out whom rows are about. Whoever is not known yet is known from then on, but those who
    /// were erased since the file is kept.
    pub(super) async fn prepared(&self, rows: Vec<RowRead>) -> Result<Prepared, Trouble> {
        let taking = match self {
            Self::Contacts(taker) => &taker.taking,
            Self::Numbers(taker) => &taker.taking,
        };
        let erased = taking.erased().await?;
        let known = rows.into_iter().map(async |row| {
            let row = match row {
                Ok(row) => row,
                Err(faults) => return Ok(Err(faulty(faults))),
            };
            let mark = taking.mark(&row.number).await?;
            if erased.contains(&mark) {
                return Ok(Err(RowResult::of(&row).because(ERASED)));
            }
            let (id, entries) = match self {
                Self::Contacts(taker) => taker.about(&row.number).await?,
                Self::Numbers(taker) => (taker.about(&row.number).await?, Vec::new()),
            };
            let subject = taking.subject(&row.number).await?;
            Ok(Ok(Known { row, id, subject, entries, mark }))
        });
        try_join_all(known).await
    }

    /// Takes rows, and says what became of each, in their order.
    pub(super) async fn taken(&self, rows: Prepared) -> Result<Chunk, Trouble> {
        match self {
            Self::Contacts(taker) => taker.taken(rows).await,
            Self::Numbers(taker) => taker.taken(rows).await,
        }
    }
}

/// What every taker has.
pub(super) struct Taking {
    pub database: Database,
    pub commands: Commands,
    pub context: Context,
    pub org: OrgId,
    pub import: ImportId,
    pub file_id: Uuid,
    pub by: UserId,
    pub at: Timestamp,
    /// Whether rows are only looked at: what they have brought about before counts, and nothing
    /// more comes of them.
    pub stopped: bool,
}

impl Taking {
    /// What leads to everything that a row brings about: it follows from the import and the number
    /// of the row, so that whoever takes the row again knows what has come of it.
    pub(super) fn cause(&self, row: &ContactRow) -> Uuid {
        Uuid::from_u128(self.import.uuid().as_u128() ^ u128::from(row.row))
    }

    /// In whose name a row brings something about.
    pub(super) fn context(&self, row: &ContactRow) -> Context {
        Context { causation_id: Some(self.cause(row)), ..self.context.clone() }
    }

    /// The cause of a fact, where it is a row of this import.
    pub(super) fn led_to(&self, fact: &Outline) -> Option<Uuid> {
        fact.causation_id.filter(|_| fact.correlation_id == self.import.uuid())
    }

    /// What a number is known by to whoever is erased while the file is kept.
    async fn mark(&self, number: &PhoneNumber) -> Result<Uuid, Trouble> {
        let marked = ids::import_mark(self.commands.keyring(), self.org, self.file_id, number);
        marked.await.map_err(locked)
    }

    /// The person behind a number.
    async fn subject(&self, number: &PhoneNumber) -> Result<SubjectId, Trouble> {
        ids::subject_of_number(self.commands.keyring(), self.org, number).await.map_err(locked)
    }

    /// Who was erased since the file is kept.
    pub(super) async fn erased(&self) -> Result<HashSet<Uuid>, Trouble> {
        let erased = table::erased(&self.database, (self.org, self.file_id)).await;
        let erased = erased.map_err(|error| Trouble::Away(error.to_string()))?;
        Ok(erased.into_iter().collect())
    }
}

/// Why a key cannot be had, to whoever tries again.
pub(super) fn locked(error: KeyringError) -> Trouble {
    Trouble::Away(error.to_string())
}

/// The fault of a row whose person is erased.
pub(super) const ERASED: (&str, &str) = ("erased", "who it was is erased");

impl RowResult {
    /// Of a row, before it is known what became of it.
    pub(super) fn of(row: &ContactRow) -> Self {
        let (row, line, outcome) = (row.row, row.line, RowOutcome::Rejected);
        Self { row, line, outcome, contact_id: None, faults: Vec::new() }
    }

    pub(super) fn came_to(self, outcome: RowOutcome) -> Self {
        Self { outcome, ..self }
    }

    pub(super) fn because(self, (code, words): (&str, impl Into<String>)) -> Self {
        Self { faults: vec![KeptFault::of_row(code, words)], ..self }
    }
}

/// The chunk that these rows are, of which there is at least one where anything is to be kept.
pub(super) fn chunk_of(mut results: Vec<RowResult>) -> Chunk {
    results.sort_by_key(|result| result.row);
    let mut tally = Tally::default();
    results.iter().for_each(|result| tally.count(result.outcome));
    let row = |result: Option<&RowResult>| result.map_or(0, |result| result.row);
    Chunk { first_row: row(results.first()), last_row: row(results.last()), tally, results }
}
