//! Reads ahead on other tasks: the next page is fetched and decoded while the
//! current one is written. At most one finished page waits per task, so memory
//! is bounded by a few pages.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use database::Pool;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::sleep,
};

use super::{
    Projection, RuntimeError,
    page::{End, Page, PageReader},
};

const POLL_MIN: Duration = Duration::from_millis(5);
const POLL_MAX: Duration = Duration::from_secs(1);

type Slot = mpsc::Receiver<Result<Page, RuntimeError>>;

/// Pages in log order, read ahead. Dropping it ends the reading.
pub(super) struct Pages {
    slots: Vec<Slot>,
    turn: usize,
    _tasks: JoinSet<()>,
}

impl Pages {
    /// Every page after a position, for ever, as large as `limit` says by then.
    pub(super) fn follow(
        pool: &Pool,
        projection: Arc<dyn Projection>,
        head: watch::Receiver<i64>,
        after: i64,
        limit: Arc<AtomicI64>,
    ) -> Self {
        let (sender, slot) = mpsc::channel(1);
        let mut tasks = JoinSet::new();
        let pool = pool.clone();
        tasks.spawn(async move {
            let done = follow(&pool, &*projection, head, after, &limit, &sender).await;
            if let Err(error) = done {
                let _ = sender.send(Err(error)).await;
            }
        });
        Self { slots: vec![slot], turn: 0, _tasks: tasks }
    }

    /// The pages of a stretch, cut at multiples of `batch`, read by several
    /// tasks in turn.
    pub(super) fn span(
        pool: &Pool,
        projection: &Arc<dyn Projection>,
        (after, until): (i64, i64),
        batch: i64,
        workers: usize,
    ) -> Self {
        let mut tasks = JoinSet::new();
        let mut slots = Vec::new();
        let stride = batch.saturating_mul(i64::try_from(workers).unwrap_or(1));
        let mut first = after;
        for _ in 0..workers {
            let (sender, slot) = mpsc::channel(1);
            slots.push(slot);
            let (pool, projection, start) = (pool.clone(), Arc::clone(projection), first);
            tasks.spawn(async move {
                let done = span(&pool, &*projection, (start, until), (batch, stride), &sender);
                if let Err(error) = done.await {
                    let _ = sender.send(Err(error)).await;
                }
            });
            first = first.saturating_add(batch);
        }
        Self { slots, turn: 0, _tasks: tasks }
    }

    /// The next page; `None` after the last of a stretch. Safe to cancel.
    pub(super) async fn next(&mut self) -> Option<Result<Page, RuntimeError>> {
        let page = self.slots.get_mut(self.turn)?.recv().await;
        // Only now: whoever gives up waiting has not had this turn.
        self.turn = (self.turn + 1) % self.slots.len().max(1);
        page
    }
}

async fn follow(
    pool: &Pool,
    projection: &dyn Projection,
    mut head: watch::Receiver<i64>,
    mut after: i64,
    limit: &AtomicI64,
    pages: &mpsc::Sender<Result<Page, RuntimeError>>,
) -> Result<(), RuntimeError> {
    let mut reader = PageReader::open(pool).await?;
    let (mut poll, mut watched) = (POLL_MIN, true);
    loop {
        head.mark_unchanged();
        let asked = limit.load(Ordering::Relaxed);
        let page = reader.read(projection, after, asked).await?;
        let poisoned = matches!(page.end, End::Poison { .. });
        if page.last == after && !poisoned {
            tokio::select! {
                changed = head.changed(), if watched => watched = changed.is_ok(),
                () = sleep(poll) => poll = (poll * 2).min(POLL_MAX),
            }
            continue;
        }
        (after, poll) = (page.last, POLL_MIN);
        if pages.send(Ok(page)).await.is_err() || poisoned {
            return Ok(());
        }
    }
}

async fn span(
    pool: &Pool,
    projection: &dyn Projection,
    (start, until): (i64, i64),
    (batch, stride): (i64, i64),
    pages: &mpsc::Sender<Result<Page, RuntimeError>>,
) -> Result<(), RuntimeError> {
    let mut after = start;
    if after >= until {
        return Ok(());
    }
    let mut reader = PageReader::open(pool).await?;
    while after < until {
        let asked = batch.min(until - after);
        let page = reader.read(projection, after, asked).await?;
        if page.end == End::Whole && page.last != after + asked {
            let (last, until) = (page.last, after + asked);
            let words = format!("the log ends at {last}, though its head was at {until}");
            return Err(RuntimeError::Broken(words));
        }
        if pages.send(Ok(page)).await.is_err() {
            return Ok(());
        }
        after = after.saturating_add(stride);
    }
    Ok(())
}
