//! A chunk of rows on its way onto the list of numbers that are not to be called.
//!
//! *Architecture invariant:* a row is taken once, as a contact's is: what it brings about names the
//! row as its cause, and the log is asked for that before the row is taken.

use std::collections::HashSet;

use domain::dnc::{Dnc, DncCommand};
use domain::import_batch::{RowOutcome, Suppression};
use domain::{PhoneNumber, Refusal as _};
use event_store::Failure;
use futures::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

use super::result::RowResult;
use super::table::Chunk;
use super::taker::{AT_ONCE, ERASED, Known, Prepared, Taking, chunk_of, locked};
use crate::ids;
use crate::reactor::Trouble;

/// Suppresses the numbers of one import.
pub(super) struct NumberTaker {
    pub taking: Taking,
    /// What is said of all of them.
    pub suppression: Suppression,
}

impl NumberTaker {
    /// The entry that a row is about.
    pub(super) async fn about(&self, number: &PhoneNumber) -> Result<Uuid, Trouble> {
        let (keyring, scope) = (self.taking.commands.keyring(), self.suppression.scope);
        ids::dnc_entry(keyring, self.taking.org, scope, number).await.map_err(locked)
    }

    /// Takes rows, and says what became of each, in their order.
    pub(super) async fn taken(&self, rows: Prepared) -> Result<Chunk, Trouble> {
        let done = self.done(rows.iter().flatten().map(|known| known.id).collect()).await?;
        // Asked once more after it was found out whose the numbers are: whoever was erased by then
        // is named here, whoever is erased later has no key.
        let erased = self.taking.erased().await?;
        let (mut results, mut told, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for row in rows {
            let known = match row {
                Ok(known) => known,
                Err(result) => {
                    results.extend(Some(result).filter(|_| !self.taking.stopped));
                    continue;
                }
            };
            let again = !seen.insert(known.id);
            let result = RowResult::of(&known.row);
            if done.contains(&(known.id, self.taking.cause(&known.row))) {
                results.push(result.came_to(RowOutcome::Created));
            } else if self.taking.stopped {
                continue;
            } else if erased.contains(&known.mark) {
                results.push(result.because(ERASED));
            } else if again {
                results.push(result.came_to(RowOutcome::Duplicate));
            } else {
                let of = (known.id, self.taking.cause(&known.row));
                told.push(async move { Ok::<_, Trouble>((of, self.tell(known).await?)) });
            }
        }
        let told = stream::iter(told).buffer_unordered(AT_ONCE);
        let told: Vec<((Uuid, Uuid), RowResult)> = told.try_collect().await?;
        // What was said already was perhaps said by this very row, taken by another server.
        let silent = told.iter().filter(|(_, result)| result.outcome == RowOutcome::Duplicate);
        let done = self.done(silent.map(|((entry, _), _)| *entry).collect()).await?;
        results.extend(told.into_iter().map(|(of, result)| match done.contains(&of) {
            true => result.came_to(RowOutcome::Created),
            false => result,
        }));
        Ok(chunk_of(results))
    }

    /// What rows of this import have brought about: by entry and row.
    async fn done(&self, entries: Vec<Uuid>) -> Result<HashSet<(Uuid, Uuid)>, Trouble> {
        let log = self.taking.commands.log();
        let facts = log.outline(self.taking.org.uuid(), Dnc::TYPE, &entries).await?;
        let facts = facts.into_iter().filter(|fact| fact.event_type == "NumberSuppressed");
        let led = facts.filter_map(|fact| Some((fact.aggregate_id, self.taking.led_to(&fact)?)));
        Ok(led.collect())
    }

    /// Says of a number what is said of all of them.
    async fn tell(&self, known: Known) -> Result<RowResult, Trouble> {
        let (result, number) = (RowResult::of(&known.row), known.row.number.clone());
        let Suppression { scope, source, reason, expires_at } = self.suppression.clone();
        let Taking { commands, by, at, .. } = &self.taking;
        let (subject, by, at) = (known.subject, Some(*by), *at);
        let command =
            DncCommand::Suppress { subject, scope, number, source, reason, expires_at, by, at };
        let context = self.taking.context(&known.row);
        let told = commands.tell::<Dnc>(context, known.id, command, None, (None, "imported"));
        match told.await {
            // The same was said for as long already.
            Ok(outcome) if outcome.event_ids.is_empty() => {
                Ok(result.came_to(RowOutcome::Duplicate))
            }
            Ok(_) => Ok(result.came_to(RowOutcome::Created)),
            Err(Failure::Erased) => Ok(result.because(ERASED)),
            Err(Failure::Refused { error, .. }) => {
                Ok(result.because((error.code(), error.to_string())))
            }
            Err(failure) => Err(failure.into()),
        }
    }
}
