//! What stops a projection: a hole, a stream out of order, an event that can
//! not be applied, another history. Nothing is ever skipped.

use std::sync::Arc;
use std::time::Duration;

use database::Role;
use event_store::Feed;
use projections::freshness::{Reached, wait_for};
use projections::rebuild::rebuild_projection;
use projections::status::State;
use projections::{RuntimeError, find};
use tokio_util::sync::CancellationToken;

use super::{Tally, World, options};

/// Starts a projector and waits until it is paused; answers where and why.
async fn paused(world: &World, tally: Tally, batch: i64) -> (i64, String) {
    // What paused it before is forgotten, so that it is seen to pause again.
    world.plant("UPDATE projection_checkpoints SET state = 'running', reason = NULL").await;
    let projector = world.project(vec![Arc::new(tally)], "reader", batch);
    let status = world.until("tally", |tally| tally.state == State::Paused).await;
    projector.stop().await;
    let reason = status.reason.clone().expect("a reason");
    assert!(status.trouble(i64::MAX).is_some_and(|words| words.contains(&reason)));
    (status.position, reason)
}

/// Goes on with healthy code, to the end and exactly once.
async fn goes_on(world: &World, head: i64) {
    let projector = world.project(vec![Arc::new(Tally::default())], "healthy", 7);
    projector.settle(head).await.expect("settled");
    world.until("tally", |tally| tally.state == State::Running).await;
    projector.stop().await;
    world.exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_hole_stops_the_projection() {
    let world = World::with_tally().await;
    let head = world.happen(20, 20).await;
    let hole = head / 2;
    world.tamper(&format!("DELETE FROM events WHERE position = {hole}")).await;
    let (position, reason) = paused(&world, Tally::default(), 10).await;
    assert!(position < hole, "it went over the hole: {position}");
    assert_eq!(
        reason,
        format!("the log is broken: position {} follows where {hole} must", hole + 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_control_a_naive_reader_does_not_see_the_hole() {
    let world = World::create().await;
    let head = world.happen(20, 5).await;
    world.tamper(&format!("DELETE FROM events WHERE position = {}", head / 2)).await;
    let mut feed = Feed::open(world.database().pool(Role::Projector)).await.expect("a feed");
    let (mut last, mut seen) = (0, 0);
    let page = feed.page(0, head, |event| {
        (last, seen) = (event.position, seen + 1);
        Ok::<(), String>(())
    });
    page.await.expect("a page");
    assert_eq!((last, seen), (head, head - 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_stream_out_of_order_stops_the_projection() {
    for batch in [1, 5, 1_000] {
        let world = World::with_tally().await;
        world.happen(21, 20).await;
        // The last event of the longest stream moves on by one.
        let longest =
            "SELECT aggregate_id FROM events GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1";
        let last = format!("SELECT max(position) FROM events WHERE aggregate_id = ({longest})");
        let broken = world.number(&last).await;
        let gap = format!("UPDATE events SET sequence = sequence + 1 WHERE position = {broken}");
        world.tamper(&gap).await;
        let (position, reason) = paused(&world, Tally::default(), batch).await;
        assert!(position < broken, "it went over the gap: {position}");
        assert!(reason.starts_with("the log is broken: in stream "), "{reason}");
        let heal = format!("UPDATE events SET sequence = sequence - 1 WHERE position = {broken}");
        world.tamper(&heal).await;
        let head = world.number("SELECT position FROM log_head").await;
        goes_on(&world, head).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_stream_out_of_order_stops_those_alone_who_read_such() {
    let world = World::create().await;
    let head = world.happen(21, 20).await;
    let last = "SELECT max(position) FROM events WHERE sequence > 2";
    let broken = world.number(last).await;
    let gap = format!("UPDATE events SET sequence = sequence + 1 WHERE position = {broken}");
    world.tamper(&gap).await;
    for (name, stops) in [("calls", true), ("ivr_sessions", true), ("teams", false)] {
        let projection = find(name).expect("registered");
        let live = world.project(vec![projection], "live", 50);
        let reached = wait_for(world.database(), name, head, Duration::from_secs(3)).await;
        let reached = reached.expect("the database") == Reached::Reached;
        assert_eq!(reached, !stops, "{name}");
        live.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_pauses_the_projection_and_is_never_skipped() {
    let world = World::with_tally().await;
    let head = world.happen(22, 30).await;
    // One that follows an event which the projection does not read, too: the
    // checkpoint then stands on an event that is not in any batch.
    let beside = world
        .number(
            "SELECT coalesce(min(e.position), 0) FROM events e JOIN events b
             ON b.position = e.position - 1 AND b.event_type = 'CallTagged'
             WHERE e.event_type <> 'CallTagged'",
        )
        .await;
    assert!(beside > 1, "no event follows a CallTagged");
    let wanted = |from: i64| {
        format!(
            "SELECT min(position) FROM events
             WHERE event_type <> 'CallTagged' AND position >= {from}"
        )
    };
    let middle = world.number(&wanted(head / 2)).await;
    let mut culprits =
        [world.number(&wanted(1)).await, beside, middle, world.number(&wanted(head - 3)).await];
    culprits.sort_unstable();
    for refuse in culprits {
        let (position, reason) = paused(&world, Tally { refuse, ..Tally::default() }, 10).await;
        assert_eq!(position, refuse - 1, "everything before it is applied, nothing after it");
        assert_eq!(reason, format!("the event at position {refuse}: it is refused"));
        let counted = world.number("SELECT coalesce(sum(n), 0)::bigint FROM tally").await;
        let before = format!(
            "SELECT count(*) FROM events WHERE event_type <> 'CallTagged' AND position < {refuse}"
        );
        assert_eq!(counted, world.number(&before).await);
    }
    goes_on(&world, head).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_type_of_event_pauses_the_projection() {
    let world = World::with_tally().await;
    let head = world.happen(23, 20).await;
    let at = head / 2;
    let name =
        &world.texts(&format!("SELECT event_type FROM events WHERE position = {at}")).await[0];
    for (change, reason) in [
        ("event_type = 'CallTeleported'", "unknown event type CallTeleported version 1 of call"),
        ("event_version = 99", "version 99 of call"),
        ("aggregate_type = 'spaceship'", "of spaceship"),
        ("payload = '{\"CallEnded\": 7}'", "can not be decoded"),
    ] {
        let changed = format!("UPDATE events SET {change} WHERE position = {at} RETURNING 1");
        let kept =
            world.texts(&format!("SELECT payload::text FROM events WHERE position = {at}")).await;
        world.tamper(&changed).await;
        // What is not wanted is not decoded, but its type has to be known.
        let wanted = name != "CallTagged" || !change.starts_with("payload");
        if wanted {
            let (position, words) = paused(&world, Tally::default(), 10).await;
            assert_eq!(position, at - 1);
            assert!(words.contains(reason), "{words}");
        }
        let payload = kept[0].replace('\'', "''");
        world
            .tamper(&format!(
                "UPDATE events SET event_type = '{name}', event_version = 1,
                     aggregate_type = 'call', payload = '{payload}' WHERE position = {at}"
            ))
            .await;
    }
    goes_on(&world, head).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_of_another_history_stops_and_comes_back() {
    let world = World::with_tally().await;
    let head = world.happen(24, 5).await;
    goes_on(&world, head).await;
    let event = "(SELECT event_id FROM events ORDER BY position DESC LIMIT 1)";
    for (change, words) in [
        ("position = position + 5", "which the log has not"),
        ("event_id = gen_random_uuid()", "the log has another event"),
        ("version = 7", "its rows are of version 7, the code of 1: rebuild it"),
    ] {
        let change = format!("UPDATE projection_checkpoints SET {change} WHERE name = 'tally'");
        world.plant(&change).await;
        let (_, reason) = paused(&world, Tally::default(), 10).await;
        assert!(reason.contains(words), "{reason}");
        // Nothing new happens, and still it says that it runs again.
        let heal = format!(
            "UPDATE projection_checkpoints SET position = {head}, event_id = {event}, version = 1
             WHERE name = 'tally'"
        );
        world.plant(&heal).await;
        goes_on(&world, head).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_meets_poison_leaves_the_live_rows_alone() {
    let world = World::with_tally().await;
    let head = world.happen(25, 20).await;
    goes_on(&world, head).await;
    let wanted = "SELECT max(position) FROM events WHERE event_type <> 'CallTagged'";
    let refuse = world.number(wanted).await;
    let before = world.rows(&Tally::default()).await;
    let cancel = CancellationToken::new();
    let build = |tally: Tally| {
        let (database, cancel) = (world.database(), cancel.clone());
        let options = options(7, 1);
        let tally = Arc::new(tally);
        async move { rebuild_projection(database, tally, &options, &|_| (), &cancel).await }
    };
    let fault = build(Tally { refuse, ..Tally::default() }).await.expect_err("poison");
    assert!(
        matches!(fault, RuntimeError::Poison { position, .. } if position == refuse),
        "{fault}"
    );
    assert_eq!(world.rows(&Tally::default()).await, before);
    assert_eq!(world.status("tally").await.position, head);
    let report = build(Tally::default()).await.expect("rebuilt by healthy code");
    assert_eq!(report.from, refuse - 1, "it goes on where it met the poison");
    assert_eq!(world.rows(&Tally::default()).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_projection_goes_on_after_a_rebuild_without_waiting_for_its_retry() {
    let world = World::with_tally().await;
    let head = world.happen(26, 5).await;
    goes_on(&world, head).await;
    world.plant("UPDATE projection_checkpoints SET version = 7 WHERE name = 'tally'").await;
    let settings = projections::ProjectorSettings {
        retry_paused: Duration::from_secs(3_600),
        ..projections::ProjectorSettings::default()
    };
    let (token, tail) = (CancellationToken::new(), world.log.tail());
    let tally: Vec<Arc<dyn projections::Projection>> = vec![Arc::new(Tally::default())];
    let projector =
        projections::Projector::start_with(world.database(), &tail, tally, token, &settings);
    world.until("tally", |tally| tally.state == State::Paused).await;
    let (cancel, options) = (CancellationToken::new(), options(100, 1));
    let tally = Arc::new(Tally::default());
    let report = rebuild_projection(world.database(), tally, &options, &|_| (), &cancel).await;
    let report = report.expect("rebuilt");
    assert_eq!(report.differences, None, "rows of another version are not compared");
    world.until("tally", |tally| tally.state == State::Running).await;
    projector.stop().await;
    world.exact().await;
}
