//! GET /analytics/agents beneath HTTP: the worked case M1 (domain/06 §6.12) for agents A and B and
//! both together, and what time is when it does not fit into a bucket.

use database::Database;
use domain::Timestamp;
use projections::Projection;
use projections::agents::Agents;
use projections::call_facts::CallFacts;
use projections::calls::Calls;
use projections::figures::live::live;
use projections::figures::read::{
    AgentMetrics, Answer, CallMetricsQuery, Dimension, DimensionValue, GroupBy, metrics,
};
use serde_json::json;
use tests::TestDatabase;

use super::analytics::{A, B, clock, figure, golden, half_hour};
use super::call_facts_kit::{Told, fold, id, org};

/// What A and B did in the worked case, A from before the bucket until after it.
fn worked() -> Told {
    let mut told = golden();
    for (agent, from) in [(A, "09:30:00"), (B, "10:00:00")] {
        told.hired(agent, 1, clock("09:00:00"));
        told.does(agent, "offline", "available", clock(from));
    }
    // agent, call, offered, connected, ended, wrap-up until
    for (agent, call, offered, connected, ended, until) in [
        (A, 1, "10:00:05", "10:00:10", "10:05:10", "10:05:40"),
        (B, 2, "10:01:15", "10:01:20", "10:06:20", "10:07:20"),
        (A, 5, "10:06:40", "10:06:45", "10:10:45", "10:11:05"),
        (B, 7, "10:29:52", "10:30:02", "10:33:02", "10:33:12"),
    ] {
        told.offered(agent, call, clock(offered));
        told.takes(agent, call, true, clock(connected));
        told.leaves(agent, call, clock(ended), Some(clock(until)));
    }
    told.does(A, "available", "break", clock("10:20:00"));
    told.does(A, "break", "available", clock("10:25:00"));
    told.does(A, "available", "offline", clock("11:30:00"));
    told
}

async fn filled(told: &Told) -> TestDatabase {
    let db = TestDatabase::create().await;
    let all: [&dyn Projection; 3] = [&Agents, &Calls, &CallFacts];
    for projection in all {
        fold(db.database(), projection, told.events.chunks(3)).await;
    }
    db
}

async fn ask(database: &Database, query: CallMetricsQuery) -> Answer<AgentMetrics> {
    let query = CallMetricsQuery { dimensions: vec![Dimension::Agent], ..query };
    metrics(database, org(), &query).await.expect("an answer")
}

/// The figures of an agent in the only bucket.
fn of(answer: &Answer<AgentMetrics>, agent: u128) -> AgentMetrics {
    let name = DimensionValue::Text(id(agent).to_string());
    let mut cells = answer.series.iter().filter(|cell| cell.dims["agent"] == name);
    let cell = cells.next().unwrap_or_else(|| panic!("nothing of {agent:x}"));
    assert!(cells.next().is_none(), "several buckets");
    cell.metrics.clone()
}

fn seconds(of: &AgentMetrics) -> [f64; 8] {
    [
        &of.signed_in_seconds,
        &of.on_call_seconds,
        &of.wrap_up_seconds,
        &of.idle_seconds,
        &of.reserved_seconds,
        &of.break_seconds,
        &of.training_seconds,
        &of.busy_seconds,
    ]
    .map(|metric| metric.value.expect("a sum"))
}

