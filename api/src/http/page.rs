//! Pages of lists: how many rows, where the next ones begin.

use domain::OrgId;
use futures::stream::{StreamExt, TryStreamExt, iter};
use serde::{Serialize, de::DeserializeOwned};

use super::app::App;
use super::problem::Problem;

/// Rows of a page where the caller does not say.
const DEFAULT: i64 = 20;
const MAX: i64 = 100;

/// How many rows a page has.
///
/// # Errors
/// `invalid-query` outside of 1 to 100.
pub fn limit(asked: Option<i64>) -> Result<i64, Problem> {
    match asked.unwrap_or(DEFAULT) {
        limit @ 1..=MAX => Ok(limit),
        _ => Err(Problem::query("limit", "limit is a number from 1 to 100")),
    }
}

/// The place after which the page begins.
///
/// # Errors
/// `invalid-cursor`.
pub fn place<T: DeserializeOwned>(
    app: &App,
    org: OrgId,
    bound: &str,
    cursor: Option<&str>,
) -> Result<Option<T>, Problem> {
    cursor.map(|cursor| app.cursors().open(org, bound, app.now(), cursor)).transpose()
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
    more: bool,
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
    pub fn next<P: Serialize>(
        &self,
        app: &App,
        org: OrgId,
        bound: &str,
        place: impl FnOnce(&T) -> P,
    ) -> Result<Option<String>, Problem> {
        let last = self.rows.last().filter(|_| self.more);
        last.map(|row| app.cursors().seal(org, bound, app.now(), &place(row))).transpose()
    }
}
