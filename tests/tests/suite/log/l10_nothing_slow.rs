//! L10: no NOTIFY, no read-model write, no slow reader holds the head.

use std::sync::mpsc;
use std::time::Duration;

use database::Role;
use event_store::Feed;

use super::counter::Command;
use super::kit::{World, fresh, run, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l10_a_slow_reader_does_not_hold_the_head() {
    let world = World::new().await;
    let id = world.counter().await;
    world.send(id, Command::Repeat(200)).run().await.expect("something to read");
    let mut feed = Feed::open(world.home.database().pool(Role::Projector)).await.unwrap();
    let ((reached, at), (go_on, wait)) = (mpsc::channel(), mpsc::channel::<()>());
    // It stops in the middle of a page, with its statement open.
    let reader = tokio::task::spawn_blocking(move || {
        let page = feed.page(0, 1_000, |event| {
            if event.position == 100 {
                reached.send(()).unwrap();
                wait.recv().unwrap();
            }
            Ok::<(), String>(())
        });
        tokio::runtime::Handle::current().block_on(page).unwrap()
    });
    tokio::task::spawn_blocking(move || at.recv_timeout(Duration::from_secs(20)).unwrap())
        .await
        .unwrap();

    // And a transaction that has read everything stays open.
    let mut open = world.admin().await;
    run(&mut open, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM events").await;
    run(&mut open, "SELECT * FROM log_head; NOTIFY event_log, '1'").await;
    for _ in 0..20 {
        world.send(fresh(), Command::Open).run().await.expect("appends go on");
    }
    go_on.send(()).unwrap();
    assert_eq!(reader.await.unwrap(), 201, "the page is of the time when it began");
    run(&mut open, "COMMIT").await;
    assert_eq!(world.sound().await, 221);
}

/// The control: whoever does hold the head stops every append until it lets go.
#[tokio::test]
async fn l10_who_holds_the_head_stops_everybody() {
    let world = World::new().await;
    let head = world.hold_head().await;
    let stopped = world.send(fresh(), Command::Open).spawn();
    world.waiting(1).await;
    assert!(!stopped.is_finished());
    head.release().await;
    stopped.await.unwrap().expect("it goes on");
}

/// Whatever runs on an insert would run while the head is held.
#[tokio::test]
async fn l10_nothing_is_hung_on_the_append() {
    let world = World::new().await;
    world.send(fresh(), Command::Open).key("k").run().await.expect("appended");
    let mut admin = world.admin().await;
    let hung = "SELECT tgname::text FROM pg_trigger
        WHERE tgrelid IN ('events'::regclass, 'batches'::regclass, 'log_head'::regclass,
                          'idempotency'::regclass)
        AND (tgtype & 4 = 4 OR (tgtype & 16 = 16 AND tgrelid = 'log_head'::regclass))";
    let names: Vec<String> = sqlx::query_scalar(hung).fetch_all(&mut admin).await.unwrap();
    assert_eq!(names, [""; 0]);
    let last = "SELECT query FROM pg_stat_activity
        WHERE datname = current_database() AND query ILIKE '%UPDATE log_head%'
        AND pid <> pg_backend_pid()";
    let append: String = sqlx::query_scalar(last).fetch_one(&mut admin).await.unwrap();
    assert!(!append.to_lowercase().contains("notify"), "{append}");
    // The control: a trigger would have been seen.
    run(
        &mut admin,
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_notify('event_log', '1'); RETURN NULL; END $$;
         CREATE TRIGGER tell AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION tell()",
    )
    .await;
    let names: Vec<String> = sqlx::query_scalar(hung).fetch_all(&mut admin).await.unwrap();
    assert_eq!(names, ["tell"]);
}

#[tokio::test]
async fn l10_other_processes_learn_of_the_head_after_the_commit() {
    let world = World::new().await;
    let other = world.other().await;
    let mut head = other.head();
    assert_eq!(*head.borrow_and_update(), 0);
    let mut admin = world.admin().await;
    let listening = "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    until("both listen", async || {
        let count: i64 = sqlx::query_scalar(listening).fetch_one(&mut admin).await.ok()?;
        (count == 2).then_some(())
    })
    .await;
    let id = world.counter().await;
    let added = world.send(id, Command::Repeat(5)).run().await.expect("appended here");
    assert_eq!(*world.log.head().borrow(), 6, "known here at once");
    let told = head.wait_for(|head| Some(*head) == added.position);
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("told there").unwrap();

    // Without any notification it is found by looking.
    let deaf = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query ILIKE '%LISTEN%'
                AND pid <> pg_backend_pid()";
    run(&mut admin, deaf).await;
    world.send(id, Command::Add(1)).run().await.expect("appended here");
    until("it is seen there", async || (*head.borrow_and_update() == 7).then_some(())).await;
}
