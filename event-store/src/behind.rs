//! What is further back in the log than its end, for everybody who catches up.
//!
//! After a rest all followers are behind, and under load the slow ones are. They want the same
//! stretches of the log one after the other, so each stretch is read once, over one connection, and
//! kept until others were wanted since.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use database::Pool;

use crate::feed::Feed;
use crate::{LogError, LogPage};

/// Rows of a stretch: the first has the positions from 1 to this one.
const STRETCH: i64 = 1_024;
/// Stretches that are kept, and bytes of their payloads.
const MOST: usize = 8;
const MOST_BYTES: usize = 8 << 20;

/// Reads what is behind.
pub(crate) struct Behind {
    pool: Pool,
    /// Who reads: one after the other, since most of them want the same.
    feed: tokio::sync::Mutex<Option<Feed>>,
    /// The one that was wanted last is the last.
    kept: Mutex<VecDeque<Arc<LogPage>>>,
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
        let mut feed = match own.take() {
            Some(feed) => feed,
            None => Feed::open(&self.pool).await?,
        };
        let mut page = None;
        if begin + STRETCH <= head {
            page = LogPage::of(begin, feed.rows(begin, STRETCH).await?)?.map(Arc::new);
        }
        if let Some(page) = page.as_ref().filter(|page| page.last() == begin + STRETCH) {
            self.keep(Arc::clone(page));
        }
        page = page.filter(|page| page.last() > after);
        if page.is_none() {
            // The end of the log, or of what is whole of it.
            let most = until.min(begin + STRETCH) - after;
            page = LogPage::of(after, feed.rows(after, most).await?)?.map(Arc::new);
        }
        *own = Some(feed);
        Ok(page)
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Arc<LogPage>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, begin: i64) -> Option<Arc<LogPage>> {
        let mut kept = self.kept();
        let place = kept.iter().position(|page| page.after() == begin)?;
        let page = kept.remove(place)?;
        kept.push_back(Arc::clone(&page));
        Some(page)
    }

    fn keep(&self, page: Arc<LogPage>) {
        let mut kept = self.kept();
        kept.push_back(page);
        let bytes = |kept: &VecDeque<Arc<LogPage>>| -> usize {
            kept.iter().map(|page| page.size().1).sum()
        };
        while kept.len() > MOST || kept.len() > 1 && bytes(&kept) > MOST_BYTES {
            kept.pop_front();
        }
    }
}
