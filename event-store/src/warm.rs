//! What this process remembers: states of streams, who is at work on them, keys it has seen.
//!
//! A state is only a cache (L11): it is taken out when a command starts, put back after its
//! commit and gone after anything else; the unique key of the stream is the guard between
//! processes. The lock in front keeps this process from competing with itself.

use std::any::Any;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use crate::{IdempotencyKey, StreamKey};

/// How long one command may be at work on a stream while others wait.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is remembered of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remembered<A: ?Sized> {
    pub state: Box<A>,
    pub version: i64,
    /// Something personal may be appended to it, for it had to be read once: the state before is
    /// worth a copy.
    pub personal: bool,
}

/// States by stream, and who waits for whom at those that somebody is at work on.
pub(crate) struct Streams {
    /// A state that was taken out leaves its place behind.
    states: Mutex<LruCache<StreamKey, Option<Remembered<dyn Any + Send>>>>,
    queues: Mutex<HashMap<StreamKey, Queue>>,
    tickets: AtomicU64,
}

/// Which command of this process it is.
type Ticket = u64;

/// Who is at work on a stream, and who waits for it.
struct Queue {
    at_work: Ticket,
    since: Instant,
    waiting: VecDeque<(Ticket, oneshot::Sender<()>)>,
}

impl Streams {
    /// Keeps so many states.
    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        let (states, queues) = (Mutex::new(LruCache::new(capacity)), Mutex::default());
        Self { states, queues, tickets: AtomicU64::new(0) }
    }

    /// Waits until nobody else in this process works on the stream. From somebody who has been at
    /// work for too long the first in line takes the turn, for they may be somebody whom nobody
    /// polls, and a turn only keeps away conflicts.
    pub(crate) async fn lock(&self, stream: StreamKey) -> Locked<'_> {
        let (locked, mut turn) = self.queue_up(stream);
        while let Some(called) = &mut turn {
            if timeout(PATIENCE, called).await.is_ok() || self.take_over(&locked) {
                turn = None;
            }
        }
        locked
    }

    fn queue_up(&self, stream: StreamKey) -> (Locked<'_>, Option<oneshot::Receiver<()>>) {
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        let turn = match grab(&self.queues).entry(stream) {
            Entry::Vacant(free) => {
                let (since, waiting) = (Instant::now(), VecDeque::new());
                free.insert(Queue { at_work: ticket, since, waiting });
                None
            }
            Entry::Occupied(mut queue) => {
                let (call, turn) = oneshot::channel();
                queue.get_mut().waiting.push_back((ticket, call));
                Some(turn)
            }
        };
        (Locked { streams: self, stream, ticket }, turn)
    }

    /// Whether somebody who has waited has the turn now.
    fn take_over(&self, locked: &Locked<'_>) -> bool {
        let mut queues = grab(&self.queues);
        let Some(queue) = queues.get_mut(&locked.stream) else { return true };
        let first = queue.waiting.front().is_some_and(|(ticket, _)| *ticket == locked.ticket);
        if first && queue.since.elapsed() >= PATIENCE {
            tracing::warn!(stream = ?locked.stream, "a command takes long; the next one begins");
            queue.waiting.pop_front();
            (queue.at_work, queue.since) = (locked.ticket, Instant::now());
        }
        queue.at_work == locked.ticket
    }

    /// Takes the state out.
    pub(crate) fn take<A: 'static>(&self, stream: &StreamKey) -> Option<Remembered<A>> {
        let known = grab(&self.states).get_mut(stream)?.take()?;
        let Remembered { state, version, personal } = known;
        let state = state.downcast::<A>().ok()?;
        Some(Remembered { state, version, personal })
    }

    /// A copy of the state, which stays.
    pub(crate) fn copy<A: Clone + 'static>(&self, stream: &StreamKey) -> Option<(A, i64)> {
        let states = grab(&self.states);
        let known = states.peek(stream)?.as_ref()?;
        Some((known.state.downcast_ref::<A>()?.clone(), known.version))
    }

    /// A copy of the state, if it is of this version or a later one.
    pub(crate) fn copy_since<A: Clone + 'static>(
        &self,
        stream: &StreamKey,
        version: i64,
    ) -> Option<(A, i64)> {
        self.copy(stream).filter(|(_, known)| *known >= version)
    }

    /// Puts a state in that was committed or loaded, unless a later one is there.
    pub(crate) fn put<A: Send + 'static>(&self, stream: StreamKey, remembered: Remembered<A>) {
        let Remembered { state, version, personal } = remembered;
        let state: Box<dyn Any + Send> = state;
        let known = Some(Remembered { state, version, personal });
        let mut states = grab(&self.states);
        match states.get_mut(&stream) {
            // Whoever lost their turn may come late.
            Some(Some(there)) if there.version > version => {}
            Some(place) => *place = known,
            None => drop(states.put(stream, known)),
        }
    }
}

impl Queue {
    /// Gives the turn to the next who waits; `false` where there is nobody.
    fn next(&mut self) -> bool {
        while let Some((ticket, call)) = self.waiting.pop_front() {
            (self.at_work, self.since) = (ticket, Instant::now());
            if call.send(()).is_ok() {
                return true;
            }
        }
        false
    }
}

/// A place in the line of a stream: the right to work on it, or to wait for that.
pub(crate) struct Locked<'s> {
    streams: &'s Streams,
    stream: StreamKey,
    ticket: Ticket,
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let mut queues = grab(&self.streams.queues);
        let Entry::Occupied(mut queue) = queues.entry(self.stream) else { return };
        if queue.get().at_work != self.ticket {
            // It waits no longer, or somebody has taken its turn.
            queue.get_mut().waiting.retain(|(ticket, _)| *ticket != self.ticket);
        } else if !queue.get_mut().next() {
            queue.remove();
        }
    }
}

