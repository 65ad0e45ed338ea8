//! What processes could not do, as administrators see it.

use domain::Role;
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::http_kit::Server;

const LETTERS: &str = "/api/v1/admin/dead-letters";

pub async fn superuser(server: &Server) -> PgConnection {
    PgConnection::connect_with(&server.test().superuser()).await.expect("in")
}

/// A task of a process about a call that does not exist, given up so many seconds ago.
async fn planted(server: &Server, process: &str, seconds: i32) {
    let plant = sqlx::query(
        "INSERT INTO process_tasks (org_id, process, aggregate_type, aggregate_id, position, \
             event_id, correlation_id, attempts, error, failed_at) \
         SELECT org_id, $1, 'call', gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 8, \
                'it is broken', now() - $2 * interval '1 s' FROM users LIMIT 1",
    );
    let mut admin = superuser(server).await;
    plant.bind(process).bind(seconds).execute(&mut admin).await.expect("planted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_processes_could_not_do_is_listed_tried_again_and_given_up() {
    let server = Server::start().await;
    for second in 0..3 {
        planted(&server, "call-timer", second).await;
    }
    let first = server.get(&format!("{LETTERS}?limit=2")).await.body;
    let letters = first["items"].as_array().expect("letters");
    assert_eq!((letters.len(), &letters[0]["error"]), (2, &json!("it is broken")));
    assert_eq!(
        (&letters[0]["process"], &letters[0]["attempts"]),
        (&json!("call-timer"), &json!(8))
    );
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest = server.get(&format!("{LETTERS}?limit=2&cursor={cursor}")).await.body;
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
    let path = |number: usize| {
        let id = letters[number]["id"].as_str().expect("an id");
        format!("{LETTERS}/{id}")
    };
    // The process looks again and finds nothing to do.
    let retry = format!("{}/retry", path(0));
    assert_eq!(server.send("POST", &retry, None, &[]).await.status, 202);
    let mut admin = superuser(&server).await;
    let mut left = 3_i64;
    while left != 2 {
        let count = sqlx::query_scalar("SELECT count(*) FROM process_tasks");
        left = count.fetch_one(&mut admin).await.expect("a count");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    server.send("POST", &retry, None, &[]).await.is_problem(404, "not-found");
    let discard = format!("{}/discard", path(1));
    let ask = async |body| server.send("POST", &discard, Some(body), &[]).await;
    ask(json!({})).await.is_problem(422, "validation-failed");
    ask(json!({ "reason": "" })).await.is_problem(422, "validation-failed");
    ask(json!({ "reason": "x", "y": 1 })).await.is_problem(422, "unknown-field");
    assert_eq!(ask(json!({ "reason": "it was a test" })).await.status, 204);
    ask(json!({ "reason": "it was a test" })).await.is_problem(404, "not-found");
    server.settle().await;
    let auditor = server.sign_in(Role::Auditor).await;
    for (kind, detail) in
        [("dead_letter.retried", "call-timer"), ("dead_letter.discarded", "it was a test")]
    {
        let log = format!("/api/v1/audit/security?kind={kind}");
        let log = server.with(&auditor.access, "GET", &log, None).await.body;
        assert_eq!(log["items"][0]["detail"], detail, "{log}");
    }
    server.stop().await;
}
