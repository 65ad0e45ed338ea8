//! Files of figures over HTTP: what is in them is what the report answers, and nothing of anybody.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::Role;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor, PgConnection};
use tests::histories::Dice;

use super::http_analytics::import;
use super::http_kit::{Answer, Server};

pub const EXPORTS: &str = "/api/v1/analytics/exports";
const PATIENCE: Duration = Duration::from_secs(60);
/// Where people wait who call in.
const QUEUES: [&str; 3] = [
    "00000000-0000-7000-8000-000000000001",
    "00000000-0000-7000-8000-000000000002",
    "00000000-0000-7000-8000-000000000003",
];
const REPORTS: [&str; 6] = ["calls", "agents", "campaigns", "queues", "ivr", "dispositions"];

/// Asks for a file, whatever is said to that.
pub async fn ask(server: &Server, token: &str, key: &str, body: Value) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    server.bare("POST", EXPORTS, Some(body.to_string().into()), &headers).await
}

/// The same where it is taken.
pub async fn asked(server: &Server, token: &str, key: &str, body: Value) -> Answer {
    let asked = ask(server, token, key, body).await;
    assert_eq!((asked.status, &asked.body["status"]), (202, &json!("queued")), "{}", asked.body);
    assert_eq!(
        asked.header("location"),
        format!("{EXPORTS}/{}", asked.body["id"].as_str().unwrap())
    );
    asked
}

/// The export once it is over.
pub async fn over(server: &Server, token: &str, location: &str) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let export = server.with(token, "GET", location, None).await;
        assert_eq!(export.status, 200, "{}", export.body);
        if !["queued", "running"].contains(&export.body["status"].as_str().unwrap()) {
            return export.body;
        }
        assert!(Instant::now() < end, "{}", export.body);
        tokio::task::yield_now().await;
    }
}

/// The export once its file is whole.
pub async fn whole(server: &Server, token: &str, location: &str) -> Value {
    let export = over(server, token, location).await;
    assert_eq!(export["status"], "completed", "{export}");
    export
}

/// The SHA-256 of a file, in hexadecimal.
pub fn sum(file: &str) -> String {
    Sha256::digest(file.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file of an export, which is as the export says.
async fn file(server: &Server, token: &str, location: &str) -> String {
    let export = whole(server, token, location).await;
    let file = server.with(token, "GET", &format!("{location}/file"), None).await;
    assert_eq!(file.status, 200, "{}", file.text);
    let sha256 = sum(&file.text);
    assert_eq!((&export["sha256"], &export["bytes"]), (&json!(sha256), &json!(file.text.len())));
    assert_eq!(file.header("etag"), format!("\"{sha256}\""));
    let id = export["id"].as_str().unwrap();
    let (kind, ending) = match export["format"].as_str().unwrap() {
        "csv" => ("text/csv; charset=utf-8; header=present", "csv"),
        _ => ("application/x-ndjson", "jsonl"),
    };
    assert_eq!(file.header("content-type"), kind);
    let name = format!("{}-{id}.{ending}", export["report"].as_str().unwrap());
    assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{name}\""));
    file.text
}

fn objects(text: &str) -> Vec<Map<String, Value>> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The rows of CSV, by the names of the columns; everything is a text.
pub fn records(text: &str) -> Vec<Map<String, Value>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let row = |row: csv::StringRecord| {
        let cells = header.iter().zip(row.iter());
        cells.map(|(name, cell)| (name.to_owned(), json!(cell))).collect()
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// The rows that an answer comes to, each with all that its cell says.
fn rows(answer: &Value) -> Vec<Map<String, Value>> {
    let row = |cell: &Value| {
        let mut row = Map::new();
        for name in ["bucket_start", "bucket_end", "label", "partial", "provisional"] {
            row.insert(name.to_owned(), cell[name].clone());
        }
        row.extend(cell["dims"].as_object().unwrap().clone());
        for (name, metric) in cell["metrics"].as_object().unwrap() {
            row.insert(name.clone(), metric["value"].clone());
            for part in ["numerator", "denominator", "n"] {
                row.insert(format!("{name}_{part}"), metric[part].clone());
            }
        }
        row
    };
    answer["series"].as_array().unwrap().iter().map(row).collect()
}

/// The same as CSV has it.
fn texts(rows: Vec<Map<String, Value>>) -> Vec<Map<String, Value>> {
    let text = |value: Value| match value {
        Value::Null => json!(""),
        Value::String(text) => json!(text),
        other => json!(other.to_string()),
    };
    let row = |row: Map<String, Value>| {
        row.into_iter().map(|(name, value)| (name, text(value))).collect()
    };
    rows.into_iter().map(row).collect()
}

/// One of some.
fn pick<'a>(dice: &mut Dice, of: &[&'a str]) -> &'a str {
    of[usize::try_from(dice.below(of.len() as u64)).unwrap()]
}

