//! The log as those read it who keep up with it: once for everybody in this process.
//!
//! A server has some thirty followers: each read model, each process. Each of them would ask the
//! database for the same rows after every commit. One reader does, and keeps the newest rows in
//! memory. Whoever is further behind, after a rest or under load, gets them from another
//! ([`Behind`]), which keeps what it has read for the next one. It gives away nothing: positions
//! have no holes and appear in order (L4), so these are the rows that anybody else would read.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use database::Pool;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

use crate::behind::Behind;
use crate::feed::Feed;
use crate::{EventKind, EventRef, LogError, LogPage, PageError};

/// Rows that are kept at most, and bytes of their payloads.
const MOST: usize = 8_192;
const MOST_BYTES: usize = 8 << 20;
/// Rows that are read at once.
pub(crate) const PAGE: i64 = 256;
/// How often it is looked whether there is more, where nobody says that there is.
const POLL_MIN: Duration = Duration::from_millis(5);
const POLL_MAX: Duration = Duration::from_secs(1);
/// How long a page may take before its connection counts as lost.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// How long somebody waits for what the log is known to have.
const SOON: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_secs(1);

/// A log to keep up with. Cheap to clone.
#[derive(Clone)]
pub struct Tail {
    shared: Arc<Shared>,
}

struct Shared {
    kept: Mutex<Option<Kept>>,
    behind: Behind,
    moved: watch::Sender<i64>,
    /// Where the log is, as far as this process knows.
    head: watch::Receiver<i64>,
}

/// What is kept: every event after a position.
struct Kept {
    /// The position before the first of them.
    after: i64,
    pages: VecDeque<Arc<LogPage>>,
    rows: usize,
    bytes: usize,
}

impl Tail {
    /// A tail that nothing is known of, and what reads it. It is to be run as long as the log is
    /// open, and ends by being dropped.
    pub(crate) fn new(pool: Pool, head: watch::Receiver<i64>) -> (Self, impl Future<Output = ()>) {
        let (kept, moved) = (Mutex::new(None), watch::Sender::new(0));
        let behind = Behind::new(pool.clone());
        let shared = Arc::new(Shared { kept, behind, moved, head: head.clone() });
        (Self { shared: Arc::clone(&shared) }, read(pool, head, shared))
    }

    /// How far it is known. Whoever follows it waits for this; and looks now and then although
    /// nothing was heard, for while the reader has lost its connection this stands still.
    #[must_use]
    pub fn moved(&self) -> watch::Receiver<i64> {
        self.shared.moved.subscribe()
    }

    /// Hands over those of at most `limit` events after a position that somebody wants, in order.
    /// Says how many events there were, wanted or not, and where the last of them is; fewer than
    /// were asked for are all that there are.
    ///
    /// # Errors
    /// [`PageError::Handler`] as soon as `take` refuses an event; [`PageError::Log`] where the log
    /// could not be read, and whoever asks again may be luckier.
    pub async fn page<E>(
        &self,
        after: i64,
        limit: i64,
        wants: impl Fn(EventKind<'_>) -> bool,
        mut take: impl FnMut(EventRef<'_>) -> Result<(), E>,
    ) -> Result<(usize, i64), PageError<E>> {
        let until = after.saturating_add(limit.max(0));
        let mut last = after;
        while last < until {
            let before = last;
            for page in self.pages(last, until).await.map_err(PageError::Log)? {
                let kinds: Vec<bool> = page.kinds().map(&wants).collect();
                for (head, kind) in page.heads(last).take_while(|(head, _)| head.position <= until)
                {
                    if kinds.get(*kind).copied().unwrap_or(true) {
                        let event = page.event(head.position).map_err(PageError::Log)?;
                        take(event).map_err(PageError::Handler)?;
                    }
                    last = head.position;
                }
                yield_now().await;
            }
            if last == before {
                break;
            }
        }
        Ok((usize::try_from(last - after).unwrap_or_default(), last))
    }

    /// The pages that are at hand with events between two positions, in order; none where there are
    /// no such events. The first may begin earlier, and the last end later.
    ///
    /// # Errors
    /// The log could not be read; whoever asks again may be luckier.
    pub async fn pages(&self, after: i64, until: i64) -> Result<Vec<Arc<LogPage>>, LogError> {
        if let Some(kept) = self.kept_after(after, until).await {
            return Ok(kept);
        }
        let head = *self.shared.head.borrow();
        let page = self.shared.behind.page(after, until, head).await?;
        Ok(page.into_iter().collect())
    }

    /// The pages between two positions, as far as there are some; `None` where they are not kept.
    fn kept(&self, after: i64, until: i64) -> Option<Vec<Arc<LogPage>>> {
        let kept = self.shared.kept();
        let kept = kept.as_ref().filter(|kept| after >= kept.after)?;
        let first = kept.pages.partition_point(|page| page.last() <= after);
        let pages = kept.pages.range(first..).take_while(|page| page.after() < until);
        Some(pages.cloned().collect())
    }

    /// The same; what the log is known to have, as far as it is asked for, is waited for: whoever
    /// reads to the end gets there.
    async fn kept_after(&self, after: i64, until: i64) -> Option<Vec<Arc<LogPage>>> {
        // Nobody waits for a reader that has nothing for them.
        self.kept(after, after)?;
        let known = until.min(*self.shared.head.borrow());
        let mut moved = self.moved();
        // What `wait_for` gives holds up the reader: it is gone after this line.
        let late = timeout(SOON, moved.wait_for(|moved| *moved >= known)).await.is_err();
        match self.kept(after, until) {
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

    fn push(&self, page: LogPage) {
        let last = page.last();
        if let Some(kept) = self.kept().as_mut() {
            kept.push(page);
        }
        // Whoever looks how far it is may hold this up, and may then want what is kept: so nobody
        // ever has both.
        self.moved.send_replace(last);
    }
}

impl Kept {
    fn push(&mut self, page: LogPage) {
        let (rows, bytes) = page.size();
        self.rows += rows;
        self.bytes += bytes;
        self.pages.push_back(Arc::new(page));
        while self.pages.len() > 1 && (self.rows > MOST || self.bytes > MOST_BYTES) {
            let Some(oldest) = self.pages.pop_front() else { break };
            let (rows, bytes) = oldest.size();
            self.after = oldest.last();
            self.rows -= rows;
            self.bytes -= bytes;
        }
    }
}

async fn read(pool: Pool, mut head: watch::Receiver<i64>, shared: Arc<Shared>) {
    loop {
        if let Err(error) = follow(&pool, &mut head, Reading(&shared)).await {
            tracing::warn!(%error, "the end of the log is not kept in memory for a while");
        }
        sleep(RETRY).await;
    }
}

/// While somebody reads. However that ends, nobody takes what is kept for the end of the log.
struct Reading<'s>(&'s Shared);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        *self.0.kept() = None;
        // Whoever comes back may come back to another log: one that was restored.
        self.0.behind.forget();
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
        let rows = timeout(PATIENCE, feed.rows(last, PAGE)).await.map_err(|_| late())??;
        let Some(page) = LogPage::of(last, rows)? else {
            tokio::select! {
                changed = head.changed() => if changed.is_err() { return Ok(()) },
                () = sleep(poll) => poll = (poll * 2).min(POLL_MAX),
            }
            continue;
        };
        (last, poll) = (page.last(), POLL_MIN);
        shared.push(page);
    }
}

pub(crate) fn late() -> LogError {
    sqlx::Error::Io(ErrorKind::TimedOut.into()).into()
}
