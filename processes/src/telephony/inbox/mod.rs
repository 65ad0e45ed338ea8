//! What a provider tells, taken in once each and turned into facts of calls.
//!
//! A callback is kept first and applied second, so that a crash between the two only delays
//! it. Callbacks come in any order and more than once: the key sees repetitions, the call
//! itself decides what an observation still changes (domain/03 §3.1.3).
//!
//! | state | meaning |
//! |---|---|
//! | received | kept, not applied yet |
//! | applied | it became a fact |
//! | stale | the call knew better already |
//! | conflict | it contradicts how the call ended |
//! | unknown | its status means nothing to us |
//! | unmatched | no call of ours yet; tried every 5 s for 10 min |
//! | orphaned | no call of ours came |

mod apply;
mod table;
mod words;

use std::sync::Arc;

use async_trait::async_trait;
use database::{Database, Role};
use domain::Timestamp;
use tokio_util::sync::CancellationToken;

use self::apply::Became;
use self::table::{Row, State};
use super::error::TelephonyError;
use super::port::{CallbackReceiver, ProviderCallback};
use crate::clock::Clock;
use crate::commands::Commands;
use crate::ids::Ids;

/// How long a callback waits for its next attempt.
const AGAIN_MS: i64 = 5_000;
/// How long a callback waits for its call.
const UNMATCHED_MS: i64 = 10 * 60 * 1_000;
/// How many due callbacks are tried at once.
const BATCH: i64 = 100;
const TICK_MS: i64 = 1_000;

/// What became of a callback as it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It became a fact.
    Applied,
    /// The call knew better already.
    Stale,
    /// It contradicts how the call ended.
    Conflict,
    /// Its status means nothing to us.
    Unknown,
    /// There is no such call (yet).
    Unmatched,
    /// It had been told before.
    Duplicate,
    /// It is kept and will be tried again.
    Kept,
}

/// Takes callbacks in; cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    database: Database,
    commands: Commands,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Inbox {
    /// Keeps callbacks in this database and applies them by these commands.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self { database, commands, clock, ids }
    }

    /// Keeps a callback and tries to apply it.
    ///
    /// # Errors
    /// When it could not be kept; then nothing is, and the provider must tell it again.
    pub async fn take_in(&self, callback: ProviderCallback) -> Result<Received, TelephonyError> {
        let now = self.clock.now();
        let known = words::meant(callback.kind, &callback.status).is_some();
        let state = if known { State::Received } else { State::Unknown };
        let row = Row::of(self.ids.next(now), callback, now);
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let inserted = table::insert(&mut connection, &row, state, now.plus_ms(AGAIN_MS)).await?;
        drop(connection);
        if !inserted {
            return Ok(Received::Duplicate);
        }
        if !known {
            tracing::warn!(
                counter.telephony_unknown_status = 1_u64,
                provider = row.provider,
                status = row.status,
                "a callback with an unknown status"
            );
            return Ok(Received::Unknown);
        }
        match self.settle_row(&row).await {
            Ok(received) => Ok(received),
            // It is kept, so nothing is lost: the retry goes on with it.
            Err(error) => {
                tracing::error!(%error, "a callback waits for its next attempt");
                Ok(Received::Kept)
            }
        }
    }

    /// Tries every callback again that is due, and says how many were settled.
    ///
    /// # Errors
    /// When the table cannot be read or a callback could not be tried; it stays due.
    pub async fn retry_due(&self) -> Result<usize, TelephonyError> {
        let mut settled = 0;
        loop {
            let now = self.clock.now();
            let mut connection = self.database.pool(Role::Process).acquire().await?;
            let due = table::take_due(&mut connection, now, now.plus_ms(AGAIN_MS), BATCH).await?;
            drop(connection);
            if due.is_empty() {
                return Ok(settled);
            }
            for row in due {
                let received = self.settle_row(&row).await?;
                settled += usize::from(received != Received::Unmatched);
            }
        }
    }

    /// When the next callback is tried again.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, TelephonyError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        Ok(table::next_due(&mut connection).await?)
    }

    /// Tries due callbacks every second until the token is canceled.
    pub async fn run(&self, token: CancellationToken) {
        loop {
            if let Err(error) = self.retry_due().await {
                tracing::error!(%error, "the inbox could not be worked on");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = self.clock.sleep_ms(TICK_MS) => {}
            }
        }
    }

    async fn settle_row(&self, row: &Row) -> Result<Received, TelephonyError> {
        let now = self.clock.now();
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let call = match row.call {
            Some(call) => Some(call),
            None => table::call_of(&mut connection, row).await?,
        };
        drop(connection);
        let applied = match call {
            Some(call) => apply::tell(&self.commands, row, call).await?,
            None => Became::NoCall,
        };
        let (state, received) = match applied {
            Became::Fact => (State::Applied, Received::Applied),
            Became::Stale => (State::Stale, Received::Stale),
            Became::Conflict => (State::Conflict, Received::Conflict),
            Became::NoCall if now.since_ms(row.received_at) >= UNMATCHED_MS => {
                tracing::warn!(provider = row.provider, "a callback found no call");
                (State::Orphaned, Received::Unmatched)
            }
            Became::NoCall => (State::Unmatched, Received::Unmatched),
        };
        if state == State::Conflict {
            tracing::warn!(
                counter.telephony_conflict = 1_u64,
                call = call.map(tracing::field::display),
                "a callback contradicts how the call ended"
            );
        }
        let mut transaction = self.database.pool(Role::Process).transaction().await?;
        table::settle(&mut transaction, row.id, call, state, now).await?;
        if let Some(call) = call.filter(|_| state != State::Unmatched) {
            table::heard_of(&mut transaction, row, call, now).await?;
        }
        transaction.commit().await?;
        Ok(received)
    }
}

#[async_trait]
impl CallbackReceiver for Inbox {
    async fn receive(&self, callback: ProviderCallback) -> Result<(), TelephonyError> {
        self.take_in(callback).await.map(|_| ())
    }
}
