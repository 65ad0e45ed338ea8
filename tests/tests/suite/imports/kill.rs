//! Whatever is killed wherever, every row is taken once.

use std::time::Duration;

use domain::ImportId;
use domain::import_batch::{
    ImportBatch, ImportCommand, ImportStatus, OnDuplicate, RowOutcome, Tally,
};
use processes::commands::Order;
use tests::histories::Dice;

use super::kit::{World, list, org, somebody};

use crate::http_kit::context;

/// So many rows, where `VOICE_IMPORT_ROWS` does not say.
const ROWS: u64 = 10_000;

fn rows() -> u64 {
    let wanted = std::env::var("VOICE_IMPORT_ROWS").ok();
    wanted.map_or(ROWS, |wanted| wanted.parse().expect("a number of rows"))
}

/// What a list of so many rows comes to, where `suppressed` of them are not to be called.
fn expected(rows: u64, suppressed: u64) -> Tally {
    let each = rows / 100;
    let created = rows - 2 * each - suppressed;
    Tally { created, updated: 0, duplicates: each, suppressed, rejected: each }
}

/// Everything is there once: the import, its rows and the log say the same.
async fn adds_up(world: &World, id: ImportId, total: u64, suppressed: u64) {
    let import = world.import(id).await;
    let expected = expected(total, suppressed);
    assert_eq!((import.status, import.rows_read), (ImportStatus::Completed, total));
    assert_eq!(import.tally, expected);
    let created = i64::try_from(expected.created + suppressed).unwrap();
    assert_eq!(world.count("ContactCreated").await, created);
    let twice = "SELECT count(*) FROM (SELECT aggregate_id FROM events
                 WHERE event_type = 'ContactCreated' GROUP BY 1 HAVING count(*) > 1) t";
    assert_eq!(world.value(twice).await, 0);
    let rows = world.rows(id, &[]).await;
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), (1..=total).collect::<Vec<_>>());
    let mut told = Tally::default();
    rows.iter().for_each(|row| told.count(row.outcome));
    assert_eq!(told, expected);
}

/// Kills an import as soon as people have come in whom nobody has counted, until that is so when
/// everything is still. How often it was killed.
async fn killed_midway(world: &mut World, id: ImportId, dice: &mut Dice) -> usize {
    for kills in 1..60 {
        let late = Duration::from_millis(dice.below(20));
        world.killed_when(async || uncounted(world, id).await, late).await;
        // What was on its way into the log when its process was killed gets there.
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.restart().await;
        if uncounted(world, id).await {
            return kills;
        }
        assert!(!world.import(id).await.over(), "it was over before it was killed midway");
    }
    panic!("it was never killed in the middle of a chunk");
}

/// Whether people have come in whom nobody has counted.
async fn uncounted(world: &World, id: ImportId) -> bool {
    let tally = world.import(id).await.tally;
    let came_in = u64::try_from(world.count("ContactCreated").await).unwrap();
    came_in > tally.created + tally.suppressed
}

/// N1: killed again and again, at any time; totals are exact, no contact is there twice.
#[tokio::test(flavor = "multi_thread")]
async fn contact_n1_a_killed_import_takes_every_row_once() {
    let total = rows();
    let mut world = World::open().await;
    for row in [3, 1_234] {
        world.suppress(&format!("+42077{row:07}")).await;
    }
    let id = world.accept("one", &list(total)).await.expect("accepted");
    let (mut dice, mut kills) = (Dice::new(17), 0);
    for _ in 0..3 {
        kills += killed_midway(&mut world, id, &mut dice).await;
    }
    world.settle().await;
    println!("{total} rows, killed {kills} times");
    adds_up(&world, id, total, 2).await;
}

/// Two servers that both believe it is theirs take the same rows, and each is taken once.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_take_the_same_rows_once() {
    let mut world = World::open().await;
    let id = world.accept("one", &list(2_000)).await.expect("accepted");
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
    adds_up(&world, id, 2_000, 0).await;
    before.log().close().await;
}

/// What a stopped import had begun to take counts, also where whoever took it was killed.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_import_that_is_stopped_has_counted_whom_it_brought_in() {
    let mut world = World::open().await;
    let id = world.accept("one", &list(20_000)).await.expect("accepted");
    killed_midway(&mut world, id, &mut Dice::new(5)).await;
    let cancel = ImportCommand::Cancel { by: somebody(), at: world.commands.now() };
    let order = Order::<ImportBatch>::silent(context(org().uuid()));
    world.commands.carry_out(order, id.uuid(), cancel).await.expect("stopped");
    world.settle().await;
    let import = world.import(id).await;
    assert_eq!(import.status, ImportStatus::Canceled);
    assert!(import.rows_read < 20_000, "it was over before it could be stopped");
    let created = u64::try_from(world.count("ContactCreated").await).unwrap();
    assert_eq!(import.tally.created, created, "{import:?}");
    let rows = world.rows(id, &[RowOutcome::Created]).await;
    assert_eq!(u64::try_from(rows.len()).unwrap(), created);
    assert_eq!(world.value("SELECT count(*) FROM import_parts").await, 0);
}

/// The same list once more brings nobody in, and an update says what the rows say.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_list_again_doubles_nobody() {
    let world = World::open().await;
    world.accept("one", &list(1_000)).await.expect("accepted");
    world.settle().await;
    let created = world.count("ContactCreated").await;
    for (key, on_duplicate) in
        [("two", OnDuplicate::Skip), ("three", OnDuplicate::Update), ("four", OnDuplicate::Fail)]
    {
        let id = world.accept_with(key, &list(1_000), on_duplicate).await.expect("accepted");
        world.settle().await;
        let tally = world.import(id).await.tally;
        let counted = match on_duplicate {
            OnDuplicate::Skip => tally.duplicates,
            OnDuplicate::Update => tally.updated,
            OnDuplicate::Fail => tally.rejected - 10,
        };
        assert_eq!((counted, tally.created, tally.rows()), (990, 0, 1_000), "{on_duplicate}");
        assert_eq!(world.count("ContactCreated").await, created);
    }
}
