//! The figures over a real log: random calls, and 4,521 calls of a bank.

use std::sync::Arc;

use database::Role;
use domain::call::{By, Call, CallCommand, Observation, ObservedStatus};
use domain::disposition::DispositionCatalog;
use domain::{Decider, OrgId};
use event_store::{Actor, ActorKind};
use processes::SystemIds;
use processes::import::calls::{ImportDeps, ImportMap, ImportOptions, import_calls};
use projections::call_facts::CallFacts;
use projections::calls::Calls;
use projections::calls::read::{CallFilter, list};
use projections::figures::read::{CallMetricsQuery, GroupBy, Metrics, metrics};
use serde_json::Value;
use sqlx::Row;
use tests::histories::{Dice, History, append, histories};

use super::World;
use super::analytics::zone;
use super::call_facts_kit::{at, id};

#[tokio::test(flavor = "multi_thread")]
async fn durations_are_those_that_the_domain_has_for_the_same_call() {
    let world = World::create().await;
    world.happen(77, 150).await;
    let head = append(&world.commands, &corrected(78, 200)).await.expect("appended");
    let live = world.project(vec![Arc::new(Calls), Arc::new(CallFacts)], "live", 40);
    live.settle(head).await.expect("settled");
    live.stop().await;
    let mut connection = world.database().pool(Role::Auditor).acquire().await.expect("in");
    let query = "SELECT org_id, call_id,
                        ARRAY[ring_ms, queue_ms, talk_ms, hold_ms, wrap_ms, handle_ms, total_ms]
                 FROM call_facts";
    let rows = sqlx::query(query).fetch_all(&mut *connection).await.expect("facts");
    assert!(rows.len() > 100, "{} calls", rows.len());
    let mut spoken = 0;
    for row in rows {
        let (org, call): (uuid::Uuid, uuid::Uuid) = (row.get(0), row.get(1));
        let found = projections::calls::read::get(world.database(), org.into(), call.into()).await;
        let durations = found.expect("read").expect("the call").call.known().unwrap().durations();
        let expected = [
            durations.ring_ms,
            durations.queue_ms,
            durations.talk_ms,
            durations.hold_ms,
            durations.wrap_ms,
            durations.handle_ms,
            durations.total_ms,
        ];
        // What still goes on is said only of the call, not yet of its handling.
        let seen: Vec<Option<i64>> = row.get(2);
        if durations.total_ms.is_some() {
            assert_eq!(seen, expected, "call {call}");
            spoken += i32::from(durations.talk_ms.is_some_and(|talked| talked > 0));
        }
    }
    assert!(spoken > 10, "only {spoken} calls with talk");
    let waits = "SELECT org_id, call_id, queue_segment, wait_ms, reason FROM queue_segments
                 WHERE dequeued_at IS NOT NULL AND agent_id IS NULL";
    for row in sqlx::query(waits).fetch_all(&mut *connection).await.expect("waits") {
        let (org, call): (uuid::Uuid, uuid::Uuid) = (row.get(0), row.get(1));
        let found = projections::calls::read::get(world.database(), org.into(), call.into()).await;
        let call = found.expect("read").expect("the call").call;
        let segment = usize::try_from(row.get::<i32, _>(2)).expect("a number");
        // Of an imported call the wait is the one that it came with.
        if let Some(wait) = call.known().unwrap().queue_segments.get(segment - 1) {
            let reason = wait.reason.map(|reason| reason.word().to_owned());
            assert_eq!((row.get(3), row.get(4)), (wait.waited_ms, reason));
        }
    }
    // Ends that were corrected cut off talk, holds and waits.
    let corrected = "SELECT count(*) FROM call_facts f JOIN events e
                     ON (e.org_id, e.aggregate_id) = (f.org_id, f.call_id)
                     WHERE e.event_type = 'CallOutcomeCorrected'";
    let wait = "EXISTS (SELECT FROM queue_segments s
                WHERE (s.org_id, s.call_id) = (f.org_id, f.call_id)
                AND s.dequeued_at = f.ended_at AND s.reason = 'abandoned')";
    for cut_off in ["f.connected_at IS NOT NULL", "f.held_at IS NOT NULL", wait] {
        assert!(world.number(&format!("{corrected} AND {cut_off}")).await > 2, "{cut_off}");
    }
}