/// Any question of a report, as a body.
fn question(report: &str, dice: &mut Dice) -> Map<String, Value> {
    let mut asked = Map::new();
    let mut say = |name: &str, value: Value| {
        asked.insert(name.to_owned(), value);
    };
    say("from", json!(pick(dice, &["2009-01-01", "2009-03-05T10:07:00Z"])));
    say("to", json!(pick(dice, &["2009-06-01", "2009-12-31", "2010-01-01"])));
    say("tz", json!(pick(dice, &["UTC", "Europe/Prague", "America/New_York"])));
    say("group_by", json!(pick(dice, &["none", "day", "week", "month"])));
    if report == "calls" {
        let dimensions =
            pick(dice, &["", "campaign", "disposition,weekday", "hour_of_day", "queue"]);
        let dimensions = dimensions.split(',').filter(|dimension| !dimension.is_empty());
        say("dimensions", dimensions.collect());
        say("fcr_mode", json!(pick(dice, &["behavioral", "disposition"])));
        say("fcr_window_hours", json!(1 + dice.below(700)));
    }
    if report != "campaigns" && dice.chance(50) {
        say("include_test", json!(dice.chance(50)));
    }
    if !["campaigns", "ivr"].contains(&report) && dice.chance(50) {
        say("direction", json!(pick(dice, &["inbound", "outbound"])));
    }
    if report == "ivr" && dice.chance(50) {
        say("flow_id", json!([QUEUES[1]]));
    }
    if report == "queues" {
        say("sl_target", json!([0.3, 0.55, 1.0][usize::try_from(dice.below(3)).unwrap()]));
    }
    if ["calls", "queues"].contains(&report) {
        say("sl_seconds", json!(dice.below(60)));
        say("sl_method", json!(pick(dice, &["standard", "dequeue"])));
        say("short_abandon_seconds", json!(dice.below(30)));
        for flag in ["include_flow_outs", "include_short_abandons", "include_abandons"] {
            say(flag, json!(dice.chance(50)));
        }
        if dice.chance(50) {
            say("queue_id", json!([QUEUES[0], QUEUES[2]]));
        }
    }
    asked
}

