//! Moves one live projection: waits for its lease, follows the log, writes
//! page after page, and stops where it must not go on.

use std::{sync::Arc, time::Duration};

use database::{Database, Role};
use event_store::Tail;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::{
    Projection, ProjectorSettings, RuntimeError,
    checkpoint::Place,
    pace::Pace,
    page::End,
    reader::Following,
    seat::{Seat, Wrote, connect_live},
    status::{self, State},
    wake,
};

const BATCH_START: i64 = 500;
/// A page takes no longer, so that what is live is fresh.
const SLOW: Duration = Duration::from_millis(200);
const BACKOFF: Duration = Duration::from_millis(50);
/// How often a paused projection looks whether somebody has acted.
const LOOK: Duration = Duration::from_secs(1);

/// One projection, live.
pub(super) struct Worker {
    pub database: Database,
    pub projection: Arc<dyn Projection>,
    pub tail: Tail,
    pub settings: ProjectorSettings,
    pub token: CancellationToken,
}

/// How a term with the lease ended.
enum Term {
    /// We were told to stop.
    Stopped,
    /// Another process owns it.
    NotOurs,
    /// A rebuild was swapped in, or another process took over.
    Lost,
    /// It can not go on; somebody has to act.
    Paused,
}

impl Worker {
    /// Runs until told to stop.
    pub(super) async fn run(self) {
        let mut backoff = BACKOFF;
        while !self.token.is_cancelled() {
            let name = self.projection.name();
            let term = self.term().await;
            if term.is_ok() {
                backoff = BACKOFF;
            }
            let rest = match term {
                Ok(Term::Stopped) => return,
                Ok(Term::NotOurs) => self.settings.lease / 4,
                Ok(Term::Lost) => Duration::from_millis(5),
                Ok(Term::Paused) => {
                    self.rest_paused().await;
                    continue;
                }
                Err(fault) => {
                    error!(projection = name, %fault, "a projection failed; it is tried again");
                    backoff = (backoff * 2).min(Duration::from_secs(5));
                    backoff
                }
            };
            tokio::select! {
                () = self.token.cancelled() => return,
                () = sleep(rest) => {}
            }
        }
    }

    /// Rests until it is worth another try: somebody has acted, as with a
    /// rebuild, or the time for a retry has come.
    async fn rest_paused(&self) {
        let until = Instant::now() + self.settings.retry_paused;
        while Instant::now() < until {
            tokio::select! {
                () = self.token.cancelled() => return,
                () = sleep(LOOK.min(self.settings.retry_paused)) => {}
            }
            let overview = status::read(self.database.pool(Role::Projector)).await;
            let acted = overview.is_ok_and(|overview| {
                let mut others = overview.projections.into_iter();
                others.any(|one| one.name == self.projection.name() && one.state != State::Paused)
            });
            if acted {
                return;
            }
        }
    }

    async fn term(&self) -> Result<Term, RuntimeError> {
        let pool = self.database.pool(Role::Projector);
        let place = Place::live(self.projection.name());
        let mut connection = connect_live(pool).await?;
        place.ensure(&mut connection, self.projection.version()).await?;
        let (projection, lease) = (Arc::clone(&self.projection), self.settings.lease);
        let owner = &self.settings.owner;
        let Some(mut seat) = Seat::take(connection, projection, place, owner, lease).await? else {
            return Ok(Term::NotOurs);
        };
        info!(projection = self.projection.name(), position = seat.position(), "projecting");
        if let Err(fault) = seat.check_history().await {
            return self.pause(&mut seat, fault).await;
        }
        if !seat.same_version().await? {
            let (have, want) = (seat.lease.version, self.projection.version());
            let words = format!("its rows are of version {have}, the code of {want}: rebuild it");
            return self.pause_because(&mut seat, &words).await;
        }
        seat.resume().await?;
        let done = self.follow(&mut seat).await;
        if done.is_err() {
            // The next term, here or elsewhere, need not wait for the lease to run out.
            let _ = seat.release().await;
        }
        done
    }

    async fn follow(&self, seat: &mut Seat) -> Result<Term, RuntimeError> {
        let mut pace =
            Pace::new(BATCH_START, self.settings.batch, SLOW).with_beat(self.settings.beat);
        let projection = Arc::clone(&self.projection);
        let mut pages = Following::start(projection, &self.tail, seat.position());
        let mut place = wake::Place::of(&self.database, self.projection.name());
        let mut renewal = interval(self.settings.lease / 3);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut passed_at = Instant::now();
        let mut rests_until = Instant::now();
        loop {
            let rests = Instant::now() < rests_until;
            if !rests {
                pages.ask(pace.size());
            }
            let due = seat.is_ahead().then(|| passed_at + self.settings.rest);
            let until = due.into_iter().chain(rests.then_some(rests_until)).min();
            let page = tokio::select! {
                biased;
                () = self.token.cancelled() => {
                    seat.catch_up().await?;
                    seat.release().await?;
                    return Ok(Term::Stopped);
                }
                _ = renewal.tick() => match seat.renew().await? {
                    true => continue,
                    false => return Ok(Term::Lost),
                },
                () = place.wanted(until.unwrap_or(rests_until)), if until.is_some() => {
                    if rests && due.is_none_or(|due| Instant::now() < due) {
                        rests_until = Instant::now();
                        continue;
                    }
                    None
                }
                page = pages.next() => Some(page),
            };
            let began = Instant::now();
            let wrote = match page {
                None => seat.catch_up().await?,
                Some(None) => return Err(RuntimeError::Task("the reader ended".to_owned())),
                Some(Some(Err(fault))) => return self.pause(seat, fault).await,
                Some(Some(Ok(page))) if page.events.is_empty() && page.end == End::Whole => {
                    if !seat.is_ahead() {
                        passed_at = began;
                    }
                    seat.pass_over(&page)?;
                    rests_until = began + pace.rest(&page, began.elapsed());
                    continue;
                }
                Some(Some(Ok(page))) => {
                    if page.more {
                        pages.ask(pace.size());
                    }
                    let wrote = seat.write(&page).await?;
                    let took = began.elapsed();
                    rests_until = began + pace.rest(&page, took);
                    pace.learn(&page, took);
                    wrote
                }
            };
            if let Wrote::All | Wrote::Poison { .. } = wrote {
                place.moved(seat.position());
            }
            if let Some(term) = self.ends(seat, wrote).await? {
                return Ok(term);
            }
        }
    }

    /// Whether a term ends by what became of a page, and how.
    async fn ends(&self, seat: &mut Seat, wrote: Wrote) -> Result<Option<Term>, RuntimeError> {
        match wrote {
            Wrote::All => Ok(None),
            Wrote::Lost => {
                let projection = self.projection.name();
                info!(projection, "a rebuild or another process took over");
                Ok(Some(Term::Lost))
            }
            Wrote::Poison { position, reason } => {
                let words = format!("the event at position {position}: {reason}");
                self.pause_because(seat, &words).await.map(Some)
            }
        }
    }

    /// A fault of the log pauses the projection; any other ends this term.
    async fn pause(&self, seat: &mut Seat, fault: RuntimeError) -> Result<Term, RuntimeError> {
        if fault.corrupt() {
            return self.pause_because(seat, &fault.to_string()).await;
        }
        Err(fault)
    }

    async fn pause_because(&self, seat: &mut Seat, reason: &str) -> Result<Term, RuntimeError> {
        error!(projection = self.projection.name(), reason, "a projection is paused");
        seat.pause(reason).await?;
        Ok(Term::Paused)
    }
}
