//! P1 where the server itself breaks: nobody waits for the disk when rows are written, so a crash
//! may take some of them back; the checkpoint goes back with them.

use std::sync::Arc;
use std::time::Duration;

use event_store::{Keyring, Log, LogSettings};
use processes::{Commands, SystemClock};
use projections::freshness::{Reached, wait_for};
use projections::rebuild::{RebuildOptions, rebuild};
use projections::{Projector, registry};
use tests::histories::{append, histories};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::super::log::machine::Machine;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_server_that_crashes_takes_rows_and_checkpoint_back_together() {
    let machine = Machine::start().await;
    let database = &machine.opened.database;
    let (tail, token) = (machine.log.tail(), CancellationToken::new());
    let projector = Projector::start(database, &tail, registry(), token.clone());
    let mut head = 0;
    for seed in 1..=4 {
        let some = histories(seed, 20).expect("histories");
        // One that nothing has been cut off from yet.
        let log = Log::open(database, LogSettings::default()).await.expect("a log");
        let keyring = Keyring::new(database, [7; 32]);
        let commands = Commands::new(log, keyring, Arc::new(SystemClock));
        head = append(&commands, &some).await.expect("appended");
        // Whatever is written by now, and whatever is not.
        machine.crash().await;
        machine.admin().await;
    }
    for projection in registry() {
        let end = Instant::now() + PATIENCE;
        loop {
            let reached = wait_for(database, projection.name(), head, PATIENCE).await;
            if reached.is_ok_and(|reached| reached == Reached::Reached) {
                break;
            }
            assert!(Instant::now() < end, "{} does not get there", projection.name());
            sleep(Duration::from_millis(50)).await;
        }
    }
    projector.stop().await;
    for projection in registry() {
        let (name, options) = (projection.name(), RebuildOptions::default());
        let report = rebuild(database, name, &options, &|_| {}, &token).await.expect("rebuilt");
        assert_eq!(report.differences, Some(vec![]), "{name}");
    }
    machine.stop().await;
}
