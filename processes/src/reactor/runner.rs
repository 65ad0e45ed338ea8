//! Runs a reactor: reads the log, keeps what is to be looked at, and looks.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use database::{Database, DatabaseError, Role};
use event_store::{EventKind, EventRef, LogError, PageError, Tail};
use futures::{FutureExt, StreamExt};
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Reactor;
use super::facts::Key;
use super::looks::{Look, Looks, Of};
use super::tasks;
use crate::clock::Clock;
use crate::commands::Commands;
use crate::lease::{Lease, LeaseError};

/// Events that are read at once.
const PAGE: i64 = 2_000;
/// Events without anything to do after which the cursor is kept nevertheless.
const STRIDE: i64 = 10_000;
/// While so many aggregates wait for a look, no more of the log is read.
const ENOUGH: usize = 1_000;
/// Whoever has found nothing although something is due asks again after this time.
const SOON_MS: i64 = 50;
/// What has become of looks is kept so long after the last time, or when it is about so many.
const SETTLE: Duration = Duration::from_millis(50);
const MANY: usize = 500;

/// Commits that need not wait for the disk: what a crash of the server takes back, of the cursor,
/// of tasks and of the lease, is looked at once more, and ends every term.
const AT_ONCE: (&str, &str) = ("synchronous_commit", "off");

/// How a reactor is run.
#[derive(Clone, Debug)]
pub struct RunnerSettings {
    /// How long the lease holds without a sign of life.
    pub lease_ms: i64,
    /// How often it looks although nothing has happened.
    pub tick_ms: i64,
    /// How many aggregates are looked at at once.
    pub parallel: usize,
}

impl Default for RunnerSettings {
    fn default() -> Self {
        Self { lease_ms: 5_000, tick_ms: 1_000, parallel: 16 }
    }
}

/// Why a runner's term has ended. What it has left half done is found by the next one.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// Another instance does the work now.
    #[error("another instance does this work now")]
    Fenced,
    /// The database is away or refuses.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl From<LeaseError> for RunnerError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Fenced => Self::Fenced,
            LeaseError::Statement(error) => error.into(),
        }
    }
}

impl From<sqlx::Error> for RunnerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// An instance that runs a reactor. Others may run beside it: the lease decides which of them
/// works.
pub struct Runner<R> {
    database: Database,
    commands: Commands,
    reactor: Arc<R>,
    clock: Arc<dyn Clock>,
    settings: RunnerSettings,
    owner: Uuid,
    term: Option<Term>,
}

/// A time during which the lease is ours. Every error ends it.
struct Term {
    connection: PgConnection,
    tail: Tail,
    lease: Lease,
    /// How far the log has been read; the kept cursor may be behind.
    seen: i64,
    /// Until here an earlier term may have been cut off in the middle of a look.
    careful_until: i64,
}

