//! What fails again and again is put aside, and somebody says what becomes of it.

use domain::call::CallCommand;
use domain::{Timestamp, UserId};
use processes::reactor::{DeadLetterError, DeadLetters, MAX_ATTEMPTS};
use uuid::Uuid;

use super::kit::{Does, Probe, due, instance, tasks, wrong};
use crate::telephony::kit::World;

const PAUSES_MS: [i64; 7] = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000];

fn letters(world: &World) -> DeadLetters {
    DeadLetters::new(world.database().clone(), world.commands.clone())
}

fn somebody() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

/// A call that a process has looked at too often in vain.
async fn dead(world: &World, probe: &Probe) -> domain::CallId {
    let call = world.dial("+420777100001").await;
    probe.plan(call, vec![wrong(); 8]);
    let mut runner = instance(world, probe);
    assert_eq!(due(&mut runner).await, 1);
    for pause in PAUSES_MS {
        world.clock.advance(pause - 1);
        assert_eq!(due(&mut runner).await, 0, "not before {pause} ms are over");
        world.clock.advance(1);
        assert_eq!(due(&mut runner).await, 1);
    }
    world.clock.advance(100 * 3_600_000);
    assert_eq!(due(&mut runner).await, 0, "it is put aside");
    runner.release().await;
    call
}

#[tokio::test]
async fn what_fails_too_often_is_listed_and_tried_again() {
    let (world, probe) = (World::new().await, Probe::default());
    let call = dead(&world, &probe).await;
    let letters = letters(&world);
    let all = letters.list(world.org, None, 10).await.expect("letters");
    let letter = all.first().expect("a letter");
    assert_eq!((all.len(), letter.attempts, letter.aggregate_id), (1, MAX_ATTEMPTS, call.uuid()));
    assert_eq!((&*letter.process, letter.error.as_deref()), ("probe", Some("it is broken")));
    let others = letters.list(domain::OrgId::from(Uuid::from_u128(9)), None, 10).await;
    assert_eq!(others.expect("letters"), []);
    letters.retry(&world.context(), (somebody(), letter.task_id)).await.expect("retried");
    assert_eq!(letters.list(world.org, None, 10).await.expect("letters"), []);
    assert_eq!((due(&mut instance(&world, &probe)).await, tasks(&world).await), (1, 0));
    let again = letters.retry(&world.context(), (somebody(), letter.task_id)).await;
    assert!(matches!(again, Err(DeadLetterError::Unknown)), "{again:?}");
    let told: i64 =
        world.value("SELECT count(*) FROM events WHERE event_type = 'DeadLetterRetried'").await;
    assert_eq!(told, 1);
}

#[tokio::test]
async fn what_is_given_up_is_written_down_with_its_reason() {
    let (world, probe) = (World::new().await, Probe::default());
    dead(&world, &probe).await;
    let letters = letters(&world);
    let letter = letters.list(world.org, None, 10).await.expect("letters").remove(0);
    let of = (somebody(), letter.task_id);
    for wrong in ["", "4242 4242 4242 4242"] {
        let refused = letters.discard(&world.context(), of, wrong).await;
        assert!(matches!(refused, Err(DeadLetterError::Field(_))), "{refused:?}");
    }
    letters.discard(&world.context(), of, "it was a test").await.expect("discarded");
    assert_eq!(tasks(&world).await, 0);
    let told: String = world
        .value(
            "SELECT payload::text FROM events \
             WHERE event_type = 'DeadLetterDiscarded'",
        )
        .await;
    assert!(told.contains("it was a test") && told.contains(&somebody().to_string()), "{told}");
}

#[tokio::test]
async fn another_fact_about_it_has_it_tried_again() {
    let (world, probe) = (World::new().await, Probe::default());
    let call = dead(&world, &probe).await;
    let (note, by, at): (_, _, Timestamp) = ("a note".into(), "user:1".into(), world.now());
    world.run(call, CallCommand::AddNote { note, by, at }).await.expect("noted");
    probe.always(Does::Answers(Ok(processes::reactor::Next::Rest)));
    assert_eq!((due(&mut instance(&world, &probe)).await, tasks(&world).await), (1, 0));
}
