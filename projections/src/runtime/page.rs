//! One page of the log as a projection reads it: in order, without holes
//! (P2), decoded only where wanted, bounded in bytes.

use std::collections::HashMap;

use database::Pool;
use domain::{OrgId, Timestamp};
use event_store::{EventRef, Feed, Follower};
use uuid::Uuid;

use super::{
    Projection, Recorded, RuntimeError,
    kinds::{Kinds, Verdict, decode},
};

/// More decoded payload than this is not held for one page.
const MAX_BYTES: usize = 16 << 20;
/// Streams whose last sequence a reader remembers for sure.
const STREAMS: usize = 1 << 16;

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
    pub events: Vec<Recorded>,
    /// Bytes of their payloads.
    pub bytes: usize,
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

/// Reads pages over a connection of its own.
pub(super) struct PageReader {
    source: Source,
    kinds: Kinds,
    streams: Streams,
}

/// Where events come from.
enum Source {
    /// All of the log.
    Feed(Feed),
    /// Its end, which is read once for all projections.
    Tail(Box<Follower>),
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

    /// Of somebody who follows the end of the log.
    pub(super) fn following(follower: Follower) -> Self {
        Self::of(Source::Tail(Box::new(follower)))
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
        let page =
            Page { after, last: after, event_id: None, events: vec![], bytes: 0, end: End::Whole };
        self.streams.turn_to(after);
        let (kinds, streams) = (&mut self.kinds, &mut self.streams);
        let mut collector = Collector { projection, kinds, streams, page, seen: after };
        let take = |event: EventRef<'_>| collector.take(&event);
        let read = match &mut self.source {
            Source::Feed(feed) => feed.page(after, limit, take).await,
            Source::Tail(follower) => follower.page(after, limit, take).await,
        };
        read.map_err(RuntimeError::reading)?;
        let page = collector.page;
        self.streams.at = page.last;
        Ok(page)
    }
}

/// The last sequence of the streams that a reader has met, so that their order
/// is asserted across pages too. Of a stream that it has not met for long, the
/// next event is believed.
#[derive(Default)]
struct Streams {
    at: i64,
    young: HashMap<Stream, i64>,
    old: HashMap<Stream, i64>,
}

type Stream = (u32, Uuid, Uuid);

impl Streams {
    /// What is known holds only where reading goes on without a leap.
    fn turn_to(&mut self, after: i64) {
        if after != self.at {
            self.young.clear();
            self.old.clear();
        }
    }

    /// Notes a sequence and answers the one before it, if it is known.
    fn note(&mut self, stream: Stream, sequence: i64) -> Option<i64> {
        if self.young.len() >= STREAMS {
            self.old = std::mem::take(&mut self.young);
        }
        let old = || self.old.get(&stream).copied();
        self.young.insert(stream, sequence).or_else(old)
    }
}

impl Collector<'_> {
    fn take(&mut self, event: &EventRef<'_>) -> Result<(), RuntimeError> {
        self.order(event.position)?;
        if self.page.end != End::Whole {
            return Ok(());
        }
        let (aggregate, verdict) = self.kinds.verdict(
            self.projection,
            event.aggregate_type,
            event.event_type,
            event.event_version,
        );
        self.stream(aggregate, event)?;
        match verdict {
            Verdict::PassedOver => {}
            Verdict::Unknown => {
                let (kind, version) = (event.event_type, event.event_version);
                let of = event.aggregate_type;
                let reason = format!("unknown event type {kind} version {version} of {of}");
                self.page.end = End::Poison { position: event.position, reason };
                return Ok(());
            }
            Verdict::Wanted => match decode(
                event.aggregate_type,
                event.event_type,
                event.event_version,
                event.payload,
            ) {
                Err(reason) => {
                    let reason = format!("{} can not be decoded: {reason}", event.event_type);
                    self.page.end = End::Poison { position: event.position, reason };
                    return Ok(());
                }
                Ok(fact) => {
                    self.page.bytes += event.payload.len();
                    self.page.events.push(recorded(event, fact));
                }
            },
        }
        self.page.last = event.position;
        self.page.event_id = Some(event.event_id);
        if self.page.bytes > MAX_BYTES {
            self.page.end = End::Cut;
        }
        Ok(())
    }

    fn order(&mut self, position: i64) -> Result<(), RuntimeError> {
        let expected = self.seen + 1;
        if position != expected {
            let words = format!("position {position} follows where {expected} must");
            return Err(RuntimeError::Broken(words));
        }
        self.seen = position;
        Ok(())
    }

    fn stream(&mut self, aggregate: u32, event: &EventRef<'_>) -> Result<(), RuntimeError> {
        let key = (aggregate, event.org_id, event.aggregate_id);
        match self.streams.note(key, event.sequence) {
            Some(before) if event.sequence != before + 1 => {
                let (id, sequence) = (event.aggregate_id, event.sequence);
                let words = format!("in stream {id} event {sequence} follows event {before}");
                Err(RuntimeError::Broken(words))
            }
            None if event.sequence < 1 => {
                let words = format!("stream {} has an event before its first", event.aggregate_id);
                Err(RuntimeError::Broken(words))
            }
            _ => Ok(()),
        }
    }
}

fn recorded(event: &EventRef<'_>, fact: super::Fact) -> Recorded {
    Recorded {
        position: event.position,
        org_id: OrgId::from(event.org_id),
        aggregate_id: event.aggregate_id,
        sequence: event.sequence,
        event_id: event.event_id,
        actor: event.actor.to_owned(),
        correlation_id: event.correlation_id,
        causation_id: event.causation_id,
        occurred_at: Timestamp::from_millis(event.occurred_at_ms),
        recorded_at: Timestamp::from_millis(event.recorded_at_ms),
        event: fact,
    }
}
