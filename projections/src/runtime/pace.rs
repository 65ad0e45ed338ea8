//! How many events the next page may have, and when it is written.

use std::time::Duration;

use super::page::{End, Page};

const LEAST: i64 = 100;
/// Payload that a page should not have more of.
const HEAVY: usize = 8 << 20;
/// Nobody rests longer than this for what a page took.
const LONGEST_REST: Duration = Duration::from_millis(200);

/// Grows while pages are full and quickly written, shrinks where they are slow
/// or heavy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    size: i64,
    most: i64,
    slow: Duration,
    beat: Duration,
}

impl Pace {
    /// Begins with a size; writing a page should not take longer than `slow`.
    pub(super) fn new(start: i64, most: i64, slow: Duration) -> Self {
        let most = most.max(1);
        Self { size: start.clamp(1, most), most, slow, beat: Duration::ZERO }
    }

    /// The same, with so much time at least between the beginnings of two pages.
    pub(super) fn with_beat(self, beat: Duration) -> Self {
        Self { beat, ..self }
    }

    /// Events that the next page may have.
    pub(super) fn size(&self) -> i64 {
        self.size
    }

    /// How long after the beginning of a page the next one begins, where nobody waits for it: what
    /// happens to one row in the meantime is written once, and others get their turn.
    pub(super) fn rest(&self, page: &Page, took: Duration) -> Duration {
        match page.more {
            true => took,
            false => self.beat.max(took + took.min(LONGEST_REST)),
        }
    }

    /// Learns from a page how the next one should be.
    pub(super) fn learn(&mut self, page: &Page, took: Duration) {
        let had = page.last - page.after;
        let heavy = took > self.slow || page.bytes > HEAVY || page.end == End::Cut;
        let light = took < self.slow * 2 / 5 && page.bytes <= HEAVY / 2;
        if heavy {
            // Pages of the old size may be under way: each of them tells the same.
            self.size = self.size.min((had / 2).max(LEAST.min(self.most)));
        } else if light && had >= self.size {
            self.size = self.size.saturating_mul(2).min(self.most);
        }
    }
}
