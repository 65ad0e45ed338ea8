//! L9 between processes: a key that another process has used, or uses right now.

use event_store::{Failure, Log, LogSettings};

use super::counter::Command;
use super::kit::{World, fresh};

#[tokio::test]
async fn l9_another_process_answers_with_the_winners_reply() {
    let world = World::new().await;
    let other = world.other().await;
    let (id, before) = (fresh(), other.metrics());
    let open = world.send(id, Command::Open).key("open");
    let opened = open.clone().run().await.expect("new");
    let replayed = open.to(&other).run().await.expect("sequence 1 is taken there");
    assert!(replayed.replayed);
    assert_eq!((replayed.reply, replayed.position), (opened.reply, opened.position));
    assert_eq!(replayed.event_ids, opened.event_ids);
    assert_eq!(other.metrics().lookups, before.lookups, "the unique key told it");

    // A stream that goes on, a rule that would say no by now, and a precondition.
    let close = world.send(id, Command::Close).key("close").if_match(1);
    let closed = close.clone().run().await.expect("closed");
    let replayed = close.clone().to(&other).run().await.expect("answered");
    assert_eq!((replayed.replayed, replayed.version), (true, closed.version));
    assert_eq!(world.sound().await, 2);
}

#[tokio::test]
async fn l9_a_new_process_answers_with_what_the_old_one_has_kept() {
    let world = World::new().await;
    let id = world.counter().await;
    let add = world.send(id, Command::Add(1)).key("k");
    let first = add.clone().run().await.expect("the first");
    world.log.close().await;
    let settings = LogSettings::default();
    let log = Log::open(world.home.database(), settings).await.expect("the next process");
    let again = add.to(&log).run().await.expect("answered");
    assert_eq!((again.replayed, again.reply), (true, first.reply));
    let closed = world.send(id, Command::Add(1)).run().await;
    assert!(matches!(closed, Err(Failure::Unavailable(_))), "the old one is closed");
}

/// The same key at the same time in two processes, in batches with neighbors: one wins, the
/// other answers what the winner did.
#[tokio::test]
async fn l9_of_two_processes_one_runs_the_command_and_both_answer_it() {
    let world = World::new().await;
    let (id, bystander) = (world.counter().await, world.counter().await);
    let other = world.other().await;
    world.send(bystander, Command::Add(1)).to(&other).run().await.expect("warm there");
    let before = other.metrics();

    let commit = world.hold_commit_of_13().await;
    let winner = world.send(id, Command::Add(13)).key("k").spawn();
    world.waiting(1).await;
    let blocker = world.send(bystander, Command::Add(1)).to(&other).spawn();
    world.waiting(2).await;
    let same = world.send(id, Command::Add(13)).key("k").to(&other).spawn();
    let printed = world.send(fresh(), Command::Open).printed("k2", 9).to(&other).spawn();
    let neighbor = world.send(fresh(), Command::Open).key("k3").to(&other).spawn();
    World::handed(&other, before, 3).await;
    commit.release().await;

    let won = winner.await.unwrap().expect("the winner");
    let answered = same.await.unwrap().expect("the other");
    blocker.await.unwrap().expect("a bystander");
    assert!(!printed.await.unwrap().expect("its own key").replayed);
    assert!(!neighbor.await.unwrap().expect("untouched").replayed);
    assert!(answered.replayed && !won.replayed);
    assert_eq!((answered.reply, answered.position), (won.reply, won.position));
    assert_eq!(world.state(id).await.unwrap().0.total, 13, "it happened once");
    world.sound().await;
}

/// Refusals need not the head, so two processes can meet at the key alone.
#[tokio::test]
async fn l9_a_refusal_in_two_processes_is_kept_once() {
    let world = World::new().await;
    let (id, other) = (fresh(), world.other().await);
    let add = world.send(id, Command::Add(1)).key("k");
    let first = add.clone().run().await;
    assert!(matches!(first, Err(Failure::Refused { reply: Some(_), .. })), "{first:?}");
    let second = add.to(&other).run().await.expect("answered with the refusal");
    assert_eq!((second.replayed, second.reply.status), (true, 409));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l9_a_storm_of_repetitions_in_two_processes_happens_once_each() {
    let world = World::new().await;
    let id = world.counter().await;
    let logs = [world.log.clone(), world.other().await];
    let mut tasks = tokio::task::JoinSet::new();
    for turn in 0..4_usize {
        let add = world.send(id, Command::Add(1)).to(&logs[turn % 2]);
        tasks.spawn(async move {
            for key in 0..20 {
                let add = add.clone().key(&format!("k{key}"));
                loop {
                    match add.clone().run().await {
                        Ok(_) => break,
                        Err(Failure::KeyInProgress | Failure::Conflict) => {
                            tokio::task::yield_now().await;
                        }
                        Err(failure) => panic!("{failure}"),
                    }
                }
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(world.state(id).await.unwrap().0.total, 20, "each key once");
    assert_eq!(world.sound().await, 21);
}