/// Random calls that the provider forgets in the midst of it all, and remembers to have ended
/// earlier, or later, than we thought.
fn corrected(seed: u64, calls: usize) -> Vec<History> {
    let mut dice = Dice::new(seed);
    let mut histories = histories(seed, calls).expect("histories");
    histories.retain(|history| !matches!(history.commands[0], CallCommand::ImportHistoric(_)));
    for history in &mut histories {
        history.commands.truncate(4 + usize::try_from(dice.below(16)).expect("a number"));
        let mut call = Call::default();
        for command in &history.commands {
            let facts = call.decide(command.clone()).expect("possible");
            facts.iter().for_each(|fact| call.evolve(fact));
        }
        let last = history.began.plus_ms(3_000_000);
        let hold = CallCommand::Hold { by: By::Agent, reason: None, at: last };
        if dice.chance(50) && call.decide(hold.clone()).is_ok() {
            history.commands.push(hold);
        }
        let guessed_at = history.began.plus_ms(2 * 3_600_000);
        let told_at = history.began.plus_ms(i64::try_from(dice.below(3 * 3_600_000)).expect("ms"));
        history.commands.push(CallCommand::ReconcileMissing { at: guessed_at });
        history.commands.push(CallCommand::Observe(Observation {
            status: ObservedStatus::Completed,
            provider_call_id: None,
            provider_at: told_at,
            recorded_at: told_at,
            duration_seconds: Some(20),
            answered_by: None,
            sip_code: None,
        }));
    }
    histories
}

fn agree(of: &Metrics, expected: &Value, place: &str) {
    let number = |name: &str| expected[name].as_f64().unwrap();
    let near = |value: Option<f64>, expected: f64, by: f64, what: &str| {
        let value = value.unwrap_or(f64::NAN);
        assert!((value - expected).abs() <= by, "{place} {what}: {value}, not {expected}");
    };
    near(of.calls.value, number("contacts"), 0.0, "calls");
    near(of.answered_calls.value, number("contacts"), 0.0, "answered calls");
    near(of.conversions.value, number("conversions"), 0.0, "conversions");
    near(of.conversion_rate.value, number("conversion_rate"), 0.000_000_1, "conversion rate");
    near(of.talk_seconds_sum.value, number("talk_sum_s"), 0.0, "sum");
    // The reference has six decimals, seconds have three.
    near(of.talk_seconds_mean.value, number("talk_mean_s"), 0.000_500_1, "mean");
    near(of.talk_seconds_p50.value, number("talk_median_s"), 0.0, "median");
    near(of.talk_seconds_p95_nearest.value, number("talk_p95_nearest_rank_s"), 0.0, "p95");
    assert_eq!(of.hold_seconds_mean.value, None, "{place}: nobody was on hold");
    assert_eq!(of.wrap_seconds_mean.value, None, "{place}: nothing is known of wrap-up");
    assert_eq!(of.service_level.value, None, "{place}: nobody waited");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_of_the_bank_are_those_of_its_reference() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/uci-bank-marketing/");
    let map = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/demo/map.toml"));
    let world = World::create().await;
    let org = OrgId::from(id(1));
    let deps = ImportDeps { commands: world.commands.clone(), ids: Arc::new(SystemIds) };
    let actor = Actor { kind: ActorKind::System, id: "import".to_owned(), role: None };
    let options = ImportOptions::new(
        org,
        actor,
        ImportMap::parse(map, DispositionCatalog::standard()).expect("a map"),
    );
    let file = std::fs::File::open(format!("{data}bank.csv.gz")).expect("the file");
    let report = import_calls(&deps, options, file, |_| {}).await.expect("imported");
    assert_eq!((report.imported, report.rejected), (4_521, 0));
    let live = world.project(vec![Arc::new(Calls), Arc::new(CallFacts)], "live", 5_000);
    live.settle(4_521).await.expect("settled");
    live.stop().await;
    let expected = std::fs::read(format!("{data}bank.expected.json")).expect("the file");
    let expected: Value = serde_json::from_slice(&expected).expect("JSON");
    let (from, to) = (at("2009-01-01T00:00:00Z"), at("2010-01-01T00:00:00Z"));
    let query = CallMetricsQuery::new(from, to, zone("Europe/Lisbon"), GroupBy::Month);
    let answer = metrics::<Metrics>(world.database(), org, &query).await.expect("an answer");
    assert_eq!(answer.as_of.position, 4_521);
    agree(&answer.totals, &expected["total"], "total");
    let names =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    assert_eq!(answer.series.len(), names.len());
    for (cell, name) in answer.series.iter().zip(names) {
        agree(&cell.metrics, &expected["by_month"][name], name);
        assert!(!cell.provisional && !cell.partial, "{name}");
    }
    let sold = CallFilter { disposition: Some("sale".to_owned()), ..CallFilter::default() };
    let calls = list(world.database(), org, &sold, None, 1_000).await.expect("a page");
    assert_eq!(u64::try_from(calls.len()).unwrap(), expected["total"]["conversions"]);
}
