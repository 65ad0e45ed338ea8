//! From figures to calls: whoever counts the calls behind a figure gets the figure.

use std::sync::Arc;

use domain::call::Direction;
use domain::{OrgId, Timestamp};
use projections::bucket::GroupBy;
use projections::call_facts::CallFacts;
use projections::calls::Calls;
use projections::calls::read::CallPlace;
use projections::figures::behind::{BEHIND, Behind, CellKey};
use projections::figures::read::{
    CallMetricsQuery, Cell, Dimension, Metrics, MetricsError, metrics,
};
use serde_json::Value;
use tests::histories::Dice;
use uuid::Uuid;

use super::World;
use super::analytics::zone;
use super::call_facts_kit::at;

const MOST: i64 = 10_000;
/// Of these the value is a number of calls; others rest on `n` of them.
const COUNTS: [&str; 8] = [
    "calls",
    "answered_calls",
    "conversions",
    "resolved",
    "rated",
    "offered",
    "answered",
    "abandoned",
];
const WAITS: [&str; 6] =
    ["offered", "answer_rate", "longest_wait_seconds", "answered", "asa_seconds", "abandoned"];

fn pick<T: Copy>(dice: &mut Dice, of: &[T]) -> T {
    of[usize::try_from(dice.below(u64::try_from(of.len()).unwrap())).unwrap()]
}

/// Any question about the time in which the histories are.
fn question(dice: &mut Dice) -> CallMetricsQuery {
    let ms = |dice: &mut Dice, hours: u64| i64::try_from(dice.below(hours * 3_600_000)).unwrap();
    let from = at("2026-02-27T00:00:00Z").plus_ms(ms(dice, 24 * 10));
    let to = from.plus_ms(1 + ms(dice, 24 * 40));
    let group_by = [GroupBy::None, GroupBy::Hour, GroupBy::Day, GroupBy::Week, GroupBy::Month];
    let zones = ["UTC", "Europe/Prague", "America/New_York", "Australia/Lord_Howe"];
    let (tz, group_by) = (zone(pick(dice, &zones)), pick(dice, &group_by));
    let mut query = CallMetricsQuery::new(from, to, tz, group_by);
    let all = [
        Dimension::Queue,
        Dimension::Campaign,
        Dimension::Agent,
        Dimension::Disposition,
        Dimension::HourOfDay,
        Dimension::Weekday,
    ];
    for _ in 0..dice.below(3) {
        let dimension = pick(dice, &all);
        if !query.dimensions.contains(&dimension) {
            query.dimensions.push(dimension);
        }
    }
    if dice.chance(30) {
        query.direction = Some(pick(dice, &[Direction::Inbound, Direction::Outbound]));
    }
    if dice.chance(20) {
        query.agent_ids = vec![Uuid::from_u128((3 << 64) | u128::from(dice.below(3) + 1))];
    }
    if dice.chance(20) {
        query.queue_ids = vec![Uuid::from_u128((4 << 64) | u128::from(dice.below(3) + 1))];
    }
    query.include_test = dice.chance(30);
    query
}

/// The calls behind a figure, page by page.
async fn listed(world: &World, org: OrgId, behind: &Behind, key: &CellKey, page: i64) -> Vec<Uuid> {
    let (mut ids, mut after) = (Vec::new(), None::<CallPlace>);
    loop {
        let of = (org, key.agents(), &[][..]);
        let found = behind.calls(world.database(), of, key, (after.as_ref(), page), Some(MOST));
        let found = found.await.expect("read");
        let Some(last) = found.calls.last() else { return ids };
        assert!(usize::try_from(found.total.expect("a total")).unwrap() >= found.calls.len());
        after = Some(CallPlace::of(last));
        ids.extend(found.calls.iter().map(|call| call.id.uuid()));
    }
}

