//! First contact resolution (domain/06 §6.6): what is about the same, what comes again, and what
//! can still come.

use domain::Timestamp;
use projections::call_facts::CallFacts;
use projections::figures::read::{
    Answer, CallMetricsQuery, FcrMode, GroupBy, Metrics, Tz, metrics,
};
use serde_json::json;
use tests::TestDatabase;

use super::analytics::figure;
use super::call_facts_kit::{Told, at, fold, id, org};

const HOUR_MS: i64 = 3_600_000;

/// A call of ten minutes, of somebody, about something, that came to something.
struct Called<'c> {
    who: u128,
    queue: Option<u128>,
    from: Timestamp,
    code: &'c str,
}

impl Called<'_> {
    fn tell(&self, told: &mut Told, call: u128, withheld: bool) {
        let from = self.from;
        let mut received = json!({
            "provider": "simulator", "provider_call_id": format!("sim-{call}"),
            "from": "sealed", "to": "+420800123456", "subject_key": id(0x5000 + self.who),
            "at": from,
        });
        if withheld {
            received.as_object_mut().unwrap().remove("from");
        }
        told.say(call, "InboundCallReceived", received);
        told.say(call, "CallAnswered", json!({ "answered_at": from, "estimated": false }));
        if let Some(queue) = self.queue {
            told.queued(call, queue, 1, from);
            told.dequeued(call, (queue, 1), "answered", from, from);
        }
        told.connected(call, 0xa, 1, from);
        let until = from.plus_ms(600_000);
        told.disconnected(call, 0xa, 1, until);
        told.ended(call, "customer", until);
        let said = json!({ "code": self.code, "by": "user:somebody", "at": until });
        told.say(call, "CallDispositioned", said);
    }
}

fn start() -> Timestamp {
    at("2025-03-04T10:00:00Z")
}

/// Calls of the first caller, so many minutes after the start, in queue 9.
fn calls(told: &mut Told, minutes: &[i64]) {
    for (call, minutes) in (1..).zip(minutes) {
        let from = start().plus_ms(minutes * 60_000);
        Called { who: 1, queue: Some(9), from, code: "sale" }.tell(told, call, false);
    }
}

async fn filled(told: &Told) -> TestDatabase {
    let db = TestDatabase::create().await;
    fold(db.database(), &CallFacts, told.events.chunks(5)).await;
    db
}

fn month() -> CallMetricsQuery {
    let to = start().plus_ms(40 * 24 * HOUR_MS);
    CallMetricsQuery::new(start(), to, Tz::UTC, GroupBy::None)
}

async fn ask(db: &TestDatabase, query: &CallMetricsQuery) -> Answer<Metrics> {
    metrics(db.database(), org(), query).await.expect("an answer")
}

async fn fcr(told: &Told) -> (Option<f64>, Option<f64>, Option<f64>) {
    let db = filled(told).await;
    let (value, top, bottom, _) = figure(&ask(&db, &month()).await.totals.fcr);
    (value, top, bottom)
}

#[tokio::test]
async fn y7_who_calls_again_within_a_week_was_not_helped_by_the_first_call() {
    let is = |value, top, bottom| (Some(value), Some(top), Some(bottom));
    // The first ends after ten minutes.
    let week = 168 * 60;
    for (minutes, expected) in [
        (&[0][..], is(1.0, 1.0, 1.0)),
        // The second one is no first contact.
        (&[0, 60], is(0.0, 0.0, 1.0)),
        (&[0, week], is(0.0, 0.0, 1.0)),
        // At the very end of the window: it comes again, and did not end less than a week before.
        (&[0, week + 10], is(0.0, 0.0, 1.0)),
        // A minute later it is another matter.
        (&[0, week + 11], is(1.0, 2.0, 2.0)),
        // Each one within a week of the last: the chain has one first contact.
        (&[0, week - 60, 2 * week - 120], is(0.0, 0.0, 1.0)),
    ] {
        let mut told = Told::default();
        calls(&mut told, minutes);
        assert_eq!(fcr(&told).await, expected, "{minutes:?}");
    }
}

#[tokio::test]
async fn y7_calls_before_and_after_the_time_that_is_asked_for_count_too() {
    let week = 168 * 60;
    let to = start().plus_ms(HOUR_MS);
    let hour = CallMetricsQuery::new(start(), to, Tz::UTC, GroupBy::None);
    // Of the one call in the hour: is it a first contact, and is it the only one?
    for (minutes, expected) in [
        ([0, week + 10], (Some(0.0), Some(1.0))),
        ([0, week + 11], (Some(1.0), Some(1.0))),
        ([-week - 10, 0], (Some(0.0), Some(0.0))),
        ([-week - 11, 0], (Some(1.0), Some(1.0))),
    ] {
        let mut told = Told::default();
        calls(&mut told, &minutes);
        let db = filled(&told).await;
        let (_, top, bottom, _) = figure(&ask(&db, &hour).await.totals.fcr);
        assert_eq!((top, bottom), expected, "{minutes:?}");
    }
}

