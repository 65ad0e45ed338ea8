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
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lru::LruCache;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use crate::{IdempotencyKey, StreamKey};

/// How long somebody waits for others who are at work on a stream.
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
    queues: Mutex<HashMap<StreamKey, VecDeque<oneshot::Sender<()>>>>,
}

impl Streams {
    /// Keeps so many states.
    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self { states: Mutex::new(LruCache::new(capacity)), queues: Mutex::default() }
    }

    /// Waits until nobody else in this process works on the stream; not for ever, for it only keeps
    /// away conflicts, and who is at work may be somebody whom nobody polls.
    pub(crate) async fn lock(&self, stream: StreamKey) -> Locked<'_> {
        let mut locked = self.queue_up(stream);
        if let Turn::Waiting(turn) = &mut locked.turn
            && let Ok(Ok(())) = timeout(PATIENCE, turn).await
        {
            locked.turn = Turn::Mine;
        }
        locked
    }

    fn queue_up(&self, stream: StreamKey) -> Locked<'_> {
        let turn = match grab(&self.queues).entry(stream) {
            Entry::Vacant(free) => {
                free.insert(VecDeque::new());
                Turn::Mine
            }
            Entry::Occupied(mut queue) => {
                let (call, turn) = oneshot::channel();
                queue.get_mut().push_back(call);
                Turn::Waiting(turn)
            }
        };
        Locked { streams: self, stream, turn }
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

    /// Puts a state in that was committed or loaded under the stream's lock.
    pub(crate) fn put<A: Send + 'static>(&self, stream: StreamKey, remembered: Remembered<A>) {
        let Remembered { state, version, personal } = remembered;
        let state: Box<dyn Any + Send> = state;
        let known = Some(Remembered { state, version, personal });
        let mut states = grab(&self.states);
        match states.get_mut(&stream) {
            Some(place) => *place = known,
            None => drop(states.put(stream, known)),
        }
    }
}

/// The right to work on a stream.
pub(crate) struct Locked<'s> {
    streams: &'s Streams,
    stream: StreamKey,
    turn: Turn,
}

enum Turn {
    Mine,
    /// It has not come yet, or nobody has looked.
    Waiting(oneshot::Receiver<()>),
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        if let Turn::Waiting(turn) = &mut self.turn {
            turn.close();
            if turn.try_recv().is_err() {
                return;
            }
        }
        let mut queues = grab(&self.streams.queues);
        let Entry::Occupied(mut queue) = queues.entry(self.stream) else { return };
        while let Some(next) = queue.get_mut().pop_front() {
            if next.send(()).is_ok() {
                return;
            }
        }
        queue.remove();
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
