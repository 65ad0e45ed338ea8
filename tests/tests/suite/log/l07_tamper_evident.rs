//! L7, first half: every batch has a Merkle root that is chained on the head. What a
//! superuser changes afterwards is found.

use super::counter::Command;
use super::defect::{by_postgres, found};
use super::kit::{World, run};

/// Eight events in at least two batches, of two streams.
async fn eight() -> World {
    let world = World::new().await;
    let (one, other) = (world.counter().await, world.counter().await);
    world.send(one, Command::Repeat(3)).run().await.expect("three");
    world.send(other, Command::Add(5)).run().await.expect("one");
    world.send(one, Command::Repeat(2)).run().await.expect("two");
    assert_eq!(world.sound().await, 8);
    world
}

#[tokio::test]
async fn l7_roots_and_chain_are_what_postgresql_computes_from_the_same_words() {
    let world = eight().await;
    // Also a large batch, with what is unusual: no cause, a suspect clock, long texts.
    let id = world.counter().await;
    world.send(id, Command::Repeat(256)).run().await.expect("many");
    world.send(id, Command::At(i64::from(i32::MAX) * 1_000)).run().await.expect("in 2038");
    world.send(id, Command::Note(100_000)).run().await.expect("long");
    let mut admin = world.admin().await;
    let (wrong, batches) = by_postgres(&mut admin).await;
    assert_eq!(wrong, [0; 0]);
    assert!(batches >= 8, "only {batches} batches");
    // The control: it would have seen one that is wrong.
    run(&mut admin, "ALTER TABLE batches DISABLE TRIGGER USER").await;
    run(&mut admin, "UPDATE batches SET root = sha256(root) WHERE first = 3").await;
    let (wrong, _) = by_postgres_again(&mut admin).await;
    assert_eq!(wrong, [3]);
    world.log.close().await;
}

/// The functions are there from the first time.
async fn by_postgres_again(admin: &mut sqlx::PgConnection) -> (Vec<i64>, i64) {
    run(admin, "DISCARD TEMP").await;
    by_postgres(admin).await
}

#[tokio::test]
async fn l7_every_edit_of_an_event_is_found() {
    let (world, back) = (
        eight().await,
        "DELETE FROM events WHERE position = 4;
                                         INSERT INTO events SELECT * FROM kept",
    );
    let mut admin = world.admin().await;
    run(&mut admin, "CREATE TABLE kept AS SELECT * FROM events WHERE position = 4").await;
    for edit in [
        "UPDATE events SET payload = '{\"Added\":{\"amount\":2}}' WHERE position = 4",
        "UPDATE events SET payload = '{\"Added\": {\"amount\":1}}' WHERE position = 4",
        "UPDATE events SET metadata = '{}' WHERE position = 4",
        "UPDATE events SET actor = 'user:eve' WHERE position = 4",
        "UPDATE events SET recorded_at = recorded_at + interval '1 ms' WHERE position = 4",
        "UPDATE events SET occurred_at = occurred_at - interval '1 ms' WHERE position = 4",
        "UPDATE events SET causation_id = correlation_id WHERE position = 4",
        "UPDATE events SET correlation_id = event_id WHERE position = 4",
        "UPDATE events SET event_id = org_id WHERE position = 4",
        "UPDATE events SET event_version = 2 WHERE position = 4",
        "UPDATE events SET org_id = event_id WHERE position = 4",
        "UPDATE events SET event_type = 'Closed' WHERE position = 4",
    ] {
        let faults = found(&world, edit).await;
        let root = "position 3: the batch 3..5 does not have its root".to_owned();
        assert!(faults.contains(&root), "{edit}: {faults:?}");
        run(&mut admin, back).await;
        assert_eq!(world.sound().await, 8, "{edit}: put back");
    }
}

