//! One page of the log as a projection reads it: without holes, and the streams that it reads in
//! order (P2), decoded only where wanted, bounded in bytes.

use std::sync::Arc;

use database::Pool;
use event_store::{EventHead, EventKind, EventRef, Feed, LogPage, PageError, Tail};
use tokio::task::yield_now;
use uuid::Uuid;

use super::{
    Projection, Recorded, RuntimeError,
    decoded::Decoded,
    kinds::{Kinds, Verdict},
    streams::Streams,
};

/// More decoded payload than this is not held for one page.
const MAX_BYTES: usize = 16 << 20;

/// A stretch of the log that a projection can apply at once.
#[derive(Debug)]
pub(super) struct Page {
    /// The position before the first event.
    pub after: i64,
    /// The position of the last event; `after` where there is none.
    pub last: i64,
    /// The id of the event at `last`.
    pub event_id: Option<Uuid>,
    /// The wanted events among them.
    pub events: Vec<Arc<Recorded>>,
    /// Bytes of their payloads.
    pub bytes: usize,
    /// There may be more behind it already.
    pub more: bool,
    /// Why the page ends where it ends.
    pub end: End,
}

/// Why a page ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It holds what was asked for, as far as the log goes.
    Whole,
    /// It was getting too large; the rest is to be read again.
    Cut,
    /// The next event can not be decoded.
    Poison {
        /// Its position.
        position: i64,
        /// Why not.
        reason: String,
    },
}

/// Reads pages.
pub(super) struct PageReader {
    source: Source,
    kinds: Kinds,
    streams: Streams,
}

/// Where events come from.
enum Source {
    /// The log, over a connection of its own.
    Feed(Feed),
    /// The same, read and decoded once for all projections.
    Tail(Tail),
}

struct Collector<'p> {
    projection: &'p dyn Projection,
    kinds: &'p mut Kinds,
    streams: &'p mut Streams,
    page: Page,
    seen: i64,
}

impl PageReader {
    pub(super) async fn open(pool: &Pool) -> Result<Self, RuntimeError> {
        Ok(Self::of(Source::Feed(Feed::open(pool).await?)))
    }

    /// Of somebody who keeps up with the log.
    pub(super) fn following(tail: Tail) -> Self {
        Self::of(Source::Tail(tail))
    }

    fn of(source: Source) -> Self {
        Self { source, kinds: Kinds::default(), streams: Streams::default() }
    }

    /// Reads the page after a position.
    pub(super) async fn read(
        &mut self,
        projection: &dyn Projection,
        after: i64,
        limit: i64,
    ) -> Result<Page, RuntimeError> {
        let (event_id, events, bytes, end) = (None, vec![], 0, End::Whole);
        let page = Page { after, last: after, event_id, events, bytes, more: false, end };
        self.streams.turn_to(after);
        let (kinds, streams) = (&mut self.kinds, &mut self.streams);
        let mut collector = Collector { projection, kinds, streams, page, seen: after };
        match &mut self.source {
            Source::Feed(feed) => {
                let take = |event: EventRef<'_>| collector.take(&event);
                feed.page(after, limit, take).await.map_err(RuntimeError::reading)?;
            }
            Source::Tail(tail) => collector.keep_up(tail, after.saturating_add(limit)).await?,
        }
        let mut page = collector.page;
        page.more = page.last - after >= limit || page.end == End::Cut;
        self.streams.leave_at((page.end == End::Whole).then_some(page.last));
        Ok(page)
    }
}

impl Collector<'_> {
    fn take(&mut self, event: &EventRef<'_>) -> Result<(), RuntimeError> {
        let (head, kind) = (event.head(), event.kind());
        let (aggregate, verdict) = self.kinds.verdict(self.projection, kind);
        self.next(&head, aggregate)?;
        self.pass(&head, kind, verdict, || Recorded::of(event).map(Arc::new));
        Ok(())
    }

    /// What there is up to a position.
    async fn keep_up(&mut self, tail: &Tail, until: i64) -> Result<(), RuntimeError> {
        while self.page.end == End::Whole && self.seen < until {
            let before = self.seen;
            let pages = tail.pages(before, until).await.map_err(PageError::Log);
            for page in pages.map_err(RuntimeError::reading)? {
                self.share(&page, until)?;
                yield_now().await;
            }
            if self.seen == before {
                break;
            }
        }
        Ok(())
    }

    /// What is new of a page of the log, up to a position.
    fn share(&mut self, page: &LogPage, until: i64) -> Result<(), RuntimeError> {
        let decoded = page.once(Decoded::of);
        let known = |kind| (kind, self.kinds.verdict(self.projection, kind));
        let kinds: Vec<(EventKind<'_>, (Option<u32>, Verdict))> = page.kinds().map(known).collect();
        let after = self.seen;
        let whole = page.after() == after && page.last() <= until && self.page.end == End::Whole;
        let runs = page.runs().filter(|_| whole);
        for run in runs.into_iter().flatten() {
            let Some((_, (aggregate, _))) = kinds.get(run.kind) else { continue };
            let Some(aggregate) = *aggregate else { continue };
            let stream = (aggregate, run.org_id, run.aggregate_id);
            self.streams.follow(stream, (run.first, run.last))?;
        }
        for (head, kind) in page.heads(after).take_while(|(head, _)| head.position <= until) {
            let Some((kind, (aggregate, verdict))) = kinds.get(*kind) else { continue };
            match runs {
                Some(_) => self.seen = head.position,
                None => self.next(head, *aggregate)?,
            }
            self.pass(head, *kind, *verdict, || decoded.get(page, head.position));
        }
        Ok(())
    }

    /// Asserts that an event follows the one before it, in the log and in its stream.
    fn next(&mut self, head: &EventHead, aggregate: Option<u32>) -> Result<(), RuntimeError> {
        let (position, expected) = (head.position, self.seen + 1);
        if position != expected {
            let words = format!("position {position} follows where {expected} must");
            return Err(RuntimeError::Broken(words));
        }
        self.seen = position;
        let (End::Whole, Some(aggregate)) = (&self.page.end, aggregate) else { return Ok(()) };
        let stream = (aggregate, head.org_id, head.aggregate_id);
        self.streams.follow(stream, (head.sequence, head.sequence))
    }

    /// Takes an event into the page, where it is wanted.
    fn pass(
        &mut self,
        head: &EventHead,
        kind: EventKind<'_>,
        verdict: Verdict,
        decoded: impl FnOnce() -> Result<Arc<Recorded>, String>,
    ) {
        if self.page.end != End::Whole {
            return;
        }
        let EventKind { aggregate_type, event_type, version } = kind;
        let decoded = match verdict {
            Verdict::PassedOver => Ok(None),
            Verdict::Unknown => Err(format!(
                "unknown event type {event_type} version {version} of {aggregate_type}"
            )),
            Verdict::Wanted => decoded()
                .map(Some)
                .map_err(|reason| format!("{event_type} can not be decoded: {reason}")),
        };
        match decoded {
            Ok(None) => {}
            Ok(Some(event)) => {
                self.page.bytes += head.bytes;
                self.page.events.push(event);
            }
            Err(reason) => {
                self.page.end = End::Poison { position: head.position, reason };
                return;
            }
        }
        self.page.last = head.position;
        self.page.event_id = Some(head.event_id);
        if self.page.bytes > MAX_BYTES {
            self.page.end = End::Cut;
        }
    }
}
