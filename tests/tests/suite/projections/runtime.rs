//! Exactly once, in order, honest about its lag, and readable after a write.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use database::Role;
use event_store::Feed;
use projections::freshness::{Reached, least_of, position_of, wait_for};
use projections::status::State;
use projections::{Projection, Recorded, Tables};
use sqlx::{Connection, PgConnection};
use tests::until;

use super::{Tally, World};

const MAX_LAG_MS: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn p1_a_projector_that_is_killed_has_applied_every_event_once() {
    let world = World::with_tally().await;
    let head = world.happen(1, 40).await;
    for part in 1..4 {
        let tally = Tally::default();
        tally.hang_at.store(head * part / 4, Ordering::SeqCst);
        let hung = Arc::clone(&tally.hung);
        let projector = world.project(vec![Arc::new(tally)], "killed", 10);
        until("it stops before a commit", async || hung.load(Ordering::SeqCst) > 0).await;
        // Its rows are written, its transaction is open; and now it is gone.
        drop(projector);
    }
    let projector = world.project(vec![Arc::new(Tally::default())], "next", 10);
    projector.settle(head).await.expect("settled");
    projector.stop().await;
    world.exact().await;
}

/// The same fold, but the checkpoint moves in a second transaction: what P1 forbids.
async fn naive(world: &World, tally: &Tally, killed_at: Option<i64>) {
    let pool = world.database().pool(Role::Projector);
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await.expect("in");
    let checkpoint = "SELECT coalesce((SELECT position FROM projection_checkpoints
                      WHERE name = 'naive' AND build = 0), 0)";
    let mut at: i64 = sqlx::query_scalar(checkpoint).fetch_one(&mut connection).await.expect("at");
    let mut feed = Feed::open(pool).await.expect("a feed");
    loop {
        let mut batch: Vec<Arc<Recorded>> = Vec::new();
        let page = feed.page(at, 10, |event| {
            batch.push(Arc::new(Recorded::of(&event)?));
            Ok::<(), String>(())
        });
        page.await.expect("a page");
        let Some(last) = batch.last().map(|event| event.position) else { return };
        batch.retain(|event| tally.wants("call", event_type(event)));
        let mut rows = connection.begin().await.expect("the first transaction");
        tally.apply(&mut rows, &batch, Tables::Live).await.expect("applied");
        rows.commit().await.expect("the rows");
        if killed_at.is_some_and(|killed_at| last >= killed_at) {
            return;
        }
        sqlx::query(
            "INSERT INTO projection_checkpoints (name, build, version, position)
             VALUES ('naive', 0, 1, $1)
             ON CONFLICT (name, build) DO UPDATE SET position = excluded.position",
        )
        .bind(last)
        .execute(&mut connection)
        .await
        .expect("the second transaction");
        at = last;
    }
}

