//! What is further back in the log than its end, for everybody who catches up.
//!
//! After a rest all followers are behind, and under load the slow ones are. They want the same
//! stretches of the log one after the other, so each stretch is read once, over one connection, and
//! kept until others were wanted since.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use database::Pool;
use tokio::time::timeout;

use crate::feed::Feed;
use crate::tail::{PAGE, PATIENCE, late};
use crate::{LogError, LogPage};

/// Rows of a stretch: the first has the positions from 1 to this one.
const STRETCH: i64 = PAGE;
/// Stretches that are kept, and bytes of their payloads.
const MOST: usize = 32;
const MOST_BYTES: usize = 8 << 20;

/// Reads what is behind.
pub(crate) struct Behind {
    pool: Pool,
    /// Who reads: one after the other, since most of them want the same.
    feed: tokio::sync::Mutex<Option<Feed>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// How often all of it was forgotten.
    age: u64,
    /// The one that was wanted last is the last.
    pages: VecDeque<Arc<LogPage>>,
}

impl Behind {
    pub(crate) fn new(pool: Pool) -> Self {
        Self { pool, feed: tokio::sync::Mutex::default(), kept: Mutex::default() }
    }

    /// What comes after a position: the whole stretch that has it, where the log is known to have
    /// that, and which may begin earlier; or else what there is, up to another position. `None`
    /// where that is nothing.
    ///
    /// # Errors
    /// The log could not be read.
    pub(crate) async fn page(
        &self,
        after: i64,
        until: i64,
        head: i64,
    ) -> Result<Option<Arc<LogPage>>, LogError> {
        let begin = after - after.rem_euclid(STRETCH);
        if let Some(page) = self.find(begin) {
            return Ok(Some(page));
        }
        let mut own = self.feed.lock().await;
        // Whoever was before us may have read it.
        if let Some(page) = self.find(begin) {
            return Ok(Some(page));
        }
        // It is put back when all is read: who goes away meanwhile leaves nobody half a page.
        let (feed, age) = (own.take(), self.kept().age);
        let read = timeout(PATIENCE, self.read(feed, (begin, after, until), head)).await;
        let read = read.unwrap_or_else(|_| Err(late()));
        let (feed, page) = read.inspect_err(|_| self.forget())?;
        *own = Some(feed);
        if let Some(page) = page.as_ref().filter(|page| page.last() == begin + STRETCH) {
            self.keep(page, age);
        }
        Ok(page)
    }

    /// Forgets what was read: the log may be another one.
    pub(crate) fn forget(&self) {
        let mut kept = self.kept();
        kept.age += 1;
        kept.pages.clear();
    }

    async fn read(
        &self,
        feed: Option<Feed>,
        (begin, after, until): (i64, i64, i64),
        head: i64,
    ) -> Result<(Feed, Option<Arc<LogPage>>), LogError> {
        let mut feed = match feed {
            Some(feed) => feed,
            None => Feed::open(&self.pool).await?,
        };
        if begin + STRETCH <= head {
            // What is broken before this position is not what is asked for.
            let page = LogPage::of(begin, feed.rows(begin, STRETCH).await?).ok().flatten();
            if let Some(page) = page.filter(|page| page.last() > after) {
                return Ok((feed, Some(Arc::new(page))));
            }
        }
        let most = until.min(begin + STRETCH) - after;
        let page = LogPage::of(after, feed.rows(after, most).await?)?;
        Ok((feed, page.map(Arc::new)))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, begin: i64) -> Option<Arc<LogPage>> {
        let pages = &mut self.kept().pages;
        let place = pages.iter().position(|page| page.after() == begin)?;
        let page = pages.remove(place)?;
        pages.push_back(Arc::clone(&page));
        Some(page)
    }

    /// Keeps a page, unless all was forgotten since it was asked for.
    fn keep(&self, page: &Arc<LogPage>, age: u64) {
        let mut kept = self.kept();
        if kept.age != age {
            return;
        }
        let pages = &mut kept.pages;
        pages.push_back(Arc::clone(page));
        let bytes = |pages: &VecDeque<Arc<LogPage>>| -> usize {
            pages.iter().map(|page| page.size().1).sum()
        };
        while pages.len() > MOST || pages.len() > 1 && bytes(pages) > MOST_BYTES {
            pages.pop_front();
        }
    }
}
