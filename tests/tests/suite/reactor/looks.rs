//! Every fact leads to a look, once it is there and whoever dies meanwhile.

use std::sync::Arc;
use std::time::Duration;

use domain::CallId;
use domain::call::CallCommand;
use processes::reactor::{MAX_ATTEMPTS, Next, Runner, RunnerSettings, Trouble};

use tests::until;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::kit::{Does, Probe, due, fenced, instance, killed, tasks, wrong};
use crate::telephony::kit::World;

/// How long a lease holds.
const LEASE_MS: i64 = 5_000;
/// Until whoever was told of a fact has seen it.
const SEEN: Duration = Duration::from_millis(200);

async fn note(world: &World, call: domain::CallId) {
    let (note, by, at) = ("a note".to_owned(), "user:1".to_owned(), world.now());
    world.run(call, CallCommand::AddNote { note, by, at }).await.expect("noted");
}

/// A look that is under way until it is let go on.
struct Slow {
    world: World,
    probe: Probe,
    slow: CallId,
    go: Arc<Notify>,
    token: CancellationToken,
    running: JoinHandle<()>,
}

impl Slow {
    async fn begin() -> Self {
        let (world, probe) = (World::new().await, Probe::default());
        let (go, token) = (Arc::new(Notify::new()), CancellationToken::new());
        let slow = world.dial("+420777100001").await;
        probe.plan(slow, [Does::Waits(Arc::clone(&go))]);
        let running = tokio::spawn(instance(&world, &probe).run(token.clone()));
        until("it is looked at", async || probe.times() == 1).await;
        Self { world, probe, slow, go, token, running }
    }
}

#[tokio::test]
async fn every_fact_leads_to_a_look_and_nothing_is_left() {
    let (world, probe) = (World::new().await, Probe::default());
    let mut runner = instance(&world, &probe);
    let mut calls = Vec::new();
    for number in 0..40 {
        calls.push(world.dial(&format!("+4207771{number:05}")).await.uuid());
    }
    assert_eq!(due(&mut runner).await, 40);
    let mut looked = probe.looked();
    looked.sort_unstable();
    calls.sort_unstable();
    assert_eq!(looked, calls);
    assert_eq!((tasks(&world).await, due(&mut runner).await), (0, 0));
    // Whoever comes after does not begin anew, and one who was never here looks at everything.
    runner.release().await;
    assert_eq!(due(&mut instance(&world, &probe)).await, 0);
    world.execute("DELETE FROM process_cursors").await;
    assert_eq!(due(&mut instance(&world, &probe)).await, 40);
}

#[tokio::test]
async fn a_look_is_told_the_newest_fact_that_asks_for_it() {
    let (world, probe) = (World::new().await, Probe::default());
    let call = world.dial("+420777100001").await;
    note(&world, call).await;
    assert_eq!(due(&mut instance(&world, &probe)).await, 1);
    let subjects = probe.subjects();
    let newest = world.told(call).await.pop().expect("a fact").stored;
    assert_eq!((subjects[0].id, subjects[0].cause), (call.uuid(), newest.event_id));
    assert_eq!(subjects[0].correlation, newest.correlation_id);
}

#[tokio::test]
async fn a_timer_survives_every_restart() {
    let (world, probe) = (World::new().await, Probe::default());
    let call = world.dial("+420777100001").await;
    let at = world.now().plus_ms(60_000);
    probe.plan(call, [Does::Answers(Ok(Next::At(at)))]);
    let mut first = instance(&world, &probe);
    assert_eq!(due(&mut first).await, 1);
    first.release().await;
    world.clock.advance_to(at.plus_ms(-1));
    let mut second = instance(&world, &probe);
    assert_eq!(due(&mut second).await, 0);
    world.clock.advance_to(at);
    assert_eq!((due(&mut second).await, tasks(&world).await), (1, 0));
}

#[tokio::test]
async fn a_fact_is_looked_at_before_the_timer_that_was_set() {
    let (world, probe) = (World::new().await, Probe::default());
    let call = world.dial("+420777100001").await;
    probe.plan(call, [Does::Answers(Ok(Next::At(world.now().plus_ms(60_000))))]);
    let mut runner = instance(&world, &probe);
    due(&mut runner).await;
    note(&world, call).await;
    assert_eq!((due(&mut runner).await, tasks(&world).await), (1, 0));
}

