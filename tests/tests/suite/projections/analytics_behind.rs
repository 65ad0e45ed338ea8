//! From figures to calls: whoever counts the calls behind a figure gets the figure.

use std::sync::Arc;

use domain::call::Direction;
use domain::{OrgId, Timestamp};
use projections::bucket::GroupBy;
use projections::call_facts::CallFacts;
use projections::calls::Calls;
use projections::calls::read::CallPlace;
use projections::figures::behind::{AskedFor, BEHIND, Behind, CellKey};
use projections::figures::read::{
    CallMetricsQuery, Cell, Dimension, DimensionValue, DispositionMetrics, Level, Metrics,
    MetricsError, SlMethod, metrics,
};
use serde_json::{Value, json};
use tests::histories::Dice;
use uuid::Uuid;

use super::World;
use super::analytics::zone;
use super::call_facts_kit::at;

const MOST: i64 = 10_000;
/// Of these the value is a number of calls; others rest on `n` of them.
const COUNTS: [&str; 14] = [
    "calls",
    "answered_calls",
    "conversions",
    "contacts",
    "right_parties",
    "resolved",
    "rated",
    "handled_calls",
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "flowed_out",
    "waiting",
];
const WAITS: [&str; 12] = [
    "offered",
    "answer_rate",
    "longest_wait_seconds",
    "answered",
    "asa_seconds",
    "abandoned",
    "short_abandoned",
    "flowed_out",
    "waiting",
    "abandonment_rate",
    "abandon_seconds_mean",
    "service_level",
];

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
        Dimension::Team,
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
    query.short_abandon_seconds = pick(dice, &[5, 30, 120]);
    query.include_short_abandons = dice.chance(30);
    query.include_abandons = dice.chance(70);
    query.include_flow_outs = dice.chance(30);
    query.sl_method = pick(dice, &[SlMethod::Standard, SlMethod::Dequeue]);
    query.level = pick(dice, &[Level::Segment, Level::Call]);
    query
}

/// Whether all waits of a time are asked for.
fn everything(query: &CallMetricsQuery) -> bool {
    let lists = [&query.queue_ids, &query.agent_ids].map(Vec::is_empty);
    let whole = query.dimensions.is_empty() && query.direction.is_none() && !query.include_test;
    whole && lists == [true; 2] && query.level == Level::Segment
}

/// The calls behind a figure, page by page.
async fn listed(world: &World, org: OrgId, behind: &Behind, key: &CellKey, page: i64) -> Vec<Uuid> {
    let (mut ids, mut after) = (Vec::new(), None::<CallPlace>);
    loop {
        let agents = key.asked().agents;
        let of = (org, &*agents, &[][..]);
        let found = behind.calls(world.database(), of, key, (after.as_ref(), page), Some(MOST));
        let found = found.await.expect("read");
        let Some(last) = found.calls.last() else { return ids };
        assert!(usize::try_from(found.total.expect("a total")).unwrap() >= found.calls.len());
        after = Some(CallPlace::of(last));
        ids.extend(found.calls.iter().map(|call| call.id.uuid()));
    }
}

/// How many calls have waited in a time, by another way.
async fn waited(
    world: &World,
    org: OrgId,
    which: &str,
    (from, to): (Timestamp, Timestamp),
) -> Option<i64> {
    let reason = match which {
        "answered" | "asa_seconds" => "reason = 'answered'",
        "abandoned" => "reason = 'abandoned'",
        "offered" | "answer_rate" | "longest_wait_seconds" => "reason IS NOT NULL",
        "waiting" => "reason IS NULL",
        _ => return None,
    };
    let query = format!(
        "SELECT count(DISTINCT call_id) FROM queue_segments WHERE org_id = '{org}' AND NOT test
         AND queued_at >= '{from}' AND queued_at < '{to}' AND {reason}"
    );
    Some(world.number(&query).await)
}

/// What random histories have too little of.
async fn plant(world: &World) {
    // Few random calls are on hold and end in order.
    let held = "UPDATE call_facts SET holds = 1, hold_ms = 5000
                WHERE handled_at IS NOT NULL AND hashtext(call_id::text) % 3 = 0";
    world.plant(held).await;
    // Somebody is in two teams, one team is archived, and somebody is in none that is left.
    let teams = "
        INSERT INTO teams (org_id, team_id, version, archived, created_at, state)
        SELECT f.org_id, t.id::uuid, 1, t.archived, now(), '{}'::json
        FROM (SELECT DISTINCT org_id FROM call_facts) f,
            (VALUES ('00000000-0000-0000-0000-0000000000a1', false),
                    ('00000000-0000-0000-0000-0000000000a2', false),
                    ('00000000-0000-0000-0000-0000000000a3', true)) t(id, archived);
        INSERT INTO team_members (org_id, team_id, user_id, role)
        SELECT t.org_id, t.team_id, m.id::uuid, 'member'
        FROM teams t JOIN (VALUES ('a1', '00000000-0000-0003-0000-000000000001'),
            ('a2', '00000000-0000-0003-0000-000000000001'),
            ('a2', '00000000-0000-0003-0000-000000000002'),
            ('a3', '00000000-0000-0003-0000-000000000003')) m(of, id)
        ON t.team_id::text LIKE '%' || m.of";
    world.plant(teams).await;
}