/// Keys at work in this process, and those that it has seen lately. Both are known by a
/// 64-bit hash under a secret of this process: a collision costs one needless look or one
/// needless "in progress", never a wrong answer.
pub(crate) struct Keys {
    hasher: RandomState,
    running: Mutex<HashSet<u64>>,
    seen: Mutex<LruCache<u64, ()>>,
}

impl Keys {
    /// Remembers so many keys.
    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self {
            hasher: RandomState::new(),
            running: Mutex::default(),
            seen: Mutex::new(LruCache::new(capacity)),
        }
    }

    /// Claims a key; `None` while another command has it. The flag says whether the key was
    /// seen before, so that it is better looked up first.
    pub(crate) fn claim(&self, org: Uuid, key: &IdempotencyKey) -> Option<(Claim<'_>, bool)> {
        let hash = self.hasher.hash_one((org, &key.actor, &key.operation, &key.key));
        if !grab(&self.running).insert(hash) {
            return None;
        }
        let seen = grab(&self.seen).put(hash, ()).is_some();
        Some((Claim { keys: self, hash }, seen))
    }
}

/// The right to use a key.
pub(crate) struct Claim<'k> {
    keys: &'k Keys,
    hash: u64,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        grab(&self.keys.running).remove(&self.hash);
    }
}

/// Nothing is left half done under these locks, so a panic elsewhere does not spoil them.
fn grab<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn stream(id: u128) -> StreamKey {
        let (org_id, aggregate_id) = (Uuid::nil(), Uuid::from_u128(id));
        StreamKey { org_id, aggregate_type: "test", aggregate_id }
    }

    #[tokio::test]
    async fn a_gate_is_there_as_long_as_somebody_needs_it() {
        let streams = Streams::new(1);
        let first = streams.lock(stream(1)).await;
        let mut waiting = Box::pin(streams.lock(stream(1)));
        assert!(futures::poll!(&mut waiting).is_pending(), "one at a time");
        let mut given_up = Box::pin(streams.lock(stream(1)));
        assert!(futures::poll!(&mut given_up).is_pending());
        drop(given_up);
        let other = streams.lock(stream(2)).await;
        drop(first);
        let second = waiting.await;
        assert_eq!(grab(&streams.queues).len(), 2);
        drop((second, other));
        assert!(grab(&streams.queues).is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn a_turn_that_nobody_has_heard_of_is_passed_on() {
        let streams = Streams::new(1);
        let first = streams.lock(stream(1)).await;
        let mut second = Box::pin(streams.lock(stream(1)));
        let mut third = Box::pin(streams.lock(stream(1)));
        assert!(
            futures::poll!(&mut second).is_pending() && futures::poll!(&mut third).is_pending()
        );
        drop(first);
        drop(second);
        assert!(futures::poll!(&mut third).is_ready(), "it need not wait until the turn is late");
        drop(third);
        assert!(grab(&streams.queues).is_empty());
    }

    #[tokio::test]
    async fn a_turn_is_taken_by_the_first_in_line_and_the_others_wait_for_them() {
        let streams = Streams::new(1);
        let held = streams.lock(stream(1)).await;
        let at_work = std::sync::atomic::AtomicUsize::new(0);
        let rivals = (0..20).map(async |_| {
            let turn = streams.lock(stream(1)).await;
            assert_eq!(at_work.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
            tokio::task::yield_now().await;
            at_work.fetch_sub(1, Ordering::SeqCst);
            drop(turn);
        });
        futures::future::join_all(rivals).await;
        assert!(grab(&streams.queues).is_empty(), "whoever lost the turn has no line");
        let next = streams.lock(stream(1)).await;
        drop(held);
        assert_eq!(grab(&streams.queues).len(), 1, "and ends nobody else's");
        drop(next);
        assert!(grab(&streams.queues).is_empty());
    }

    #[test]
    fn a_state_is_not_replaced_by_an_earlier_one() {
        let streams = Streams::new(2);
        for version in [1, 3, 2] {
            let (state, personal) = (Box::new(version), false);
            streams.put(stream(1), Remembered { state, version, personal });
        }
        assert_eq!(streams.copy::<i64>(&stream(1)), Some((3, 3)));
    }

    #[test]
    fn the_oldest_state_makes_room_and_a_state_is_taken_once() {
        let streams = Streams::new(2);
        for id in 1..=3 {
            let version = i64::try_from(id).unwrap();
            let personal = false;
            streams.put(stream(id), Remembered { state: Box::new(id), version, personal });
        }
        assert_eq!(streams.take::<u128>(&stream(1)), None);
        assert_eq!(streams.copy::<u128>(&stream(3)), Some((3, 3)));
        let taken = streams.take::<u128>(&stream(3));
        assert_eq!(taken.map(|taken| (*taken.state, taken.version)), Some((3, 3)));
        assert_eq!(streams.take::<u128>(&stream(3)), None);
        assert_eq!(streams.take::<String>(&stream(2)), None, "a state of another type is none");
    }

    #[test]
    fn a_key_is_claimed_by_one_and_known_afterwards() {
        let keys = Keys::new(2);
        let key = |name: &str| IdempotencyKey {
            actor: "a".to_owned(),
            operation: "o".to_owned(),
            key: name.to_owned(),
            fingerprint: [0; 32],
        };
        let (claim, seen) = keys.claim(Uuid::nil(), &key("k")).unwrap();
        assert!(!seen && keys.claim(Uuid::nil(), &key("k")).is_none());
        assert!(keys.claim(Uuid::max(), &key("k")).is_some(), "another organization's");
        drop(claim);
        let (_claim, seen) = keys.claim(Uuid::nil(), &key("k")).unwrap();
        assert!(seen, "it is better looked up");
    }
}
