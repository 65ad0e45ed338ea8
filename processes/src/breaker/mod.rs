//! Leaves a provider alone that does not answer, and tries it again (domain/05 §5.3).
//!
//! There is a breaker for each provider in each process. What each has found stands in a table,
//! so that nobody asks for what another one knows to be in vain: whoever dials may not be the
//! process that was asked for the call.
//!
//! *Architecture invariant:* a breaker only ever keeps something from being asked. What was asked
//! is told of to the log whatever the breaker says, and what is asked again is asked under the
//! same key.

mod rules;
mod shared;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Timestamp;
use domain::call::Provider;
use domain::payment::PaymentProvider;
use uuid::Uuid;

pub use self::rules::{Failure, Heard, Standing, Window};

use self::rules::{Breaker, State};
use crate::clock::Clock;

/// What is behind a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Telephone calls over this network.
    Telephony(Provider),
    /// Payments that this provider carries.
    Payment(PaymentProvider),
}

impl Service {
    /// Its name, as `telephony:simulator`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Telephony(provider) => format!("telephony:{}", provider.word()),
            Self::Payment(provider) => format!("payment:{}", provider.word()),
        }
    }

    fn slow_ms(self) -> i64 {
        match self {
            Self::Telephony(_) => 5_000,
            Self::Payment(_) => 10_000,
        }
    }
}

/// How one process sees a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which provider, as `telephony:simulator`.
    pub service: String,
    /// Which process.
    pub instance: Uuid,
    /// How it stands.
    pub state: Standing,
    /// Since when.
    pub since: Timestamp,
    /// Until when nothing is asked.
    pub retry_at: Option<Timestamp>,
    /// What the last calls came to.
    pub window: Window,
    /// How it failed last, and when.
    pub last_failure: Option<(String, Timestamp)>,
}

/// The breakers of a process; cheap to clone.
#[derive(Clone)]
pub struct Breakers(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    instance: Uuid,
    own: Mutex<HashMap<Service, Breaker>>,
    /// What the others have found when they were looked at last.
    others: Mutex<Vec<Seen>>,
    changed: tokio::sync::Notify,
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Breakers {
    /// All closed.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            clock,
            instance: Uuid::from_bytes(rand::random()),
            own: Mutex::default(),
            others: Mutex::default(),
            changed: tokio::sync::Notify::new(),
        }))
    }

    /// There is a breaker for this provider, whether it was asked or not.
    pub fn guard(&self, service: Service) {
        self.with(service, |_| ());
    }

    /// Lets a request through, or not.
    #[must_use]
    pub fn admit(&self, service: Service) -> Option<Asked> {
        let at = self.0.clock.now();
        let admitted = self.with(service, |breaker| breaker.admit(at));
        admitted.then(|| self.begun(service, true))
    }

    /// A request that is made in any case, and says something of the provider too.
    #[must_use]
    pub fn asked(&self, service: Service) -> Asked {
        self.begun(service, false)
    }

    fn begun(&self, service: Service, admitted: bool) -> Asked {
        let (breakers, asked_at) = (self.clone(), self.0.clock.now());
        Asked { breakers, service, admitted, asked_at, heard: Heard::Failed(Failure::Timeout) }
    }

    /// Until when a provider is left alone, as this process or another one knows it.
    #[must_use]
    pub fn rejects_until(&self, service: Service) -> Option<Timestamp> {
        let at = self.0.clock.now();
        let own = self.look(service, |breaker| breaker.rejects_until(at)).flatten();
        let name = service.name();
        let others = locked(&self.0.others);
        let others = others.iter().filter(|seen| seen.service == name);
        own.into_iter().chain(others.filter_map(|seen| seen.retry_at)).filter(|on| *on > at).max()
    }

    /// Whether a provider is known not to answer, here or in another process.
    #[must_use]
    pub fn is_open(&self, service: Service) -> bool {
        let at = self.0.clock.now();
        let own = self.look(service, |breaker| breaker.state(at).0);
        let name = service.name();
        let open = |seen: &Seen| {
            seen.service == name
                && seen.state == Standing::Open
                && seen.retry_at.is_some_and(|on| on > at)
        };
        matches!(own, Some(State::Open { .. })) || locked(&self.0.others).iter().any(open)
    }

    /// In how many seconds, rounded up, a provider is asked again; `None`: it is asked now.
    #[must_use]
    pub fn rejects_for_seconds(&self, service: Service) -> Option<u32> {
        let ms = self.rejects_until(service)?.since_ms(self.0.clock.now());
        Some(u32::try_from(ms.max(1).saturating_add(999) / 1_000).unwrap_or(u32::MAX))
    }

    /// How many calls are let through now; `None`: as many as anybody likes.
    #[must_use]
    pub fn room(&self, service: Service) -> Option<u32> {
        if self.rejects_until(service).is_some() {
            return Some(0);
        }
        let at = self.0.clock.now();
        self.look(service, |breaker| breaker.room(at)).flatten()
    }

    fn look<T>(&self, service: Service, f: impl FnOnce(&Breaker) -> T) -> Option<T> {
        locked(&self.0.own).get(&service).map(f)
    }

    fn with<T>(&self, service: Service, f: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut own = locked(&self.0.own);
        let begin = || Breaker::new(service.slow_ms(), self.0.clock.now());
        f(own.entry(service).or_insert_with(begin))
    }

    fn heard(&self, service: Service, heard: Heard, took: (bool, i64)) {
        let at = self.0.clock.now();
        let opened = self.with(service, |breaker| breaker.heard(heard, took, at));
        if opened {
            let until = self.rejects_until(service);
            tracing::error!(service = service.name(), ?until, "the provider is left alone");
        }
        if heard != Heard::Answered {
            self.0.changed.notify_one();
        }
    }
}

/// A request that is under way. Dropped without a word, nobody has waited for its answer any
/// longer, so it took too long.
pub struct Asked {
    breakers: Breakers,
    service: Service,
    admitted: bool,
    asked_at: Timestamp,
    heard: Heard,
}

impl Asked {
    /// What came of it.
    pub fn heard(mut self, heard: Heard) {
        self.heard = heard;
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let took_ms = self.breakers.0.clock.now().since_ms(self.asked_at);
        self.breakers.heard(self.service, self.heard, (self.admitted, took_ms));
    }
}
