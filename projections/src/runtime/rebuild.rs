//! Builds a projection anew from position 0 beside the live one, and swaps it
//! in when it has caught up (P4). It can be killed anywhere: rows and the
//! build's checkpoint move together, and the next call goes on from there. The
//! live projection may run meanwhile, in any process.

mod compare;

use std::{pin::pin, sync::Arc, time::Duration};

use database::{Database, Pool, Role};
use serde::Serialize;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    Projection, RuntimeError,
    checkpoint::Place,
    pace::Pace,
    reader::Stretch,
    registry::find,
    seat::{Seat, Wrote, connect, connect_build},
    shadow::Shadow,
    wake,
};

pub use super::shadow::Difference;

const BATCH_START: i64 = 5_000;
const SLOW: Duration = Duration::from_millis(800);
/// The last stretch that may be caught up while the live one is held.
const FINAL: i64 = 5_000;
const LOCK: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 30;
const REST: Duration = Duration::from_millis(100);

/// How a rebuild works.
#[derive(Clone, Debug)]
pub struct RebuildOptions {
    /// Events per transaction at most.
    pub batch: i64,
    /// Tasks that read and decode ahead.
    pub workers: usize,
    /// How long the build stays ours without a sign of life.
    pub lease: Duration,
    /// What we are called, for people.
    pub owner: String,
    /// Whether the rows are compared with the live ones, where both can stand
    /// at the same position.
    pub compare: bool,
}

impl Default for RebuildOptions {
    fn default() -> Self {
        let owner = format!("process {}", std::process::id());
        Self { batch: 20_000, workers: 2, lease: Duration::from_secs(10), owner, compare: true }
    }
}

/// How far a rebuild is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where this call began.
    pub from: i64,
    /// Where the build is.
    pub position: i64,
    /// The head of the log when it was last looked at.
    pub head: i64,
}

/// What a rebuild has done.
#[derive(Clone, Debug, Serialize)]
pub struct RebuildReport {
    /// The projection.
    pub projection: String,
    /// Its version.
    pub version: i32,
    /// The number of the build that is live now.
    pub build: i32,
    /// Where this call began; above 0 when it went on with an earlier one.
    pub from: i64,
    /// The position of the build when it was swapped in.
    pub position: i64,
    /// Events of the log that this call went through.
    pub events: i64,
    /// How long that took, in ms, with the swap.
    pub elapsed_ms: u64,
    /// Events per second.
    pub events_per_second: f64,
    /// The tables whose live rows were not those of the rebuild (P4); `None`
    /// where they could not be compared: the live ones are of another version,
    /// or stand where the build had gone past already.
    pub differences: Option<Vec<Difference>>,
}

