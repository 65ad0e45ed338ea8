//! Dials, at most once per call.
//!
//! It follows the log from a cursor of its own. What it is to do stands in a row of
//! `dial_submissions` before it is done:
//!
//! | state | meaning |
//! |---|---|
//! | queued | the call is wanted, nobody was asked |
//! | dialing | committed to ask; found after a restart it is ambiguous, never asked again |
//! | submitted, rejected | the provider's answer |
//! | ambiguous | nobody knows whether a telephone rings |
//! | expired | nobody was asked in time, and nobody will be |
//! | withdrawn | nobody was asked, and nobody will be: it is to end, or a guard says no |
//!
//! *Architecture invariant:* the step to `dialing` is committed before the one request to the
//! provider (domain/01 §1.8, K7). A call of which nothing is heard for 30 s is given up; what
//! the provider tells later still corrects it.
//!
//! *Architecture invariant:* one instance at a time, by lease; every write is bound to it.

mod facts;
mod settings;
mod table;
mod work;

use std::sync::Arc;

use database::{Database, Role};
use domain::Timestamp;
use domain::call::Call;
use event_store::{EventKind, PageError, Tail};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::settings::{CrashPoint, DialSettings};

use self::facts::Facts;
use super::error::TelephonyError;
use super::port::Telephony;
use crate::clock::Clock;
use crate::commands::Commands;
use crate::lease::Lease;

/// The process, in events, in its cursor and in the keys of what it reports.
const NAME: &str = "dial-submitter";
/// Events that are read at once.
const PAGE: i64 = 2_000;
/// Events without anything to do after which the cursor is kept nevertheless.
const STRIDE: i64 = 10_000;

/// Dials for one database. Others may run beside it: the lease decides which of them works.
pub struct DialSubmitter {
    database: Database,
    commands: Commands,
    telephony: Arc<dyn Telephony>,
    clock: Arc<dyn Clock>,
    settings: DialSettings,
    owner: Uuid,
    term: Option<Term>,
    crashed: Option<CrashPoint>,
}

/// A time during which the lease is ours, and the connections of that time. Every error ends
/// it; what it leaves half done is found by the next one.
struct Term {
    connection: PgConnection,
    tail: Tail,
    lease: Lease,
    /// How far the log has been read; the kept cursor may be behind.
    seen: i64,
}

