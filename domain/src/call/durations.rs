//! How long the parts of a call took (domain/03 §3.1.4).

use super::state::{Imported, KnownCall};

/// Durations in milliseconds; none where there is nothing that could have one.
///
/// What an agent did is counted once the customer's leg is over. Those of an
/// imported call are the ones that it came with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// From the first ring, or else the beginning, to the answer.
    pub ring_ms: Option<i64>,
    /// In queues.
    pub queue_ms: Option<i64>,
    /// With agents, without holds.
    pub talk_ms: Option<i64>,
    /// On hold.
    pub hold_ms: Option<i64>,
    /// In wrap-up.
    pub wrap_ms: Option<i64>,
    /// Talk, hold and wrap-up together, once wrap-up is over.
    pub handle_ms: Option<i64>,
    /// From the beginning to the end of the customer's leg.
    pub total_ms: Option<i64>,
}

impl KnownCall {
    /// How long its parts took.
    #[must_use]
    pub fn durations(&self) -> Durations {
        let total_ms = self.ended_at.map(|ended_at| ended_at.since_ms(self.created_at).max(0));
        if let Some(imported) = &self.imported {
            return Durations { total_ms, ..imported.durations() };
        }
        let rang_at = self.ringing_at.unwrap_or(self.created_at);
        let waits: Vec<i64> =
            self.queue_segments.iter().filter_map(|wait| wait.waited_ms).collect();
        let durations = Durations {
            ring_ms: self.answered_at.map(|answered_at| answered_at.since_ms(rang_at).max(0)),
            queue_ms: (!waits.is_empty()).then(|| sum(waits)),
            total_ms,
            ..Durations::default()
        };
        if self.segments.is_empty() || self.ended_at.is_none() {
            return durations;
        }
        let connected = sum(self.segments.iter().filter_map(|segment| {
            let left_at = segment.disconnected_at?;
            Some(left_at.since_ms(segment.connected_at).max(0))
        }));
        let held = sum(self.segments.iter().map(|segment| segment.held_ms));
        let talked = connected.saturating_sub(held).max(0);
        let wrapped = self.wrap_up.map_or(Some(0), |wrap_up| wrap_up.took_ms);
        Durations {
            talk_ms: Some(talked),
            hold_ms: Some(held),
            wrap_ms: Some(wrapped.unwrap_or(0)),
            handle_ms: wrapped.map(|wrapped| sum([talked, held, wrapped])),
            ..durations
        }
    }
}

impl Imported {
    fn durations(&self) -> Durations {
        let parts = [self.talk_ms, self.hold_ms, self.wrap_ms];
        let talked = self.talk_ms.is_some_and(|talked| talked > 0);
        Durations {
            ring_ms: None,
            queue_ms: self.wait_ms,
            talk_ms: self.talk_ms,
            hold_ms: self.hold_ms,
            wrap_ms: self.wrap_ms,
            handle_ms: talked.then(|| sum(parts.into_iter().flatten())),
            total_ms: None,
        }
    }
}

fn sum(parts: impl IntoIterator<Item = i64>) -> i64 {
    parts.into_iter().fold(0, i64::saturating_add)
}
