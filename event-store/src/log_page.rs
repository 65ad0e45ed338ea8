//! Events that were read together, and that everybody who wants them shares.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::{EventHead, EventKind, EventRef, LogError};

/// Events of the log in their order, without holes, as they were read. Never empty.
pub struct LogPage {
    rows: Vec<PgRow>,
    heads: Vec<(EventHead, usize)>,
    kinds: Vec<(Box<str>, Box<str>, i16)>,
    runs: Option<Vec<Run>>,
    after: i64,
    bytes: usize,
    made: OnceLock<Arc<dyn Any + Send + Sync>>,
}

/// What a stream has in a page: events one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The place of the kind of the first.
    pub kind: usize,
    /// Whose stream it is.
    pub org_id: Uuid,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// The sequence of the first.
    pub first: i64,
    /// The sequence of the last.
    pub last: i64,
}

impl LogPage {
    /// The rows after a position, up to the first that does not follow; `None` where there are
    /// none.
    ///
    /// # Errors
    /// [`LogError::Broken`] where the first of them is not what follows that position.
    pub(crate) fn of(after: i64, mut rows: Vec<PgRow>) -> Result<Option<Self>, LogError> {
        let mut page = Self {
            rows: Vec::new(),
            heads: Vec::with_capacity(rows.len()),
            kinds: Vec::new(),
            runs: None,
            after,
            bytes: 0,
            made: OnceLock::new(),
        };
        let mut runs = Runs::default();
        for row in &rows {
            let (head, kind) = EventHead::of(row)?;
            let expected = page.last() + 1;
            if head.position != expected {
                if page.heads.is_empty() {
                    let words = format!("position {} follows where {expected} must", head.position);
                    return Err(LogError::Broken(words));
                }
                break;
            }
            let place = page.place(kind);
            runs.add(&head, kind.aggregate_type, place);
            page.bytes += head.bytes;
            page.heads.push((head, place));
        }
        page.runs = runs.runs;
        rows.truncate(page.heads.len());
        page.rows = rows;
        Ok((!page.rows.is_empty()).then_some(page))
    }

    /// The position before the first event.
    #[must_use]
    pub fn after(&self) -> i64 {
        self.after
    }

    /// The position of the last event.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.after + i64::try_from(self.heads.len()).unwrap_or(i64::MAX)
    }

    /// How many events it has, and bytes of their payloads.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.rows.len(), self.bytes)
    }

    /// The kinds of its events.
    pub fn kinds(&self) -> impl Iterator<Item = EventKind<'_>> {
        self.kinds.iter().map(|(aggregate_type, event_type, version)| EventKind {
            aggregate_type,
            event_type,
            version: *version,
        })
    }

    /// The heads of its events behind a position, each with the place of its kind among them.
    pub fn heads(&self, position: i64) -> impl Iterator<Item = &(EventHead, usize)> {
        self.heads.iter().skip(self.known(position))
    }

    /// Its events behind a position.
    pub fn events(&self, position: i64) -> impl Iterator<Item = Result<EventRef<'_>, LogError>> {
        self.rows.iter().skip(self.known(position)).map(EventRef::of)
    }

    /// The event at a position.
    ///
    /// # Errors
    /// It is not here, or its row is not one of an event.
    pub fn event(&self, position: i64) -> Result<EventRef<'_>, LogError> {
        let row = self.rows.get(self.known(position.saturating_sub(1)));
        let row = row.filter(|_| position > self.after);
        let away = || LogError::Broken(format!("position {position} is not in its page"));
        EventRef::of(row.ok_or_else(away)?)
    }

    /// What each of its streams has here; `None` where one of them is out of order.
    #[must_use]
    pub fn runs(&self) -> Option<&[Run]> {
        self.runs.as_deref()
    }

    /// What its readers make of it: made by the first of them, and kept as long as the page is.
    /// Where others have had something of another type made of it, it is made for this one alone.
    pub fn once<T: Send + Sync + 'static>(&self, make: impl Fn(&Self) -> T) -> Arc<T> {
        let made = self.made.get_or_init(|| Arc::new(make(self)));
        Arc::clone(made).downcast().unwrap_or_else(|_| Arc::new(make(self)))
    }

    /// How many of its events are not behind a position.
    fn known(&self, position: i64) -> usize {
        usize::try_from(position.saturating_sub(self.after)).unwrap_or_default()
    }

    /// The place of a kind: a page has few of them, and the same ones again and again.
    fn place(&mut self, kind: EventKind<'_>) -> usize {
        let known = self.kinds().position(|one| one == kind);
        known.unwrap_or_else(|| {
            let EventKind { aggregate_type, event_type, version } = kind;
            self.kinds.push((aggregate_type.into(), event_type.into(), version));
            self.kinds.len() - 1
        })
    }
}

/// The runs of a page that is being put together.
struct Runs<'r> {
    runs: Option<Vec<Run>>,
    places: HashMap<(&'r str, Uuid, Uuid), usize>,
}

impl Default for Runs<'_> {
    fn default() -> Self {
        Self { runs: Some(Vec::new()), places: HashMap::new() }
    }
}

impl<'r> Runs<'r> {
    fn add(&mut self, head: &EventHead, aggregate_type: &'r str, kind: usize) {
        let Some(runs) = &mut self.runs else { return };
        let EventHead { org_id, aggregate_id, sequence, .. } = *head;
        let place =
            *self.places.entry((aggregate_type, org_id, aggregate_id)).or_insert(runs.len());
        match runs.get_mut(place) {
            None => runs.push(Run { kind, org_id, aggregate_id, first: sequence, last: sequence }),
            Some(run) if run.last + 1 == sequence => run.last = sequence,
            Some(_) => self.runs = None,
        }
    }
}
