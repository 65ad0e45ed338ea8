//! A server that writes a file is killed, and the next one writes it: each call is there once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::TestDirectory;

use super::http_analytics_exports::{EXPORTS, records, sum};
use super::http_process::Process;

const PATIENCE: Duration = Duration::from_secs(120);
/// So many calls, each a millisecond after the one before.
const CALLS: i64 = 60_000;

/// Calls as their projection would have them, without the facts that it would take.
const FILL: &str = "
    INSERT INTO call_facts (org_id, call_id, last_position, updated_at, direction, subject_id, test,
        created_at, holds, agent_segments, queue_segments, human_contact, right_party, conversion,
        connected_ms)
    SELECT $1, gen_random_uuid(), 1, now(), 'inbound', gen_random_uuid(), false,
           '2025-03-04T10:00:00Z'::timestamptz + n * interval '1 ms',
           0, 0, 0, false, false, false, 0
    FROM generate_series(1, $2) n";

async fn get(server: &Process, path: &str) -> Response {
    let request = Client::new().get(format!("{}{path}", server.url())).bearer_auth(server.token());
    request.send().await.expect("an answer")
}

async fn export(server: &Process, path: &str) -> Value {
    get(server, path).await.json().await.expect("JSON")
}

async fn until(server: &Process, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let export = export(server, path).await;
        if fits(&export) {
            return export;
        }
        assert!(Instant::now() < end, "{export}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_writer_is_killed_has_each_call_once() {
    let directory = TestDirectory::create();
    let data = directory.path().join("data");
    let mut server = Process::start(&data);
    let me: Value = get(&server, "/api/v1/auth/me").await.json().await.expect("JSON");
    let org: uuid::Uuid = me["organization"]["id"].as_str().unwrap().parse().unwrap();
    let url = server.ready["database_url"].as_str().expect("a URL").to_owned();
    let mut admin = PgConnection::connect(&url).await.expect("in");
    sqlx::query(FILL).bind(org).bind(CALLS).execute(&mut admin).await.expect("filled");
    drop(admin);
    let body = json!({ "report": "call_facts", "format": "csv", "from": "2025-03-04",
                       "to": "2025-03-05" });
    let request = Client::new().post(format!("{}{EXPORTS}", server.url()));
    let request = request.bearer_auth(server.token()).header("idempotency-key", "one").json(&body);
    let made = request.send().await.expect("an answer");
    assert_eq!(made.status(), 202);
    let path = made.headers()["location"].to_str().unwrap().to_owned();
    for kill in 1..=2_i64 {
        let midway = until(&server, &path, |export| {
            assert_ne!(export["status"], "completed", "it was over before it was killed");
            // What a writer had who is dead is known until the next one begins.
            export["progress"]["rows_all"] == CALLS + kill - 1 && export["progress"]["rows"] != 0
        });
        midway.await;
        // A drop is SIGKILL.
        drop(server);
        server = Process::start(&data);
        // What comes meanwhile is in the file that is begun anew.
        let url = server.ready["database_url"].as_str().expect("a URL").to_owned();
        let mut admin = PgConnection::connect(&url).await.expect("in");
        sqlx::query(FILL).bind(org).bind(1_i64).execute(&mut admin).await.expect("filled");
    }
    let whole = until(&server, &path, |export| export["status"] == "completed").await;
    let text = get(&server, &format!("{path}/file")).await.text().await.expect("a file");
    assert_eq!(whole["sha256"], sum(&text));
    let rows = records(&text);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["call_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len(), "a call is there twice");
    assert_eq!(whole["rows"], json!(rows.len()));
    assert!((CALLS..=CALLS + 2).contains(&i64::try_from(rows.len()).unwrap()), "{}", rows.len());
}
