//! Calls as they are listed: every filter, page by page, and always on an
//! index; and the steps of one call.

use database::{Database, Role};
use domain::call::{KnownCall, Leg};
use domain::{CallId, OrgId};
use projections::call_timeline::CallTimeline;
use projections::call_timeline::read::{self as timeline, Steps};
use projections::calls::Calls;
use projections::calls::read::{CallFilter, CallPlace, CallRow, count, get, list};
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection, Row};
use tests::TestDatabase;

use super::call_facts_kit::{Told, at, event, fold, id, org};

/// Forty calls of every kind.
fn forty() -> Told {
    let mut told = Told::default();
    let start = at("2025-03-04T10:00:00Z");
    for call in 1..=40_u128 {
        // In pairs that were made at the same instant.
        let created = start.plus_ms(i64::try_from(call / 2).unwrap() * 60_000);
        if call % 3 == 0 {
            told.imported(
                call,
                json!({
                    "created_at": created, "ended_at": created.plus_ms(90_000),
                    "disposition": "sale", "tags": if call % 2 == 0 { vec!["vip"] } else { vec![] },
                }),
            );
            continue;
        }
        if call % 3 == 1 {
            told.say(
                call,
                "CallInitiated",
                json!({
                    "direction": "outbound", "to": "sealed", "subject_key": id(0x5000 + call % 5),
                    "campaign_id": id(0xc0 + call % 2), "contact_id": id(0xd000 + call),
                    "agent_id": id(0xa), "dial_order": "customer_first", "dial_mode": "manual",
                    "provider": "simulator", "ring_timeout_seconds": 30, "amd": "off",
                    "recording_policy_snapshot": "policy", "metadata": { "n": 1 }, "at": created,
                }),
            );
            continue;
        }
        told.waits(call, 0x9000 + call % 4, created);
        told.dequeued(call, (0x9000 + call % 4, 1), "answered", created, created.plus_ms(5_000));
        told.connected(call, 0xb0 + call % 2, 1, created.plus_ms(5_000));
        if call % 4 == 0 {
            told.disconnected(call, 0xb0 + call % 2, 1, created.plus_ms(30_000));
            told.ended(call, "customer", created.plus_ms(30_000));
            told.say(
                call,
                "CallTagged",
                json!({
                    "added": ["vip", "é \"quoted\""], "removed": [], "at": created.plus_ms(40_000),
                }),
            );
        }
    }
    told
}

async fn all(database: &Database, filter: &CallFilter, page: i64) -> Vec<CallRow> {
    let mut rows: Vec<CallRow> = Vec::new();
    loop {
        let place = rows.last().map(|row| CallPlace {
            created_at: row.call.known().unwrap().created_at,
            id: row.id.uuid(),
        });
        let next = list(database, org(), filter, place.as_ref(), page).await.expect("a page");
        let more = i64::try_from(next.len()).unwrap() == page;
        rows.extend(next);
        if !more {
            return rows;
        }
    }
}

type Passes = Box<dyn Fn(&KnownCall) -> bool>;

