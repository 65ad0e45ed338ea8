//! L3: two commands can never both append the same (stream, sequence). The loser gets a
//! conflict, its neighbors in the same batch are untouched.

use event_store::Failure;

use super::counter::Command;
use super::kit::{World, fresh, run};

#[tokio::test]
async fn l3_one_winner_the_loser_gets_a_conflict_and_its_neighbors_are_untouched() {
    let world = World::new().await;
    let (contested, bystander) = (world.counter().await, world.counter().await);
    let other = world.other().await;
    // The other process knows the stream at version 2, and will be late.
    world.send(contested, Command::Add(1)).to(&other).run().await.expect("version 2");
    let (before, seen) = (other.metrics(), world.state(contested).await.unwrap());
    assert_eq!(seen.1, 2);

    // The winner has written version 3 and holds the head; a first command of the other
    // process waits for it; behind that the loser and its neighbors become one batch.
    let commit = world.hold_commit_of_13().await;
    let winner = world.send(contested, Command::Add(13)).if_match(2).spawn();
    world.waiting(1).await;
    let first = world.send(bystander, Command::Add(1)).to(&other).spawn();
    world.waiting(2).await;
    let neighbors: Vec<_> =
        (0..3).map(|_| world.send(fresh(), Command::Open).to(&other).spawn()).collect();
    let loser = world.send(contested, Command::Add(100)).if_match(2).to(&other).spawn();
    World::handed(&other, before, 5).await;
    commit.release().await;

    first.await.unwrap().expect("the first was alone in its batch");
    let won = winner.await.unwrap();
    let lost = loser.await.unwrap();
    for neighbor in neighbors {
        neighbor.await.unwrap().expect("a neighbor is untouched");
    }
    assert_eq!(won.expect("the winner").version, 3);
    assert!(matches!(lost, Err(Failure::VersionMismatch { current: 3 })), "{lost:?}");
    assert_eq!(other.metrics().conflicts - before.conflicts, 1);
    assert!(other.metrics().split > before.split, "the loser had neighbors in its batch");
    assert_eq!(world.state(contested).await.unwrap().0.total, 14);
    world.sound().await;
}

#[tokio::test]
async fn l3_a_loser_without_a_precondition_is_decided_again_on_the_new_state() {
    let world = World::new().await;
    let id = world.counter().await;
    let other = world.other().await;
    world.send(id, Command::Add(1)).to(&other).run().await.expect("the other knows it now");
    world.send(id, Command::Add(2)).run().await.expect("so that its memory is old");
    let late = world.send(id, Command::Add(4)).to(&other).run().await.expect("after a retry");
    assert_eq!((late.version, late.reply.body), (4, b"7".to_vec()));

    world.send(id, Command::Close).run().await.expect("closed here");
    let refused = world.send(id, Command::Add(8)).to(&other).run().await;
    assert!(matches!(refused, Err(Failure::Refused { .. })), "rules are evaluated again");
    world.sound().await;
}

/// The control: what decides is the unique key, and a log without it is found out.
#[tokio::test]
async fn l3_without_the_unique_key_both_win_and_that_is_found() {
    let world = World::new().await;
    let id = world.counter().await;
    let other = world.other().await;
    let mut admin = world.admin().await;
    run(&mut admin, "ALTER TABLE events DROP CONSTRAINT events_stream").await;
    let first = world.send(id, Command::Add(1)).to(&other).run().await.expect("one winner");
    let second = world.send(id, Command::Add(2)).run().await.expect("and another");
    assert_eq!((first.version, second.version), (2, 2), "both have sequence 2");
    let faults = world.verify().await.faults;
    assert!(faults.iter().any(|fault| fault.what.contains("event 2 comes after event 2")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l3_a_storm_of_conflicts_loses_nothing_and_doubles_nothing() {
    let world = World::new().await;
    let other = world.other().await;
    let ids = [world.counter().await, world.counter().await];
    let mut tasks = Vec::new();
    for turn in 0..16_usize {
        let log = if turn % 2 == 0 { world.log.clone() } else { other.clone() };
        let send = world.send(ids[turn / 2 % 2], Command::Add(1)).to(&log);
        tasks.push(tokio::spawn(async move {
            let mut done = 0_i64;
            for _ in 0..15 {
                match send.clone().run().await {
                    Ok(_) => done += 1,
                    Err(Failure::Conflict) => {}
                    Err(failure) => panic!("{failure}"),
                }
            }
            done
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap();
    }
    let mut total = 0;
    for id in ids {
        let (state, version) = world.state(id).await.unwrap();
        assert_eq!(u64::try_from(state.total).unwrap() + 1, version);
        total += state.total;
    }
    assert_eq!(total, done, "what was acknowledged is there once, and nothing else");
    let conflicts = world.log.metrics().conflicts + other.metrics().conflicts;
    assert!(conflicts > 0, "the storm was none");
    world.sound().await;
}
