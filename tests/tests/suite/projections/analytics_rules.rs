//! What must hold of every figure: clock changes, sums, what is not defined,
//! what can still change (domain/06 §6.1, domain/10 Y).

use projections::call_facts::CallFacts;
use projections::figures::read::{
    Answer, CallMetricsQuery, Cell, Dimension, DimensionValue, GroupBy, Metrics, MetricsError, Tz,
    metrics,
};
use serde_json::{Value, json};

use super::analytics::{SUPPORT, ask, clock, filled, golden, half_hour, zone};
use super::call_facts_kit::{Told, at, fold, org};

#[tokio::test]
async fn y2_days_of_a_clock_change_have_their_own_hours() {
    let mut told = Told::default();
    // An hour apart, from before the change to after it.
    let start = at("2025-11-02T03:30:00Z");
    for hour in 0..27 {
        let created = start.plus_ms(hour * 3_600_000);
        let call = u128::try_from(hour).unwrap() + 1;
        told.imported(call, json!({ "created_at": created, "ended_at": created }));
    }
    // Belongs to 9 March in New York, whose clocks went forward that day.
    told.imported(99, json!({ "created_at": "2025-03-10T03:30:00.000Z" }));
    let db = filled(&told).await;
    let tz = zone("America/New_York");
    let query = |from, to| CallMetricsQuery::new(at(from), at(to), tz, GroupBy::Day);
    let autumn = query("2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z");
    let answer = ask(db.database(), &autumn).await;
    let calls: Vec<_> =
        answer.series.iter().map(|cell| (&*cell.label, cell.metrics.calls.n)).collect();
    assert_eq!(calls, [("2025-11-02", 25)]);
    let hours = CallMetricsQuery { group_by: GroupBy::Hour, ..autumn.clone() };
    let answer = ask(db.database(), &hours).await;
    assert_eq!(answer.series.len(), 25);
    assert!(answer.series.iter().all(|cell| cell.metrics.calls.n == 1 && !cell.partial));
    // The repeated hour is one hour of the day.
    let by_hour = CallMetricsQuery { dimensions: vec![Dimension::HourOfDay], ..autumn };
    let answer = ask(db.database(), &by_hour).await;
    let one =
        answer.series.iter().find(|cell| cell.dims["hour_of_day"] == DimensionValue::Number(1));
    assert_eq!((answer.series.len(), one.unwrap().metrics.calls.n), (24, 2));
    let spring = query("2025-03-08T05:00:00Z", "2025-03-11T04:00:00Z");
    let answer = ask(db.database(), &spring).await;
    let calls: Vec<_> =
        answer.series.iter().map(|cell| (&*cell.label, cell.metrics.calls.n)).collect();
    assert_eq!(calls, [("2025-03-08", 0), ("2025-03-09", 1), ("2025-03-10", 0)]);
}

/// Calls of many kinds over a month, some of them imported.
fn month() -> Told {
    let mut told = golden();
    let start = at("2025-03-01T00:00:00Z");
    let codes = ["sale", "not_interested", "no_answer"];
    for number in 0..600_i64 {
        let created = start.plus_ms(number * 4_000_000 + number * number * 37);
        let waited = number * 311 % 90_000;
        let answered = number % 4 != 0;
        let talked = if answered { number * 7_919 % 600_000 } else { 0 };
        let call = 1_000 + u128::try_from(number).unwrap();
        let direction = if number % 3 == 0 { "outbound" } else { "inbound" };
        let mut fields = json!({
            "created_at": created, "direction": direction,
            "ended_at": created.plus_ms(waited + talked), "wait_ms": waited, "talk_ms": talked,
            "end_status": if answered { "completed" } else { "no_answer" },
            "agent_label": format!("agent {}", number % 3), "test": number % 50 == 0,
            "disposition": codes[usize::try_from(number % 3).unwrap()],
        });
        let more = fields.as_object_mut().unwrap();
        if answered {
            more.insert("answered_at".to_owned(), json!(created.plus_ms(waited)));
        }
        if number % 5 == 0 {
            more.insert("rating".to_owned(), json!(1 + number % 4));
            more.insert("resolved".to_owned(), json!(number % 2 == 0));
        }
        if number % 7 == 0 {
            more.insert("hold_ms".to_owned(), json!(number * 13));
        }
        told.imported(call, fields);
    }
    told
}

/// What can be added up over cells.
fn additive(of: &Metrics) -> Vec<f64> {
    let ratios = [
        &of.abandonment_rate,
        &of.answer_rate,
        &of.asa_seconds,
        &of.service_level,
        &of.talk_seconds_mean,
        &of.hold_seconds_mean,
        &of.wrap_seconds_mean,
        &of.handle_seconds_mean,
        &of.resolution_rate,
        &of.conversion_rate,
        &of.csat,
        &of.rating_mean,
    ];
    let sums = [
        &of.calls,
        &of.answered_calls,
        &of.offered,
        &of.answered,
        &of.abandoned,
        &of.resolved,
        &of.conversions,
        &of.rated,
        &of.talk_seconds_sum,
    ];
    let both = ratios.iter().flat_map(|metric| [metric.numerator, metric.denominator]);
    both.chain(sums.iter().map(|metric| metric.value)).map(|figure| figure.unwrap()).collect()
}

fn sum(cells: &[Cell<Metrics>]) -> Vec<f64> {
    let parts = cells.iter().map(|cell| additive(&cell.metrics));
    let sum = parts.reduce(|sum, part| sum.iter().zip(part).map(|(a, b)| a + b).collect()).unwrap();
    sum.iter().map(|figure| (figure * 1e3).round()).collect()
}

