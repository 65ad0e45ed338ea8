//! GET /analytics/calls beneath HTTP: the worked case M1 (domain/06 §6.12) and
//! what queues add to it.

use std::collections::BTreeSet;

use database::Database;
use projections::call_facts::CallFacts;
use projections::figures::read::{
    Answer, CallMetricsQuery, Dimension, DimensionValue, GroupBy, Metric, Metrics, QueueMetrics,
    SlMethod, Tz, metrics,
};
use tests::TestDatabase;
use tests::histories::Dice;

use super::call_facts_kit::{Told, at, fold, id, org};

pub const SUPPORT: u128 = 0x9001;
pub const A: u128 = 0xa;
pub const B: u128 = 0xb;

pub fn clock(time: &str) -> domain::Timestamp {
    at(&format!("2025-03-04T{time}Z"))
}

pub fn zone(name: &str) -> Tz {
    name.parse().expect("a time zone")
}

/// The worked case of domain/06 §6.12.
pub fn golden() -> Told {
    let mut told = Told::default();
    // call, queued, agent, connected, hold in s, ended, wrap-up in s
    let answered = [
        (1, "10:00:00", A, "10:00:10", 30, "10:05:10", 30),
        (2, "10:01:00", B, "10:01:20", 0, "10:06:20", 60),
        (5, "10:06:00", A, "10:06:45", 0, "10:10:45", 20),
        (7, "10:29:50", B, "10:30:02", 0, "10:33:02", 10),
    ];
    for (call, queued, agent, connected, held, ended, wrapped) in answered {
        let (queued, connected, ended) = (clock(queued), clock(connected), clock(ended));
        told.waits(call, SUPPORT, queued);
        told.dequeued(call, (SUPPORT, 1), "answered", queued, connected);
        told.connected(call, agent, 1, connected);
        if held > 0 {
            told.held(call, connected.plus_ms(60_000), held * 1_000);
        }
        told.disconnected(call, agent, 1, ended);
        told.ended(call, "customer", ended);
        told.wrapped_up(call, agent, ended, wrapped * 1_000);
    }
    let left = [
        (3, "10:02:00", "abandoned", "10:02:03"),
        (4, "10:03:00", "abandoned", "10:04:15"),
        (6, "10:08:00", "callback", "10:08:40"),
    ];
    for (call, queued, reason, until) in left {
        told.waits(call, SUPPORT, clock(queued));
        told.dequeued(call, (SUPPORT, 1), reason, clock(queued), clock(until));
        told.ended(call, "customer", clock(until));
    }
    told
}

pub fn half_hour() -> CallMetricsQuery {
    let (from, to) = (clock("10:00:00"), clock("10:30:00"));
    CallMetricsQuery::new(from, to, Tz::UTC, GroupBy::None)
}

pub async fn ask(database: &Database, query: &CallMetricsQuery) -> Answer<Metrics> {
    metrics(database, org(), query).await.expect("an answer")
}

pub async fn filled(told: &Told) -> TestDatabase {
    let db = TestDatabase::create().await;
    fold(db.database(), &CallFacts, [told.events.as_slice()]).await;
    db
}

pub fn figure(metric: &Metric) -> (Option<f64>, Option<f64>, Option<f64>, i64) {
    (metric.value, metric.numerator, metric.denominator, metric.n)
}

#[tokio::test]
async fn y1_the_golden_case_m1() {
    let db = filled(&golden()).await;
    let of = ask(db.database(), &half_hour()).await.totals;
    assert_eq!(figure(&of.calls), (Some(7.0), Some(7.0), None, 7));
    assert_eq!(figure(&of.answered_calls), (Some(7.0), Some(7.0), None, 7));
    assert_eq!(figure(&of.offered), (Some(7.0), Some(7.0), None, 7));
    assert_eq!(figure(&of.answered), (Some(4.0), Some(4.0), None, 7));
    assert_eq!(figure(&of.abandoned), (Some(2.0), Some(2.0), None, 7));
    assert_eq!(figure(&of.asa_seconds), (Some(21.75), Some(87.0), Some(4.0), 4));
    assert_eq!(figure(&of.service_level), (Some(0.6), Some(3.0), Some(5.0), 5));
    assert_eq!(figure(&of.abandonment_rate), (Some(0.166_667), Some(1.0), Some(6.0), 6));
    assert_eq!(figure(&of.answer_rate), (Some(0.571_429), Some(4.0), Some(7.0), 7));
    assert_eq!(figure(&of.longest_wait_seconds), (Some(75.0), None, None, 7));
    // Handling that ended in the bucket: C1, C2, C5.
    assert_eq!(figure(&of.handle_seconds_mean), (Some(316.667), Some(950.0), Some(3.0), 3));
    assert_eq!(figure(&of.talk_seconds_mean), (Some(270.0), Some(810.0), Some(3.0), 3));
    assert_eq!(figure(&of.hold_seconds_mean), (Some(30.0), Some(30.0), Some(1.0), 1));
    assert_eq!(figure(&of.wrap_seconds_mean), (Some(36.667), Some(110.0), Some(3.0), 3));
    assert_eq!(figure(&of.talk_seconds_sum), (Some(810.0), Some(810.0), None, 3));
    assert_eq!(figure(&of.talk_seconds_p50), (Some(270.0), None, None, 3));
    assert_eq!(of.talk_seconds_p95.value, Some(297.0));
    assert_eq!(of.talk_seconds_p95_nearest.value, Some(300.0));
}