#[tokio::test]
async fn y1_the_golden_case_m1_of_agents_and_of_both_together() {
    let db = filled(&worked()).await;
    let answer = ask(db.database(), half_hour()).await;
    let (a, b, team) = (of(&answer, A), of(&answer, B), &answer.totals);
    assert_eq!(seconds(&a), [1800.0, 540.0, 50.0, 900.0, 10.0, 300.0, 0.0, 0.0]);
    assert_eq!(seconds(&b), [1800.0, 300.0, 60.0, 1427.0, 13.0, 0.0, 0.0, 0.0]);
    let ratio = |metric| {
        let (value, top, bottom, _) = figure(metric);
        (value, top, bottom)
    };
    let is = |value, top, bottom| (Some(value), Some(top), Some(bottom));
    assert_eq!(ratio(&a.occupancy), is(0.395_973, 590.0, 1490.0));
    assert_eq!(ratio(&a.utilization), is(0.327_778, 590.0, 1800.0));
    assert_eq!(ratio(&a.shrinkage), is(0.166_667, 300.0, 1800.0));
    assert_eq!(ratio(&a.availability), is(0.505_556, 910.0, 1800.0));
    assert_eq!(ratio(&b.occupancy), is(0.201_455, 360.0, 1787.0));
    assert_eq!(ratio(&b.utilization), is(0.2, 360.0, 1800.0));
    assert_eq!(ratio(&team.occupancy), is(0.289_899, 950.0, 3277.0));
    assert_eq!(ratio(&team.utilization), is(0.263_889, 950.0, 3600.0));
    // C1 and C5 are A's, C2 is B's; C7 belongs to the next bucket.
    assert_eq!(figure(&a.segments_handled), (Some(2.0), Some(2.0), None, 2));
    assert_eq!(ratio(&a.segment_handle_seconds_mean), is(295.0, 590.0, 2.0));
    assert_eq!(ratio(&a.segment_hold_seconds_mean), is(30.0, 30.0, 1.0));
    assert_eq!(ratio(&team.segment_handle_seconds_mean), is(316.667, 950.0, 3.0));
    assert_eq!(ratio(&team.segment_talk_seconds_mean), is(270.0, 810.0, 3.0));
    assert_eq!(ratio(&team.segment_hold_seconds_per_handled), is(10.0, 30.0, 3.0));
    assert_eq!(ratio(&team.segment_wrap_seconds_mean), is(36.667, 110.0, 3.0));
    assert_eq!(ratio(&a.segments_per_hour), is(4.0, 2.0, 0.5));
    assert_eq!(ratio(&team.missed_offer_rate), is(0.0, 0.0, 4.0));
    assert_eq!(ratio(&b.asa_seconds), is(16.0, 32.0, 2.0));
    let nothing = (None, Some(0.0), Some(0.0));
    assert_eq!([ratio(&a.csat), ratio(&a.conversion_rate), ratio(&a.sentiment_mean)], [nothing; 3]);
}

#[tokio::test]
async fn y4_what_spans_an_edge_is_divided_and_adds_up() {
    let db = filled(&worked()).await;
    let whole = CallMetricsQuery { to: clock("12:00:00"), ..half_hour() };
    let cut = CallMetricsQuery { group_by: GroupBy::Quarter, ..whole.clone() };
    let (whole, cut) = (ask(db.database(), whole).await, ask(db.database(), cut).await);
    let mut sums = [0.0; 8];
    for cell in &cut.series {
        let parts = seconds(&cell.metrics);
        assert!(parts[1..].iter().sum::<f64>() <= 900.0, "{parts:?} in {}", cell.label);
        let apart: f64 = parts[1..].iter().sum();
        assert!((parts[0] - apart).abs() < 1e-9, "L is what it is made of: {parts:?}");
        sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
    }
    assert_eq!(sums, seconds(&whole.totals));
    // A until 11:30, B all the time.
    assert_eq!(sums[0], 5400.0 + 7200.0);
}

#[tokio::test]
async fn y5_who_was_signed_in_all_the_time_was_even_if_nothing_happened() {
    let mut told = Told::default();
    told.hired(A, 1, clock("08:00:00"));
    told.does(A, "offline", "training", clock("09:00:00"));
    told.hired(B, 1, clock("08:00:00"));
    let db = filled(&told).await;
    let answer = ask(db.database(), half_hour()).await;
    assert_eq!(answer.series.len(), 1, "who was never there is not there");
    let a = of(&answer, A);
    assert_eq!(seconds(&a), [1800.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1800.0, 0.0]);
    // Neither busy nor idle: an undefined ratio, not 0.
    assert_eq!(figure(&a.occupancy), (None, Some(0.0), Some(0.0), 1));
    assert_eq!((a.utilization.value, a.shrinkage.value), (Some(0.0), Some(1.0)));
    let before = CallMetricsQuery { from: clock("08:00:00"), to: clock("09:00:00"), ..half_hour() };
    let before = ask(db.database(), before).await;
    assert_eq!((before.series.len(), before.totals.utilization.value), (0, None));
}

#[tokio::test]
async fn a5_three_calls_at_once_keep_an_agent_once() {
    let mut told = Told::default();
    told.hired(A, 3, clock("08:00:00"));
    told.does(A, "offline", "available", clock("10:00:00"));
    told.takes(A, 1, false, clock("10:00:00"));
    told.takes(A, 2, false, clock("10:05:00"));
    told.takes(A, 3, false, clock("10:10:00"));
    told.leaves(A, 3, clock("10:15:00"), None);
    told.leaves(A, 1, clock("10:20:00"), Some(clock("10:25:00")));
    told.leaves(A, 2, clock("10:30:00"), None);
    let db = filled(&told).await;
    let a = of(&ask(db.database(), half_hour()).await, A);
    assert_eq!(figure(&a.occupancy), (Some(1.0), Some(1800.0), Some(1800.0), a.occupancy.n));
    assert_eq!(seconds(&a)[..3], [1800.0, 1800.0, 0.0]);
}