impl<R: Reactor> Runner<R> {
    /// An instance of its own, with a name of its own in the lease.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        reactor: R,
        settings: RunnerSettings,
    ) -> Self {
        let (clock, owner) = (Arc::clone(commands.clock()), Uuid::from_bytes(rand::random()));
        let reactor = Arc::new(reactor);
        Self { database, commands, reactor, clock, settings, owner, term: None }
    }

    /// Looks at everything that is to be looked at now, and says how often it has looked.
    ///
    /// # Errors
    /// [`RunnerError::Fenced`] where another instance holds the lease; the next call begins a new
    /// term.
    pub async fn run_due(&mut self) -> Result<usize, RunnerError> {
        let mut term = self.term().await?;
        let (mut looks, mut all) = (Looks::new(self.clock.now()), 0);
        loop {
            self.follow(&mut term, &mut looks).await?;
            self.begin(&mut term, &mut looks).await?;
            if let Some(look) = looks.under_way.next().await {
                all += self.end(&mut term, &mut looks, look).await?;
            } else if looks.settled.len() > 0 {
                self.settle(&mut term, &mut looks).await?;
            } else {
                break;
            }
        }
        self.settle(&mut term, &mut looks).await?;
        self.term = Some(term);
        Ok(all)
    }

    /// Works until the token is canceled: whenever the log has grown, when something is due, and on
    /// every tick. Looks that have begun are finished then.
    pub async fn run(mut self, token: CancellationToken) {
        while !token.is_cancelled() {
            let ended = match self.term().await {
                Ok(mut term) => {
                    let ended = self.work(&mut term, &token).await;
                    self.term = ended.is_ok().then_some(term);
                    ended
                }
                Err(error) => Err(error),
            };
            let rest_ms = match ended {
                Ok(()) => break,
                Err(RunnerError::Fenced) => self.settings.lease_ms / 4,
                Err(error) => {
                    let process = self.reactor.name();
                    tracing::error!(process, %error, "a process begins again");
                    self.settings.tick_ms
                }
            };
            tokio::select! {
                () = token.cancelled() => {}
                () = self.clock.sleep_ms(rest_ms) => {}
            }
        }
        self.release().await;
    }

    /// Gives the lease back, if it is ours.
    pub async fn release(&mut self) {
        let Some(mut term) = self.term.take() else { return };
        if let Err(error) = term.lease.release(&mut term.connection).await {
            tracing::warn!(process = self.reactor.name(), %error, "a lease runs out by itself");
        }
    }

    async fn work(&self, term: &mut Term, token: &CancellationToken) -> Result<(), RunnerError> {
        let mut moved = self.commands.log().tail().moved();
        let (mut watched, mut looks) = (true, Looks::new(self.clock.now()));
        loop {
            // The log grows all the time, mostly by what nobody here wants: that costs nothing.
            moved.mark_unchanged();
            self.follow(term, &mut looks).await?;
            self.begin(term, &mut looks).await?;
            self.settle_far(term, &mut looks).await?;
            let open = looks.settled.len() > 0;
            let settle_at = looks.settled_at + SETTLE;
            if looks.settled.len() >= MANY || (open && Instant::now() >= settle_at) {
                self.settle(term, &mut looks).await?;
                continue;
            }
            let tick_ms = self.settings.tick_ms;
            let rest_ms = match looks.looked_at.len() < self.settings.parallel {
                true => looks.ask_at.since_ms(self.clock.now()).clamp(1, tick_ms),
                // Where there is no room, it waits until a look ends.
                false => tick_ms,
            };
            let room = looks.facts.len() < ENOUGH;
            tokio::select! {
                () = token.cancelled() => break,
                Some(look) = looks.under_way.next() => {
                    self.end(term, &mut looks, look).await?;
                }
                changed = moved.changed(), if watched && room => watched = changed.is_ok(),
                () = self.clock.sleep_ms(rest_ms) => {}
                () = tokio::time::sleep_until(settle_at), if open => {}
            }
        }
        while let Some(look) = looks.under_way.next().await {
            self.end(term, &mut looks, look).await?;
        }
        self.settle(term, &mut looks).await
    }

    async fn term(&mut self) -> Result<Term, RunnerError> {
        if let Some(term) = self.term.take() {
            return Ok(term);
        }
        let pool = self.database.pool(Role::Process);
        let options = pool.connect_options().options([AT_ONCE]);
        let mut connection = PgConnection::connect_with(&options).await?;
        let span = (self.clock.now(), self.settings.lease_ms);
        let name = self.reactor.name();
        let lease = Lease::take(&mut connection, name, self.owner, span).await?;
        tasks::bury(&mut connection, &lease, self.clock.now()).await?;
        let careful_until = match lease.broken_off {
            true => {
                sqlx::query_scalar("SELECT position FROM log_head WHERE id = 1")
                    .fetch_one(&mut connection)
                    .await?
            }
            false => 0,
        };
        let (tail, seen) = (self.commands.log().tail(), lease.position);
        Ok(Term { connection, tail, lease, seen, careful_until })
    }

    /// Begins to look at what is due, as far as there is room: of tasks and facts as many each.
    async fn begin(&self, term: &mut Term, looks: &mut Looks) -> Result<(), RunnerError> {
        let room = self.settings.parallel.saturating_sub(looks.looked_at.len());
        let rest_ms = looks.ask_at.since_ms(self.clock.now());
        // A clock that was set back makes nobody wait longer than a tick.
        if room > 0 && (rest_ms <= 0 || rest_ms > self.settings.tick_ms) {
            looks.turn = !looks.turn;
            let places = match looks.facts.len() {
                0 => room,
                // Of one place, now a task has it and now a fact.
                _ => (room + usize::from(looks.turn)) / 2,
            };
            if places > 0 {
                self.take(term, looks, places).await?;
            }
        }
        let room = self.settings.parallel.saturating_sub(looks.looked_at.len());
        let looked_at = |key: &Key| looks.looked_at.contains_key(key);
        for fact in looks.facts.begin(room, looked_at) {
            looks.begin(&self.reactor, Of::Fact(fact));
        }
        Ok(())
    }

    /// Takes so many of the tasks that are due, and says when to ask for others.
    async fn take(
        &self,
        term: &mut Term,
        looks: &mut Looks,
        places: usize,
    ) -> Result<(), RunnerError> {
        // Nobody changes the task of an aggregate while somebody looks at that.
        self.settle(term, looks).await?;
        let (now, tick_ms) = (self.clock.now(), self.settings.tick_ms);
        let looked_at: Vec<Uuid> = looks.looked_at.keys().map(|key| key.aggregate_id).collect();
        let (connection, limit) = (&mut term.connection, i64::try_from(places).unwrap_or(1));
        let tasks = tasks::take(connection, &term.lease, (now, limit), &looked_at).await?;
        if tasks.len() < places {
            let next = tasks::next_due(connection, term.lease.name, &looked_at).await?;
            // Whoever gets nothing of what is due may have lost the lease, and hears of it.
            let soon = now.plus_ms(if tasks.is_empty() { SOON_MS } else { 0 });
            let tick = now.plus_ms(tick_ms);
            looks.ask_at = next.map_or(tick, |next| next.max(soon).min(tick));
        }
        tasks.into_iter().for_each(|task| looks.begin(&self.reactor, Of::Task(task)));
        Ok(())
    }

    /// Ends a look, and all others that are over by now; says how many they are.
    async fn end(
        &self,
        term: &mut Term,
        looks: &mut Looks,
        first: Look,
    ) -> Result<usize, RunnerError> {
        let (mut over, mut tasks, now) = (0, Vec::new(), self.clock.now());
        let mut next = Some(first);
        while let Some((of, came)) = next {
            looks.looked_at.remove(&of.key());
            if let Err(trouble) = &came {
                let (process, key) = (self.reactor.name(), of.key());
                let (org, id) = (key.org_id, key.aggregate_id);
                tracing::warn!(process, %org, %id, %trouble, "it is looked at again");
            }
            match of {
                Of::Fact(fact) => looks.settled.over(fact, came, now),
                Of::Task(task) => tasks.push((task, came)),
            }
            over += 1;
            next = looks.under_way.next().now_or_never().flatten();
        }
        if !tasks.is_empty() {
            tasks::finish(&mut term.connection, &term.lease, &tasks, now).await?;
            looks.ask_at = now;
        }
        Ok(over)
    }

    /// Reads the log to its end, or until there is enough to be looked at for a while.
    async fn follow(&self, term: &mut Term, looks: &mut Looks) -> Result<(), RunnerError> {
        loop {
            let now = self.clock.now();
            term.lease.renew(&mut term.connection, now).await?;
            if looks.facts.len() >= ENOUGH {
                return Ok(());
            }
            let wants =
                |kind: EventKind<'_>| self.reactor.wants(kind.aggregate_type, kind.event_type);
            let take = |event: EventRef<'_>| {
                looks.facts.take(&event);
                Ok(())
            };
            let read = term.tail.page(term.seen, PAGE, wants, take).await;
            let (read, last) = read.map_err(|error: PageError<Infallible>| match error {
                PageError::Log(error) => error,
                PageError::Handler(never) => match never {},
            })?;
            let careful = term.seen < term.careful_until;
            term.seen = last;
            if careful {
                looks.facts.drain().into_iter().for_each(|fact| looks.settled.again(fact, now));
                self.settle(term, looks).await?;
            }
            if i64::try_from(read).is_ok_and(|read| read < PAGE) {
                return Ok(());
            }
            self.settle_far(term, looks).await?;
        }
    }

    /// Keeps how far everything was looked at, where that is far from what is kept.
    async fn settle_far(&self, term: &mut Term, looks: &mut Looks) -> Result<(), RunnerError> {
        match looks.done(term.seen) - term.lease.position >= STRIDE {
            true => self.settle(term, looks).await,
            false => Ok(()),
        }
    }

    /// Keeps what has become of looks, and how far everything was looked at.
    async fn settle(&self, term: &mut Term, looks: &mut Looks) -> Result<(), RunnerError> {
        let to = looks.done(term.seen);
        let Term { connection, lease, .. } = term;
        if looks.settled.len() == 0 && to - lease.position < STRIDE {
            return Ok(());
        }
        let settled = std::mem::take(&mut looks.settled);
        settled.keep(connection, (lease, to)).await?;
        looks.settled_at = Instant::now();
        looks.ask_at = settled.due_at().map_or(looks.ask_at, |due_at| due_at.min(looks.ask_at));
        Ok(())
    }
}