#[tokio::test]
async fn y4_the_sum_over_cells_is_the_total_for_whatever_can_be_added_up() {
    let db = filled(&month()).await;
    let (from, to) = (at("2025-03-02T11:00:00Z"), at("2025-03-30T07:00:00Z"));
    let query = CallMetricsQuery::new(from, to, zone("Europe/Prague"), GroupBy::Day);
    let whole =
        ask(db.database(), &CallMetricsQuery { group_by: GroupBy::None, ..query.clone() }).await;
    let total: Vec<f64> =
        additive(&whole.totals).iter().map(|figure| (figure * 1e3).round()).collect();
    assert!(total.iter().all(|figure| *figure > 0.0), "{total:?}");
    let cuts = [
        (GroupBy::Day, vec![]),
        (GroupBy::Hour, vec![]),
        (GroupBy::Week, vec![Dimension::Agent, Dimension::Weekday]),
        (GroupBy::None, vec![Dimension::HourOfDay, Dimension::Queue]),
        (GroupBy::Month, vec![Dimension::Campaign]),
    ];
    for (group_by, dimensions) in cuts {
        let cut = CallMetricsQuery { group_by, dimensions, ..query.clone() };
        let answer = ask(db.database(), &cut).await;
        assert_eq!(sum(&answer.series), total, "{:?} {:?}", cut.group_by, cut.dimensions);
        assert_eq!(answer.totals, whole.totals);
    }
    let with_tests = CallMetricsQuery { include_test: true, ..query };
    let more = ask(db.database(), &with_tests).await.totals;
    assert!(more.calls.n > whole.totals.calls.n, "test calls are left out unless asked for");
}

#[tokio::test]
async fn y5_nothing_over_nothing_is_null_and_not_0() {
    let db = filled(&golden()).await;
    let (from, to) = (at("2024-01-01T00:00:00Z"), at("2024-01-03T00:00:00Z"));
    let query = CallMetricsQuery::new(from, to, Tz::UTC, GroupBy::Day);
    let answer = ask(db.database(), &query).await;
    assert_eq!(answer.series.len(), 2, "empty buckets are returned");
    let empty = serde_json::to_value(&answer.series[0].metrics).unwrap();
    let counts = [
        "calls",
        "answered_calls",
        "offered",
        "answered",
        "abandoned",
        "short_abandoned",
        "flowed_out",
        "waiting",
        "handled_calls",
        "talk_seconds_sum",
        "resolved",
        "conversions",
        "rated",
    ];
    let metrics = empty.as_object().unwrap();
    assert_eq!(metrics.len(), 32);
    for (name, metric) in metrics {
        let expected = if counts.contains(&name.as_str()) { json!(0) } else { Value::Null };
        assert_eq!(metric["value"], expected, "{name}");
        assert_eq!(metric["n"], 0, "{name}");
    }
    assert_eq!(empty["service_level"]["denominator"], 0);
}

#[tokio::test]
async fn a_bucket_can_change_while_a_call_in_it_is_not_over() {
    let mut told = golden();
    told.waits(20, SUPPORT, clock("10:10:00"));
    let db = filled(&told).await;
    let query =
        CallMetricsQuery { to: clock("10:40:00"), group_by: GroupBy::Quarter, ..half_hour() };
    let provisional = |answer: Answer<Metrics>| -> Vec<bool> {
        answer.series.iter().map(|cell| cell.provisional).collect()
    };
    assert_eq!(provisional(ask(db.database(), &query).await), [true, false, false]);
    let partial: Vec<bool> =
        ask(db.database(), &query).await.series.iter().map(|cell| cell.partial).collect();
    assert_eq!(partial, [false, false, true]);
    let mut over = told.clone();
    over.dequeued(20, (SUPPORT, 1), "abandoned", clock("10:10:00"), clock("10:11:00"));
    over.ended(20, "customer", clock("10:11:00"));
    fold(db.database(), &CallFacts, [&over.events[told.events.len()..]]).await;
    assert_eq!(provisional(ask(db.database(), &query).await), [false, false, false]);
    // What lies ahead can change too.
    let ahead = CallMetricsQuery {
        from: at("2099-01-01T00:00:00Z"),
        to: at("2099-01-01T00:15:00Z"),
        ..query
    };
    assert_eq!(provisional(ask(db.database(), &ahead).await), [true]);
}

#[tokio::test]
async fn too_much_is_refused() {
    let db = filled(&month()).await;
    let (from, to) = (at("2025-03-01T00:00:00Z"), at("2025-04-01T00:00:00Z"));
    let query = CallMetricsQuery::new(from, to, Tz::UTC, GroupBy::Hour);
    let refused = |change: &dyn Fn(&mut CallMetricsQuery)| {
        let mut query = query.clone();
        change(&mut query);
        let database = db.database().clone();
        async move { metrics::<Metrics>(&database, org(), &query).await.expect_err("refused") }
    };
    let too_many = refused(&|query| query.group_by = GroupBy::Quarter).await;
    assert!(matches!(too_many, MetricsError::TooManyBuckets), "{too_many}");
    let too_many = refused(&|query| query.dimensions = vec![Dimension::Agent]).await;
    assert!(matches!(too_many, MetricsError::TooManyBuckets), "{too_many}");
    let range = refused(&|query| query.to = query.from).await;
    assert!(matches!(range, MetricsError::Range), "{range}");
    let range = refused(&|query| query.to = at("2026-04-06T00:00:00Z")).await;
    assert!(matches!(range, MetricsError::Range), "{range}");
    let twice = refused(&|query| query.dimensions = vec![Dimension::Agent; 2]).await;
    assert!(matches!(twice, MetricsError::Dimensions), "{twice}");
}