#[tokio::test]
async fn y1_c7_is_handled_in_the_next_bucket() {
    let db = filled(&golden()).await;
    let next = CallMetricsQuery { from: clock("10:30:00"), to: clock("11:00:00"), ..half_hour() };
    let of = ask(db.database(), &next).await.totals;
    assert_eq!((of.calls.value, of.offered.value), (Some(0.0), Some(0.0)));
    assert_eq!(figure(&of.handle_seconds_mean), (Some(190.0), Some(190.0), Some(1.0), 1));
}

#[tokio::test]
async fn y6_the_variants_of_the_service_level() {
    let db = filled(&golden()).await;
    let mut variants = Vec::new();
    let with: [&dyn Fn(&mut CallMetricsQuery); 7] = [
        &|query| query.include_flow_outs = true,
        &|query| query.include_abandons = false,
        &|query| query.sl_method = SlMethod::Dequeue,
        &|query| query.include_short_abandons = true,
        // Inclusive: C2 waited 20 s. Strict: C3 left after 3 s.
        &|query| query.sl_seconds = 19,
        &|query| query.short_abandon_seconds = 3,
        &|query| query.short_abandon_seconds = 4,
    ];
    for change in with {
        let mut query = half_hour();
        change(&mut query);
        let of = ask(db.database(), &query).await.totals;
        let ratio = |metric: &Metric| (metric.numerator, metric.denominator);
        variants.push((
            of.service_level.value,
            ratio(&of.service_level),
            ratio(&of.abandonment_rate),
        ));
    }
    let ratio = |top: f64, bottom: f64| (Some(top), Some(bottom));
    let expected = [
        (Some(0.5), ratio(3.0, 6.0), ratio(1.0, 6.0)),
        (Some(0.75), ratio(3.0, 4.0), ratio(1.0, 6.0)),
        (Some(0.571_429), ratio(4.0, 7.0), ratio(1.0, 6.0)),
        (Some(0.5), ratio(3.0, 6.0), ratio(2.0, 7.0)),
        (Some(0.4), ratio(2.0, 5.0), ratio(1.0, 6.0)),
        (Some(0.5), ratio(3.0, 6.0), ratio(2.0, 7.0)),
        (Some(0.6), ratio(3.0, 5.0), ratio(1.0, 6.0)),
    ];
    assert_eq!(variants, expected);
}

#[tokio::test]
async fn y1_the_golden_case_m1_of_its_queue() {
    let db = filled(&golden()).await;
    let query = CallMetricsQuery { dimensions: vec![Dimension::Queue], ..half_hour() };
    let answer = metrics::<QueueMetrics>(db.database(), org(), &query).await.expect("an answer");
    assert_eq!(answer.series.len(), 1);
    assert_eq!(answer.series[0].dims["queue"], DimensionValue::Text(id(SUPPORT).to_string()));
    let of = &answer.series[0].metrics;
    let counts = [&of.offered, &of.answered, &of.abandoned, &of.short_abandoned, &of.flowed_out];
    assert_eq!(counts.map(|metric| metric.value), [7.0, 4.0, 2.0, 1.0, 1.0].map(Some));
    assert_eq!(figure(&of.service_level), (Some(0.6), Some(3.0), Some(5.0), 5));
    // 2 of 4 until a quarter past, 1 of 1 then.
    assert_eq!(figure(&of.service_level_met), (Some(0.5), Some(1.0), Some(2.0), 2));
    // C4 alone: C3 left after 3 s.
    assert_eq!(figure(&of.abandon_seconds_mean), (Some(75.0), Some(75.0), Some(1.0), 1));
    let all = CallMetricsQuery { include_short_abandons: true, ..query };
    let answer = metrics::<QueueMetrics>(db.database(), org(), &all).await.expect("an answer");
    let mean = figure(&answer.totals.abandon_seconds_mean);
    assert_eq!(mean, (Some(39.0), Some(78.0), Some(2.0), 2));
}