#[tokio::test]
async fn y7_the_same_is_the_queue_or_else_the_number_dialed_and_the_same_caller() {
    let later = start().plus_ms(HOUR_MS);
    let of = |who, queue, from| Called { who, queue, from, code: "sale" };
    for (second, withheld, expected) in [
        (of(1, Some(9), later), false, (Some(0.0), Some(0.0), Some(1.0))),
        (of(1, Some(8), later), false, (Some(1.0), Some(2.0), Some(2.0))),
        (of(2, Some(9), later), false, (Some(1.0), Some(2.0), Some(2.0))),
        // Without a queue it is about the number that was dialed.
        (of(1, None, later), false, (Some(1.0), Some(2.0), Some(2.0))),
    ] {
        let mut told = Told::default();
        of(1, Some(9), start()).tell(&mut told, 1, false);
        second.tell(&mut told, 2, withheld);
        assert_eq!(fcr(&told).await, expected, "{} {:?}", second.who, second.queue);
    }
    let mut told = Told::default();
    of(1, None, start()).tell(&mut told, 1, false);
    of(1, None, later).tell(&mut told, 2, false);
    assert_eq!(fcr(&told).await, (Some(0.0), Some(0.0), Some(1.0)));
    // Who withholds their number is nobody.
    let mut told = Told::default();
    of(3, Some(9), start()).tell(&mut told, 1, true);
    assert_eq!(fcr(&told).await, (None, Some(0.0), Some(0.0)));
}

#[tokio::test]
async fn y7_what_a_result_says_of_the_topic_goes_before_the_queue() {
    let later = start().plus_ms(HOUR_MS);
    let meant = |topic: Option<&str>| {
        let mut meaning = json!({
            "label": "Settled", "category": "success", "human_contact": true,
            "right_party": true, "conversion": false, "resolves": true, "adds_to_dnc": false,
        });
        if let Some(topic) = topic {
            meaning["topic"] = json!(topic);
        }
        meaning
    };
    let (again, another) = ((Some(0.0), Some(0.0), Some(1.0)), (Some(1.0), Some(2.0), Some(2.0)));
    for (second_queue, topics, expected) in [
        (8, [Some("billing"), Some("billing")], again),
        (9, [Some("billing"), Some("delivery")], another),
        (9, [Some("billing"), None], another),
        // Nor is a topic the queue that it is called like.
        (9, [Some(id(9).to_string().as_str()), None], another),
    ] {
        let mut told = Told::default();
        let calls = [(1, 9, start()), (2, second_queue, later)];
        for ((call, queue, from), topic) in calls.into_iter().zip(topics) {
            let said = Called { who: 1, queue: Some(queue), from, code: "settled" };
            said.tell(&mut told, call, false);
            let meant = json!({
                "code": "settled", "previous_code": "settled", "meaning": meant(topic),
                "by": "user:somebody", "at": from.plus_ms(600_000),
            });
            told.say(call, "CallDispositionRevised", meant);
        }
        assert_eq!(fcr(&told).await, expected, "{second_queue} {topics:?}");
    }
}

#[tokio::test]
async fn y7_the_result_settles_a_matter_or_whoever_calls_no_more() {
    let mut told = Told::default();
    let of = |who, code| Called { who, queue: Some(9), from: start(), code };
    of(1, "sale").tell(&mut told, 1, false);
    of(2, "callback").tell(&mut told, 2, false);
    // The last revision counts.
    of(3, "callback").tell(&mut told, 3, false);
    let revised = json!({
        "code": "not_interested", "previous_code": "callback", "by": "user:somebody",
        "at": start().plus_ms(HOUR_MS),
    });
    told.say(3, "CallDispositionRevised", revised);
    let db = filled(&told).await;
    let settled = ask(&db, &month()).await.totals.fcr;
    assert_eq!(figure(&settled), (Some(0.666_667), Some(2.0), Some(3.0), 3));
    let behavioral = CallMetricsQuery { fcr_mode: FcrMode::Behavioral, ..month() };
    assert_eq!(ask(&db, &behavioral).await.totals.fcr.value, Some(1.0));
}

#[tokio::test]
async fn y7_a_bucket_is_provisional_while_somebody_can_still_call_again() {
    let now = Timestamp::from_millis(chrono::Utc::now().timestamp_millis());
    for (hours_ago, window, provisional) in [(100, 168, true), (180, 168, false), (100, 90, false)]
    {
        let from = now.plus_ms(-hours_ago * HOUR_MS);
        let mut told = Told::default();
        Called { who: 1, queue: Some(9), from, code: "sale" }.tell(&mut told, 1, false);
        let db = filled(&told).await;
        let query = CallMetricsQuery {
            from,
            to: from.plus_ms(HOUR_MS),
            fcr_window_hours: window,
            ..month()
        };
        let answer = ask(&db, &query).await;
        assert_eq!(answer.totals.fcr.value, Some(1.0), "it counts");
        assert_eq!(answer.series[0].provisional, provisional, "{hours_ago} of {window}");
    }
}