/// Filters, and what passes them, said once more.
fn filters() -> Vec<(CallFilter, Passes)> {
    let none = CallFilter::default;
    let (from, to) = (at("2025-03-04T10:05:00Z"), at("2025-03-04T10:12:00Z"));
    let quoted = "é \"quoted\"";
    let one = |filter: CallFilter, passes: fn(&KnownCall) -> bool| -> (CallFilter, Passes) {
        (filter, Box::new(passes))
    };
    vec![
        one(none(), |_| true),
        one(CallFilter { stage: Some("closed".into()), ..none() }, |call| {
            call.stage.word() == "closed"
        }),
        one(CallFilter { direction: Some("inbound".into()), ..none() }, |call| {
            call.direction.word() == "inbound"
        }),
        one(CallFilter { agents: vec![id(0xa)], ..none() }, |call| {
            call.agent_id == Some(id(0xa).into())
        }),
        one(CallFilter { queue_id: Some(id(0x9002)), ..none() }, |call| {
            call.queue_id == Some(id(0x9002).into())
        }),
        one(CallFilter { campaign_id: Some(id(0xc1)), ..none() }, |call| {
            call.belongs.campaign_id == Some(id(0xc1).into())
        }),
        one(CallFilter { contact_id: Some(id(0xd001)), ..none() }, |call| {
            call.belongs.contact_id == Some(id(0xd001).into())
        }),
        one(CallFilter { subject: Some(id(0x5001).into()), ..none() }, |call| {
            call.subject == id(0x5001).into()
        }),
        one(CallFilter { disposition: Some("sale".into()), ..none() }, |call| {
            call.disposition.as_ref().is_some_and(|made| made.code == "sale")
        }),
        one(CallFilter { tag: Some("vip".into()), ..none() }, |call| {
            call.tags.contains(&"vip".to_owned())
        }),
        one(CallFilter { tag: Some(quoted.into()), live: Some(false), ..none() }, |call| {
            call.tags.iter().any(|tag| tag.contains('"'))
        }),
        one(CallFilter { min_duration_ms: Some(90_000), ..none() }, |call| {
            call.durations().total_ms.is_some_and(|ms| ms >= 90_000)
        }),
        one(CallFilter { live: Some(true), ..none() }, |call| call.leg != Leg::Ended),
        (
            CallFilter { from: Some(from), to: Some(to), ..none() },
            Box::new(move |call| (from..to).contains(&call.created_at)),
        ),
        (
            CallFilter { direction: Some("inbound".into()), from: Some(from), ..none() },
            Box::new(move |call| call.direction.word() == "inbound" && call.created_at >= from),
        ),
    ]
}

#[tokio::test]
async fn every_filter_gives_exactly_what_passes_it_newest_first_and_page_by_page() {
    let db = TestDatabase::create().await;
    fold(db.database(), &Calls, forty().events.chunks(9)).await;
    let everything = all(db.database(), &CallFilter::default(), 100).await;
    assert_eq!(everything.len(), 40);
    let place = |row: &CallRow| (row.call.known().unwrap().created_at, row.id.uuid());
    assert!(everything.windows(2).all(|pair| place(&pair[0]) > place(&pair[1])));
    for (filter, passes) in filters() {
        let expected: Vec<_> =
            everything.iter().filter(|row| passes(row.call.known().unwrap())).cloned().collect();
        assert!(!expected.is_empty(), "nothing passes {filter:?}");
        for page in [1, 7, 100] {
            let found = all(db.database(), &filter, page).await;
            assert!(
                found == expected,
                "{filter:?} by {page}: {} of {}",
                found.len(),
                expected.len()
            );
        }
        let counted = count(db.database(), org(), &filter, 5).await.expect("a count");
        assert_eq!(counted, i64::try_from(expected.len()).unwrap().min(6), "{filter:?}");
    }
    for statuses in [vec!["queued"], vec!["completed", "in_progress"]] {
        let of = |row: &&CallRow| statuses.contains(&row.call.status());
        let expected: Vec<_> = everything.iter().filter(of).cloned().collect();
        let statuses = statuses.iter().map(|status| (*status).to_owned()).collect();
        let filter = CallFilter { statuses, ..CallFilter::default() };
        assert!(!expected.is_empty() && all(db.database(), &filter, 7).await == expected);
    }
    let other = OrgId::from(id(2));
    for (filter, _) in filters() {
        let foreign = list(db.database(), other, &filter, None, 10).await.expect("a page");
        assert!(foreign.is_empty(), "{filter:?} shows calls of another organization");
    }
}

#[tokio::test]
async fn one_call_is_found_with_its_version_and_only_by_its_organization() {
    let db = TestDatabase::create().await;
    let told = forty();
    fold(db.database(), &Calls, [told.events.as_slice()]).await;
    let call = CallId::from(id(8));
    let row = get(db.database(), org(), call).await.expect("read").expect("there");
    let facts = told.events.iter().filter(|event| event.aggregate_id == id(8)).count();
    assert_eq!((row.id, row.version), (call, u64::try_from(facts).unwrap()));
    assert_eq!(row.call.known().unwrap().agent_id, Some(id(0xb0).into()));
    assert_eq!(get(db.database(), OrgId::from(id(2)), call).await.expect("read"), None);
    assert_eq!(get(db.database(), org(), CallId::from(id(999))).await.expect("read"), None);
}