/// The process is killed in the middle of a look: the next one looks again, and what kills every
/// process that looks at it is put aside.
#[tokio::test]
async fn a_look_that_was_cut_off_is_repeated_and_counts() {
    let (world, probe) = (World::new().await, Probe::default());
    let fatal = world.dial("+420777100001").await;
    probe.plan(fatal, vec![Does::Dies; 20]);
    for attempt in 1..=MAX_ATTEMPTS {
        killed(instance(&world, &probe)).await;
        assert!(probe.looked().contains(&fatal.uuid()), "attempt {attempt}");
        // Until the next one is due; whoever comes back sooner puts it aside, too, at the end.
        let pause_ms = if attempt < MAX_ATTEMPTS { 3_600_000 } else { LEASE_MS };
        world.clock.advance(pause_ms);
    }
    assert_eq!(due(&mut instance(&world, &probe)).await, 0);
    let dead: String = world.value("SELECT error FROM process_tasks WHERE due_at IS NULL").await;
    assert_eq!((dead.as_str(), tasks(&world).await), ("the process has ended each time", 1));
}

/// Each time it has killed a process, there is another fact about it.
#[tokio::test]
async fn what_kills_is_put_aside_whatever_happens_to_it_meanwhile() {
    let (world, probe) = (World::new().await, Probe::default());
    let fatal = world.dial("+420777100001").await;
    probe.plan(fatal, vec![Does::Dies; 20]);
    // Once without being counted; then what may have been cut off, and what was.
    for _ in 0..=MAX_ATTEMPTS / 2 {
        note(&world, fatal).await;
        killed(instance(&world, &probe)).await;
        world.clock.advance(LEASE_MS);
    }
    assert_eq!(due(&mut instance(&world, &probe)).await, 0);
    let dead = "SELECT count(*) FROM process_tasks WHERE due_at IS NULL";
    assert_eq!(world.value::<i64>(dead).await, 1);
}

/// What is looked at leaves no row; until it is over, the cursor stays before it.
#[tokio::test]
async fn the_cursor_passes_no_fact_whose_look_is_not_over() {
    let (world, probe) = (World::new().await, Probe::default());
    let hangs = world.dial("+420777100001").await;
    let others = [world.dial("+420777100002").await, world.dial("+420777100003").await];
    probe.plan(hangs, [Does::Dies]);
    killed(instance(&world, &probe)).await;
    let mut looked = probe.looked();
    looked.sort_unstable();
    let mut all = [hangs, others[0], others[1]].map(CallId::uuid);
    all.sort_unstable();
    assert_eq!((looked, tasks(&world).await), (all.to_vec(), 0));
    let first: i64 = world.value("SELECT min(position) FROM events").await;
    let cursor: i64 = world.value("SELECT position FROM process_cursors").await;
    assert!(cursor < first, "{cursor} is past {first}");
    // Whoever comes then keeps what the other one may have died of before they look.
    world.clock.advance(RunnerSettings::default().lease_ms);
    probe.plan(others[1], [Does::Dies]);
    killed(instance(&world, &probe)).await;
    assert!(probe.looked().contains(&hangs.uuid()));
    let kept: Vec<i32> = world.value("SELECT array_agg(attempts) FROM process_tasks").await;
    assert_eq!(kept, [2], "the first may have been cut off, the second was");
    world.clock.advance(3_600_000);
    assert_eq!((due(&mut instance(&world, &probe)).await, tasks(&world).await), (1, 0));
}

/// Somebody asks for a look for something that is not in the log, while one is under way that has
/// not seen it.
#[tokio::test]
async fn what_is_asked_for_during_a_look_leads_to_another_one() {
    const ASK: &str = "INSERT INTO process_tasks (process, org_id, aggregate_type, aggregate_id,
             position, event_id, correlation_id, due_at)
         SELECT 'probe', org_id, 'call', aggregate_id, 0, event_id, event_id, 'epoch'
         FROM events WHERE event_type = 'CallInitiated'";
    let Slow { world, probe, slow, go, token, running } = Slow::begin().await;
    world.execute(ASK).await;
    go.notify_one();
    tokio::time::sleep(SEEN).await;
    assert_eq!(tasks(&world).await, 1, "the look that is over has not seen it");
    world.clock.advance(RunnerSettings::default().tick_ms);
    until("it is looked at again", async || tasks(&world).await == 0).await;
    assert_eq!(probe.looked(), [slow.uuid(), slow.uuid()]);
    token.cancel();
    running.await.expect("it ends");
}

/// Whoever goes on and on, as a long list does, keeps no place for themselves.
#[tokio::test]
async fn what_is_due_again_at_once_lets_a_fact_have_its_turn() {
    let (world, probe) = (World::new().await, Probe::default());
    let settings = RunnerSettings { parallel: 1, ..RunnerSettings::default() };
    let (database, commands) = (world.database().clone(), world.commands.clone());
    let runner = Runner::new(database, commands, probe.clone(), settings);
    let again = Does::Answers(Ok(Next::At(world.now())));
    let endless = world.dial("+420777100001").await;
    probe.plan(endless, vec![again; 100_000]);
    let token = CancellationToken::new();
    let running = tokio::spawn(runner.run(token.clone()));
    until("it goes on and on", async || probe.times() > 10).await;
    let other = world.dial("+420777100002").await.uuid();
    until("it has its turn", async || probe.looked().contains(&other)).await;
    token.cancel();
    running.await.expect("it ends");
}

