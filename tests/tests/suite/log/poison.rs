//! Commands that can never be stored, and a disk that is full: nobody else is harmed.

use event_store::Failure;

use super::counter::Command;
use super::kit::{World, fresh, run};

#[tokio::test]
async fn a_poisonous_command_harms_nobody_in_its_batch() {
    let world = World::new().await;
    let (bystander, before) = (world.counter().await, world.log.metrics());
    let poisoned: Vec<_> = [world.counter().await, world.counter().await].to_vec();
    let head = world.hold_head().await;
    let first = world.send(bystander, Command::Add(1)).spawn();
    world.waiting(1).await;
    let mut tasks = Vec::new();
    for turn in 0..12_usize {
        let good = world.send(fresh(), Command::Open).key(&format!("k{turn}"));
        tasks.push((true, good.spawn()));
        if let Some(id) = poisoned.get(turn / 5).filter(|_| turn % 5 == 3) {
            tasks.push((false, world.send(*id, Command::Poison).key(&format!("p{turn}")).spawn()));
        }
    }
    World::handed(&world.log, before, 2 + 1 + 14).await;
    head.release().await;
    first.await.unwrap().expect("the first was alone");
    let mut positions = Vec::new();
    for (good, task) in tasks {
        match (good, task.await.unwrap()) {
            (true, done) => positions.extend(done.expect("a neighbor is untouched").position),
            (false, done) => assert!(matches!(done, Err(Failure::Fault(_))), "{done:?}"),
        }
    }
    positions.sort_unstable();
    assert_eq!(positions, (5..=16).collect::<Vec<_>>(), "no position was lost");
    assert!(world.log.metrics().split > before.split);
    assert_eq!(world.sound().await, 16);
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_half_done() {
    let world = World::new().await;
    let id = world.counter().await;
    let mut admin = world.admin().await;
    run(
        &mut admin,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON events FOR EACH STATEMENT
         EXECUTE FUNCTION full_disk()",
    )
    .await;
    let add = world.send(id, Command::Add(1)).key("k");
    for _ in 0..2 {
        let full = add.clone().run().await;
        assert!(matches!(full, Err(Failure::Overloaded)), "{full:?}");
    }
    let keys: i64 =
        sqlx::query_scalar("SELECT count(*) FROM idempotency").fetch_one(&mut admin).await.unwrap();
    assert_eq!((keys, world.sound().await), (0, 1));
    run(&mut admin, "DROP TRIGGER full_disk ON events").await;
    let added = add.run().await.expect("it goes on afterwards");
    assert_eq!((added.position, added.replayed), (Some(2), false));
    world.sound().await;
}

#[tokio::test]
async fn a_right_that_is_missing_is_a_fault_and_not_a_retry() {
    let world = World::new().await;
    let id = world.counter().await;
    let mut admin = world.admin().await;
    run(
        &mut admin,
        "DO $$ DECLARE r record; BEGIN
             FOR r IN SELECT grantee FROM information_schema.role_table_grants
                      WHERE table_name = 'events' AND grantee LIKE '%writer' LOOP
                 EXECUTE format('REVOKE INSERT ON events FROM %I', r.grantee);
             END LOOP; END $$",
    )
    .await;
    let before = world.log.metrics().statements;
    let denied = world.send(id, Command::Add(1)).run().await;
    assert!(matches!(denied, Err(Failure::Fault(_))), "{denied:?}");
    assert_eq!(world.log.metrics().statements - before, 1);
    assert_eq!(world.sound().await, 1);
}
