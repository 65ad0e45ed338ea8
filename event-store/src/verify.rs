//! Whether the log is what it was: positions, streams, batch roots, the chain, and whether
//! every event can still be read.

use std::fmt::{self, Display, Formatter};

use database::Pool;
use futures::TryStreamExt;
use sqlx::{Connection, FromRow, PgConnection};

use crate::event::select_events;
use crate::merkle::{self, GENESIS, Hash, Root};
use crate::{EventRef, LogError};

const HEAD: &str = "SELECT position, hash FROM log_head WHERE id = 1";
const BATCHES: &str = "SELECT first, last, root, hash FROM batches
    WHERE last >= $1 AND first <= $2 AND first > $3 ORDER BY first LIMIT $4";
const BEFORE: &str = "SELECT first, last, root, hash FROM batches
    WHERE last < $1 ORDER BY first DESC LIMIT 1";
const STREAMS: &str = include_str!("sql/check_streams.sql");
const PAGE: i64 = 1_000;
/// More faults than this are counted, but not told one by one.
const MAX_FAULTS: usize = 1_000;

/// What a check has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Events looked at.
    pub events: u64,
    /// Batches looked at.
    pub batches: u64,
    /// The first position looked at: the beginning of a batch. 0 where there was nothing.
    pub first: i64,
    /// The last position looked at: the end of a batch.
    pub last: i64,
    /// What is wrong, in the order in which it was found.
    pub faults: Vec<LogFault>,
}

/// Something that is wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFault {
    /// Where, if that can be said.
    pub position: Option<i64>,
    /// What.
    pub what: String,
}

impl Display for LogFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "position {position}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

#[derive(FromRow)]
struct Batch {
    first: i64,
    last: i64,
    root: Vec<u8>,
    hash: Vec<u8>,
}

/// The state of a check.
struct Check<E, P> {
    connection: PgConnection,
    report: VerifyReport,
    each: E,
    progress: P,
    total: i64,
    scratch: Vec<u8>,
    /// The chain and the last position of the batches before.
    before: (Vec<u8>, i64),
}

