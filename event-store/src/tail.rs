//! The end of the log, read once for everybody in this process who follows it.
//!
//! A server has some thirty followers: each read model, each process. Each of them would ask the
//! database for the same rows after every commit. One reader does, and keeps the newest rows in
//! memory; whoever is further behind reads the log by themselves until they are near its end, and
//! so does everybody while the reader has lost its connection. It gives away nothing: positions
//! have no holes and appear in order (L4), so the rows that it keeps are those that anybody else
//! would read.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use database::Pool;
use sqlx::postgres::PgRow;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

use crate::feed::{Feed, TURN};
use crate::{EventRef, LogError, PageError};

/// Rows that are kept at most, and bytes of their payloads.
const MOST: usize = 8_192;
const MOST_BYTES: usize = 8 << 20;
/// Rows that are read at once.
const PAGE: i64 = 256;
/// How often it is looked whether there is more, where nobody says that there is.
const POLL_MIN: Duration = Duration::from_millis(5);
const POLL_MAX: Duration = Duration::from_secs(1);
/// How long a page may take before its connection counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long somebody waits for what the log is known to have.
const SOON: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_secs(1);

/// The end of a log. Cheap to clone.
#[derive(Clone)]
pub struct Tail {
    shared: Arc<Shared>,
}

struct Shared {
    kept: Mutex<Option<Kept>>,
    moved: watch::Sender<i64>,
    /// Where the log is, as far as this process knows.
    head: watch::Receiver<i64>,
}

/// What is kept: every event after a position.
struct Kept {
    /// The position before the first of them.
    after: i64,
    pages: VecDeque<Arc<Page>>,
    rows: usize,
    bytes: usize,
}

/// Rows with their positions, as they were read.
struct Page {
    rows: Vec<(i64, PgRow)>,
    last: i64,
    bytes: usize,
}

impl Tail {
    /// A tail that nothing is known of, and what reads it. It is to be run as long as the log is
    /// open, and ends by being dropped.
    pub(crate) fn new(pool: Pool, head: watch::Receiver<i64>) -> (Self, impl Future<Output = ()>) {
        let (kept, moved) = (Mutex::new(None), watch::Sender::new(0));
        let shared = Arc::new(Shared { kept, moved, head: head.clone() });
        (Self { shared: Arc::clone(&shared) }, read(pool, head, shared))
    }

    /// How far it is known. Whoever follows it waits for this; and looks now and then although
    /// nothing was heard, for while the reader has lost its connection this stands still.
    #[must_use]
    pub fn moved(&self) -> watch::Receiver<i64> {
        self.shared.moved.subscribe()
    }

    /// Somebody who follows it; what is not kept any more they read as the role of this pool.
    #[must_use]
    pub fn follower(&self, pool: &Pool) -> Follower {
        Follower { tail: self.clone(), pool: pool.clone(), feed: None }
    }

    /// The pages behind a position with so many rows at least, as far as there are so many; `None`
    /// where they are not kept.
    fn after(&self, position: i64, limit: usize) -> Option<Vec<Arc<Page>>> {
        let kept = self.shared.kept();
        let kept = kept.as_ref().filter(|kept| position >= kept.after)?;
        let first = kept.pages.partition_point(|page| page.last <= position);
        let (mut pages, mut rows) = (Vec::new(), 0);
        for page in kept.pages.range(first..) {
            if rows >= limit {
                break;
            }
            let known = page.rows.partition_point(|(at, _)| *at <= position);
            rows += page.rows.len() - known;
            pages.push(Arc::clone(page));
        }
        Some(pages)
    }