const MANY: &str = "
    INSERT INTO calls
    SELECT $1, gen_random_uuid(), 1, n, now(), s.status, s.stage,
           CASE WHEN n % 200 = 0 THEN 'inbound' ELSE 'outbound' END,
           md5('a' || n % 200)::uuid, md5('q' || n % 100)::uuid, md5('m' || n % 50)::uuid,
           md5('c' || n)::uuid, md5('s' || n % 40000)::uuid,
           CASE WHEN n % 20 = 0 THEN 'sale' ELSE 'no_answer' END,
           '2025-01-01'::timestamptz + n * interval '90 seconds',
           CASE WHEN s.stage = 'closed' THEN now() END, (n * 7919) % 600000, s.stage <> 'closed',
           '{}'
    FROM generate_series(1, $2::int) n,
        LATERAL (SELECT CASE WHEN n % 2000 = 0 THEN 'ringing' WHEN n % 100 = 1 THEN 'failed'
                             ELSE 'completed' END AS status,
                        CASE WHEN n % 2000 = 0 THEN 'connected' ELSE 'closed' END AS stage) s";

const TAGS: &str = "
    INSERT INTO call_tags
    SELECT org_id, tag, call_id FROM calls, unnest(ARRAY['new', 'vip']) tag
    WHERE tag = 'new' OR last_position % 100 = 0";

const FELT: &str = "
    WITH found AS (
        INSERT INTO sentiment_runs
        SELECT org_id, call_id, gen_random_uuid(), last_position, 'vader', '1', 1, now(), '{}'
        FROM calls WHERE last_position % 3 = 0
        RETURNING org_id, call_id, run_id, position)
    INSERT INTO sentiment_points
    SELECT org_id, 'vader', '1', call_id, run_id, 0,
           CASE WHEN position % 50 = 0 THEN 'negative' ELSE 'neutral' END
    FROM found";