#[tokio::test]
async fn what_is_away_for_everybody_counts_for_nobody() {
    let (world, probe) = (World::new().await, Probe::default());
    let call = world.dial("+420777100001").await;
    let mut runner = instance(&world, &probe);
    probe.always(Does::Answers(Err(Trouble::Away("the provider".to_owned()))));
    for _ in 0..3 * MAX_ATTEMPTS {
        assert_eq!(due(&mut runner).await, 1);
        world.clock.advance(5_000);
    }
    let attempts: i32 = world.value("SELECT attempts FROM process_tasks").await;
    assert_eq!(attempts, 0);
    probe.always(Does::Answers(Ok(Next::Rest)));
    assert_eq!((due(&mut runner).await, tasks(&world).await), (1, 0));
    assert!(probe.looked().iter().all(|id| *id == call.uuid()));
}

/// What the look has not seen is seen by the next one.
#[tokio::test]
async fn a_fact_that_comes_during_a_look_leads_to_another_one() {
    let Slow { world, probe, slow, go, token, running } = Slow::begin().await;
    note(&world, slow).await;
    tokio::time::sleep(SEEN).await;
    assert_eq!(probe.times(), 1, "one look at a time");
    go.notify_one();
    until("it is looked at again", async || probe.times() == 2).await;
    assert_eq!(probe.looked(), [slow.uuid(), slow.uuid()]);
    token.cancel();
    running.await.expect("it ends");
}

/// The log grows all the time, mostly by what a process does not want.
#[tokio::test]
async fn what_a_process_does_not_want_costs_no_statement() {
    const LAST: &str = "SELECT coalesce(max(query_start)::text, '') FROM pg_stat_activity
         WHERE datname = current_database() AND usename LIKE '%_process'";
    let (world, probe) = (World::new().await, Probe::default());
    let call = world.dial("+420777100001").await;
    let token = CancellationToken::new();
    let running = tokio::spawn(instance(&world, &probe).run(token.clone()));
    let log = world.commands.log();
    let (head, mut moved) = (log.head(), log.tail().moved());
    until("it is looked at", async || probe.times() == 1 && tasks(&world).await == 0).await;
    tokio::time::sleep(SEEN).await;
    let before: String = world.value(LAST).await;
    world.end(call).await;
    let head = *head.borrow();
    moved.wait_for(|moved| *moved >= head).await.expect("it is told");
    tokio::time::sleep(SEEN).await;
    assert_eq!(world.value::<String>(LAST).await, before, "it has asked for what is due");
    note(&world, call).await;
    until("it is looked at", async || probe.times() == 2 && tasks(&world).await == 0).await;
    assert_ne!(world.value::<String>(LAST).await, before);
    token.cancel();
    running.await.expect("it ends");
}

#[tokio::test]
async fn one_that_fails_keeps_nobody_else_waiting() {
    let (world, probe) = (World::new().await, Probe::default());
    let bad = world.dial("+420777100001").await;
    probe.plan(bad, vec![wrong(); 20]);
    let mut runner = instance(&world, &probe);
    for number in 0..20 {
        world.dial(&format!("+4207772{number:05}")).await;
    }
    assert_eq!((due(&mut runner).await, tasks(&world).await), (21, 1));
}

#[tokio::test]
async fn of_two_instances_one_looks() {
    let (world, probe) = (World::new().await, Probe::default());
    let (mut one, mut two) = (instance(&world, &probe), instance(&world, &probe));
    due(&mut one).await;
    world.dial("+420777100001").await;
    assert!(fenced(&two.run_due().await));
    world.clock.advance(RunnerSettings::default().lease_ms);
    // It has lapsed: whoever comes first has it.
    assert_eq!(due(&mut two).await, 1);
    assert!(fenced(&one.run_due().await));
}

/// Whoever has lost the lease without noticing changes nothing any more: the next one looks, too.
#[tokio::test]
async fn whoever_has_lost_the_lease_ends_no_task() {
    let (world, probe) = (World::new().await, Probe::default());
    let call = world.dial("+420777100001").await;
    probe.plan(call, vec![wrong()]);
    let mut one = instance(&world, &probe);
    due(&mut one).await;
    world.execute("UPDATE process_cursors SET lease_until = '2000-01-01'").await;
    let mut two = instance(&world, &probe);
    due(&mut two).await;
    world.clock.advance(2_000);
    assert_eq!((one.run_due().await.ok(), probe.looked().len()), (Some(0), 1));
    assert_eq!((due(&mut two).await, tasks(&world).await), (1, 0));
}