    /// The same; what the log is known to have, as far as it is asked for, is waited for: whoever
    /// reads to the end gets there.
    async fn all_after(&self, position: i64, limit: usize) -> Option<Vec<Arc<Page>>> {
        // Nobody waits for a reader that has nothing for them.
        self.after(position, 0)?;
        let most = position.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX));
        let known = most.min(*self.shared.head.borrow());
        let mut moved = self.moved();
        // What `wait_for` gives holds up the reader: it is gone after this line.
        let late = timeout(SOON, moved.wait_for(|moved| *moved >= known)).await.is_err();
        match self.after(position, limit) {
            // Whoever has waited in vain looks for themselves.
            Some(pages) if late && pages.is_empty() => None,
            pages => pages,
        }
    }
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, after: i64) {
        let pages = VecDeque::new();
        *self.kept() = Some(Kept { after, pages, rows: 0, bytes: 0 });
        self.moved.send_replace(after);
    }

    fn push(&self, page: Page) {
        let last = page.last;
        if let Some(kept) = self.kept().as_mut() {
            kept.push(page);
        }
        // Whoever looks how far it is may hold this up, and may then want what is kept: so nobody
        // ever has both.
        self.moved.send_replace(last);
    }
}

impl Kept {
    fn push(&mut self, page: Page) {
        self.rows += page.rows.len();
        self.bytes += page.bytes;
        self.pages.push_back(Arc::new(page));
        while self.pages.len() > 1 && (self.rows > MOST || self.bytes > MOST_BYTES) {
            let Some(oldest) = self.pages.pop_front() else { break };
            self.after = oldest.last;
            self.rows -= oldest.rows.len();
            self.bytes -= oldest.bytes;
        }
    }
}

/// Somebody who follows the end of a log.
pub struct Follower {
    tail: Tail,
    pool: Pool,
    /// Where they read what is not kept; closed as soon as they are near the end.
    feed: Option<Feed>,
}

impl Follower {
    /// Hands over at most `limit` events after a position, in order, and says how many there
    /// were, as [`Feed::page`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn page<E>(
        &mut self,
        after: i64,
        limit: i64,
        mut take: impl FnMut(EventRef<'_>) -> Result<(), E>,
    ) -> Result<usize, PageError<E>> {
        let most = usize::try_from(limit).unwrap_or_default();
        let Some(pages) = self.tail.all_after(after, most).await else {
            let mut feed = match self.feed.take() {
                Some(feed) => feed,
                None => Feed::open(&self.pool).await.map_err(PageError::Log)?,
            };
            let read = feed.page(after, limit, take).await?;
            self.feed = Some(feed);
            return Ok(read);
        };
        self.feed = None;
        let rows = pages.iter().flat_map(|page| &page.rows);
        let rows = rows.skip_while(|(position, _)| *position <= after);
        let mut count = 0_usize;
        for (_, row) in rows.take(most) {
            take(EventRef::of(row).map_err(PageError::Log)?).map_err(PageError::Handler)?;
            count += 1;
            if count.is_multiple_of(TURN) {
                yield_now().await;
            }
        }
        Ok(count)
    }
}

async fn read(pool: Pool, mut head: watch::Receiver<i64>, shared: Arc<Shared>) {
    loop {
        if let Err(error) = follow(&pool, &mut head, Reading(&shared)).await {
            tracing::warn!(%error, "the end of the log is read by everybody alone for a while");
        }
        sleep(RETRY).await;
    }
}

/// While somebody reads. However that ends, nobody takes what is kept for the end of the log.
struct Reading<'s>(&'s Shared);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        *self.0.kept() = None;
    }
}

async fn follow(
    pool: &Pool,
    head: &mut watch::Receiver<i64>,
    Reading(shared): Reading<'_>,
) -> Result<(), LogError> {
    let mut feed = Feed::open(pool).await?;
    let mut last = feed.head().await?;
    shared.begin(last);
    let mut poll = POLL_MIN;
    loop {
        head.mark_unchanged();
        let rows = timeout(PATIENCE, feed.rows(last, PAGE)).await;
        let rows =
            rows.map_err(|_| LogError::from(sqlx::Error::Io(ErrorKind::TimedOut.into())))??;
        if rows.is_empty() {
            tokio::select! {
                changed = head.changed() => if changed.is_err() { return Ok(()) },
                () = sleep(poll) => poll = (poll * 2).min(POLL_MAX),
            }
            continue;
        }
        let mut page = Page { rows: Vec::with_capacity(rows.len()), last, bytes: 0 };
        for row in rows {
            let event = EventRef::of(&row)?;
            (last, page.bytes) = (event.position, page.bytes + event.payload.len());
            page.rows.push((last, row));
        }
        page.last = last;
        poll = POLL_MIN;
        shared.push(page);
    }
}