impl DialSubmitter {
    /// An instance of its own, with a name of its own in the lease.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        telephony: Arc<dyn Telephony>,
        settings: DialSettings,
    ) -> Self {
        let clock = Arc::clone(commands.clock());
        let owner = Uuid::from_bytes(rand::random());
        Self { database, commands, telephony, clock, settings, owner, term: None, crashed: None }
    }

    /// Does everything that is to be done now and says how much it was.
    ///
    /// # Errors
    /// [`TelephonyError::Fenced`] where another instance holds the lease; any other fault ends
    /// the term, and the next call begins a new one. Dropping it half way does so too.
    pub async fn run_due(&mut self) -> Result<usize, TelephonyError> {
        self.turn(true).await
    }

    /// The same; where nothing is due, only what the log has brought.
    async fn turn(&mut self, due: bool) -> Result<usize, TelephonyError> {
        if let Some(point) = self.crashed {
            return Err(TelephonyError::Crashed(point));
        }
        let mut term = match self.term.take() {
            Some(term) => term,
            None => self.begin().await?,
        };
        match self.work(&mut term, due).await {
            Ok(done) => {
                self.term = Some(term);
                Ok(done)
            }
            Err(TelephonyError::Crashed(point)) => {
                self.crashed = Some(point);
                Err(TelephonyError::Crashed(point))
            }
            Err(error) => Err(error),
        }
    }

    /// When there is something to do next although nothing happens.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, TelephonyError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let (given_up, ends) = table::next_due(&mut connection).await?;
        let again = ends.then(|| self.clock.now().plus_ms(self.settings.tick_ms));
        Ok(given_up.into_iter().chain(again).min())
    }

    /// Works until the token is canceled: whenever the log has grown, and on every tick.
    pub async fn run(mut self, token: CancellationToken) {
        let mut moved = self.commands.log().tail().moved();
        let (mut watched, mut due_at) = (true, self.clock.now());
        loop {
            moved.mark_unchanged();
            let rest_ms = due_at.since_ms(self.clock.now());
            // A clock that was set back makes nobody wait longer than a tick.
            let due = rest_ms <= 0 || rest_ms > self.settings.tick_ms;
            due_at = match self.turn(due).await {
                Ok(0) if !due => due_at,
                Ok(_) => self.clock.now().plus_ms(self.rest_ms().await),
                Err(TelephonyError::Fenced) => self.clock.now().plus_ms(self.settings.lease_ms / 4),
                Err(error @ TelephonyError::Crashed(_)) => {
                    tracing::error!(%error, "the dial process has ended");
                    return;
                }
                Err(error) => {
                    tracing::error!(%error, "the dial process begins again");
                    self.clock.now().plus_ms(self.settings.tick_ms)
                }
            };
            let rest_ms = due_at.since_ms(self.clock.now()).max(1);
            let ours = self.term.is_some();
            tokio::select! {
                () = token.cancelled() => break,
                changed = moved.changed(), if ours && watched => watched = changed.is_ok(),
                () = self.clock.sleep_ms(rest_ms) => {}
            }
        }
        self.release().await;
    }

    /// Gives the lease back, if it is ours.
    pub async fn release(&mut self) {
        let Some(mut term) = self.term.take() else { return };
        if let Err(error) = term.lease.release(&mut term.connection).await {
            tracing::warn!(%error, "the lease runs out by itself");
        }
    }

    /// Until the next tick, or the next call that is given up.
    async fn rest_ms(&self) -> i64 {
        let tick = self.settings.tick_ms;
        match self.next_due().await {
            Ok(Some(at)) => at.since_ms(self.clock.now()).clamp(1, tick),
            Ok(None) => tick,
            Err(error) => {
                tracing::warn!(%error, "the next call to give up is not known");
                tick
            }
        }
    }

    async fn begin(&self) -> Result<Term, TelephonyError> {
        let pool = self.database.pool(Role::Process);
        let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
        let now = self.clock.now();
        let span = (now, self.settings.lease_ms);
        let lease = Lease::take(&mut connection, NAME, self.owner, span).await?;
        let left = table::recover(&mut connection, &lease, now).await?;
        if left > 0 {
            tracing::warn!(calls = left, "requests were interrupted; they are not repeated");
        }
        let tail = self.commands.log().tail();
        Ok(Term { connection, tail, seen: lease.position, lease })
    }

    async fn work(&self, term: &mut Term, due: bool) -> Result<usize, TelephonyError> {
        let mut all = 0;
        loop {
            term.lease.renew(&mut term.connection, self.clock.now()).await?;
            let read = self.follow(term).await?;
            if all == 0 && read == 0 && !due {
                return Ok(0);
            }
            let done = self.pay(term).await?;
            all += read + done;
            if done == 0 {
                return Ok(all);
            }
        }
    }

    /// Reads the log to its end and keeps what is to be done.
    async fn follow(&self, term: &mut Term) -> Result<usize, TelephonyError> {
        let mut found = 0;
        loop {
            let mut facts = Facts::default();
            let wants = |kind: EventKind<'_>| kind.aggregate_type == Call::TYPE;
            let page = term.tail.page(term.seen, PAGE, wants, |event| facts.take(&event)).await;
            let (read, last) = page.map_err(|error| match error {
                PageError::Handler(error) => error,
                PageError::Log(error) => error.into(),
            })?;
            if read == 0 {
                return Ok(found);
            }
            if facts.len() > 0 || last - term.lease.position >= STRIDE {
                self.keep(term, &facts, last).await?;
            }
            term.seen = last;
            found += facts.len();
            if i64::try_from(read).is_ok_and(|read| read < PAGE) {
                return Ok(found);
            }
            term.lease.renew(&mut term.connection, self.clock.now()).await?;
        }
    }

    /// Keeps facts and cursor in one transaction.
    async fn keep(&self, term: &mut Term, facts: &Facts, last: i64) -> Result<(), TelephonyError> {
        self.pass(CrashPoint::FactsRead)?;
        let mut transaction = term.connection.begin().await?;
        term.lease.advance(&mut transaction, last).await?;
        facts.keep(&mut transaction, self.settings.timeout_ms).await?;
        transaction.commit().await?;
        term.lease.position = last;
        self.pass(CrashPoint::FactsKept)
    }

    /// Here a test may stop the process, as `kill -9` would.
    fn pass(&self, point: CrashPoint) -> Result<(), TelephonyError> {
        if self.settings.crash_at == Some(point) {
            return Err(TelephonyError::Crashed(point));
        }
        Ok(())
    }
}
