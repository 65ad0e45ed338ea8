//! Whoever looks is killed in the middle of it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use domain::alert::AlertState::{Raised, Resolved};
use domain::alert_rule::AlertMetric;

use super::kit::{QUEUE, World, rule};

/// Has somebody look, and kills them after so many steps; says whether they were done before.
async fn killed_after(world: &World, steps: usize) -> bool {
    let mut evaluator = world.evaluator();
    let mut look = pin!(evaluator.run_due());
    let mut left = steps;
    poll_fn(|context| match look.as_mut().poll(context) {
        Poll::Ready(looked) => {
            looked.expect("looked");
            Poll::Ready(true)
        }
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_whoever_was_killed_has_begun_is_told_once_and_ended_once_wherever_that_was() {
    let world = World::quiet().await;
    world.define(rule("crowd", AlertMetric::Waiting, 0.0)).await;
    let (mut done, mut steps, mut raised, mut killed) = (false, 0, 0, 0);
    while !done {
        done = true;
        let call = world.waits(QUEUE).await;
        for state in [Raised, Resolved] {
            // The lease of whoever was killed runs out, and so does the time in which it is quiet.
            world.clock.advance(60_000);
            world.settle().await;
            let whole = killed_after(&world, steps).await;
            done &= whole;
            killed += usize::from(!whole);
            world.clock.advance(60_000);
            world.settle().await;
            let mut next = world.evaluator();
            next.run_due().await.expect("looked");
            next.release().await;
            raised += usize::from(state == Raised);
            world.settle().await;
            let states = world.states().await;
            assert_eq!(states.last(), Some(&state), "killed after {steps} steps");
            assert_eq!(states.len(), raised, "killed after {steps} steps: {states:?}");
            if state == Raised {
                world.leaves(call).await;
            }
        }
        steps += 1;
    }
    assert!(killed > 20, "it was killed only {killed} times");
    world.stop().await;
}
