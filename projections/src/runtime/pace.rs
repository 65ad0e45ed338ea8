//! How many events the next page may have.

use std::time::Duration;

use super::page::{End, Page};

const LEAST: i64 = 100;
/// Payload that a page should not have more of.
const HEAVY: usize = 8 << 20;

/// Grows while pages are full and quickly written, shrinks where they are slow
/// or heavy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    size: i64,
    most: i64,
    slow: Duration,
}

impl Pace {
    /// Begins with a size; writing a page should not take longer than `slow`.
    pub(super) fn new(start: i64, most: i64, slow: Duration) -> Self {
        let most = most.max(1);
        Self { size: start.clamp(1, most), most, slow }
    }

    /// Events that the next page may have.
    pub(super) fn size(&self) -> i64 {
        self.size
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
