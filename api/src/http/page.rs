//! Pages of lists: how many rows, where the next ones begin.

use domain::OrgId;
use futures::stream::{StreamExt, TryStreamExt, iter};
use serde::{Serialize, de::DeserializeOwned};

use super::app::App;
use super::problem::Problem;
use super::query::filter_of;

/// Rows of a page where the caller does not say.
const DEFAULT: i64 = 20;
const MAX: i64 = 100;

/// The page that is asked for: of which list, after which place, how long.
pub struct Asked<P> {
    org: OrgId,
    /// The list, and the parameters that choose its rows.
    bound: String,
    /// The place after which the page begins; none at the beginning.
    pub after: Option<P>,
    /// How many rows it has at most.
    pub limit: i64,
}

impl<P: Serialize + DeserializeOwned> Asked<P> {
    /// What a query asks for.
    ///
    /// # Errors
    /// `invalid-query` where the limit is outside of 1 to 100; `invalid-cursor`.
    pub fn of(
        app: &App,
        org: OrgId,
        (list, raw): (&str, Option<&str>),
        (limit, cursor): (Option<i64>, Option<&str>),
    ) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(DEFAULT);
        if !(1..=MAX).contains(&limit) {
            return Err(Problem::query("limit", "limit is a number from 1 to 100"));
        }
        let bound = filter_of(list, raw);
        let open = |cursor| app.cursors().open(org, &bound, app.now(), cursor);
        let after = cursor.map(open).transpose()?;
        Ok(Self { org, bound, after, limit })
    }

    /// How many rows a query asks for: one more than the page has, to see whether there are more.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The cursor of a page that begins after a place.
    ///
    /// # Errors
    /// `internal` where the place cannot be written.
    pub fn cursor(&self, app: &App, place: &P) -> Result<String, Problem> {
        app.cursors().seal(self.org, &self.bound, app.now(), place)
    }

    /// The page, from the rows of that query.
    #[must_use]
    pub fn cut<T>(&self, rows: Vec<T>) -> Page<T> {
        Page::cut(rows, self.limit)
    }
}

/// So many rows of a page are opened at once.
const OPENED: usize = 8;

/// What the rows of a page become, in their order.
///
/// # Errors
/// The first of theirs.
pub async fn opened<T, F>(rows: impl IntoIterator<Item = F>) -> Result<Vec<T>, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    let rows: Vec<F> = rows.into_iter().collect();
    iter(rows).buffered(OPENED).try_collect().await
}

/// The rows of one page.
pub struct Page<T> {
    /// At most as many as were asked for.
    pub rows: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

impl<T> Page<T> {
    /// From the rows of a query for one more than the page has.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, more }
    }

    /// The cursor of the next page, where there is one.
    ///
    /// # Errors
    /// `internal` where the place cannot be written.
    pub fn next<P: Serialize + DeserializeOwned>(
        &self,
        app: &App,
        asked: &Asked<P>,
        place: impl FnOnce(&T) -> P,
    ) -> Result<Option<String>, Problem> {
        let last = self.rows.last().filter(|_| self.more);
        last.map(|row| asked.cursor(app, &place(row))).transpose()
    }
}
