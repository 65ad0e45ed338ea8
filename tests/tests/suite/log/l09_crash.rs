//! L1 and L9 together: the server is killed under load. Clients note outside the system what
//! was acknowledged; what they do not know they ask for again with the same key.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use event_store::{Failure, Outcome};
use sqlx::PgConnection;
use uuid::Uuid;

use super::counter::Command;
use super::kit::{Sending, fresh, until, verify};
use super::machine::{Machine, kill};

/// What one client knows: its stream, and the outcome under each key.
struct Notes {
    id: Uuid,
    told: HashMap<String, Outcome>,
    doubts: u64,
}

/// Sends one keyed command after the other; in doubt the same again, until it is told.
async fn client(
    first: Sending,
    number: usize,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
) -> Notes {
    let mut notes = Notes { id: first.id, told: HashMap::new(), doubts: 0 };
    for count in 0_u64.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let key = format!("{number}/{count}");
        let mut command = first.clone().key(&key);
        command.command = if count == 0 { Command::Open } else { Command::Add(1) };
        loop {
            match command.clone().run().await {
                Ok(outcome) => {
                    notes.told.insert(key, outcome);
                    done.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                Err(Failure::OutcomeUnknown | Failure::Unavailable(_) | Failure::KeyInProgress) => {
                    notes.doubts += 1;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(failure) => panic!("{failure}"),
            }
        }
    }
    notes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l9_the_server_is_killed_under_load_and_nothing_is_lost_or_doubled() {
    let machine = Machine::start().await;
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..8)
        .map(|number| {
            let first = machine.send(fresh(), Command::Open);
            tokio::spawn(client(first, number, Arc::clone(&stop), Arc::clone(&done)))
        })
        .collect();
    let more = async |commands: u64| {
        let target = done.load(Ordering::SeqCst) + commands;
        until("commands are acknowledged", async || {
            (done.load(Ordering::SeqCst) >= target).then_some(())
        })
        .await;
    };
    more(100).await;
    machine.crash().await;
    more(50).await;
    kill(machine.opened.server.as_ref().expect("a server").pid());
    more(50).await;
    machine.crash().await;
    more(50).await;
    stop.store(true, Ordering::SeqCst);
    let mut doubts = 0;
    let mut admin = machine.admin().await;
    for client in clients {
        let notes = client.await.unwrap();
        doubts += notes.doubts;
        agree(&mut admin, &notes).await;
    }
    assert!(doubts > 0, "the server was never missed");
    let report = verify(&machine.opened.database).await;
    assert_eq!(report.faults, []);
    machine.stop().await;
}

/// What a client was told is what is there: every key once, nothing else.
async fn agree(admin: &mut PgConnection, notes: &Notes) {
    let events = "SELECT sequence, position, event_id FROM events
                  WHERE aggregate_id = $1 ORDER BY sequence";
    let events: Vec<(i64, i64, Uuid)> =
        sqlx::query_as(events).bind(notes.id).fetch_all(admin).await.unwrap();
    assert_eq!(events.len(), notes.told.len(), "each key led to one event");
    for outcome in notes.told.values() {
        let index = usize::try_from(outcome.version).unwrap() - 1;
        let (_, position, event_id) = events[index];
        assert_eq!(outcome.position, Some(position));
        assert_eq!(outcome.event_ids, [event_id]);
    }
}
