//! One instance dials, whoever it is.

use processes::telephony::{DialSettings, TelephonyError};

use super::kit::World;

fn fenced(outcome: Result<usize, TelephonyError>) -> bool {
    matches!(outcome, Err(TelephonyError::Fenced))
}

#[tokio::test]
async fn a_second_instance_is_refused_while_the_first_is_alive() {
    let mut world = World::new().await;
    let mut second = world.another_submitter(DialSettings::default());
    world.settle().await;
    for _ in 0..10 {
        world.pass(DialSettings::default().lease_ms / 2).await;
        assert!(fenced(second.run_due().await));
    }
    world.submitter.release().await;
    second.run_due().await.expect("it is free now");
    assert!(fenced(world.submitter.run_due().await));
}

#[tokio::test]
async fn a_lease_that_was_not_renewed_is_taken_over() {
    let mut world = World::new().await;
    world.settle().await;
    let mut second = world.another_submitter(DialSettings::default());
    world.clock.advance(DialSettings::default().lease_ms - 1);
    assert!(fenced(second.run_due().await));
    world.clock.advance(1);
    second.run_due().await.expect("it has lapsed");
    let call = world.dial("+420777120001").await;
    assert!(fenced(world.submitter.run_due().await));
    assert_eq!(world.simulator.requests(call), 0);
    second.run_due().await.unwrap();
    assert_eq!(world.simulator.requests(call), 1);
}

#[tokio::test]
async fn whoever_has_lost_the_lease_without_noticing_can_write_nothing() {
    let mut world = World::new().await;
    world.settle().await;
    // Another one takes over although by our clock the lease still holds.
    world.execute("UPDATE process_cursors SET lease_until = '2000-01-01'").await;
    let mut second = world.another_submitter(DialSettings::default());
    second.run_due().await.expect("it has lapsed");
    let call = world.dial("+420777120001").await;
    assert!(fenced(world.submitter.run_due().await));
    let rows: i64 = world.value("SELECT count(*) FROM dial_submissions").await;
    assert_eq!((rows, world.simulator.requests(call)), (0, 0));
    second.run_due().await.unwrap();
    assert_eq!(world.simulator.requests(call), 1);
}

#[tokio::test]
async fn of_many_instances_at_once_one_dials() {
    let world = World::new().await;
    let mut calls = Vec::new();
    for number in 0..5 {
        calls.push(world.dial(&format!("+4207771{number}0001")).await);
    }
    let instances = (0..3).map(|_| world.another_submitter(DialSettings::default()));
    let all = instances.map(|mut one| async move {
        let outcome = one.run_due().await;
        (one, outcome)
    });
    let all = futures::future::join_all(all).await;
    let worked = all.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let refused = all.iter().filter(|(_, outcome)| matches!(outcome, Err(TelephonyError::Fenced)));
    assert_eq!((worked, refused.count()), (1, 2));
    for call in calls {
        assert_eq!(world.simulator.requests(call), 1);
    }
}