/// How many calls have waited in a time, by another way.
async fn waited(world: &World, org: OrgId, which: &str, (from, to): (Timestamp, Timestamp)) -> i64 {
    let reason = match which {
        "answered" | "asa_seconds" => "reason = 'answered'",
        "abandoned" => "reason = 'abandoned'",
        _ => "reason IS NOT NULL",
    };
    let query = format!(
        "SELECT count(DISTINCT call_id) FROM queue_segments WHERE org_id = '{org}' AND NOT test
         AND queued_at >= '{from}' AND queued_at < '{to}' AND {reason}"
    );
    world.number(&query).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calls_behind_a_figure_are_as_many_as_it_says() {
    let world = World::create().await;
    let head = world.happen(4_711, 240).await;
    let live = world.project(vec![Arc::new(Calls), Arc::new(CallFacts)], "live", 40);
    live.settle(head).await.expect("settled");
    live.stop().await;
    // Few random calls are on hold and end in order.
    let held = "UPDATE call_facts SET holds = 1, hold_ms = 5000
                WHERE handled_at IS NOT NULL AND hashtext(call_id::text) % 3 = 0";
    world.plant(held).await;
    let orgs = world.texts("SELECT DISTINCT org_id::text FROM call_facts ORDER BY 1").await;
    let orgs: Vec<OrgId> =
        orgs.iter().map(|org| OrgId::from(org.parse::<Uuid>().expect("an id"))).collect();
    let mut dice = Dice::new(7);
    let (mut compared, mut calls, mut seen) = (0, 0, std::collections::BTreeSet::new());
    // Until every figure had calls, which rare ones take a while for.
    while compared < 900 || (seen.len() < BEHIND.len() && compared < 4_000) {
        let (query, org) = (question(&mut dice), pick(&mut dice, &orgs));
        let answer = match metrics::<Metrics>(world.database(), org, &query).await {
            Err(MetricsError::TooManyBuckets) => continue,
            answer => answer.expect("an answer"),
        };
        let full = |cell: &&Cell<Metrics>| cell.metrics.calls.n + cell.metrics.offered.n > 0;
        let cells: Vec<&Cell<Metrics>> = answer.series.iter().filter(full).collect();
        for _ in 0..cells.len().min(4) {
            let cell = pick(&mut dice, &cells);
            let key = CellKey::of(&query, &query.agent_ids, cell).expect("no number is asked for");
            assert!(key.is_sound(), "{key:?}");
            let told = serde_json::to_value(&key).expect("JSON");
            assert_eq!(serde_json::from_value::<CellKey>(told).expect("a key"), key);
            let figures: Value = serde_json::to_value(&cell.metrics).expect("JSON");
            for _ in 0..6 {
                let behind = pick(&mut dice, &BEHIND.iter().collect::<Vec<_>>());
                let part = if COUNTS.contains(&behind.figure) { "value" } else { "n" };
                let expected = figures[behind.figure][part].as_i64().expect("a count");
                let ids = listed(&world, org, behind, &key, pick(&mut dice, &[3, MOST])).await;
                let distinct: std::collections::BTreeSet<&Uuid> = ids.iter().collect();
                let count = i64::try_from(ids.len()).expect("few");
                assert_eq!(distinct.len(), ids.len(), "a call is there once");
                let what = format!("{} of {key:?}", behind.figure);
                if !WAITS.contains(&behind.figure) {
                    assert_eq!(count, expected, "{what}");
                } else if query.dimensions.is_empty()
                    && query.direction.is_none()
                    && query.agent_ids.is_empty()
                    && query.queue_ids.is_empty()
                    && !query.include_test
                {
                    let times = (cell.bucket_start, cell.bucket_end);
                    assert_eq!(count, waited(&world, org, behind.figure, times).await, "{what}");
                } else {
                    // Who waits twice is two waits and one call.
                    assert!(count <= expected && (count == 0) == (expected == 0), "{what}");
                }
                if count > 0 {
                    seen.insert(behind.figure);
                }
                (compared, calls) = (compared + 1, calls + count);
            }
        }
    }
    assert_eq!(seen.len(), BEHIND.len(), "{seen:?}");
    assert!(calls > 900, "only {calls} calls");
}
