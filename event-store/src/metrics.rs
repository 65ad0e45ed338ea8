//! Counters that explain every latency: batch size, queue wait, statement time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a log's writer has done since it was opened. Differences of two readings count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Batches committed.
    pub batches: u64,
    /// Commands in them.
    pub commands: u64,
    /// Events in them.
    pub events: u64,
    /// The most commands in one batch.
    pub largest_batch: u64,
    /// Microseconds that commands have waited for their batch, added up over commands.
    pub queue_wait_us: u64,
    /// Microseconds that append statements took, added up over statements.
    pub statement_us: u64,
    /// Append statements sent, those that failed among them.
    pub statements: u64,
    /// Batches that were taken apart because something in them could not be appended.
    pub split: u64,
    /// Commands whose stream had moved on.
    pub conflicts: u64,
    /// Commands that were answered with what was kept with their key.
    pub replays: u64,
    /// Commands handed to the writer, whatever became of them.
    pub handed: u64,
    /// Commands that came while the queue was full.
    pub overloads: u64,
    /// Connections made by the writer.
    pub connects: u64,
    /// Commands whose outcome could not be found out.
    pub unknown: u64,
    /// Streams read because they were not in the cache, or not to be relied on.
    pub loads: u64,
    /// Keys looked up before their command was decided.
    pub lookups: u64,
}

macro_rules! counters {
    ($($name:ident),*) => {
        /// The counters behind [`Metrics`].
        #[derive(Default)]
        pub(crate) struct Counters { $(pub(crate) $name: AtomicU64),* }

        impl Counters {
            /// A reading.
            pub(crate) fn read(&self) -> Metrics {
                Metrics { $($name: self.$name.load(Ordering::Relaxed)),* }
            }
        }
    };
}

counters!(
    batches,
    commands,
    events,
    largest_batch,
    queue_wait_us,
    statement_us,
    statements,
    split,
    conflicts,
    replays,
    handed,
    overloads,
    connects,
    unknown,
    loads,
    lookups
);

/// Adds to a counter.
pub(crate) fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

/// Adds the length of something to a counter.
pub(crate) fn add_len(counter: &AtomicU64, count: usize) {
    add(counter, u64::try_from(count).unwrap_or(u64::MAX));
}

/// Adds a time to a counter of microseconds.
pub(crate) fn add_time(counter: &AtomicU64, time: Duration) {
    add(counter, u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
}