/// The plan of a statement of `calls/`, which begins with its parameters.
async fn plan(connection: &mut PgConnection, statement: &str, set: &str) -> String {
    let types = "uuid, text[], text, text, uuid[], uuid, uuid, uuid, uuid, text, text, timestamptz,
                 timestamptz, bigint, text, bool";
    let (rest, last) = match statement.contains("$19") {
        true => (", timestamptz, uuid, bigint", ", now(), md5('x')::uuid, 20"),
        false => (", bigint", ", 1001"),
    };
    let prepare = format!("DEALLOCATE ALL; PREPARE asked ({types}{rest}) AS {statement}");
    connection.execute(prepare.as_str()).await.expect("prepared");
    let explain = format!("EXPLAIN EXECUTE asked ({set}{last})");
    let rows = connection.fetch_all(explain.as_str()).await.expect("a plan");
    rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_list_of_100_000_calls_runs_on_the_index_of_its_filter() {
    let db = TestDatabase::create().await;
    let mut connection = db.database().pool(Role::Projector).acquire().await.expect("in");
    connection.execute("SET statement_timeout = 0").await.expect("set");
    for (of, calls) in [(org(), 100_000), (OrgId::from(id(2)), 3_000)] {
        let fill = sqlx::query(MANY).bind(of.uuid()).bind(calls);
        fill.execute(&mut *connection).await.expect("filled");
    }
    connection.execute(TAGS).await.expect("tagged");
    connection.execute(FELT).await.expect("felt");
    drop(connection);
    let mut admin = PgConnection::connect_with(&db.superuser()).await.expect("in");
    admin
        .execute("ANALYZE calls, call_tags, sentiment_runs, sentiment_points")
        .await
        .expect("analyzed");
    // As they are read: behind the wall.
    let mut tx = db.database().org_tx(org().uuid()).await.expect("in");
    let as_read = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = off";
    tx.execute(as_read).await.expect("set");
    // What is set, and the index that has it.
    let filters = [
        (2, "'{failed}'", "calls_by_status"),
        (3, "'connected'", "calls_by_stage"),
        (4, "'inbound'", "calls_by_direction"),
        (5, "ARRAY[md5('a7')::uuid]", "calls_by_agent"),
        (6, "md5('q7')::uuid", "calls_by_queue"),
        (7, "md5('m7')::uuid", "calls_by_campaign"),
        (8, "md5('c7')::uuid", "calls_by_contact"),
        (9, "md5('s7')::uuid", "calls_by_subject"),
        (10, "'sale'", "calls_by_disposition"),
        (11, "'vip'", "call_tags_pkey"),
        (12, "'2025-04-14'", "calls_newest"),
        (14, "599990", "calls_by_duration"),
        (15, "'negative'", "sentiment_points"),
        (1, "", "calls_newest"),
    ];
    let files = [
        include_str!("../../../../projections/src/calls/list.sql"),
        include_str!("../../../../projections/src/calls/count.sql"),
    ];
    for (place, value, index) in filters {
        for statement in files {
            let mut set: Vec<String> = vec!["NULL".to_owned(); 16];
            set[0] = format!("'{}'", org());
            set[1] = "'{}'".to_owned();
            set[4] = "'{}'".to_owned();
            if place > 1 {
                set[place - 1] = value.to_owned();
            }
            // Calls that go on are few, so one index is enough for them.
            for (live, index) in [("false", index), ("true", "calls_live")] {
                set[15] = live.to_owned();
                let plan = plan(&mut tx, statement, &set.join(", ")).await;
                assert!(!plan.contains("Seq Scan"), "${place}: {plan}");
                // Everything is counted by any index; what is narrow, by its own.
                if place > 1 || statement.contains("$19") {
                    // What stands in tables of its own, is found in them.
                    let own = [(11, "call_tags_pkey"), (15, "sentiment_points")];
                    let found = own.iter().any(|own| own.0 == place && plan.contains(own.1));
                    assert!(found || plan.contains(index), "${place} is not on {index}: {plan}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_steps_of_a_call_come_oldest_first_with_sealed_notes_only() {
    let mut told = Told::default();
    told.waits(1, 0x9001, at("2025-03-04T10:00:00Z"));
    let note = json!({ "note": "sealed-token", "by": "x", "at": "2025-03-04T10:00:09.000Z" });
    told.say(1, "CallNoteAdded", note);
    let known = domain::Personal::known(id(5).into(), domain::FreeText::new("a secret".into()));
    let at_end = at("2025-03-04T10:00:10Z");
    let note = event("CallNoteAdded", json!({ "note": "token", "by": "x", "at": at_end }));
    if let domain::call::CallEvent::CallNoteAdded { by, at, .. } = note {
        told.tell(1, domain::call::CallEvent::CallNoteAdded { note: known, by, at });
    }
    let db = TestDatabase::create().await;
    fold(db.database(), &CallTimeline, [told.events.as_slice()]).await;
    let call = CallId::from(id(1));
    let read = async |after, limit| {
        let page = (after, limit);
        timeline::list(db.database(), org(), call, Steps::Own, page).await.expect("steps")
    };
    let steps = read(None, 100).await;
    let kinds: Vec<&str> = steps.iter().map(|step| step.kind.as_str()).collect();
    let expected =
        ["call.received", "call.answered", "call.queued", "call.note_added", "call.note_added"];
    assert_eq!(kinds, expected);
    assert_eq!(steps[3].note.as_deref(), Some("sealed-token"));
    assert_eq!(steps[4].note, None, "what is not sealed is not kept");
    assert_eq!(steps[3].at, at("2025-03-04T10:00:09Z"));
    assert_eq!(steps[3].recorded_at, steps[3].at.plus_ms(40));
    assert_eq!(steps[0].actor, "user:somebody:agent");
    assert_eq!(read(Some(steps[0].position), 2).await, steps[1..3]);
    let (nobody, page) = (OrgId::from(id(2)), (None, 9));
    let other = timeline::list(db.database(), nobody, call, Steps::All, page).await;
    assert!(other.expect("steps").is_empty());
}
