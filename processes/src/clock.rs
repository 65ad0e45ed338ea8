//! What time it is, as a value: the system's clock, or one that a test moves by hand.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::Timestamp;
use futures::future::BoxFuture;
use tokio::sync::{oneshot, watch};

/// Where every process gets the time from.
pub trait Clock: Send + Sync + 'static {
    /// The instant now, to the millisecond.
    fn now(&self) -> Timestamp;

    /// Comes back once the clock shows this instant or a later one.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()>;

    /// Comes back after so many milliseconds.
    fn sleep_ms(&self, ms: i64) -> BoxFuture<'static, ()> {
        self.sleep_until(self.now().plus_ms(ms))
    }
}

/// An instant as the tables keep it.
pub(crate) fn utc(at: Timestamp) -> DateTime<Utc> {
    at.into()
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(Utc::now().timestamp_millis())
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let ms = u64::try_from(at.since_ms(self.now())).unwrap_or(0);
        Box::pin(tokio::time::sleep(Duration::from_millis(ms)))
    }
}

/// A clock that stands still until it is told to go on.
///
/// Whoever sleeps is registered, so that a test can wait until everybody it expects sleeps
/// and then move the clock; sleepers wake in the order of their instants.
#[derive(Debug)]
pub struct ControlledClock {
    state: Mutex<State>,
    sleepers: watch::Sender<usize>,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    order: u64,
    sleeping: BTreeMap<(Timestamp, u64), oneshot::Sender<()>>,
}

impl ControlledClock {
    /// A clock that shows this instant.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        let state = State { now, order: 0, sleeping: BTreeMap::new() };
        Self { state: Mutex::new(state), sleepers: watch::Sender::new(0) }
    }

    /// Moves on by so many milliseconds and wakes whoever is due, earliest first.
    pub fn advance(&self, ms: i64) {
        let to = self.now().plus_ms(ms);
        self.advance_to(to);
    }

    /// Moves on to this instant (never back) and wakes whoever is due, earliest first.
    pub fn advance_to(&self, to: Timestamp) {
        let mut state = self.state();
        while let Some(entry) = state.sleeping.first_entry() {
            let due = entry.key().0;
            if due > to {
                break;
            }
            let waker = entry.remove();
            state.now = state.now.max(due);
            // A sleeper that was dropped no longer listens; that is its right.
            let _ = waker.send(());
        }
        state.now = state.now.max(to);
        self.count(&mut state);
    }

    /// The instant at which the next sleeper wakes.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        let mut state = self.state();
        state.sleeping.retain(|_, waker| !waker.is_closed());
        state.sleeping.keys().next().map(|(at, _)| *at)
    }

    /// How many sleep now.
    #[must_use]
    pub fn sleepers(&self) -> usize {
        let mut state = self.state();
        self.count(&mut state)
    }

    /// Comes back once at least this many have been registered as sleeping.
    pub async fn wait_for_sleepers(&self, count: usize) {
        let mut sleepers = self.sleepers.subscribe();
        // The sender lives as long as `self`, so the wait cannot end early.
        let _ = sleepers.wait_for(|sleeping| *sleeping >= count).await;
    }

    fn count(&self, state: &mut MutexGuard<'_, State>) -> usize {
        state.sleeping.retain(|_, waker| !waker.is_closed());
        let sleeping = state.sleeping.len();
        self.sleepers.send_replace(sleeping);
        sleeping
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held; a poisoned clock would still show the time.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ControlledClock {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let mut state = self.state();
        if at <= state.now {
            return Box::pin(tokio::task::yield_now());
        }
        let (waker, woken) = oneshot::channel();
        state.order += 1;
        let key = (at, state.order);
        state.sleeping.insert(key, waker);
        self.count(&mut state);
        Box::pin(async move {
            // An error means that the clock is gone, and with it the time to wait for.
            let _ = woken.await;
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_controlled_sleeper_wakes_when_the_clock_reaches_its_instant() {
        let clock = Arc::new(ControlledClock::new(Timestamp::from_millis(1_000)));
        let (early, late) = (clock.sleep_ms(10), clock.sleep_ms(20));
        clock.wait_for_sleepers(2).await;
        assert_eq!(clock.next_wake(), Some(Timestamp::from_millis(1_010)));

        clock.advance(10);
        early.await;
        assert_eq!(clock.sleepers(), 1);

        drop(late);
        assert_eq!(clock.sleepers(), 0);
        clock.advance_to(Timestamp::from_millis(5));
        assert_eq!(clock.now(), Timestamp::from_millis(1_010));
    }
}