#[tokio::test]
async fn l7_what_is_deleted_is_found() {
    let faults = found(&eight().await, "DELETE FROM events WHERE position = 4").await;
    assert!(faults.contains(&"position 4: the event is missing".to_owned()), "{faults:?}");
    let faults = found(&eight().await, "DELETE FROM batches WHERE first = 3").await;
    assert!(faults.iter().any(|fault| fault.contains("where one must begin at 3")), "{faults:?}");
}

#[tokio::test]
async fn l7_what_is_cut_off_at_the_end_is_found() {
    let cut = "DELETE FROM events WHERE position >= 7; DELETE FROM batches WHERE first >= 7";
    let faults = found(&eight().await, cut).await;
    let end = "position 8: the head is at 8, the last batch ends at 6".to_owned();
    assert!(faults.contains(&end), "{faults:?}");
    // Also with the head moved back: its hash is still that of what was cut.
    let cut = "DELETE FROM events WHERE position >= 7; DELETE FROM batches WHERE first >= 7;
               UPDATE log_head SET position = 6";
    let faults = found(&eight().await, cut).await;
    assert_eq!(faults, ["position 6: the head does not end the chain"]);
}

#[tokio::test]
async fn l7_what_is_swapped_or_slipped_in_is_found() {
    let swap = "UPDATE events SET position = 100 WHERE position = 3;
                UPDATE events SET position = 3 WHERE position = 4;
                UPDATE events SET position = 4 WHERE position = 100";
    let faults = found(&eight().await, swap).await;
    assert!(faults.iter().any(|fault| fault.contains("does not have its root")), "{faults:?}");
    let order = "in its stream event 2 comes after event 0".to_owned();
    assert!(!faults.iter().any(|fault| fault.contains(&order)), "{faults:?}");

    let slip = "INSERT INTO events SELECT 9, 7, org_id, aggregate_id, event_id, correlation_id,
                causation_id, occurred_at, recorded_at, event_version, aggregate_type,
                event_type, actor, payload, metadata FROM events WHERE position = 8";
    let faults = found(&eight().await, slip).await;
    let behind = "position 9: there is an event behind the head".to_owned();
    assert!(faults.contains(&behind), "{faults:?}");
}

#[tokio::test]
async fn l7_a_batch_that_is_computed_anew_breaks_the_chain() {
    let world = eight().await;
    let mut admin = world.admin().await;
    by_postgres(&mut admin).await;
    run(&mut admin, "ALTER TABLE events DISABLE TRIGGER USER").await;
    run(&mut admin, "ALTER TABLE batches DISABLE TRIGGER USER").await;
    run(
        &mut admin,
        "UPDATE events SET payload = '{\"Added\":{\"amount\":1000}}' WHERE position = 4;
         UPDATE batches SET root = pg_temp.root(3, 5) WHERE first = 3",
    )
    .await;
    let faults = world.verify().await.faults;
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, ["position 3: the batch does not continue the chain"]);
}

#[tokio::test]
async fn l7_a_part_of_the_log_can_be_checked_by_itself() {
    let world = eight().await;
    let pool = world.home.database().pool(database::Role::Auditor);
    let (mut seen, mut told) = (Vec::new(), (0, 0));
    let each = |event: &event_store::EventRef<'_>| {
        seen.push(event.position);
        Ok(())
    };
    let progress = |done, of| told = (done, of);
    let report = event_store::verify(pool, Some(4), Some(6), each, progress).await.unwrap();
    assert_eq!((report.first, report.last, report.events), (3, 6, 4), "whole batches");
    assert_eq!(seen, [3, 4, 5, 6]);
    assert_eq!(told, (4, 4));
    assert_eq!(report.faults, []);

    let refuse = |event: &event_store::EventRef<'_>| match event.position {
        5 => Err("not this one".to_owned()),
        _ => Ok(()),
    };
    let report = event_store::verify(pool, None, None, refuse, |_, _| {}).await.unwrap();
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, ["position 5: not this one"]);
}
