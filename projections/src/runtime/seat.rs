//! Whoever sits here writes: a connection of its own, a lease, and the one
//! way in which rows and checkpoint move, together or not at all (P1).

use std::{ops::Range, sync::Arc, time::Duration};

use database::Pool;
use sqlx::{Connection, PgConnection};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    ApplyError, Projection, Recorded, RuntimeError,
    checkpoint::{Lease, Place, Step},
    page::{End, Page},
};

/// How long a server may take to let us in.
const CONNECT: Duration = Duration::from_secs(10);

/// The right and the means to write one projection or one build of it.
pub(super) struct Seat {
    connection: PgConnection,
    projection: Arc<dyn Projection>,
    place: Place,
    ttl: Duration,
    pub(super) lease: Lease,
    position: i64,
    /// How far it has read beyond that without anything to write.
    passed: Option<(i64, Option<Uuid>)>,
}

/// How the writing of a page ended.
#[derive(Debug)]
pub(super) enum Wrote {
    /// All of it is committed.
    All,
    /// Somebody else owns the projection now; nothing of ours was written.
    Lost,
    /// What came before this event is committed; it can not be applied.
    Poison {
        /// Position of the event.
        position: i64,
        /// Why not.
        reason: String,
    },
}

enum Attempt {
    Committed,
    Lost,
    /// The part of this many events before the culprit can be tried.
    Refused {
        before: usize,
        reason: String,
    },
}

/// A connection of a projection, with settings of its own.
pub(super) async fn connect(
    pool: &Pool,
    settings: &[(&str, &str)],
) -> Result<PgConnection, RuntimeError> {
    let options = pool.connect_options().options(settings.iter().copied());
    match timeout(CONNECT, PgConnection::connect_with(&options)).await {
        Ok(connection) => Ok(connection?),
        Err(_) => Err(RuntimeError::Late("the connection to the database".to_owned())),
    }
}

/// Commits that need not wait for the disk, because rows and checkpoint are lost
/// or kept together: what a crash of the server takes back is read from the log
/// once more. It ends every session too, so that whoever held a lease that was
/// taken back has to ask for it anew.
const AT_ONCE: (&str, &str) = ("synchronous_commit", "off");

/// One that writes live tables.
pub(super) async fn connect_live(pool: &Pool) -> Result<PgConnection, RuntimeError> {
    connect(pool, &[AT_ONCE]).await
}

/// One that writes a build's tables.
pub(super) async fn connect_build(pool: &Pool, schema: &str) -> Result<PgConnection, RuntimeError> {
    let path = format!("{schema},public");
    connect(pool, &[("search_path", path.as_str()), AT_ONCE]).await
}

impl Seat {
    /// Takes the lease of a place, if it is free.
    pub(super) async fn take(
        mut connection: PgConnection,
        projection: Arc<dyn Projection>,
        place: Place,
        owner: &str,
        ttl: Duration,
    ) -> Result<Option<Self>, RuntimeError> {
        let lease = place.acquire(&mut connection, owner, ttl).await?;
        Ok(lease.map(|lease| {
            let position = lease.position;
            Self { connection, projection, place, ttl, lease, position, passed: None }
        }))
    }

    /// The checkpoint.
    pub(super) fn position(&self) -> i64 {
        self.position
    }

    /// Whether it has read further than the checkpoint says.
    pub(super) fn is_ahead(&self) -> bool {
        self.passed.is_some()
    }

    /// Passes over a page with nothing that is wanted. The checkpoint need not
    /// move for it at once: whoever reads on from there passes over it again.
    pub(super) fn pass_over(&mut self, page: &Page) -> Result<(), RuntimeError> {
        self.in_step(page)?;
        self.passed = Some((page.last, page.event_id));
        Ok(())
    }

    /// Moves the checkpoint over what was passed over.
    pub(super) async fn catch_up(&mut self) -> Result<Wrote, RuntimeError> {
        let Some((to, event_id)) = self.passed else { return Ok(Wrote::All) };
        match self.attempt(&[], 0..0, to, event_id).await? {
            Attempt::Lost => Ok(Wrote::Lost),
            Attempt::Committed | Attempt::Refused { .. } => Ok(Wrote::All),
        }
    }

    fn in_step(&self, page: &Page) -> Result<(), RuntimeError> {
        let at = self.passed.map_or(self.position, |(passed, _)| passed);
        match page.after == at {
            true => Ok(()),
            false => Err(RuntimeError::OutOfStep { after: page.after, at }),
        }
    }

    /// Refuses to go on from a checkpoint that the log knows nothing of.
    pub(super) async fn check_history(&mut self) -> Result<(), RuntimeError> {
        match self.lease.misfit(&mut self.connection).await? {
            None => Ok(()),
            Some(reason) => {
                Err(RuntimeError::OtherHistory { name: self.place.name.clone(), reason })
            }
        }
    }