#[tokio::test]
async fn y6_a_queue_meets_its_target_in_as_many_quarter_hours_as_its_buckets_say() {
    let mut told = Told::default();
    let mut dice = Dice::new(0x5e41);
    let second = |dice: &mut Dice, below| i64::try_from(dice.below(below)).unwrap() * 1_000;
    for call in 1..=240 {
        let queue = 0x9000 + u128::from(dice.below(3));
        let queued = clock("10:00:00").plus_ms(second(&mut dice, 4 * 3_600));
        told.waits(call, queue, queued);
        let reason = ["answered", "answered", "answered", "abandoned", "callback"];
        let reason = reason[usize::try_from(dice.below(5)).unwrap()];
        let left = queued.plus_ms(second(&mut dice, 30));
        told.dequeued(call, (queue, 1), reason, queued, left);
    }
    let db = filled(&told).await;
    let quarters = CallMetricsQuery {
        to: clock("14:30:00"),
        group_by: GroupBy::Quarter,
        dimensions: vec![Dimension::Queue],
        ..half_hour()
    };
    let with: [&dyn Fn(&mut CallMetricsQuery); 6] = [
        &|_| (),
        &|query| query.sl_target = 0.55,
        &|query| query.sl_method = SlMethod::Dequeue,
        &|query| (query.include_flow_outs, query.include_short_abandons) = (true, true),
        &|query| query.include_abandons = false,
        &|query| (query.sl_seconds, query.short_abandon_seconds) = (10, 20),
    ];
    let mut seen = BTreeSet::new();
    for change in with {
        let mut query = quarters.clone();
        change(&mut query);
        let target = query.sl_target;
        let answer = metrics::<QueueMetrics>(db.database(), org(), &query).await.unwrap();
        let levels = answer.series.iter().filter_map(|cell| cell.metrics.service_level.value);
        let levels: Vec<f64> = levels.collect();
        let met = levels.iter().filter(|level| **level >= target).count();
        let of = &answer.totals.service_level_met;
        assert_eq!(of.n, i64::try_from(levels.len()).unwrap(), "{query:?}");
        assert_eq!(of.numerator.map(|met| format!("{met}")), Some(met.to_string()), "{query:?}");
        assert!(answer.series.iter().all(|cell| {
            let (level, met) = (&cell.metrics.service_level, &cell.metrics.service_level_met);
            met.value == level.value.map(|level| f64::from(u8::from(level >= target)))
        }));
        let hours = CallMetricsQuery { group_by: GroupBy::Hour, ..query };
        let hours = metrics::<QueueMetrics>(db.database(), org(), &hours).await.unwrap();
        assert_eq!(hours.totals.service_level_met, *of, "hours are made of quarters");
        seen.insert(met);
    }
    assert!(seen.len() > 3, "each of them counts otherwise: {seen:?}");
}

#[tokio::test]
async fn y6_a_target_is_met_by_exactly_so_many() {
    let mut told = Told::default();
    let queued = clock("10:00:00");
    for call in 1..=20 {
        told.waits(call, SUPPORT, queued);
        let left = queued.plus_ms(if call <= 11 { 20_000 } else { 20_001 });
        told.dequeued(call, (SUPPORT, 1), "answered", queued, left);
    }
    let db = filled(&told).await;
    for (sl_target, met) in [(0.55, 1.0), (0.550_001, 0.0)] {
        let query = CallMetricsQuery { sl_target, ..half_hour() };
        let answer = metrics::<QueueMetrics>(db.database(), org(), &query).await.unwrap();
        assert_eq!(answer.totals.service_level_met.value, Some(met), "{sl_target}");
    }
}

#[tokio::test]
async fn a_call_that_waits_twice_is_two_offers_and_one_call() {
    let mut told = Told::default();
    let (first, second) = (clock("10:00:00"), clock("10:02:00"));
    told.waits(1, SUPPORT, first);
    told.dequeued(1, (SUPPORT, 1), "answered", first, first.plus_ms(10_000));
    told.connected(1, A, 1, first.plus_ms(10_000));
    told.disconnected(1, A, 1, second);
    told.queued(1, 0x9002, 2, second);
    told.dequeued(1, (0x9002, 2), "answered", second, second.plus_ms(30_000));
    told.connected(1, B, 2, second.plus_ms(30_000));
    told.disconnected(1, B, 2, second.plus_ms(90_000));
    told.ended(1, "customer", second.plus_ms(90_000));
    let db = filled(&told).await;
    let by = |dimension| CallMetricsQuery { dimensions: vec![dimension], ..half_hour() };
    let answer = ask(db.database(), &by(Dimension::Queue)).await;
    let seen = answer.series.iter().map(|cell| {
        let of = &cell.metrics;
        (cell.dims["queue"].clone(), of.calls.n, of.offered.n, of.asa_seconds.value)
    });
    let seen: Vec<_> = seen.collect();
    let queue = |number| DimensionValue::Text(id(number).to_string());
    let expected = [(queue(SUPPORT), 1, 1, Some(10.0)), (queue(0x9002), 0, 1, Some(30.0))];
    assert_eq!(seen, expected);
    assert_eq!(figure(&answer.totals.talk_seconds_mean), (Some(170.0), Some(170.0), Some(1.0), 1));
    // Whoever answered has the wait; whoever had the call last has the call.
    let answer = ask(db.database(), &by(Dimension::Agent)).await;
    let waits: Vec<_> = answer.series.iter().map(|cell| cell.metrics.asa_seconds.value).collect();
    assert_eq!(waits, [Some(10.0), Some(30.0)]);
    let handled: Vec<_> =
        answer.series.iter().map(|cell| cell.metrics.talk_seconds_mean.n).collect();
    assert_eq!(handled, [0, 1]);
}
