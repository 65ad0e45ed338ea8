//! Reads on other tasks. Far behind the end of the log the next page is fetched
//! and decoded while the current one is written; at its end a page is read when
//! the one before is written and a rest is over, so that it has everything that
//! has happened meanwhile. At most one finished page waits per task, so memory is bounded by
//! a few pages.

use std::{sync::Arc, time::Duration};

use database::Pool;
use event_store::Tail;
use futures::{StreamExt, stream::FuturesOrdered};
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Projection, RuntimeError,
    page::{End, Page, PageReader},
};

const POLL_MIN: Duration = Duration::from_millis(5);
const POLL_MAX: Duration = Duration::from_secs(1);

/// Every page after a position, for ever, in log order. Dropping it ends the
/// reading.
pub(super) struct Following {
    sizes: mpsc::Sender<i64>,
    pages: mpsc::Receiver<Result<Page, RuntimeError>>,
    asked: bool,
    _task: AbortOnDropHandle<()>,
}

impl Following {
    /// Reads after a position, once it is asked to.
    pub(super) fn start(projection: Arc<dyn Projection>, tail: &Tail, after: i64) -> Self {
        let ((sizes, asked), (sender, pages)) = (mpsc::channel(1), mpsc::channel(1));
        let (reader, moved) = (PageReader::following(tail.clone()), tail.moved());
        let task = tokio::spawn(async move {
            let done = follow(reader, &*projection, moved, after, asked, &sender).await;
            if let Err(error) = done {
                let _ = sender.send(Err(error)).await;
            }
        });
        Self { sizes, pages, asked: false, _task: AbortOnDropHandle::new(task) }
    }

    /// Has the next page read, of so many events at most, if it is not being read.
    pub(super) fn ask(&mut self, size: i64) {
        // Where the reader is gone, the next page says so.
        self.asked = self.asked || self.sizes.try_send(size).is_ok();
    }

    /// The next page, which was asked for; `None` after a fault. Safe to cancel.
    pub(super) async fn next(&mut self) -> Option<Result<Page, RuntimeError>> {
        let page = self.pages.recv().await;
        self.asked = false;
        page
    }
}

async fn follow(
    mut reader: PageReader,
    projection: &dyn Projection,
    mut moved: watch::Receiver<i64>,
    mut after: i64,
    mut sizes: mpsc::Receiver<i64>,
    pages: &mpsc::Sender<Result<Page, RuntimeError>>,
) -> Result<(), RuntimeError> {
    let (mut poll, mut watched) = (POLL_MIN, true);
    while let Some(size) = sizes.recv().await {
        loop {
            moved.mark_unchanged();
            let page = reader.read(projection, after, size).await?;
            let poisoned = matches!(page.end, End::Poison { .. });
            if page.last == after && !poisoned {
                tokio::select! {
                    changed = moved.changed(), if watched => watched = changed.is_ok(),
                    () = sleep(poll) => poll = (poll * 2).min(POLL_MAX),
                }
                continue;
            }
            (after, poll) = (page.last, POLL_MIN);
            if pages.send(Ok(page)).await.is_err() || poisoned {
                return Ok(());
            }
            break;
        }
    }
    Ok(())
}

/// What a reader has read, and the reader, unless it is broken.
type Read = (Option<PageReader>, Result<Page, RuntimeError>);

/// The pages of a stretch of the log, in its order, by several readers.
/// Dropping it ends the reading.
pub(super) struct Stretch {
    pool: Pool,
    projection: Arc<dyn Projection>,
    /// Readers that have nothing to do; those that are not connected yet are none.
    idle: Vec<Option<PageReader>>,
    reading: FuturesOrdered<AbortOnDropHandle<Read>>,
    /// Pages under way that are not wanted any more.
    stale: usize,
    next: i64,
    until: i64,
}

impl Stretch {
    /// The events in `(after, until]`. Nothing is read yet.
    pub(super) fn new(
        pool: &Pool,
        projection: &Arc<dyn Projection>,
        (after, until): (i64, i64),
        readers: usize,
    ) -> Self {
        let idle = (0..readers.max(1)).map(|_| None).collect();
        let (pool, projection) = (pool.clone(), Arc::clone(projection));
        let reading = FuturesOrdered::new();
        Self { pool, projection, idle, reading, stale: 0, next: after, until }
    }

    /// The next page; those that are not being read yet have `size` events.
    /// `None` after the last. Safe to cancel.
    pub(super) async fn next(&mut self, size: i64) -> Option<Result<Page, RuntimeError>> {
        loop {
            self.read_ahead(size);
            let (reader, page) = match self.reading.next().await? {
                Ok(done) => done,
                Err(fault) => return Some(Err(RuntimeError::Task(fault.to_string()))),
            };
            self.idle.push(reader);
            if self.stale > 0 {
                self.stale -= 1;
                continue;
            }
            match &page {
                Ok(page) if page.end != End::Whole => {
                    // The rest of it is to be read first, in smaller pages.
                    (self.next, self.stale) = (page.last, self.reading.len());
                }
                Ok(_) => self.read_ahead(size),
                Err(_) => {}
            }
            return Some(page);
        }
    }

    fn read_ahead(&mut self, size: i64) {
        while self.next < self.until
            && let Some(reader) = self.idle.pop()
        {
            let (after, last) = (self.next, self.until.min(self.next.saturating_add(size)));
            self.next = last;
            let (pool, projection) = (self.pool.clone(), Arc::clone(&self.projection));
            let read = async move {
                let mut reader = match reader {
                    Some(reader) => reader,
                    None => match PageReader::open(&pool).await {
                        Ok(reader) => reader,
                        Err(fault) => return (None, Err(fault)),
                    },
                };
                let page = whole(&mut reader, &*projection, after, last).await;
                (page.is_ok().then_some(reader), page)
            };
            self.reading.push_back(AbortOnDropHandle::new(tokio::spawn(read)));
        }
    }
}

/// The page of a stretch that the log is known to have.
async fn whole(
    reader: &mut PageReader,
    projection: &dyn Projection,
    after: i64,
    last: i64,
) -> Result<Page, RuntimeError> {
    let page = reader.read(projection, after, last - after).await?;
    if page.end == End::Whole && page.last != last {
        let words = format!("the log ends at {}, though its head was at {last}", page.last);
        return Err(RuntimeError::Broken(words));
    }
    Ok(page)
}