    /// Takes the code's version where there are no rows yet; otherwise says
    /// whether the rows are of this version.
    pub(super) async fn same_version(&mut self) -> Result<bool, RuntimeError> {
        let version = self.projection.version();
        if self.lease.version == version {
            return Ok(true);
        }
        let epoch = self.lease.lease_epoch;
        Ok(self.place.adopt(&mut self.connection, epoch, version).await?)
    }

    /// Takes back a pause whose reason is gone and that nothing can repeat.
    pub(super) async fn resume(&mut self) -> Result<(), RuntimeError> {
        Ok(self.place.resume(&mut self.connection, self.lease.lease_epoch).await?)
    }

    /// Writes a page. An event that the projection refuses is found and kept
    /// out together with everything after it; what is before it is written.
    pub(super) async fn write(&mut self, page: &Page) -> Result<Wrote, RuntimeError> {
        self.in_step(page)?;
        let total = page.events.len();
        let (mut start, mut size) = (0_usize, total);
        while self.position < page.last {
            let stop = start.saturating_add(size).min(total);
            let (to, event_id) = self.cut(page, stop)?;
            match self.attempt(&page.events, start..stop, to, event_id).await? {
                Attempt::Committed => {
                    start = stop;
                    size = (size * 2).clamp(1, total.max(1));
                }
                Attempt::Lost => return Ok(Wrote::Lost),
                Attempt::Refused { before: 0, reason } => {
                    let culprit = page.events.get(start).map_or(to, |event| event.position);
                    return self.poisoned(page, culprit, reason).await;
                }
                Attempt::Refused { before, .. } => size = before,
            }
        }
        Ok(match &page.end {
            End::Poison { position, reason } => {
                Wrote::Poison { position: *position, reason: reason.clone() }
            }
            End::Whole | End::Cut => Wrote::All,
        })
    }

    /// Keeps the lease.
    pub(super) async fn renew(&mut self) -> Result<bool, RuntimeError> {
        let epoch = self.lease.lease_epoch;
        Ok(self.place.renew(&mut self.connection, epoch, self.ttl).await?)
    }

    /// Gives the lease back.
    pub(super) async fn release(&mut self) -> Result<(), RuntimeError> {
        Ok(self.place.release(&mut self.connection, self.lease.lease_epoch).await?)
    }

    /// Writes down why it can not go on, and gives the lease back.
    pub(super) async fn pause(&mut self, reason: &str) -> Result<(), RuntimeError> {
        Ok(self.place.pause(&mut self.connection, self.lease.lease_epoch, reason).await?)
    }

    async fn poisoned(
        &mut self,
        page: &Page,
        position: i64,
        reason: String,
    ) -> Result<Wrote, RuntimeError> {
        // The unwanted events before it count as applied too.
        if self.position < position - 1 {
            let none = page.events.get(0..0).unwrap_or_default();
            if let Attempt::Lost = self.attempt(none, 0..0, position - 1, None).await? {
                return Ok(Wrote::Lost);
            }
        }
        Ok(Wrote::Poison { position, reason })
    }

    fn cut(&self, page: &Page, stop: usize) -> Result<(i64, Option<Uuid>), RuntimeError> {
        if stop == page.events.len() {
            return Ok((page.last, page.event_id));
        }
        let last = stop.checked_sub(1).and_then(|index| page.events.get(index));
        let last = last.ok_or_else(|| RuntimeError::Task("an empty part of a page".to_owned()))?;
        Ok((last.position, Some(last.event_id)))
    }

    async fn attempt(
        &mut self,
        events: &[Arc<Recorded>],
        part: Range<usize>,
        to: i64,
        event_id: Option<Uuid>,
    ) -> Result<Attempt, RuntimeError> {
        let batch = events.get(part).unwrap_or_default();
        let applied = i64::try_from(batch.len()).unwrap_or(i64::MAX);
        let step = Step { from: self.position, to, event_id, applied };
        let mut tx = self.connection.begin().await?;
        if !self.place.advance(&mut tx, self.lease.lease_epoch, step, self.ttl).await? {
            tx.rollback().await?;
            return Ok(Attempt::Lost);
        }
        let done = match batch.is_empty() {
            true => Ok(()),
            false => self.projection.apply(&mut tx, batch, self.place.tables()).await,
        };
        match done {
            Ok(()) => {
                tx.commit().await?;
                (self.position, self.passed) = (to, None);
                Ok(Attempt::Committed)
            }
            Err(ApplyError::Event { position, reason }) => {
                tx.rollback().await?;
                let before = batch.partition_point(|event| event.position < position);
                Ok(Attempt::Refused { before: before.min(batch.len().saturating_sub(1)), reason })
            }
            Err(ApplyError::Database(error)) if data_fault(&error) => {
                tx.rollback().await?;
                Ok(Attempt::Refused { before: batch.len() / 2, reason: error.to_string() })
            }
            Err(ApplyError::Database(error)) => Err(error.into()),
        }
    }
}

/// Does the fault lie in the data (SQLSTATE classes 22 and 23), so that
/// trying again can not help?
fn data_fault(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}
