//! Streams that several ask for at the same time are read together: each statement has all that
//! were asked for while the last one ran.
//!
//! A stream by itself costs a transaction of three round trips for some rows of an index; most of
//! who asks are followers that look at what has just happened, and there are many of them at once.
//! Rows of two organizations are never in one transaction: the wall of the database stands around
//! each statement as around any other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use database::{Database, DatabaseError};
use sqlx::Row;
use sqlx::postgres::PgRow;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use crate::StreamKey;

/// Only what a fold needs, of at most so many events of each stream.
const TAILS: &str = "SELECT sequence, event_type, event_version, payload, u.n
    FROM unnest($2::text[], $3::uuid[], $4::bigint[]) WITH ORDINALITY u(kind, id, after, n),
        LATERAL (SELECT sequence, event_type, event_version, payload FROM events
                 WHERE org_id = $1 AND aggregate_type = u.kind AND aggregate_id = u.id
                   AND sequence > u.after
                 ORDER BY sequence LIMIT $5) e
    ORDER BY u.n, sequence";

/// So many statements run at once.
const LANES: usize = 3;
/// How long one may take: whoever waited then asks alone, over another connection.
const PATIENCE: Duration = Duration::from_secs(2);
/// Streams of one statement.
const STREAMS: usize = 64;
/// Events of a stream in one statement: whoever gets as many reads the others by themselves.
pub(crate) const EVENTS: usize = 200;

/// Reads streams.
pub(crate) struct Loader {
    database: Database,
    waiting: Mutex<Waiting>,
}

/// Who waits, and how many statements run.
#[derive(Default)]
struct Waiting {
    asked: Vec<Asked>,
    running: usize,
}

/// A stream that somebody waits for.
struct Asked {
    stream: StreamKey,
    after: i64,
    answer: oneshot::Sender<Vec<PgRow>>,
}

/// One of the statements that run at once.
struct Lane<'l> {
    loader: &'l Loader,
    open: bool,
}

impl Lane<'_> {
    /// Those who wait for streams of one organization; none, where nobody waits: that ends it.
    fn next(&mut self) -> Option<(Uuid, Vec<Asked>)> {
        let mut waiting = self.loader.waiting();
        waiting.asked.retain(|asked| !asked.answer.is_closed());
        let Some(org) = waiting.asked.first().map(|asked| asked.stream.org_id) else {
            waiting.running -= 1;
            self.open = false;
            return None;
        };
        let mut room = STREAMS;
        let theirs = waiting.asked.extract_if(.., |asked| {
            let takes = asked.stream.org_id == org && room > 0;
            room -= usize::from(takes);
            takes
        });
        Some((org, theirs.collect()))
    }
}

impl Drop for Lane<'_> {
    /// Where it was cut off in the middle, nobody waits for it.
    fn drop(&mut self) {
        if self.open {
            let mut waiting = self.loader.waiting();
            waiting.running -= 1;
            waiting.asked.clear();
        }
    }
}

impl Loader {
    /// Over this database.
    pub(crate) fn new(database: Database) -> Arc<Self> {
        Arc::new(Self { database, waiting: Mutex::default() })
    }

    /// Where streams are read.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The first events of a stream after a version, at most [`EVENTS`]; none where those could not
    /// be read together that were asked for: whoever asks alone learns why.
    pub(crate) async fn events(
        self: &Arc<Self>,
        stream: StreamKey,
        after: i64,
    ) -> Option<Vec<PgRow>> {
        let (answer, events) = oneshot::channel();
        let begins = {
            let mut waiting = self.waiting();
            waiting.asked.push(Asked { stream, after, answer });
            let begins = waiting.running < LANES;
            waiting.running += usize::from(begins);
            begins
        };
        if begins {
            let loader = Arc::clone(self);
            // Others wait for it, too, and it ends by itself: whoever asked may go away.
            tokio::spawn(async move { loader.work().await });
        }
        events.await.ok()
    }

    /// Reads until nobody waits.
    async fn work(&self) {
        let mut lane = Lane { loader: self, open: true };
        while let Some((org, asked)) = lane.next() {
            if let Ok(Ok(found)) = timeout(PATIENCE, self.read(org, &asked)).await {
                for (asked, events) in asked.into_iter().zip(found) {
                    // Who does not wait any more needs no answer.
                    let _gone = asked.answer.send(events);
                }
            } else {
                // Whoever waits finds out alone what is wrong, and not one after the other.
                self.waiting().asked.clear();
            }
        }
    }

    async fn read(&self, org: Uuid, asked: &[Asked]) -> Result<Vec<Vec<PgRow>>, DatabaseError> {
        let kinds: Vec<&str> = asked.iter().map(|asked| asked.stream.aggregate_type).collect();
        let ids: Vec<Uuid> = asked.iter().map(|asked| asked.stream.aggregate_id).collect();
        let after: Vec<i64> = asked.iter().map(|asked| asked.after).collect();
        let mut found: Vec<Vec<PgRow>> = asked.iter().map(|_| Vec::new()).collect();
        let mut tx = self.database.org_tx(org).await?;
        let rows = sqlx::query(TAILS).bind(org).bind(kinds).bind(ids).bind(after);
        let rows = rows.bind(i64::try_from(EVENTS).unwrap_or(i64::MAX));
        for row in rows.fetch_all(&mut *tx).await? {
            let place: i64 = row.try_get(4)?;
            let place = usize::try_from(place - 1).unwrap_or(usize::MAX);
            if let Some(events) = found.get_mut(place) {
                events.push(row);
            }
        }
        tx.rollback().await?;
        Ok(found)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
