//! P1 and P10 where there is nothing to write: a checkpoint need not move for each event that its
//! projection does not want, and does where somebody waits for it.

use std::sync::Arc;
use std::time::Duration;

use projections::freshness::{Reached, position_of, wait_for};
use projections::{Projection, Projector, ProjectorSettings, calls, teams};
use tokio_util::sync::CancellationToken;

use super::World;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn p10_a_checkpoint_moves_for_rows_and_for_whoever_waits() {
    let world = World::create().await;
    let projections: Vec<Arc<dyn Projection>> =
        vec![Arc::new(calls::Calls), Arc::new(teams::Teams)];
    let rest = Duration::from_secs(3_600);
    let settings = ProjectorSettings { rest, ..ProjectorSettings::default() };
    let (token, tail) = (CancellationToken::new(), world.log.tail());
    let db = world.database();
    let projector = Projector::start_with(db, &tail, projections, token, &settings);
    let reached = async |name: &str, position| {
        wait_for(db, name, position, PATIENCE).await.expect("the database") == Reached::Reached
    };
    let at = async |name: &str| position_of(db, name).await.expect("the database").position;

    let waited_for = world.happen(1, 3).await;
    assert!(reached("calls", waited_for).await && reached("teams", waited_for).await);
    assert_eq!(at("teams").await, waited_for, "somebody has waited for it");
    let mut head = waited_for;
    for seed in 2..12 {
        head = world.happen(seed, 1).await;
        assert!(reached("calls", head).await, "it has rows");
    }
    assert_eq!(at("teams").await, waited_for, "it has nothing to write, and nobody waits");
    assert!(reached("teams", head).await, "now somebody does");
    projector.stop().await;
    assert_eq!((at("calls").await, at("teams").await), (head, head));
}

#[tokio::test]
async fn p10_between_two_pages_it_rests_and_not_where_somebody_waits() {
    let world = World::create().await;
    let hour = Duration::from_secs(3_600);
    let settings = ProjectorSettings { beat: hour, rest: hour, ..<_>::default() };
    let (token, tail) = (CancellationToken::new(), world.log.tail());
    let calls: Vec<Arc<dyn Projection>> = vec![Arc::new(calls::Calls)];
    let db = world.database();
    let projector = Projector::start_with(db, &tail, calls, token, &settings);
    for seed in 1..6 {
        let head = world.happen(seed, 1).await;
        let reached = wait_for(db, "calls", head, PATIENCE).await;
        assert_eq!(reached.expect("the database"), Reached::Reached, "somebody waits");
    }
    // What was asked for last may bring one page more.
    let head = world.happen(9, 2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let at = position_of(db, "calls").await.expect("the database");
    assert!(at.position < head, "it rests");
    assert!(at.lag_events > 0 && at.lag_ms > 0, "and does not hide it");
    projector.stop().await;
}

/// Whoever is far behind does not rest on the way; nor does a checkpoint that is behind what was
/// read wait for the end of a rest.
#[tokio::test]
async fn p10_where_there_is_more_to_read_nobody_rests() {
    let world = World::create().await;
    let head = world.happen(3, 10).await;
    assert!(head > 40, "only {head} events");
    let hour = Duration::from_secs(3_600);
    let settings = ProjectorSettings { beat: hour, batch: 10, ..<_>::default() };
    let (token, tail) = (CancellationToken::new(), world.log.tail());
    // It wants none of these events.
    let teams: Vec<Arc<dyn Projection>> = vec![Arc::new(teams::Teams)];
    let projector = Projector::start_with(world.database(), &tail, teams, token, &settings);
    world.until("teams", |teams| teams.position == head).await;
    projector.stop().await;
}

#[tokio::test]
async fn p10_without_anybody_who_waits_it_rests_no_longer_than_it_may() {
    let world = World::create().await;
    let settings = ProjectorSettings { rest: Duration::from_millis(1), ..<_>::default() };
    let (token, tail) = (CancellationToken::new(), world.log.tail());
    let teams: Vec<Arc<dyn Projection>> = vec![Arc::new(teams::Teams)];
    let projector = Projector::start_with(world.database(), &tail, teams, token, &settings);
    let head = world.happen(1, 3).await;
    let status = world.until("teams", |teams| teams.position == head).await;
    assert_eq!(status.position, head);
    projector.stop().await;
}