/// What waits and calls come in by, as the projection of calls would have them: the bank calls out.
async fn called_in(server: &Server) {
    let me = server.get("/api/v1/auth/me").await;
    let org: uuid::Uuid = me.body["organization"]["id"].as_str().unwrap().parse().unwrap();
    let queues: Vec<uuid::Uuid> = QUEUES.iter().map(|id| id.parse().unwrap()).collect();
    let mut admin = PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let calls = "INSERT INTO call_facts (org_id, call_id, last_position, updated_at, direction,
                     subject_id, test, queue_id, created_at, answered_at, handled_at, ended_at,
                     talk_ms, handle_ms, holds, agent_segments, queue_segments, human_contact,
                     right_party, conversion, connected_ms)
                 SELECT $1, gen_random_uuid(), 1, now(), 'inbound', gen_random_uuid(), n % 9 = 0,
                        ($2::uuid[])[1 + n % 3], at, at, at, at, 100 * n, 100 * n, 0, 1, 1, true,
                        false, n % 2 = 0, 0
                 FROM (SELECT n, '2009-01-02Z'::timestamptz + n * interval '18 hours' AS at
                       FROM generate_series(1, 480) n) calls";
    sqlx::query(calls).bind(org).bind(&queues).execute(&mut admin).await.expect("called");
    let waits = "INSERT INTO queue_segments (org_id, call_id, queue_segment, queue_id, direction,
                     subject_id, test, queued_at, dequeued_at, reason, wait_ms)
                 SELECT org_id, call_id, 1, queue_id, direction, subject_id, test, created_at,
                        created_at + wait * interval '1 s',
                        (ARRAY['answered', 'abandoned', 'answered', 'transferred'])[1 + wait % 4],
                        wait * 1000
                 FROM (SELECT *, (talk_ms / 100 * 7 % 61)::int AS wait FROM call_facts
                       WHERE direction = 'inbound') calls";
    admin.execute(waits).await.expect("waited");
    let heard = "INSERT INTO ivr_sessions (org_id, call_id, session, flow_id, flow_version,
                     entered_at, exited_at, outcome)
                 SELECT org_id, call_id, 1, queue_id, 1, created_at,
                        created_at + talk_ms * interval '1 ms',
                        (ARRAY['queue', 'hangup', 'abandoned'])[1 + talk_ms / 100 % 3]
                 FROM call_facts WHERE direction = 'inbound'";
    admin.execute(heard).await.expect("heard");
}

