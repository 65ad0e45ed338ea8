//! Waiting has a condition and a bound.

use std::time::{Duration, Instant};

/// Waits until a condition holds, for 30 seconds at most.
///
/// # Panics
/// It does not hold by then.
#[expect(clippy::panic, reason = "a test can not go on without it")]
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !holds().await {
        if Instant::now() >= end {
            panic!("waited in vain until {what}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
