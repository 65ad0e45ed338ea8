//! Guards 10 and 12: a number is reserved before it is dialed, whoever else wants it.

use domain::{CallId, OrgId, SubjectId};
use processes::telephony::{Reserved, release, reserve};
use uuid::Uuid;

use super::kit::{World, commands};

const NUMBER: &str = "+420777120002";

fn call(number: u128) -> CallId {
    CallId::from(Uuid::from_u128(number))
}

async fn ask(world: &World, subject: SubjectId, call: CallId) -> Reserved {
    let reserved = reserve(&world.commands, world.database(), world.org, subject, call).await;
    reserved.expect("the table can be asked")
}

async fn count(world: &World) -> i64 {
    world.value("SELECT count(*) FROM dial_reservations").await
}

#[tokio::test]
async fn of_two_at_once_one_has_the_number() {
    let world = World::new().await;
    let other = commands(world.database(), world.clock.clone()).await;
    for round in 0..25_u128 {
        let subject = SubjectId::from(Uuid::from_u128(1_000 + round));
        let (one, two) = (call(2 * round), call(2 * round + 1));
        let (database, org) = (world.database(), world.org);
        let (one, two) = tokio::join!(
            reserve(&world.commands, database, org, subject, one),
            reserve(&other, database, org, subject, two),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        let free = [one, two].iter().filter(|found| !found.verdict.duplicate_live).count();
        let fresh = [one, two].iter().filter(|found| found.fresh).count();
        assert_eq!((free, fresh), (1, 1), "round {round}");
    }
}

#[tokio::test]
async fn no_more_calls_than_the_limit_are_let_through_at_once() {
    let world = World::new().await;
    const LIMIT: u32 = 5;
    let all = (0..20_u128).map(|number| {
        let subject = SubjectId::from(Uuid::from_u128(1_000 + number));
        ask(&world, subject, call(number))
    });
    let found = futures::future::join_all(all).await;
    let through = found.iter().filter(|found| found.verdict.live_calls < LIMIT).count();
    assert!((1..=5).contains(&through), "{through}");
    assert!(found.iter().all(|found| found.fresh && found.verdict.max_live_calls == 0));
}

#[tokio::test]
async fn the_same_call_may_ask_again() {
    let world = World::new().await;
    let subject = world.subject(NUMBER).await;
    assert!(ask(&world, subject, call(1)).await.fresh);
    let again = ask(&world, subject, call(1)).await;
    assert_eq!((again.fresh, again.verdict.duplicate_live), (false, false));
    let other = ask(&world, subject, call(2)).await;
    assert_eq!((other.fresh, other.verdict.duplicate_live), (false, true));
    // Another organization calls whom it likes.
    let foreign = OrgId::from(Uuid::from_u128(0xB));
    let reserved =
        reserve(&world.commands, world.database(), foreign, subject, call(3)).await.unwrap();
    assert_eq!((reserved.fresh, reserved.verdict.live_calls), (true, 0));
}

#[tokio::test]
async fn a_number_is_given_back_with_the_end_of_its_call() {
    let mut world = World::new().await;
    let subject = world.subject(NUMBER).await;
    let live = world.dial(NUMBER).await;
    assert!(ask(&world, subject, live).await.fresh);
    world.settle().await;
    assert!(ask(&world, subject, call(2)).await.verdict.duplicate_live);
    world.pass(10_000).await;
    assert_eq!((world.status(live).await, count(&world).await), ("busy", 0));
    assert!(ask(&world, subject, call(2)).await.fresh);
}

#[tokio::test]
async fn a_number_whose_call_has_ended_is_taken_over_before_it_is_given_back() {
    let mut world = World::new().await;
    let subject = world.subject(NUMBER).await;
    let ended = world.dial(NUMBER).await;
    world.pass(10_000).await;
    assert!(ask(&world, subject, ended).await.fresh);
    let next = ask(&world, subject, call(2)).await;
    assert_eq!((next.fresh, next.verdict.duplicate_live), (true, false));
    // The one that had it before gives nothing back any more.
    release(world.database(), world.org, subject, ended).await.unwrap();
    assert_eq!(count(&world).await, 1);
    release(world.database(), world.org, subject, call(2)).await.unwrap();
    assert_eq!(count(&world).await, 0);
}

#[tokio::test]
async fn a_reservation_without_a_call_lapses_after_a_minute() {
    let mut world = World::new().await;
    let subject = world.subject(NUMBER).await;
    assert!(ask(&world, subject, call(1)).await.fresh);
    world.clock.advance(60_000);
    assert!(ask(&world, subject, call(2)).await.verdict.duplicate_live);
    world.clock.advance(1);
    assert!(ask(&world, subject, call(2)).await.fresh);
    // Nobody asks for it: the reconciler gives it back.
    world.clock.advance(60_001);
    world.settle().await;
    assert_eq!(count(&world).await, 0);
}

#[tokio::test]
async fn a_live_call_keeps_its_number_for_as_long_as_it_lasts() {
    let mut world = World::new().await;
    let number = "+420777120009";
    let subject = world.subject(number).await;
    let live = world.dial(number).await;
    assert!(ask(&world, subject, live).await.fresh);
    world.pass(3 * 60 * 60 * 1_000).await;
    assert_eq!(world.status(live).await, "in_progress");
    assert!(ask(&world, subject, call(2)).await.verdict.duplicate_live);
}
