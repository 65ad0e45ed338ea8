//! The facts of calls: the same rows for any cut (P4), and what another
//! system's calls count as.

use projections::Projection;
use projections::call_facts::CallFacts;
use projections::call_timeline::CallTimeline;
use projections::calls::Calls;
use serde_json::json;
use tests::TestDatabase;

use super::call_facts_kit::{Told, at, clear, fold, id, rows};

/// Calls that go on beside each other.
fn interleaved() -> Told {
    let mut told = Told::default();
    let start = at("2025-03-04T10:00:00Z");
    let when = |seconds: i64| start.plus_ms(seconds * 1_000);
    for call in 1..=6_u128 {
        told.waits(call, 0x9001, when(i64::try_from(call).unwrap()));
    }
    for call in 1..=5_u128 {
        let queued = when(i64::try_from(call).unwrap());
        told.dequeued(call, (0x9001, 1), "answered", queued, when(20));
    }
    for call in 1..=5_u128 {
        told.connected(call, 0xa + call, 1, when(25));
    }
    told.held(1, when(30), 5_000);
    // On hold twice, the second time until the end.
    told.held(2, when(30), 10_000);
    told.say(2, "CallHeld", json!({ "by": "agent", "at": when(50) }));
    told.disconnected(3, 0xd, 1, when(60));
    told.queued(3, 0x9002, 2, when(60));
    told.dequeued(3, (0x9002, 2), "timeout", when(60), when(80));
    for call in [1, 2, 4, 5_u128] {
        told.disconnected(call, 0xa + call, 1, when(90));
    }
    for call in 1..=5_u128 {
        told.ended(call, "customer", when(90));
    }
    told.wrapped_up(1, 0xb, when(90), 15_000);
    told.say(4, "CallWrapUpStarted", json!({ "agent_id": id(0xe), "at": when(90) }));
    let first = json!({ "code": "callback", "by": "x", "at": when(95), "resolved": false });
    told.say(1, "CallDispositioned", first);
    let revised = json!({
        "code": "sale", "previous_code": "callback", "by": "x", "at": when(99), "resolved": true,
    });
    told.say(1, "CallDispositionRevised", revised);
    told.say(1, "CallTagged", json!({ "added": ["vip"], "removed": [], "at": when(99) }));
    told.say(1, "CallRated", json!({ "score": 2, "channel": "sms", "at": when(200) }));
    told.say(1, "CallRated", json!({ "score": 5, "channel": "sms", "at": when(201) }));
    told
}

#[tokio::test]
async fn p4_any_cut_of_the_log_gives_the_same_rows() {
    let told = interleaved();
    let db = TestDatabase::create().await;
    let all: [&dyn Projection; 3] = [&Calls, &CallTimeline, &CallFacts];
    for projection in all {
        fold(db.database(), projection, [told.events.as_slice()]).await;
        let whole = rows(db.database(), projection).await;
        assert!(whole.len() >= 6, "{} has {} rows", projection.name(), whole.len());
        for size in [1, 2, 3, 7, 20] {
            clear(db.database(), projection).await;
            fold(db.database(), projection, told.events.chunks(size)).await;
            let cut = rows(db.database(), projection).await;
            assert_eq!(cut, whole, "{} cut into {size}", projection.name());
        }
    }
}

/// Columns of the facts, call by call.
async fn facts(db: &TestDatabase, columns: &str) -> Vec<String> {
    let query = format!("SELECT concat_ws(' ', {columns}) FROM call_facts ORDER BY call_id");
    let mut connection = db.database().pool(database::Role::Auditor).acquire().await.expect("in");
    sqlx::query_scalar(&query).fetch_all(&mut *connection).await.expect("facts")
}

#[tokio::test]
async fn durations_are_those_of_the_domain() {
    let db = TestDatabase::create().await;
    fold(db.database(), &CallFacts, [interleaved().events.as_slice()]).await;
    let durations = "queue_ms, '|', talk_ms, '|', hold_ms, '|', wrap_ms, '|', handle_ms, '|',
                     total_ms, '|', handled_at IS NOT NULL";
    let expected = [
        "19000 | 60000 | 5000 | 15000 | 80000 | 89000 | t",
        // Hold: 10 s, and 40 s until the end.
        "18000 | 15000 | 50000 | 0 | 65000 | 88000 | t",
        // Two waits, one agent, who left before the end.
        "37000 | 35000 | 0 | 0 | 35000 | 87000 | t",
        // Not handled while the agent wraps up.
        "16000 | 65000 | 0 | 0 | | 86000 | f",
        "15000 | 65000 | 0 | 0 | 65000 | 85000 | t",
        // Still waits.
        "| | | | | | f",
    ];
    let seen: Vec<String> = facts(&db, durations).await;
    assert_eq!(seen, expected);
    let outcome = "disposition, human_contact, conversion, resolved, rating";
    assert_eq!(facts(&db, outcome).await[0], "sale t t t 5");
}

#[tokio::test]
async fn an_imported_call_counts_as_what_it_was() {
    let mut told = Told::default();
    // Before the year from which PostgreSQL counts.
    let created = at("1975-03-04T10:00:00.250Z");
    let calls = [
        // Inbound with a wait, answered.
        json!({ "direction": "inbound", "answered_at": created.plus_ms(8_000), "wait_ms": 8_000,
                "talk_ms": 60_000, "hold_ms": 2_000, "wrap_ms": 5_000, "queue_label": "Verkäufe",
                "ended_at": created.plus_ms(70_000) }),
        // Inbound with a wait, not answered: abandoned.
        json!({ "direction": "inbound", "wait_ms": 9_000, "end_status": "no_answer",
                "ended_at": created.plus_ms(9_000), "disposition": "no_answer" }),
        // Outbound: a wait is not a wait in a queue.
        json!({ "wait_ms": 9_000, "talk_ms": 1, "ended_at": created.plus_ms(9_001) }),
        // Neither talk nor disposition.
        json!({ "direction": "inbound", "talk_ms": 0 }),
    ];
    for (call, mut fields) in (1..).zip(calls) {
        fields["created_at"] = json!(created);
        told.imported(call, fields);
    }
    let db = TestDatabase::create().await;
    fold(db.database(), &CallFacts, [told.events.as_slice()]).await;
    let columns = "human_contact, queue_segments, queue_ms, '|', handle_ms, '|',
                   extract(epoch FROM handled_at - created_at)::int, '|', holds, '|', queue_label";
    let expected = [
        "t 1 8000 | 67000 | 75 | 1 | Verkäufe",
        "f 1 9000 | | | 0 |",
        "t 0 9000 | 1 | 9 | 0 |",
        "f 0 | | | 0 |",
    ];
    assert_eq!(facts(&db, columns).await, expected);
    let began = "(extract(epoch FROM created_at) * 1000)::bigint";
    assert_eq!(facts(&db, began).await, vec![created.millis().to_string(); 4]);
    let query = "SELECT concat_ws(' ', reason, wait_ms, queue_label, agent_id) FROM queue_segments
                 ORDER BY call_id";
    let mut connection = db.database().pool(database::Role::Auditor).acquire().await.expect("in");
    let waits: Vec<String> =
        sqlx::query_scalar(query).fetch_all(&mut *connection).await.expect("waits");
    assert_eq!(waits, ["answered 8000 Verkäufe", "abandoned 9000"]);
}
