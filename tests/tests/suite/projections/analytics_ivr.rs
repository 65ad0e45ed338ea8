//! GET /analytics/ivr beneath HTTP: what callers do in flows, and in their menus.

use domain::Timestamp;
use projections::Projection;
use projections::call_facts::CallFacts;
use projections::figures::read::{
    Answer, CallMetricsQuery, Cell, Dimension, DimensionValue, FlowMetrics, GroupBy, MenuMetrics,
    Metric, Sheet, Tz, metrics,
};
use projections::ivr_sessions::IvrSessions;
use serde_json::json;
use tests::TestDatabase;

use super::analytics::{clock, figure};
use super::call_facts_kit::{Told, fold, id, org, rows};

const FRONT: u128 = 0xf1;
const BILLING: u128 = 0xf2;
const MAIN: u128 = 0xe1;
const PAY: u128 = 0xe2;

/// What a caller does in a menu.
enum Does {
    Presses(&'static str),
    Errs,
    Nothing,
}

/// A call comes in and into a flow.
fn enters(told: &mut Told, call: u128, flow: u128, at: Timestamp) {
    let received = json!({
        "provider": "simulator", "provider_call_id": format!("sim-{call}"), "to": "+420800123456",
        "subject_key": id(0x5000 + call), "at": at,
    });
    told.say(call, "InboundCallReceived", received);
    told.say(call, "CallAnswered", json!({ "answered_at": at, "estimated": false }));
    flows(told, call, flow, at);
}

fn flows(told: &mut Told, call: u128, flow: u128, at: Timestamp) {
    let entered = json!({ "flow_id": id(flow), "flow_version": 1, "at": at });
    told.say(call, "CallEnteredIvr", entered);
}

fn hears(told: &mut Told, call: u128, menu: u128, at: Timestamp, does: &[Does]) {
    told.say(call, "IvrMenuEntered", json!({ "menu_id": id(menu), "visit": 1, "at": at }));
    for does in does {
        let mut input = json!({ "menu_id": id(menu), "input_type": "dtmf", "at": at });
        match does {
            Does::Presses(option) => input["matched_option"] = json!(option),
            Does::Errs => {}
            Does::Nothing => input["input_type"] = json!("timeout"),
        }
        told.say(call, "IvrInputReceived", input);
    }
}

fn leaves(told: &mut Told, call: u128, outcome: &str, at: Timestamp) {
    told.say(call, "IvrExited", json!({ "outcome": outcome, "at": at }));
}

/// Seven sessions of six calls, one of which is not over and one of which is a test.
fn worked() -> Told {
    use Does::{Errs, Nothing, Presses};
    let mut told = Told::default();
    let told_ref = &mut told;
    let mut call = |call: u128, begin: &str, does: &[Does], outcome: &str, end: &str| {
        enters(told_ref, call, FRONT, clock(begin));
        hears(told_ref, call, MAIN, clock(begin), does);
        if !outcome.is_empty() {
            leaves(told_ref, call, outcome, clock(end));
        }
    };
    call(1, "10:00:00", &[Presses("1")], "queue", "10:00:10");
    call(2, "10:01:00", &[Nothing, Errs, Presses("2")], "hangup", "10:01:30");
    call(3, "10:02:00", &[Nothing, Nothing], "abandoned", "10:02:20");
    call(4, "10:03:00", &[], "", "");
    call(5, "11:00:00", &[Errs], "error", "11:00:04");
    // Out of one flow into another, and through a menu of it twice.
    flows(&mut told, 2, BILLING, clock("10:01:30"));
    hears(&mut told, 2, PAY, clock("10:01:30"), &[Presses("9")]);
    hears(&mut told, 2, MAIN, clock("10:01:40"), &[]);
    hears(&mut told, 2, PAY, clock("10:01:45"), &[Errs]);
    leaves(&mut told, 2, "hangup", clock("10:01:55"));
    told.imported(6, json!({ "created_at": clock("10:05:00"), "test": true }));
    flows(&mut told, 6, FRONT, clock("10:05:00"));
    leaves(&mut told, 6, "hangup", clock("10:05:30"));
    told
}

async fn filled(told: &Told, batch: usize) -> TestDatabase {
    let db = TestDatabase::create().await;
    let all: [&dyn Projection; 2] = [&IvrSessions, &CallFacts];
    for projection in all {
        fold(db.database(), projection, told.events.chunks(batch)).await;
    }
    db
}

fn question(group_by: GroupBy, dimensions: &[Dimension]) -> CallMetricsQuery {
    CallMetricsQuery {
        dimensions: dimensions.to_vec(),
        ..CallMetricsQuery::new(clock("10:00:00"), clock("12:00:00"), Tz::UTC, group_by)
    }
}

async fn ask<S: Sheet>(db: &TestDatabase, query: &CallMetricsQuery) -> Answer<S> {
    metrics(db.database(), org(), query).await.expect("an answer")
}

fn of<'a, S>(answer: &'a Answer<S>, dims: &[(&str, u128)]) -> Option<&'a Cell<S>> {
    let named = |(name, of): &(&str, u128), cell: &Cell<S>| {
        cell.dims[*name] == DimensionValue::Text(id(*of).to_string())
    };
    answer.series.iter().find(|cell| dims.iter().all(|dim| named(dim, cell)))
}

