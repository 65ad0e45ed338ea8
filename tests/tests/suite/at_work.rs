//! A clock under which people can be called.

use domain::Timestamp;
use futures::future::BoxFuture;
use processes::{Clock, SystemClock};

/// The system's clock, moved on to the next Wednesday at 10:00 UTC.
pub struct AtWork {
    ahead_ms: i64,
}

impl AtWork {
    pub fn begin() -> Self {
        const DAY_MS: i64 = 86_400_000;
        let now = SystemClock.now().millis();
        // 1970-01-01 was a Thursday, so the first Wednesday was six days later.
        let wednesday = 6 * DAY_MS + 10 * 3_600_000;
        Self { ahead_ms: (wednesday - now).rem_euclid(7 * DAY_MS) }
    }
}

impl Clock for AtWork {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_ms(self.ahead_ms)
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        SystemClock.sleep_until(at.plus_ms(-self.ahead_ms))
    }
}