fn event_type(event: &Recorded) -> &'static str {
    domain::DecidedEvent::event_type(event.event.call().expect("a fact of a call"))
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "lost or doubled")]
async fn p1_control_a_checkpoint_in_a_second_transaction_doubles() {
    let world = World::with_tally().await;
    let head = world.happen(1, 10).await;
    let tally = Tally::default();
    naive(&world, &tally, Some(head / 2)).await;
    naive(&world, &tally, None).await;
    world.exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_control_without_the_kill_even_the_naive_one_is_right() {
    let world = World::with_tally().await;
    world.happen(1, 10).await;
    naive(&world, &Tally::default(), None).await;
    world.exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_two_projectors_fence_each_other() {
    let world = World::with_tally().await;
    let one = world.project(vec![Arc::new(Tally::default())], "one", 5);
    world.until("tally", |tally| tally.owner.as_deref() == Some("one")).await;
    let other = world.project(vec![Arc::new(Tally::default())], "other", 5);
    let mut head = 0;
    for seed in 0..6 {
        let owner = world.status("tally").await.owner;
        // Whoever has the lease does not know that it has run out, and works on.
        let expire = "UPDATE projection_checkpoints SET lease_until = clock_timestamp()
                      WHERE name = 'tally' AND lease_owner IS NOT NULL";
        world.plant(expire).await;
        head = world.happen(seed + 100, 8).await;
        other.settle(head).await.expect("settled");
        world.exact().await;
        assert!(owner.is_some() || seed > 0, "nobody had it");
    }
    one.stop().await;
    other.settle(head).await.expect("settled");
    world.until("tally", |tally| tally.owner.as_deref() == Some("other")).await;
    let head = world.happen(200, 3).await;
    other.settle(head).await.expect("the other goes on");
    other.stop().await;
    world.exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_a_fenced_projector_writes_nothing() {
    let world = World::with_tally().await;
    let head = world.happen(3, 5).await;
    let projector = world.project(vec![Arc::new(Tally::default())], "fenced", 5);
    projector.settle(head).await.expect("settled");
    // Somebody else takes over and holds on.
    world
        .plant(
            "UPDATE projection_checkpoints SET lease_epoch = lease_epoch + 1,
                 lease_owner = 'somebody', lease_until = clock_timestamp() + interval '1 hour'
             WHERE name = 'tally'",
        )
        .await;
    let later = world.happen(4, 5).await;
    let reached = wait_for(world.database(), "tally", later, Duration::from_millis(300)).await;
    assert_eq!(reached.expect("a look"), Reached::Lagging { at: head });
    let wrong = world.number("SELECT sum(n)::bigint FROM tally").await;
    let read = "SELECT count(*) FROM events WHERE event_type <> 'CallTagged' AND position <= ";
    assert_eq!(wrong, world.number(&format!("{read}{head}")).await);
    projector.stop().await;
    let owner = world.status("tally").await.owner;
    assert_eq!(owner.as_deref(), Some("somebody"), "a stop gave away what was not its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn p8_a_dead_reader_is_red_and_its_lag_grows() {
    let world = World::with_tally().await;
    let head = world.happen(5, 5).await;
    let projector = world.project(vec![Arc::new(Tally::default())], "reader", 100);
    projector.settle(head).await.expect("settled");
    let alive = world.until("tally", |tally| tally.state == State::Running).await;
    assert_eq!((alive.lag_events, alive.lag_ms, alive.trouble(MAX_LAG_MS)), (0, 0, None));
    // Killed: its lease is not given back, and still it is not alive for long.
    drop(projector);
    let dead = world.until("tally", |tally| tally.state == State::Stopped).await;
    assert_eq!(dead.trouble(MAX_LAG_MS).as_deref(), Some("nobody moves tally"));
    let head = world.happen(6, 5).await;
    let at = position_of(world.database(), "tally").await.expect("a position");
    assert_eq!((at.head, at.lag_events), (head, head - at.position));
    assert!(at.lag_events > 0);
    let later = world.until("tally", |tally| tally.lag_ms > at.lag_ms).await;
    assert_eq!(later.lag_events, at.lag_events);
}

#[tokio::test(flavor = "multi_thread")]
async fn p8_a_projection_that_never_ran_lags_behind_the_whole_log() {
    let world = World::create().await;
    let head = world.happen(7, 3).await;
    for projection in projections::registry() {
        let status = world.until(projection.name(), |one| one.lag_ms > 0).await;
        assert_eq!((status.state, status.lag_events), (State::Stopped, head));
        let at = position_of(world.database(), projection.name()).await.expect("a position");
        assert_eq!(at.lag_events, head);
        assert!(at.lag_ms > 0);
        assert!(status.trouble(MAX_LAG_MS).is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p8_what_rests_on_several_projections_is_as_fresh_as_the_least_fresh_one() {
    let world = World::with_tally().await;
    let head = world.happen(9, 3).await;
    let projector = world.project(vec![Arc::new(Tally::default())], "reader", 100);
    projector.settle(head).await.expect("settled");
    let least = async |names: &[&str]| {
        let at = least_of(world.database(), names).await.expect("a position");
        (at.position, at.lag_events, at.lag_ms > 0)
    };
    assert_eq!(least(&["tally"]).await, (head, 0, false));
    // Nobody runs the one for calls.
    for names in [["tally", "calls"], ["calls", "tally"]] {
        assert_eq!(least(&names).await, (0, head, true), "{names:?}");
    }
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p8_running_but_late_is_red_too() {
    let world = World::with_tally().await;
    let head = world.happen(8, 3).await;
    let tally = Tally::default();
    tally.hang_at.store(1, Ordering::SeqCst);
    let hung = Arc::clone(&tally.hung);
    let projector = world.project(vec![Arc::new(tally)], "slow", 100);
    until("it stands still", async || hung.load(Ordering::SeqCst) > 0).await;
    let late = world.until("tally", |tally| tally.lag_ms > 1).await;
    assert_eq!(late.lag_events, head);
    if late.state == State::Running {
        assert!(late.trouble(1).is_some_and(|words| words.contains("behind the log")));
    }
    drop(projector);
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_query_waits_for_its_write_and_says_when_it_is_not_there() {
    let world = World::with_tally().await;
    let head = world.happen(9, 5).await;
    let wait =
        |position, ms| wait_for(world.database(), "tally", position, Duration::from_millis(ms));
    assert_eq!(wait(head, 50).await.expect("a look"), Reached::Lagging { at: 0 });
    assert_eq!(wait(0, 0).await.expect("a look"), Reached::Reached);
    let projector = world.project(vec![Arc::new(Tally::default())], "reader", 100);
    assert_eq!(wait(head, 20_000).await.expect("a look"), Reached::Reached);
    world.exact().await;
    // A position that nobody has yet.
    assert_eq!(wait(head + 1, 50).await.expect("a look"), Reached::Lagging { at: head });
    let histories = tests::histories::histories(10, 5).expect("histories");
    let (reached, appended) =
        tokio::join!(wait(head + 1, 20_000), tests::histories::append(&world.commands, &histories));
    assert_eq!(reached.expect("a look"), Reached::Reached);
    projector.settle(appended.expect("appended")).await.expect("settled");
    projector.stop().await;
}