/// Rebuilds a registered projection and swaps it in.
///
/// # Errors
/// [`RuntimeError::Busy`] where another process builds it,
/// [`RuntimeError::Poison`] where an event can not be taken,
/// [`RuntimeError::Broken`] where the log has a hole, or the database's.
/// After any of them the live tables are as before.
pub async fn rebuild(
    database: &Database,
    name: &str,
    options: &RebuildOptions,
    progress: &(dyn Fn(Progress) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<RebuildReport, RuntimeError> {
    rebuild_projection(database, find(name)?, options, progress, cancel).await
}

/// The same for a projection that need not be registered.
///
/// # Errors
/// As [`rebuild`].
pub async fn rebuild_projection(
    database: &Database,
    projection: Arc<dyn Projection>,
    options: &RebuildOptions,
    progress: &(dyn Fn(Progress) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<RebuildReport, RuntimeError> {
    let began = Instant::now();
    let pool = database.pool(Role::Projector);
    let mut control = connect(pool, &[]).await?;
    let live = Place::live(projection.name());
    live.ensure(&mut control, projection.version()).await?;
    let (shadow, seat) = open(pool, &mut control, &projection, options, cancel).await?;
    let from = seat.position();
    let pace = Pace::new(BATCH_START, options.batch, SLOW);
    let mut build = Build { pool, projection, options, progress, cancel, seat, from, pace };
    let differences = match build.run(&shadow, &mut control).await {
        Ok(differences) => differences,
        Err(fault) => {
            build.leave(&fault).await;
            return Err(fault);
        }
    };
    let position = build.seat.position();
    wake::Place::of(database, &shadow.name).moved(position);
    if let Err(error) = shadow.clear(&mut control).await {
        warn!(%error, schema = shadow.schema, "the old tables are left for the next rebuild");
    }
    let elapsed = began.elapsed();
    info!(projection = shadow.name, build = shadow.build, position, "rebuilt");
    Ok(RebuildReport {
        projection: shadow.name.clone(),
        version: build.projection.version(),
        build: shadow.build,
        from,
        position,
        events: position - from,
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        events_per_second: rate(position - from, elapsed),
        differences,
    })
}

struct Build<'b> {
    pool: &'b Pool,
    projection: Arc<dyn Projection>,
    options: &'b RebuildOptions,
    progress: &'b (dyn Fn(Progress) + Send + Sync),
    cancel: &'b CancellationToken,
    seat: Seat,
    from: i64,
    pace: Pace,
}

impl Build<'_> {
    async fn run(
        &mut self,
        shadow: &Shadow,
        control: &mut sqlx::PgConnection,
    ) -> Result<Option<Vec<Difference>>, RuntimeError> {
        let differences = match self.options.compare {
            true => self.compare(shadow, control).await?,
            false => None,
        };
        let mut finished = false;
        let mut attempts = 0;
        loop {
            let head = head(control).await?;
            self.catch_up(head).await?;
            if !finished {
                self.meanwhile(shadow.finish(self.pool)).await?;
                finished = true;
                continue;
            }
            // Waiting for locks moves no checkpoint.
            self.renew().await?;
            match self.swap(shadow).await {
                Ok(true) => return Ok(differences),
                Ok(false) => {}
                Err(RuntimeError::Statement(error)) if locked(&error) => {
                    attempts += 1;
                    if attempts >= ATTEMPTS {
                        return Err(RuntimeError::Late("the swap".to_owned()));
                    }
                    self.pause().await?;
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// One transaction under the live checkpoint's lock; `false` when the live
    /// one is too far ahead to be held for it.
    async fn swap(&mut self, shadow: &Shadow) -> Result<bool, RuntimeError> {
        let (mut tx, live) = shadow.lock_live(self.pool, LOCK).await?;
        // A live checkpoint of another history may stand beyond the log.
        let live = live.position.min(head(&mut tx).await?);
        if live - self.seat.position() > FINAL {
            tx.rollback().await?;
            return Ok(false);
        }
        self.catch_up(live).await?;
        shadow.swap(tx, self.seat.lease.lease_epoch).await?;
        Ok(true)
    }

    async fn catch_up(&mut self, until: i64) -> Result<(), RuntimeError> {
        let span = (self.seat.position(), until);
        let workers = self.options.workers;
        let mut pages = Stretch::new(self.pool, &self.projection, span, workers);
        while self.seat.position() < until {
            let page = tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(RuntimeError::Canceled),
                page = pages.next(self.pace.size()) => page,
            };
            let page = page.ok_or_else(|| RuntimeError::Task("the reader ended".to_owned()))??;
            let began = Instant::now();
            match self.seat.write(&page).await? {
                Wrote::All => {}
                Wrote::Lost => return Err(RuntimeError::Fenced(self.name())),
                Wrote::Poison { position, reason } => {
                    return Err(RuntimeError::Poison { name: self.name(), position, reason });
                }
            }
            self.pace.learn(&page, began.elapsed());
            let position = self.seat.position();
            (self.progress)(Progress { from: self.from, position, head: until });
        }
        Ok(())
    }

    /// Leaves the build so that the next call can go on at once.
    async fn leave(&mut self, fault: &RuntimeError) {
        let left = match fault {
            RuntimeError::Fenced(_) => Ok(()),
            RuntimeError::Poison { .. } | RuntimeError::Broken(_) => {
                self.seat.pause(&fault.to_string()).await
            }
            _ => self.seat.release().await,
        };
        if let Err(error) = left {
            info!(%error, "the lease of the build runs out by itself");
        }
    }

    /// Keeps the build ours while the server works on it, unless we are told to stop.
    async fn meanwhile<T>(
        &mut self,
        work: impl Future<Output = Result<T, RuntimeError>>,
    ) -> Result<T, RuntimeError> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = self.cancel.cancelled() => return Err(RuntimeError::Canceled),
                () = sleep(self.options.lease / 3) => self.renew().await?,
            }
        }
    }

    async fn renew(&mut self) -> Result<(), RuntimeError> {
        match self.seat.renew().await? {
            true => Ok(()),
            false => Err(RuntimeError::Fenced(self.name())),
        }
    }

    /// Rests a moment, unless we are told to stop.
    async fn pause(&self) -> Result<(), RuntimeError> {
        tokio::select! {
            () = self.cancel.cancelled() => Err(RuntimeError::Canceled),
            () = sleep(REST) => Ok(()),
        }
    }

    fn name(&self) -> String {
        self.projection.name().to_owned()
    }
}

/// Opens the build and takes its lease. One that belongs to another history of
/// the log, as after a restore, is thrown away.
async fn open(
    pool: &Pool,
    control: &mut sqlx::PgConnection,
    projection: &Arc<dyn Projection>,
    options: &RebuildOptions,
    cancel: &CancellationToken,
) -> Result<(Shadow, Seat), RuntimeError> {
    loop {
        let shadow = Shadow::open(control, &**projection).await?;
        let mut seat = seat(pool, projection, &shadow, options, cancel).await?;
        match seat.check_history().await {
            Ok(()) => return Ok((shadow, seat)),
            Err(RuntimeError::OtherHistory { .. }) => shadow.clear(control).await?,
            Err(fault) => return Err(fault),
        }
    }
}

/// Takes the build's lease; one that a killed process has left runs out soon.
async fn seat(
    pool: &Pool,
    projection: &Arc<dyn Projection>,
    shadow: &Shadow,
    options: &RebuildOptions,
    cancel: &CancellationToken,
) -> Result<Seat, RuntimeError> {
    let deadline = Instant::now() + options.lease + Duration::from_secs(1);
    loop {
        let connection = connect_build(pool, &shadow.schema).await?;
        let projection = Arc::clone(projection);
        let (owner, lease) = (options.owner.as_str(), options.lease);
        let seat = Seat::take(connection, projection, shadow.place(), owner, lease);
        if let Some(seat) = seat.await? {
            return Ok(seat);
        }
        if Instant::now() > deadline {
            let owner = "another process".to_owned();
            return Err(RuntimeError::Busy { name: shadow.name.clone(), owner });
        }
        tokio::select! {
            () = cancel.cancelled() => return Err(RuntimeError::Canceled),
            () = sleep(REST) => {}
        }
    }
}

async fn head(connection: &mut sqlx::PgConnection) -> Result<i64, RuntimeError> {
    let head = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM log_head");
    Ok(head.fetch_one(connection).await?)
}

/// Was a lock not to be had in time, or lost to a deadlock?
fn locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == "55P03" || code == "40P01")
}

#[expect(clippy::as_conversions, reason = "a count below 2^53 is exact as a float")]
fn rate(events: i64, elapsed: Duration) -> f64 {
    events as f64 / elapsed.as_secs_f64().max(0.001)
}
