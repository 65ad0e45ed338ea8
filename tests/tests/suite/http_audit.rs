//! What happens at an organization's doors, as its auditor reads it.

use domain::Role;
use projections::find;
use projections::rebuild::{RebuildOptions, rebuild_projection};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::http_kit::{Server, SignedIn};

const PATH: &str = "/api/v1/audit/security";

async fn entries(server: &Server, who: &SignedIn, query: &str) -> Vec<(String, Value)> {
    let list = server.with(&who.access, "GET", &format!("{PATH}?{query}"), None).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let entry = |entry: &Value| {
        (entry["kind"].as_str().expect("a kind").to_owned(), entry["detail"].clone())
    };
    list.body["items"].as_array().expect("entries").iter().map(entry).collect()
}

/// Waits until an agent's entries are so many: some are written after the answer.
async fn of_agent(
    server: &Server,
    auditor: &SignedIn,
    agent: &str,
    count: usize,
) -> Vec<(String, Value)> {
    for _ in 0..100 {
        server.settle().await;
        let found = entries(server, auditor, &format!("limit=100&user_id={agent}")).await;
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("there are not {count} entries");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_reads_who_came_in_and_who_was_sent_away() {
    let server = Server::start().await;
    let auditor = server.sign_in(Role::Auditor).await;
    let wrong = json!({ "email": "agent@demo.example", "password": "wrong" });
    server.open("/api/v1/auth/login", wrong).await.is_problem(401, "invalid-credentials");
    let agent = server.sign_in(Role::Agent).await;
    for _ in 0..3 {
        let refused = server.with(&agent.access, "GET", PATH, None).await;
        refused.is_problem(403, "forbidden");
    }
    let token = json!({ "refresh_token": agent.refresh });
    assert_eq!(server.open("/api/v1/auth/refresh", token.clone()).await.status, 200);
    let thief = [("content-type", "application/json"), ("user-agent", "a thief")];
    let stolen =
        server.bare("POST", "/api/v1/auth/refresh", Some(token.to_string().into()), &thief).await;
    stolen.is_problem(401, "session-revoked");
    let found = of_agent(&server, &auditor, &agent.user, 6).await;
    let mut kinds: Vec<&str> = found.iter().map(|(kind, _)| kind.as_str()).collect();
    kinds.sort_unstable();
    // The refusals of a minute are one entry.
    let expected = [
        "permission.denied",
        "session.closed",
        "session.token_reused",
        "user.registered",
        "user.sign_in_failed",
        "user.signed_in",
    ];
    assert_eq!(kinds, expected);
    let detail = |kind: &str| found.iter().find(|entry| entry.0 == kind).map(|entry| &entry.1);
    assert_eq!(detail("permission.denied"), Some(&json!("listSecurityEvents")));
    assert_eq!(detail("session.closed"), Some(&json!("reuse_detected")));
    assert_eq!(detail("user.registered"), Some(&json!("agent")));
    let failed = entries(&server, &auditor, "kind=user.sign_in_failed").await;
    assert_eq!(failed.len(), 1, "an unknown address is nobody's failure");
    let unknown = server.with(&auditor.access, "GET", &format!("{PATH}?kind=nothing"), None).await;
    unknown.is_problem(400, "invalid-query");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_walked_and_is_what_a_rebuild_makes() {
    let server = Server::start().await;
    let auditor = server.sign_in(Role::Auditor).await;
    for _ in 0..4 {
        let one = server.sign_in(Role::Analyst).await;
        assert_eq!(server.with(&one.access, "POST", "/api/v1/auth/logout", None).await.status, 204);
    }
    server.settle().await;
    let all = server.with(&auditor.access, "GET", &format!("{PATH}?limit=100"), None).await;
    let all = all.body["items"].as_array().expect("entries").clone();
    // Six people, five who came in, four who went.
    assert_eq!(all.len(), 15);
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{PATH}?limit=4{cursor}");
        let page = server.with(&auditor.access, "GET", &path, None).await;
        walked.extend(page.body["items"].as_array().expect("entries").clone());
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(walked, all);
    let projection = find("security_log").expect("registered");
    let (options, never) = (RebuildOptions::default(), CancellationToken::new());
    let database = server.test().database();
    let report = rebuild_projection(database, projection, &options, &|_| (), &never).await;
    assert_eq!(report.expect("rebuilt").differences, Some(vec![]));
    server.stop().await;
}
