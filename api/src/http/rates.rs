//! How often somebody may ask: each person, each organization, and each network address that is not
//! known yet. Whoever asks more often is told when to come again, before any work is done.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::{HeaderName, HeaderValue};
use processes::auth::Principal;
use uuid::Uuid;

use super::problem::{Problem, RATE_LIMITED};

/// Requests, per second or per minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateSettings {
    /// Of a person, per second; twice as many at once.
    pub user: u32,
    /// Of an organization, per second; twice as many at once.
    pub org: u32,
    /// To be let in, from one network address, per minute; as many at once.
    pub entry: u32,
}

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

/// Counts who asks.
pub struct Rates {
    settings: RateSettings,
    users: Keyed<(Uuid, Uuid)>,
    orgs: Keyed<Uuid>,
    entries: Keyed<IpAddr>,
}

impl Rates {
    /// With these limits; 0 counts as 1.
    #[must_use]
    pub fn new(settings: RateSettings) -> Self {
        let count = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let second =
            |rate: u32| Quota::per_second(count(rate)).allow_burst(count(rate.saturating_mul(2)));
        Self {
            settings,
            users: RateLimiter::keyed(second(settings.user)),
            orgs: RateLimiter::keyed(second(settings.org)),
            entries: RateLimiter::keyed(Quota::per_minute(count(settings.entry))),
        }
    }

    /// Lets somebody's request through, or not yet.
    ///
    /// # Errors
    /// `rate-limited`
    pub fn known(&self, principal: &Principal) -> Result<(), Problem> {
        let (org, user) = (principal.org.uuid(), principal.user.uuid());
        asked(&self.users, &(org, user), self.settings.user)?;
        asked(&self.orgs, &org, self.settings.org)
    }

    /// Lets somebody try to get in, or not yet.
    ///
    /// # Errors
    /// `rate-limited`
    pub fn entry(&self, address: IpAddr) -> Result<(), Problem> {
        asked(&self.entries, &address, self.settings.entry)
    }

    /// Forgets those who have not asked for a while.
    pub fn forget(&self) {
        self.users.retain_recent();
        self.orgs.retain_recent();
        self.entries.retain_recent();
    }
}

fn asked<K: Clone + Hash + Eq>(limiter: &Keyed<K>, who: &K, limit: u32) -> Result<(), Problem> {
    let Err(early) = limiter.check_key(who) else { return Ok(()) };
    let wait = early.wait_time_from(DefaultClock::default().now());
    let seconds = u32::try_from((wait + Duration::from_millis(999)).as_secs()).unwrap_or(u32::MAX);
    let seconds = seconds.max(1);
    let header = |name| HeaderName::from_static(name);
    Err(Problem::of(&RATE_LIMITED)
        .retry_after(seconds)
        .with_header(header("ratelimit-limit"), HeaderValue::from(limit))
        .with_header(header("ratelimit-remaining"), HeaderValue::from(0))
        .with_header(header("ratelimit-reset"), HeaderValue::from(seconds)))
}