/// The same in the address of the report.
fn address(report: &str, asked: &Map<String, Value>) -> String {
    let plain = |value: &Value| match value {
        Value::Array(of) => {
            of.iter().map(|one| one.as_str().unwrap()).collect::<Vec<_>>().join(",")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let said = asked.iter().filter(|(_, value)| **value != json!([]));
    let said: Vec<String> = said.map(|(name, value)| format!("{name}={}", plain(value))).collect();
    format!("/api/v1/analytics/{report}?{}", said.join("&"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_what_the_report_answers_to_the_same_question() {
    let server = Server::start().await;
    import(&server);
    server.settle().await;
    called_in(&server).await;
    let (mut dice, mut compared) = (Dice::new(5), 0);
    for number in 0..30 {
        let report = REPORTS[number % REPORTS.len()];
        let mut body = question(report, &mut dice);
        let answer = server.get(&address(report, &body)).await;
        let format = if dice.chance(50) { "csv" } else { "jsonl" };
        body.extend([("report".to_owned(), json!(report)), ("format".to_owned(), json!(format))]);
        let key = format!("{report}{number}");
        let location = asked(&server, server.token(), &key, json!(body)).await;
        let location = location.header("location");
        if answer.status != 200 {
            let failed = over(&server, server.token(), location).await;
            answer.is_problem(422, failed["reason"]["code"].as_str().unwrap_or_default());
            continue;
        }
        let text = file(&server, server.token(), location).await;
        let (expected, found) = match format {
            "csv" => (texts(rows(&answer.body)), records(&text)),
            _ => (rows(&answer.body), objects(&text)),
        };
        assert_eq!(found, expected, "{body:?}");
        let export = server.get(location).await.body;
        assert_eq!(export["rows"], found.len(), "{export}");
        assert_eq!(export["definitions_version"], answer.body["definitions_version"]);
        let mut query = answer.body["query"].clone();
        query["tz"] = answer.body["tz"].clone();
        query.as_object_mut().unwrap().remove("number");
        assert_eq!(export["query"], query);
        compared += found.len();
        assert_eq!(server.send("DELETE", location, None, &[]).await.status, 204);
    }
    assert!(compared > 1_000, "only {compared} rows");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_each_there_once_with_nothing_of_whom_they_were_with() {
    let server = Server::start().await;
    import(&server);
    server.settle().await;
    let analyst = server.sign_in(Role::Analyst).await.access;
    let asked_for = json!({ "report": "call_facts", "format": "csv", "from": "2009-01-01",
                            "to": "2010-01-01", "direction": "outbound" });
    let location = asked(&server, &analyst, "facts", asked_for).await;
    let text = file(&server, &analyst, location.header("location")).await;
    let rows = records(&text);
    let total = "/api/v1/analytics/calls?from=2009-01-01&to=2010-01-01&direction=outbound";
    let total = server.get(total).await.body["totals"].clone();
    assert_eq!((rows.len(), &total["calls"]["value"]), (4521, &json!(4521)));
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["call_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len(), "a call is there twice");
    let made = |row: &Map<String, Value>| row["created_at"].as_str().unwrap().to_owned();
    assert!(rows.is_sorted_by_key(made), "in the order in which they were made");
    let of = |column: &str, value: &str| rows.iter().filter(|row| row[column] == value).count();
    assert_eq!(json!(of("conversion", "true")), total["conversions"]["value"]);
    let talked = rows.iter().filter_map(|row| row["talk_ms"].as_str()?.parse::<f64>().ok());
    assert_eq!(
        json!(talked.sum::<f64>() / 1e3),
        total["talk_seconds_sum"]["value"].as_f64().unwrap()
    );
    let calls = server.get("/api/v1/calls?limit=100").await.body;
    for call in calls["items"].as_array().unwrap() {
        for number in [&call["to"], &call["from"]].into_iter().filter_map(Value::as_str) {
            assert!(!text.contains(number), "{number}");
        }
    }
    let header = text.lines().next().unwrap();
    for told in ["subject", "number", "name", "note", "agent_label", "dialed"] {
        assert!(!header.contains(told), "{header}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_report_refuses_is_refused_where_the_file_is_asked_for() {
    let server = Server::start().await;
    let wrong = [
        (json!({ "report": "weather" }), "validation-failed", "/report"),
        (json!({ "format": "xlsx" }), "validation-failed", "/format"),
        (json!({ "from": "today" }), "validation-failed", "/from"),
        (json!({ "from": "2026-03-02", "to": "2026-03-01" }), "invalid-range", "/from"),
        (json!({ "from": "2026-01-01", "to": "2027-03-01" }), "invalid-range", "/from"),
        (json!({ "tz": "Mars/Base" }), "invalid-time-zone", "/tz"),
        (json!({ "group_by": "year" }), "validation-failed", "/group_by"),
        (json!({ "group_by": "15m", "to": "2026-03-12" }), "too-many-buckets", "/group_by"),
        (json!({ "dimensions": ["mood"] }), "unsupported-dimension", "/dimensions"),
        (
            json!({ "dimensions": ["queue", "agent", "weekday"] }),
            "unsupported-dimension",
            "/dimensions",
        ),
        (json!({ "sl_seconds": 86_401 }), "validation-failed", "/sl_seconds"),
        (json!({ "sl_seconds": "20" }), "validation-failed", "/sl_seconds"),
        (json!({ "queue_id": ["mine"] }), "validation-failed", "/queue_id/0"),
        (json!({ "fcr_window_hours": 721 }), "validation-failed", "/fcr_window_hours"),
        // What a report knows nothing of.
        (
            json!({ "report": "queues", "team_id": [uuid::Uuid::nil()] }),
            "validation-failed",
            "/team_id",
        ),
        (
            json!({ "report": "queues", "dimensions": ["queue"] }),
            "validation-failed",
            "/dimensions",
        ),
        (json!({ "report": "campaigns", "sl_seconds": 1 }), "validation-failed", "/sl_seconds"),
        (json!({ "report": "call_facts", "group_by": "day" }), "validation-failed", "/group_by"),
        // A file rests, so nobody finds one by a number.
        (json!({ "number": ["+420777120001"] }), "unknown-field", "/number"),
    ];
    for (said, slug, pointer) in wrong {
        let mut body = json!({ "report": "calls", "format": "csv", "from": "2026-03-01",
                               "to": "2026-03-02" });
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let refused = ask(&server, server.token(), "wrong", body.clone()).await;
        refused.is_problem(422, slug);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{body}: {}", refused.body);
    }
    let body = json!({ "report": "calls", "format": "csv", "to": "2026-03-02" });
    ask(&server, server.token(), "wrong", body).await.is_problem(422, "validation-failed");
    server.settle().await;
    let list = server.get(EXPORTS).await;
    assert_eq!((&list.body["items"], list.status), (&json!([]), 200), "{}", list.body);
    server.stop().await;
}
