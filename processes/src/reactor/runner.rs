//! Runs a reactor: reads the log, keeps what is to be looked at, and looks.

use std::convert::Infallible;
use std::sync::Arc;

use database::{Database, DatabaseError, Role};
use domain::Timestamp;
use event_store::{EventKind, EventRef, LogError, PageError, Tail};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Reactor;
use super::tasks::{self, Found, Look};
use crate::clock::Clock;
use crate::commands::Commands;
use crate::lease::{Lease, LeaseError};

/// Events that are read at once.
const PAGE: i64 = 2_000;
/// Events without anything to do after which the cursor is kept nevertheless.
const STRIDE: i64 = 10_000;

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
}

/// What is being looked at.
#[derive(Default)]
struct Looks {
    under_way: FuturesUnordered<BoxFuture<'static, Look>>,
    tasks: Vec<Uuid>,
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
        let (mut looks, mut all) = (Looks::default(), 0);
        loop {
            self.follow(&mut term).await?;
            self.begin(&mut term, &mut looks).await?;
            let Some(done) = looks.under_way.next().await else { break };
            all += self.finish(&mut term, &mut looks, done).await?;
        }
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
        let (mut watched, mut looks) = (true, Looks::default());
        // The log grows all the time, mostly by what nobody here wants: that costs no statement.
        let mut due_at = self.clock.now();
        loop {
            moved.mark_unchanged();
            let rest_ms = due_at.since_ms(self.clock.now());
            // A clock that was set back makes nobody wait longer than a tick.
            let due = rest_ms <= 0 || rest_ms > self.settings.tick_ms;
            if self.follow(term).await? || due {
                self.begin(term, &mut looks).await?;
                let rest_ms = self.rest_ms(term, &looks.tasks).await?;
                due_at = self.clock.now().plus_ms(rest_ms);
            }
            let rest_ms = due_at.since_ms(self.clock.now()).clamp(1, self.settings.tick_ms);
            tokio::select! {
                () = token.cancelled() => break,
                Some(done) = looks.under_way.next() => {
                    self.finish(term, &mut looks, done).await?;
                    due_at = self.clock.now();
                }
                changed = moved.changed(), if watched => watched = changed.is_ok(),
                () = self.clock.sleep_ms(rest_ms) => {}
            }
        }
        while let Some(done) = looks.under_way.next().await {
            self.finish(term, &mut looks, done).await?;
        }
        Ok(())
    }

    async fn term(&mut self) -> Result<Term, RunnerError> {
        if let Some(term) = self.term.take() {
            return Ok(term);
        }
        let pool = self.database.pool(Role::Process);
        let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
        let span = (self.clock.now(), self.settings.lease_ms);
        let name = self.reactor.name();
        let lease = Lease::take(&mut connection, name, self.owner, span).await?;
        tasks::bury(&mut connection, &lease, self.clock.now()).await?;
        let tail = self.commands.log().tail();
        Ok(Term { connection, tail, seen: lease.position, lease })
    }

    /// Begins to look at what is due, as far as there is room.
    async fn begin(&self, term: &mut Term, looks: &mut Looks) -> Result<(), RunnerError> {
        let room = self.settings.parallel.saturating_sub(looks.tasks.len());
        if room == 0 {
            return Ok(());
        }
        let Term { connection, lease, .. } = &mut *term;
        let now = self.clock.now();
        let limit = (now, i64::try_from(room).unwrap_or(1));
        for task in tasks::take(connection, lease, limit, &looks.tasks).await? {
            looks.tasks.push(task.task_id);
            let (reactor, subject) = (Arc::clone(&self.reactor), task.subject());
            looks.under_way.push(Box::pin(async move {
                let came = reactor.look(&subject).await;
                (task, came)
            }));
        }
        Ok(())
    }

    /// Keeps what came of a look, and of all others that are over by now; says how many they are.
    async fn finish(
        &self,
        term: &mut Term,
        looks: &mut Looks,
        first: Look,
    ) -> Result<usize, RunnerError> {
        let mut over = vec![first];
        while let Some(Some(another)) = looks.under_way.next().now_or_never() {
            over.push(another);
        }
        for (task, came) in &over {
            if let Err(trouble) = came {
                let (process, subject) = (self.reactor.name(), task.subject());
                let (org, id) = (subject.org, subject.id);
                tracing::warn!(process, %org, %id, %trouble, "it is looked at again");
            }
            looks.tasks.retain(|id| *id != task.task_id);
        }
        let Term { connection, lease, .. } = term;
        tasks::finish(connection, lease, &over, self.clock.now()).await?;
        Ok(over.len())
    }

    /// Reads the log to its end, keeps what is to be looked at, and says whether there is any.
    async fn follow(&self, term: &mut Term) -> Result<bool, RunnerError> {
        let mut any = false;
        loop {
            term.lease.renew(&mut term.connection, self.clock.now()).await?;
            let mut found = Found::default();
            let wants =
                |kind: EventKind<'_>| self.reactor.wants(kind.aggregate_type, kind.event_type);
            let take = |event: EventRef<'_>| {
                found.take(&event);
                Ok(())
            };
            let read = term.tail.page(term.seen, PAGE, wants, take).await;
            let (read, last) = read.map_err(|error: PageError<Infallible>| match error {
                PageError::Log(error) => error,
                PageError::Handler(never) => match never {},
            })?;
            if found.len() > 0 || last - term.lease.position >= STRIDE {
                self.keep(term, &found, last).await?;
            }
            (any, term.seen) = (any || found.len() > 0, last);
            if i64::try_from(read).is_ok_and(|read| read < PAGE) {
                return Ok(any);
            }
        }
    }

    /// Keeps tasks and cursor in one transaction.
    async fn keep(&self, term: &mut Term, found: &Found, last: i64) -> Result<(), RunnerError> {
        let mut transaction = term.connection.begin().await?;
        term.lease.advance(&mut transaction, last).await?;
        found.keep(&mut transaction, &term.lease, self.clock.now()).await?;
        transaction.commit().await?;
        term.lease.position = last;
        Ok(())
    }

    /// Until the next tick, or until something is due; where there is no room, until a look ends.
    async fn rest_ms(&self, term: &mut Term, looked_at: &[Uuid]) -> Result<i64, RunnerError> {
        let tick = self.settings.tick_ms;
        if looked_at.len() >= self.settings.parallel {
            return Ok(tick);
        }
        let (process, connection) = (self.reactor.name(), &mut term.connection);
        let next = tasks::next_due(connection, process, looked_at).await?;
        let until = |at: Timestamp| at.since_ms(self.clock.now()).clamp(1, tick);
        Ok(next.map_or(tick, until))
    }
}
