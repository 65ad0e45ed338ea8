//! Figures while a center is busy: never ahead of the log, never backwards, and right in the end.
//! `cargo bench -p tests --bench figures` does the same at 5,000 events a second.

use std::sync::atomic::Ordering;

use api::people::demo_org;
use domain::Timestamp;
use processes::{Clock as _, SystemClock};
use tests::busy::{Figures, Load};

use super::http_kit::{Server, commands};

const DAY_MS: i64 = 86_400_000;
/// So many events are appended at least.
const EVENTS: u64 = 3_000;
const RATE: u64 = 2_000;

async fn asked(server: &Server, since: Timestamp) -> Figures {
    let path = format!("/api/v1/analytics/calls?from={since}&to={}", since.plus_ms(DAY_MS));
    let body = server.until(&path, |_| true).await;
    Figures::answered(&body).expect("figures")
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_right_while_calls_are_appended_and_afterwards() {
    let server = Server::start().await;
    let (commands, org, since) = (commands(&server).await, demo_org(), SystemClock.now());
    let load = Load::begin(&commands, org, RATE).await.expect("a first call");
    let (mut seen, mut looks) = (Figures::default(), 0_u32);
    while load.appended.events.load(Ordering::SeqCst) < EVENTS {
        let figures = asked(&server, since).await;
        let begun = load.appended.calls.load(Ordering::SeqCst);
        figures.follow(&seen, begun).unwrap_or_else(|error| panic!("{error}"));
        (seen, looks) = (figures, looks + 1);
    }
    load.end().await.expect("every call");
    assert!(looks > 1, "nobody looked");
    server.settle().await;
    let counted = Figures::counted(server.test().database(), org, 0, since).await.expect("the log");
    assert!(counted.calls > 0 && counted.talk_ms > 0 && counted.resolved > 0, "{counted:?}");
    assert_eq!(asked(&server, since).await, counted);
    commands.log().close().await;
    server.stop().await;
}

/// Whoever follows the figures sees what goes wrong with them.
#[test]
fn control_a_figure_that_goes_backwards_or_ahead_is_noticed() {
    let before = Figures { calls: 7, talk_ms: 90, ..Figures::default() };
    let follows = |now: Figures| now.follow(&before, 8).is_ok();
    assert!(follows(before));
    assert!(follows(Figures { calls: 8, ..before }));
    assert!(!follows(Figures { calls: 9, ..before }), "a call that has not begun");
    assert!(!follows(Figures { talk_ms: 89, ..before }), "less than before");
}