fn ratio(metric: &Metric) -> (Option<f64>, Option<f64>, Option<f64>) {
    let (value, top, bottom, _) = figure(metric);
    (value, top, bottom)
}

#[tokio::test]
async fn the_worked_case_of_flows() {
    let db = filled(&worked(), 3).await;
    let is = |value, top, bottom| (Some(value), Some(top), Some(bottom));
    let flows = ask::<FlowMetrics>(&db, &question(GroupBy::None, &[Dimension::Flow])).await;
    let front = of(&flows, &[("flow", FRONT)]).expect("the flow");
    assert!(front.provisional, "one is not over");
    let front = &front.metrics;
    let counts = [
        &front.ivr_sessions,
        &front.ivr_open,
        &front.ivr_contained,
        &front.ivr_queued,
        &front.ivr_transferred,
        &front.ivr_voicemail,
        &front.ivr_ai_agent,
        &front.ivr_abandoned,
        &front.ivr_failed,
    ];
    let counts = counts.map(|metric| metric.value.expect("a count"));
    assert_eq!(counts, [4.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    assert_eq!(ratio(&front.containment_rate), is(0.25, 1.0, 4.0));
    assert_eq!(ratio(&front.ivr_abandonment_rate), is(0.25, 1.0, 4.0));
    assert_eq!(ratio(&front.ivr_seconds_mean), is(16.0, 64.0, 4.0));
    let billing = &of(&flows, &[("flow", BILLING)]).expect("the other flow").metrics;
    assert_eq!(ratio(&billing.containment_rate), is(1.0, 1.0, 1.0));
    assert_eq!(flows.totals.ivr_sessions.value, Some(5.0));

    let by_hour = ask::<FlowMetrics>(&db, &question(GroupBy::Hour, &[])).await;
    let sessions: Vec<_> =
        by_hour.series.iter().map(|cell| cell.metrics.ivr_sessions.value).collect();
    assert_eq!(sessions, [Some(4.0), Some(1.0)]);
    assert_eq!(by_hour.series[1].metrics.containment_rate.value, Some(0.0));

    let one = CallMetricsQuery {
        flow_ids: vec![id(BILLING)],
        ..question(GroupBy::None, &[Dimension::Flow])
    };
    let one = ask::<FlowMetrics>(&db, &one).await;
    assert_eq!((one.series.len(), &one.totals), (1, billing));
    let test = CallMetricsQuery { include_test: true, ..question(GroupBy::None, &[]) };
    assert_eq!(ask::<FlowMetrics>(&db, &test).await.totals.ivr_contained.value, Some(3.0));
}

#[tokio::test]
async fn the_worked_case_of_menus() {
    let db = filled(&worked(), 1_000).await;
    let dimensions = [Dimension::Flow, Dimension::Menu];
    let menus = ask::<MenuMetrics>(&db, &question(GroupBy::None, &dimensions)).await;
    let is = |value, top, bottom| (Some(value), Some(top), Some(bottom));
    let main = &of(&menus, &[("flow", FRONT), ("menu", MAIN)]).expect("the menu").metrics;
    let counts = |of: &MenuMetrics| {
        [&of.menu_visits, &of.menu_inputs, &of.menu_matched, &of.menu_invalid, &of.menu_timeouts]
            .map(|metric| metric.value.expect("a count"))
    };
    // One session is not over, and counts nowhere.
    assert_eq!(counts(main), [4.0, 4.0, 2.0, 2.0, 3.0]);
    assert_eq!(ratio(&main.menu_invalid_rate), is(0.285_714, 2.0, 7.0));
    assert_eq!(ratio(&main.menu_timeout_rate), is(0.428_571, 3.0, 7.0));
    assert_eq!(ratio(&main.menu_exit_rate), is(1.0, 4.0, 4.0));
    assert_eq!(main.menu_abandoned.value, Some(1.0));
    assert_eq!(ratio(&main.menu_seconds_mean), is(16.0, 64.0, 4.0));
    let pay = &of(&menus, &[("flow", BILLING), ("menu", PAY)]).expect("the menu").metrics;
    assert_eq!(counts(pay), [2.0, 2.0, 1.0, 1.0, 0.0]);
    assert_eq!(ratio(&pay.menu_exit_rate), is(0.5, 1.0, 2.0));
    assert_eq!(ratio(&pay.menu_seconds_mean), is(10.0, 20.0, 2.0));
    // The same menu in another flow is not the same.
    let other = &of(&menus, &[("flow", BILLING), ("menu", MAIN)]).expect("the menu").metrics;
    assert_eq!(counts(other), [1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(ratio(&other.menu_invalid_rate), (None, Some(0.0), Some(0.0)));
    assert_eq!(menus.totals.menu_visits.value, Some(7.0));
}

#[tokio::test]
async fn any_cut_of_flows_gives_the_same_rows() {
    let told = worked();
    let whole = rows(filled(&told, told.events.len()).await.database(), &IvrSessions).await;
    assert_eq!(whole.len(), 7 + 7, "sessions and menus");
    for batch in [1, 2, 5] {
        let cut = rows(filled(&told, batch).await.database(), &IvrSessions).await;
        assert_eq!(cut, whole, "{batch}");
    }
}
