//! Lists of numbers that are not to be called: each is suppressed once, whatever dies.

use std::fmt::Write as _;
use std::time::Duration;

use domain::ImportId;
use domain::import_batch::{ImportStatus, OnDuplicate, Tally};
use tests::histories::Dice;

use super::kit::{World, list};

/// Numbers, one on each line; of every hundred one is none, one stands there twice.
fn numbers(rows: u64) -> String {
    let mut text = String::new();
    for row in 0..rows {
        match row % 100 {
            17 => writeln!(text, "nobody knows"),
            56 => writeln!(text, "+42077{:07}", row - 1),
            _ => writeln!(text, "+42077{row:07}"),
        }
        .unwrap();
    }
    text
}

/// Whether numbers were suppressed that nobody has counted.
async fn uncounted(world: &World, id: ImportId) -> bool {
    // One was suppressed before the list came.
    let counted = world.import(id).await.tally.created + 1;
    u64::try_from(world.count("NumberSuppressed").await).unwrap() > counted
}

async fn killed_midway(world: &mut World, id: ImportId, dice: &mut Dice) {
    for _ in 0..60 {
        let late = Duration::from_millis(dice.below(20));
        world.killed_when(async || uncounted(world, id).await, late).await;
        // What was on its way into the log when its process was killed gets there.
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.restart().await;
        if uncounted(world, id).await {
            return;
        }
        assert!(!world.import(id).await.over(), "it was over before it was killed midway");
    }
    panic!("it was never killed in the middle of a chunk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_list_of_numbers_suppresses_each_once_and_counts_them_exactly() {
    let mut world = World::open().await;
    world.suppress("+420770000003").await;
    let id = world.accept_numbers("one", &numbers(4_000)).await.expect("accepted");
    let mut dice = Dice::new(7);
    for _ in 0..2 {
        killed_midway(&mut world, id, &mut dice).await;
    }
    world.settle().await;
    let import = world.import(id).await;
    let expected = Tally { created: 3_919, duplicates: 41, rejected: 40, ..Tally::default() };
    assert_eq!((import.status, import.tally), (ImportStatus::Completed, expected));
    assert_eq!(world.count("NumberSuppressed").await, 3_920, "and the one before");
    let twice = "SELECT count(*) FROM (SELECT aggregate_id FROM events
                 WHERE event_type = 'NumberSuppressed' GROUP BY 1 HAVING count(*) > 1) t";
    assert_eq!(world.value(twice).await, 0);
    let rows = world.rows(id, &[]).await;
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), (1..=4_000).collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row.contact_id.is_none()));
    assert_eq!(world.value("SELECT count(*) FROM import_parts").await, 0, "the file is gone");
}

/// Two servers that both believe it is theirs take the same rows, and each is counted once.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_take_the_same_numbers_once() {
    let mut world = World::open().await;
    let id = world.accept_numbers("one", &numbers(2_000)).await.expect("accepted");
    let mut one = world.runner();
    let before = world.commands.clone();
    let (first, ()) = tokio::join!(one.run_due(), async {
        tokio::time::sleep(Duration::from_millis(120)).await;
        world.killed_after(Duration::from_millis(400)).await;
    });
    // Whoever has lost the lease is told so.
    drop((first, one));
    world.clock.advance(1_000_000);
    world.settle().await;
    let tally = world.import(id).await.tally;
    assert_eq!((tally.created, tally.duplicates, tally.rejected), (1_960, 20, 20));
    assert_eq!(world.count("NumberSuppressed").await, 1_960);
    before.log().close().await;
}

/// The same list once more says nothing, and whoever is on it comes in as not to be called.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_list_are_not_called_and_the_same_list_again_says_nothing() {
    let world = World::open().await;
    for (key, created, duplicates) in [("one", 98, 1), ("two", 0, 99)] {
        let id = world.accept_numbers(key, &numbers(100)).await.expect("accepted");
        world.settle().await;
        let tally = world.import(id).await.tally;
        assert_eq!((tally.created, tally.duplicates, tally.rejected), (created, duplicates, 1));
    }
    let people =
        world.accept_with("people", &list(200), OnDuplicate::Skip).await.expect("accepted");
    world.settle().await;
    let tally = world.import(people).await.tally;
    assert_eq!((tally.suppressed, tally.created), (98, 98), "{tally:?}");
}
