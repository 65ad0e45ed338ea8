//! What a keyring holds in memory: keys, whom blind indexes lead to, and what was destroyed.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::Bytes;

/// Of each kind so many are held.
const HELD: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);

/// A subject's key.
pub(super) type Key = Arc<Zeroizing<Bytes>>;
/// An organization, and a subject or a blind index of it.
type Of = (Uuid, Uuid);
/// What was fetched, and when.
type Held<T> = LruCache<Of, (T, Instant)>;

pub(super) struct Memory {
    /// How long something is used before it is asked for again: an erasure elsewhere counts here
    /// after this.
    fresh: Duration,
    keys: Mutex<Held<Key>>,
    /// Whom blind indexes lead to.
    subjects: Mutex<Held<Uuid>>,
    /// Whose keys were destroyed from here: what was fetched before and comes back after is not
    /// held any more.
    destroyed: Mutex<LruCache<Of, ()>>,
}

impl Memory {
    pub(super) fn new(fresh: Duration) -> Self {
        Self {
            fresh,
            keys: Mutex::new(LruCache::new(HELD)),
            subjects: Mutex::new(LruCache::new(HELD)),
            destroyed: Mutex::new(LruCache::new(HELD)),
        }
    }

    /// The key of a subject, however long ago it was fetched: whoever seals has prepared it.
    pub(super) fn prepared(&self, of: Of) -> Option<Key> {
        grab(&self.keys).get(&of).map(|(key, _)| Arc::clone(key))
    }

    /// The key of a subject, where it is fresh.
    pub(super) fn key(&self, of: Of) -> Option<Key> {
        self.fresh(&mut grab(&self.keys), of)
    }

    /// The subjects whose keys are not held, or not fresh.
    pub(super) fn missing(&self, org: Uuid, subjects: &[Uuid]) -> Vec<Uuid> {
        let mut keys = grab(&self.keys);
        let mut missing = |subject: &Uuid| self.fresh(&mut keys, (org, *subject)).is_none();
        subjects.iter().copied().filter(|subject| missing(subject)).collect()
    }

    /// Holds a key; `false` where it was destroyed since.
    pub(super) fn keep(&self, of: Of, key: Key) -> bool {
        let mut keys = grab(&self.keys);
        let there = !grab(&self.destroyed).contains(&of);
        if there {
            keys.put(of, (key, Instant::now()));
        }
        there
    }

    /// Whom a blind index leads to, where that is fresh.
    pub(super) fn subject(&self, of: Of) -> Option<Uuid> {
        self.fresh(&mut grab(&self.subjects), of)
    }

    /// Holds whom a blind index leads to, unless they were erased since.
    pub(super) fn lead(&self, (org, blind): Of, subject: Uuid) {
        let mut subjects = grab(&self.subjects);
        if !grab(&self.destroyed).contains(&(org, subject)) {
            subjects.put((org, blind), (subject, Instant::now()));
        }
    }

    /// The key of a subject is no more, though perhaps not from here.
    pub(super) fn forget(&self, of: Of) {
        grab(&self.keys).pop(&of);
    }

    /// The key of a subject was destroyed from here, and what leads to them.
    pub(super) fn destroyed(&self, (org, subject): Of) {
        grab(&self.destroyed).put((org, subject), ());
        self.forget((org, subject));
        let mut subjects = grab(&self.subjects);
        let theirs = |(of, (behind, _)): (&Of, &(Uuid, Instant))| {
            (of.0 == org && *behind == subject).then_some(*of)
        };
        let blinds: Vec<Of> = subjects.iter().filter_map(theirs).collect();
        for blind in blinds {
            subjects.pop(&blind);
        }
    }

    fn fresh<T: Clone>(&self, held: &mut Held<T>, of: Of) -> Option<T> {
        let (value, fetched) = held.get(&of)?;
        (fetched.elapsed() < self.fresh).then(|| value.clone())
    }
}

/// Nothing is left half done under these locks, so a panic elsewhere does not spoil them.
pub(super) fn grab<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
