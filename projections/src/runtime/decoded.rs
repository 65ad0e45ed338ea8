//! The facts of a page of the log, each decoded once for all projections of this process.

use std::sync::{Arc, OnceLock};

use event_store::LogPage;

use super::Recorded;

/// The facts of a page, in its order.
pub(super) struct Decoded(Vec<OnceLock<Result<Arc<Recorded>, String>>>);

impl Decoded {
    /// Those of a page, of which nobody has wanted any yet.
    pub(super) fn of(page: &LogPage) -> Self {
        Self(page.heads(page.after()).map(|_| OnceLock::new()).collect())
    }

    /// An event with its fact, decoded by the first who wants it.
    ///
    /// # Errors
    /// Words, where it cannot be decoded.
    pub(super) fn get(&self, page: &LogPage, position: i64) -> Result<Arc<Recorded>, String> {
        let decode = || {
            let event = page.event(position).map_err(|error| error.to_string())?;
            Recorded::of(&event).map(Arc::new)
        };
        let place = usize::try_from(position - page.after() - 1).ok();
        match place.and_then(|place| self.0.get(place)) {
            Some(fact) => fact.get_or_init(decode).clone(),
            None => decode(),
        }
    }
}