/// Checks the batches that hold the positions `from..=to`, by default all: that positions
/// have no holes, that every batch has its root and continues the chain up to the head, that
/// streams have no holes and come in the order of positions, and that `each` takes every
/// event. `progress` hears of events done, of how many. Events are held one at a time.
///
/// # Errors
/// The log cannot be read; what is wrong with it is in the report.
pub async fn verify(
    pool: &Pool,
    from: Option<i64>,
    to: Option<i64>,
    each: impl FnMut(&EventRef<'_>) -> Result<(), String>,
    progress: impl FnMut(i64, i64),
) -> Result<VerifyReport, LogError> {
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
    let head: Option<(i64, Vec<u8>)> = sqlx::query_as(HEAD).fetch_optional(&mut connection).await?;
    let (head, hash) = head.ok_or_else(|| LogError::Broken("it has no head".to_owned()))?;
    let from = from.unwrap_or(1).max(1);
    let until = to.unwrap_or(head).min(head);
    let before: Option<Batch> =
        sqlx::query_as(BEFORE).bind(from).fetch_optional(&mut connection).await?;
    let before = before.map_or((GENESIS.to_vec(), 0), |batch| (batch.hash, batch.last));
    let total = (until - before.1).max(0);
    let (report, scratch) = (VerifyReport::default(), Vec::new());
    let mut check = Check { connection, report, each, progress, total, scratch, before };
    check.batches(from, until).await?;
    if to.is_none_or(|to| to >= head) {
        check.end(head, &hash).await?;
    }
    check.streams().await?;
    if let Err(error) = check.connection.close().await {
        tracing::debug!(%error, "a connection did not close in order");
    }
    Ok(check.report)
}

impl<E, P> Check<E, P>
where
    E: FnMut(&EventRef<'_>) -> Result<(), String>,
    P: FnMut(i64, i64),
{
    async fn batches(&mut self, from: i64, until: i64) -> Result<(), LogError> {
        let mut after = 0;
        loop {
            let page = sqlx::query_as(BATCHES).bind(from).bind(until).bind(after).bind(PAGE);
            let page: Vec<Batch> = page.fetch_all(&mut self.connection).await?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(()) };
            after = last.first;
            if self.report.batches == 0 {
                self.report.first = first.first;
            }
            self.report.last = last.last;
            for batch in &page {
                self.link(batch);
            }
            self.events(&page).await?;
        }
    }

    /// One batch as a link of the chain.
    fn link(&mut self, batch: &Batch) {
        let (hash, last) = &self.before;
        let (expected, missing) = (last.saturating_add(1), batch.first != last.saturating_add(1));
        let broken = merkle::chain(hash, &batch.root)[..] != batch.hash[..];
        if missing {
            let first = batch.first;
            let words = format!("a batch begins at {first} where one must begin at {expected}");
            self.fault(Some(expected), words);
        }
        if broken {
            let words = "the batch does not continue the chain".to_owned();
            self.fault(Some(batch.first), words);
        }
        self.report.batches = self.report.batches.saturating_add(1);
        self.before = (batch.hash.clone(), batch.last);
    }

    /// The events of some batches, in one go.
    async fn events(&mut self, batches: &[Batch]) -> Result<(), LogError> {
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else { return Ok(()) };
        let events = sqlx::query(select_events!(
            "WHERE position >= $1 AND position <= $2 ORDER BY position"
        ));
        let mut faults = Vec::new();
        let mut waiting = batches.iter().peekable();
        let (mut root, mut expected) = (Root::default(), first.first);
        let mut done = self.report.events;
        {
            let bound = events.bind(first.first).bind(last.last);
            let mut rows = bound.fetch(&mut self.connection);
            while let Some(row) = rows.try_next().await? {
                let event = EventRef::of(&row)?;
                let at = event.position;
                while let Some(batch) = waiting.next_if(|batch| batch.last < at) {
                    faults.extend(misfit(batch, std::mem::take(&mut root)));
                }
                if at != expected {
                    let what = missing(expected, at - 1);
                    faults.push(LogFault { position: Some(expected), what });
                }
                expected = at.saturating_add(1);
                root.push(merkle::leaf(&event, &mut self.scratch));
                if let Err(what) = (self.each)(&event) {
                    faults.push(LogFault { position: Some(at), what });
                }
                done = done.saturating_add(1);
                if done.is_multiple_of(1_000) {
                    (self.progress)(i64::try_from(done).unwrap_or(i64::MAX), self.total);
                }
            }
        }
        for batch in waiting {
            faults.extend(misfit(batch, std::mem::take(&mut root)));
        }
        if expected <= last.last {
            let what = missing(expected, last.last);
            faults.push(LogFault { position: Some(expected), what });
        }
        self.report.events = done;
        for fault in faults {
            self.fault(fault.position, fault.what);
        }
        (self.progress)(i64::try_from(done).unwrap_or(i64::MAX), self.total);
        Ok(())
    }

    /// The head against the last batch, and nothing behind it.
    async fn end(&mut self, head: i64, hash: &[u8]) -> Result<(), LogError> {
        if self.before.1 != head {
            let words = format!("the head is at {head}, the last batch ends at {}", self.before.1);
            self.fault(Some(head), words);
        }
        if self.before.0 != hash {
            self.fault(Some(head), "the head does not end the chain".to_owned());
        }
        let behind = "SELECT min(position) FROM events
            WHERE position > (SELECT position FROM log_head WHERE id = 1)";
        let behind: Option<i64> =
            sqlx::query_scalar(behind).fetch_one(&mut self.connection).await?;
        if let Some(position) = behind {
            self.fault(Some(position), "there is an event behind the head".to_owned());
        }
        Ok(())
    }

    /// Streams without holes, in the order of positions (L5).
    async fn streams(&mut self) -> Result<(), LogError> {
        let (first, last) = (self.report.first, self.report.last);
        let limit = i64::try_from(MAX_FAULTS).unwrap_or(i64::MAX);
        let found = sqlx::query_as(STREAMS).bind(first).bind(last).bind(limit);
        let found: Vec<(i64, i64, Option<i64>)> = found.fetch_all(&mut self.connection).await?;
        for (position, sequence, before) in found {
            let before = before.unwrap_or(0);
            let words = format!("in its stream event {sequence} comes after event {before}");
            self.fault(Some(position), words);
        }
        Ok(())
    }

    fn fault(&mut self, position: Option<i64>, what: String) {
        if self.report.faults.len() < MAX_FAULTS {
            self.report.faults.push(LogFault { position, what });
        }
    }
}

fn missing(first: i64, last: i64) -> String {
    if first >= last {
        "the event is missing".to_owned()
    } else {
        format!("the events up to {last} are missing")
    }
}

/// What is wrong with a batch of which these leaves were read.
fn misfit(batch: &Batch, root: Root) -> Option<LogFault> {
    let root: Hash = root.finish();
    let what = format!("the batch {}..{} does not have its root", batch.first, batch.last);
    (root[..] != batch.root[..]).then_some(LogFault { position: Some(batch.first), what })
}
