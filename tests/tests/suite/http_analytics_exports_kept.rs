//! Files of figures over HTTP: who sees them, for how long they are kept, and what is known of
//! that.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::Role;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tests::{TestDatabase, TestDirectory};

use super::http_analytics_exports::{EXPORTS, ask, asked, over, records, whole};
use super::http_kit::Server;
use super::http_wallboard_watched::Hurried;

fn body(report: &str) -> Value {
    json!({ "report": report, "format": "csv", "from": "2026-01-01", "to": "2027-01-01" })
}

async fn admin(server: &Server) -> PgConnection {
    PgConnection::connect_with(&server.test().superuser()).await.expect("in")
}

/// What the log of the doors tells of files, the newest first: of which kind, and in which words.
async fn told(server: &Server) -> Vec<(String, String)> {
    server.settle().await;
    let auditor = server.sign_in(Role::Auditor).await;
    let mut told = Vec::new();
    let log = server.with(&auditor.access, "GET", "/api/v1/audit/security?limit=100", None).await;
    for entry in log.body["items"].as_array().expect("entries") {
        let kind = entry["kind"].as_str().unwrap();
        if kind.starts_with("export.") {
            told.push((kind.to_owned(), entry["detail"].as_str().unwrap().to_owned()));
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_for_a_file_or_is_given_it_unseen() {
    let server = Server::start().await;
    let analyst = server.sign_in(Role::Analyst).await;
    let export = asked(&server, &analyst.access, "one", body("queues")).await;
    let (location, id) = (export.header("location"), export.body["id"].as_str().unwrap());
    let path = format!("{location}/file");
    whole(&server, &analyst.access, location).await;
    let query = whole(&server, &analyst.access, location).await["query"].to_string();
    let request = ("export.requested".to_owned(), format!("{id} queues csv {query}"));
    assert_eq!(told(&server).await, std::slice::from_ref(&request));
    let bearer = format!("Bearer {}", analyst.access);
    let bearer = ("authorization", bearer.as_str());
    // Nothing leaves here.
    let head = server.bare("HEAD", &path, None, &[bearer]).await;
    let tag = head.header("etag").to_owned();
    let same = server.bare("GET", &path, None, &[bearer, ("if-none-match", &tag)]).await;
    assert_eq!((head.status, same.status, same.text.as_str()), (200, 304, ""));
    assert_eq!(told(&server).await, std::slice::from_ref(&request));
    for _ in 0..2 {
        assert_eq!(server.bare("GET", &path, None, &[bearer]).await.status, 200);
    }
    let download = ("export.downloaded".to_owned(), id.to_owned());
    assert_eq!(told(&server).await, [download.clone(), download, request]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_sees_their_files_and_who_answers_for_all_sees_all() {
    let server = Server::start().await;
    let (boss, analyst, auditor, admin) = (
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Analyst).await,
        server.sign_in(Role::Auditor).await,
        server.sign_in(Role::Admin).await,
    );
    let theirs = asked(&server, &boss.access, "same", body("queues")).await;
    let other = asked(&server, &analyst.access, "same", body("queues")).await;
    let (theirs, other) = (theirs.header("location"), other.header("location"));
    assert_ne!(theirs, other, "a key is somebody's own");
    whole(&server, &boss.access, theirs).await;
    whole(&server, &analyst.access, other).await;
    server.settle().await;
    let agent = server.sign_in(Role::Agent).await;
    ask(&server, &agent.access, "one", body("queues")).await.is_problem(403, "forbidden");
    for (who, sees, all) in [
        (&boss, [true, false], 1),
        (&analyst, [false, true], 1),
        (&auditor, [true, true], 2),
        (&admin, [true, true], 2),
    ] {
        let list = server.with(&who.access, "GET", EXPORTS, None).await;
        assert_eq!(list.body["items"].as_array().map(Vec::len), Some(all), "{}", list.body);
        for (path, seen) in [theirs, other].into_iter().zip(sees) {
            let status = if seen { 200 } else { 404 };
            for path in [path.to_owned(), format!("{path}/file")] {
                assert_eq!(server.with(&who.access, "GET", &path, None).await.status, status);
            }
        }
    }
    let delete = async |who: &str, path| server.with(who, "DELETE", path, None).await;
    delete(&analyst.access, theirs).await.is_problem(404, "not-found");
    delete(&auditor.access, theirs).await.is_problem(403, "not-your-resource");
    for who in [&admin, &boss] {
        assert_eq!(delete(&who.access, theirs).await.status, 204, "twice is once");
    }
    let gone = server.with(&boss.access, "GET", &format!("{theirs}/file"), None).await;
    gone.is_problem(410, "file-gone");
    let canceled = server.with(&boss.access, "GET", theirs, None).await;
    assert_eq!(canceled.body["status"], "canceled");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_gone_after_a_day_and_what_it_was_is_known() {
    let clock = Arc::new(Hurried(AtomicI64::new(0)));
    let given = (TestDatabase::create().await, TestDirectory::create());
    let server = Server::start_by(Arc::<Hurried>::clone(&clock), given, |_| {}).await;
    let one = asked(&server, server.token(), "one", body("calls")).await;
    let path = one.header("location").to_owned();
    let export = whole(&server, server.token(), &path).await;
    let hour = 3_600_000;
    clock.0.store(23 * hour, Ordering::SeqCst);
    let token = server.sign_in(Role::Admin).await.access;
    let file = format!("{path}/file");
    assert_eq!(server.with(&token, "GET", &file, None).await.status, 200);
    clock.0.store(24 * hour + 60_000, Ordering::SeqCst);
    let token = server.sign_in(Role::Admin).await.access;
    // Whether it was taken away already or not.
    server.with(&token, "GET", &file, None).await.is_problem(410, "file-gone");
    let mut admin = admin(&server).await;
    let left = "SELECT (SELECT count(*) FROM export_chunks) + (SELECT count(*) FROM export_files)";
    loop {
        let now = server.with(&token, "GET", &path, None).await.body;
        let left: i64 = sqlx::query_scalar(left).fetch_one(&mut admin).await.expect("a count");
        if now["status"] == "expired" && left == 0 {
            assert_eq!((&now["rows"], &now["sha256"]), (&export["rows"], &export["sha256"]));
            assert_eq!(now["expires_at"], export["expires_at"]);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    server.with(&token, "GET", &file, None).await.is_problem(410, "file-gone");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_asks_once_and_five_files_are_waited_for_at_most() {
    let server = Server::start().await;
    let first = asked(&server, server.token(), "one", body("calls")).await;
    let again = ask(&server, server.token(), "one", body("calls")).await;
    assert_eq!((again.status, &again.body["id"]), (202, &first.body["id"]));
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = ask(&server, server.token(), "one", body("queues")).await;
    other.is_problem(422, "idempotency-key-reused");
    let headers = [("content-type", "application/json")];
    let keyless = server.raw("POST", EXPORTS, &body("calls").to_string(), &headers).await;
    keyless.is_problem(400, "idempotency-key-required");
    whole(&server, server.token(), first.header("location")).await;
    let mut admin = admin(&server).await;
    // The export knows that its file is whole a moment before its place is free.
    let open = "SELECT count(*) FROM export_files WHERE open";
    while sqlx::query_scalar::<_, i64>(open).fetch_one(&mut admin).await.expect("a count") > 0 {
        tokio::task::yield_now().await;
    }
    let plant = "INSERT INTO export_files (org_id, export_id, asked_at, known, open, writing, rows)
                 SELECT org_id, gen_random_uuid(), now(), true, true, n = 1, 0
                 FROM export_files, generate_series(1, 5) n";
    admin.execute(plant).await.expect("planted");
    let sixth = ask(&server, server.token(), "two", body("calls")).await;
    sixth.is_problem(429, "quota-exceeded");
    // What was answered before is answered again, and takes nobody's place.
    let again = ask(&server, server.token(), "one", body("calls")).await;
    assert_eq!((again.status, &again.body["id"]), (202, &first.body["id"]));
    let waiting: i64 = sqlx::query_scalar(open).fetch_one(&mut admin).await.expect("a count");
    assert_eq!(waiting, 5);
    // One of them waits for its turn, as long as another one is written.
    let free = "DELETE FROM export_files WHERE export_id = (
                    SELECT export_id FROM export_files WHERE open AND NOT writing LIMIT 1)";
    admin.execute(free).await.expect("freed");
    let waits = asked(&server, server.token(), "two", body("calls")).await;
    let path = waits.header("location");
    server
        .with(server.token(), "GET", &format!("{path}/file"), None)
        .await
        .is_problem(409, "invalid-state-transition");
    for _ in 0..20 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        assert_eq!(server.get(path).await.body["status"], "queued");
    }
    admin.execute("DELETE FROM export_files WHERE writing").await.expect("over");
    assert_eq!(over(&server, server.token(), path).await["status"], "completed");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_is_given_the_calls_of_whom_they_supervise() {
    let server = Server::start().await;
    let (boss, lead) = (server.sign_in(Role::Supervisor).await, server.sign_in(Role::Admin).await);
    let call = server.ended_call("+420777120003").await;
    server.settle().await;
    let facts = async |who: &str, key: &str| {
        let export = asked(&server, who, key, body("call_facts")).await;
        let path = export.header("location");
        whole(&server, who, path).await;
        let file = server.with(who, "GET", &format!("{path}/file"), None).await;
        let rows = records(&file.text);
        rows.iter().map(|row| row["call_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(facts(&lead.access, "all").await, [call]);
    assert_eq!(facts(&boss.access, "theirs").await, Vec::<String>::new());
    let mut others = body("call_facts");
    others["agent_id"] = json!([lead.user]);
    ask(&server, &boss.access, "others", others).await.is_problem(403, "not-your-resource");
    server.stop().await;
}