/// The figures of a cell, with those that the report of results has of the same.
fn figures(cell: &Cell<Metrics>, results: &[Cell<DispositionMetrics>]) -> Value {
    let same = |one: &&Cell<DispositionMetrics>| {
        one.bucket_start == cell.bucket_start && one.dims == cell.dims
    };
    let mut figures: Value = serde_json::to_value(&cell.metrics).expect("JSON");
    for figure in ["contacts", "right_parties"] {
        let result = results.iter().find(same);
        let result = result.map(|one| serde_json::to_value(&one.metrics).expect("JSON"));
        figures[figure] = result.map_or(json!({ "value": 0 }), |all| all[figure].clone());
    }
    figures
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calls_behind_a_figure_are_as_many_as_it_says() {
    let world = World::create().await;
    let head = world.happen(4_711, 240).await;
    let live = world.project(vec![Arc::new(Calls), Arc::new(CallFacts)], "live", 40);
    live.settle(head).await.expect("settled");
    live.stop().await;
    plant(&world).await;
    let orgs = world.texts("SELECT DISTINCT org_id::text FROM call_facts ORDER BY 1").await;
    let orgs: Vec<OrgId> =
        orgs.iter().map(|org| OrgId::from(org.parse::<Uuid>().expect("an id"))).collect();
    let mut dice = Dice::new(7);
    let (mut compared, mut calls, mut seen) = (0, 0, std::collections::BTreeSet::new());
    let mut teams = 0;
    // Until every figure had calls, which rare ones take a while for.
    while compared < 900 || (seen.len() < BEHIND.len() && compared < 4_000) {
        let (query, org) = (question(&mut dice), pick(&mut dice, &orgs));
        let answer = match metrics::<Metrics>(world.database(), org, &query).await {
            Err(MetricsError::TooManyBuckets) => continue,
            answer => answer.expect("an answer"),
        };
        let results = metrics::<DispositionMetrics>(world.database(), org, &query).await;
        let results = results.expect("an answer").series;
        let full = |cell: &&Cell<Metrics>| cell.metrics.calls.n + cell.metrics.offered.n > 0;
        let cells: Vec<&Cell<Metrics>> = answer.series.iter().filter(full).collect();
        let asked = AskedFor { agents: query.agent_ids.clone(), teams: Vec::new() };
        for _ in 0..cells.len().min(4) {
            let cell = pick(&mut dice, &cells);
            let key = CellKey::of(&query, &asked, cell).expect("no number is asked for");
            assert!(key.is_sound(), "{key:?}");
            let told = serde_json::to_value(&key).expect("JSON");
            assert_eq!(serde_json::from_value::<CellKey>(told).expect("a key"), key);
            let figures = figures(cell, &results);
            let any = (0..4).map(|_| pick(&mut dice, &BEHIND.iter().collect::<Vec<_>>()).figure);
            // What depends on how waits are counted is rare, and is looked at each time.
            let rates = ["abandonment_rate", "abandon_seconds_mean", "service_level"];
            for figure in any.collect::<Vec<_>>().into_iter().chain(rates) {
                let behind = Behind::find(figure).expect("it is there");
                let part = if COUNTS.contains(&behind.figure) { "value" } else { "n" };
                let expected = figures[behind.figure][part].as_i64().expect("a count");
                let ids = listed(&world, org, behind, &key, pick(&mut dice, &[3, MOST])).await;
                let distinct: std::collections::BTreeSet<&Uuid> = ids.iter().collect();
                let count = i64::try_from(ids.len()).expect("few");
                assert_eq!(distinct.len(), ids.len(), "a call is there once");
                let what = format!("{} of {key:?}", behind.figure);
                let once = query.level == Level::Call;
                if once || !WAITS.contains(&behind.figure) {
                    assert_eq!(count, expected, "{what}");
                } else {
                    // Who waits twice is two waits and one call.
                    assert!(count <= expected && (count == 0) == (expected == 0), "{what}");
                }
                let times = (cell.bucket_start, cell.bucket_end);
                if everything(&query)
                    && let Some(waited) = waited(&world, org, behind.figure, times).await
                {
                    assert_eq!(count, waited, "{what}");
                }
                if count > 0 {
                    seen.insert(behind.figure);
                }
                let named = |value: &DimensionValue| matches!(value, DimensionValue::Text(_));
                teams += i32::from(count > 0 && cell.dims.get("team").is_some_and(named));
                (compared, calls) = (compared + 1, calls + count);
            }
        }
    }
    assert_eq!(seen.len(), BEHIND.len(), "{seen:?}");
    assert!(calls > 900 && teams > 10, "only {calls} calls, {teams} of teams");
}
