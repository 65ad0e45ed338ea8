//! What administrators change about people.

use domain::Role;
use serde_json::{Value, json};
use sqlx::{Connection, Executor};

use super::http_kit::{Answer, Server, SignedIn};

async fn change(server: &Server, who: &SignedIn, user: &str, body: Value) -> Answer {
    server.with(&who.access, "PATCH", &format!("/api/v1/users/{user}"), Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_listed_with_what_they_may_do() {
    let server = Server::start().await;
    let auditor = server.sign_in(Role::Auditor).await;
    let list = server.with(&auditor.access, "GET", "/api/v1/users", None).await;
    let items = list.body["items"].as_array().expect("users");
    assert_eq!(items.len(), 6);
    let mut emails: Vec<&str> = items.iter().filter_map(|user| user["email"].as_str()).collect();
    emails.sort_unstable();
    assert_eq!((emails[0], emails[1]), ("admin@demo.example", "agent@demo.example"));
    assert!(items.iter().all(|user| user["status"] == "active" && user["version"] == 1));
    let only = server.with(&auditor.access, "GET", "/api/v1/users?role=agent", None).await;
    assert_eq!(only.body["items"][0]["display_name"], "Agent");
    assert_eq!(only.body["items"].as_array().map(Vec::len), Some(1));
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let path = format!("/api/v1/users?limit=4{cursor}");
        let page = server.with(&auditor.access, "GET", &path, None).await;
        seen += page.body["items"].as_array().map_or(0, Vec::len);
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 6);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_role_counts_at_once() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let changed = change(&server, &admin, &agent.user, json!({ "role": "auditor" })).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"v2\""));
    assert_eq!(changed.body["role"], "auditor");
    assert_eq!(changed.body["email"], "agent@demo.example");
    let old = server.with(&agent.access, "GET", "/api/v1/auth/me", None).await;
    old.is_problem(401, "unauthenticated");
    let again = server.sign_in(Role::Agent).await;
    let me = server.with(&again.access, "GET", "/api/v1/auth/me", None).await;
    assert_eq!(me.body["user"]["role"], "auditor");
    // The same again is no news, and closes nothing.
    let same = change(&server, &admin, &agent.user, json!({ "role": "auditor" })).await;
    assert_eq!((same.status, same.header("x-event-position")), (200, ""));
    assert_eq!(server.with(&again.access, "GET", "/api/v1/auth/me", None).await.status, 200);
    for (body, pointer) in [
        (json!({}), ""),
        (json!({ "role": "agent", "status": "active" }), ""),
        (json!({ "status": "invited" }), "/status"),
        (json!({ "role": "owner" }), "/role"),
    ] {
        let wrong = change(&server, &admin, &agent.user, body).await;
        wrong.is_problem(422, "validation-failed");
        assert_eq!(wrong.body["errors"][0]["pointer"], pointer);
    }
    let operator = change(&server, &admin, &agent.user, json!({ "role": "operator" })).await;
    operator.is_problem(403, "forbidden");
    let nobody = "01890000-0000-7000-8000-000000000001";
    let nobody = change(&server, &admin, nobody, json!({ "role": "agent" })).await;
    nobody.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_is_out_until_let_in_again() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let path = format!("/api/v1/users/{}", agent.user);
    let stale = [("content-type", "application/json"), ("if-match", "\"v7\"")];
    let stale = server.raw("PATCH", &path, "{\"status\":\"suspended\"}", &stale).await;
    stale.is_problem(412, "version-mismatch");
    let done = change(&server, &admin, &agent.user, json!({ "status": "suspended" })).await;
    assert_eq!(done.body["status"], "suspended", "{}", done.body);
    let old = server.with(&agent.access, "GET", "/api/v1/auth/me", None).await;
    old.is_problem(401, "unauthenticated");
    let person = server.people().iter().find(|person| person.role == Role::Agent).unwrap();
    let body = json!({ "email": person.email, "password": person.password });
    server.open("/api/v1/auth/login", body).await.is_problem(403, "user-suspended");
    let back = change(&server, &admin, &agent.user, json!({ "status": "active" })).await;
    assert_eq!(back.body["status"], "active");
    server.sign_in(Role::Agent).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_keeps_an_administrator() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    for body in [json!({ "role": "agent" }), json!({ "status": "suspended" })] {
        let last = change(&server, &admin, &admin.user, body).await;
        last.is_problem(409, "last-admin");
    }
    // Whoever only stands in the table of administrators, is none.
    let stale = format!(
        "INSERT INTO administrators SELECT org_id, user_id FROM email_addresses e
         WHERE user_id = '{}'",
        agent.user
    );
    let url = server.test().superuser();
    let mut database = sqlx::PgConnection::connect_with(&url).await.expect("in");
    database.execute(stale.as_str()).await.expect("planted");
    let last = change(&server, &admin, &admin.user, json!({ "role": "agent" })).await;
    last.is_problem(409, "last-admin");
    // Two administrators who demote each other at the same moment: one of them stays.
    assert_eq!(change(&server, &admin, &agent.user, json!({ "role": "admin" })).await.status, 200);
    let other = server.sign_in(Role::Agent).await;
    let role = json!({ "role": "auditor" });
    let (one, two) = tokio::join!(
        change(&server, &admin, &other.user, role.clone()),
        change(&server, &other, &admin.user, role.clone()),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200, 401 | 403 | 409]), "{} {}", one.body, two.body);
    let again = server.sign_in(if one.status == 200 { Role::Admin } else { Role::Agent }).await;
    let me = server.with(&again.access, "GET", "/api/v1/auth/me", None).await;
    assert_eq!(me.body["user"]["role"], "admin");
    server.stop().await;
}
