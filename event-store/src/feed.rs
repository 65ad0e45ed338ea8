//! The log in its order, page by page, over a connection of its own.

use database::Pool;
use futures::TryStreamExt;
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection};
use tokio::task::yield_now;

use crate::event::select_events;
use crate::{EventRef, LogError, PageError};

/// How many events are handed over before others have their turn. The server sends faster than
/// events can be taken, so that a reader would not wait for its socket for a whole page; and a
/// thread that does not wait does not look at the other sockets either: theirs would stay unread
/// for tens of milliseconds.
const TURN: usize = 64;

/// Reads events by position. Because positions have no holes and appear in order (L4), a
/// reader that has seen a position has seen everything up to it.
pub struct Feed {
    connection: PgConnection,
}

impl Feed {
    /// Connects as the role of this pool, beside it.
    ///
    /// # Errors
    /// The database is away or refuses.
    pub async fn open(pool: &Pool) -> Result<Self, LogError> {
        Ok(Self { connection: PgConnection::connect_with(&pool.connect_options()).await? })
    }

    /// Hands over at most `limit` events after a position, in order, as they come in, and
    /// says how many there were. Nothing but the current row is held in memory.
    ///
    /// # Errors
    /// [`PageError::Handler`] as soon as `take` refuses an event; [`PageError::Log`] where
    /// the log could not be read, after which the feed is to be opened anew.
    pub async fn page<E>(
        &mut self,
        after: i64,
        limit: i64,
        mut take: impl FnMut(EventRef<'_>) -> Result<(), E>,
    ) -> Result<usize, PageError<E>> {
        let page = sqlx::query(select_events!("WHERE position > $1 ORDER BY position LIMIT $2"));
        let mut rows = page.bind(after).bind(limit.max(0)).fetch(&mut self.connection);
        let mut count = 0_usize;
        while let Some(row) = rows.try_next().await? {
            take(EventRef::of(&row)?).map_err(PageError::Handler)?;
            count += 1;
            if count.is_multiple_of(TURN) {
                yield_now().await;
            }
        }
        Ok(count)
    }

    /// The same rows, as they come.
    pub(crate) async fn rows(&mut self, after: i64, limit: i64) -> Result<Vec<PgRow>, LogError> {
        let page = sqlx::query(select_events!("WHERE position > $1 ORDER BY position LIMIT $2"));
        Ok(page.bind(after).bind(limit).fetch_all(&mut self.connection).await?)
    }

    /// Where the log is now.
    pub(crate) async fn head(&mut self) -> Result<i64, LogError> {
        let head = sqlx::query_scalar("SELECT position FROM log_head WHERE id = 1");
        Ok(head.fetch_one(&mut self.connection).await?)
    }
}