#[tokio::test]
async fn a_break_that_waits_for_the_wrap_up_is_wrap_up_until_then() {
    let mut told = Told::default();
    told.hired(A, 1, clock("08:00:00"));
    told.does(A, "offline", "available", clock("10:00:00"));
    told.takes(A, 1, false, clock("10:00:00"));
    let deferred = json!({ "to": "break", "by": "agent", "at": clock("10:05:00") });
    told.agent(A, "AgentPresenceDeferred", deferred);
    told.leaves(A, 1, clock("10:10:00"), Some(clock("10:15:00")));
    told.does(A, "available", "break", clock("10:15:00"));
    let db = filled(&told).await;
    let a = of(&ask(db.database(), half_hour()).await, A);
    assert_eq!(seconds(&a), [1800.0, 600.0, 300.0, 0.0, 0.0, 900.0, 0.0, 0.0]);
}

#[tokio::test]
async fn an_offer_counts_by_what_came_of_it() {
    let mut told = Told::default();
    told.hired(A, 1, clock("08:00:00"));
    told.does(A, "offline", "available", clock("10:00:00"));
    for (call, from, outcome) in
        [(1, "10:01:00", "timed_out"), (2, "10:02:00", "rejected"), (3, "10:03:00", "rescinded")]
    {
        told.offered(A, call, clock(from));
        let released = json!({
            "offer_id": id(call), "outcome": outcome, "at": clock(from).plus_ms(20_000),
        });
        told.agent(A, "AgentReservationReleased", released);
    }
    told.offered(A, 4, clock("10:29:50"));
    let db = filled(&told).await;
    let answer = ask(db.database(), half_hour()).await;
    let a = of(&answer, A);
    // What was taken back is no offer, and what is open is none yet.
    assert_eq!(figure(&a.missed_offer_rate), (Some(0.5), Some(1.0), Some(2.0), 2));
    assert!(answer.series[0].provisional, "an offer is open");
    assert_eq!(seconds(&a)[4], 70.0);
}

#[tokio::test]
async fn who_hands_a_call_over_has_their_part_of_it() {
    let mut told = Told::default();
    let start = clock("10:00:00");
    let at = |seconds: i64| -> Timestamp { start.plus_ms(seconds * 1_000) };
    told.waits(1, 9, start);
    told.dequeued(1, (9, 1), "answered", start, at(10));
    told.connected(1, A, 1, at(10));
    let left = json!({
        "agent_id": id(A), "segment_no": 1, "reason": "transferred", "at": at(70),
    });
    told.say(1, "CallAgentDisconnected", left);
    told.connected(1, B, 2, at(70));
    told.disconnected(1, B, 2, at(100));
    told.ended(1, "customer", at(100));
    told.wrapped_up(1, B, at(100), 20_000);
    let db = filled(&told).await;
    let answer = ask(db.database(), half_hour()).await;
    let (a, b) = (of(&answer, A), of(&answer, B));
    assert_eq!(figure(&a.transfer_rate), (Some(1.0), Some(1.0), Some(1.0), 1));
    assert_eq!(figure(&b.transfer_rate), (Some(0.0), Some(0.0), Some(1.0), 1));
    assert_eq!(a.segment_handle_seconds_mean.value, Some(60.0));
    assert_eq!(b.segment_handle_seconds_mean.value, Some(50.0));
    let all = figure(&answer.totals.segment_handle_seconds_mean);
    assert_eq!(all, (Some(55.0), Some(110.0), Some(2.0), 2));
}

#[tokio::test]
async fn what_goes_on_now_is_seen_of_some_agents_and_of_every_queue() {
    let mut told = worked();
    told.waits(20, 9, clock("10:40:00"));
    told.waits(21, 9, clock("10:41:00"));
    told.waits(22, 8, clock("10:42:00"));
    let db = filled(&told).await;
    let now = live(db.database(), org(), None).await.expect("an answer");
    let counted = |pairs: &[(&str, i64)]| -> std::collections::BTreeMap<String, i64> {
        pairs.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
    };
    assert_eq!(now.agents, counted(&[("available", 1), ("offline", 1)]));
    assert_eq!(now.calls, counted(&[("in_progress", 3)]));
    let queues: Vec<_> =
        now.queues.iter().map(|queue| (queue.queue.clone(), queue.waiting, queue.since)).collect();
    let name = |queue| Some(id(queue).to_string());
    let expected = [(name(8), 1, clock("10:42:00")), (name(9), 2, clock("10:40:00"))];
    assert_eq!(queues, expected);
    let some = live(db.database(), org(), Some(&[id(B)])).await.expect("an answer");
    assert_eq!((some.agents, some.calls.len()), (counted(&[("available", 1)]), 0));
    assert_eq!(some.queues, now.queues);
}
