//! Erasing whoever signs in: nobody reads who they are, they never come in again, and a request
//! that is repeated is told of the same erasure.

use std::sync::Arc;

use domain::{EmailAddress, Role};
use event_store::{Keyring, Log, LogSettings};
use processes::auth::{Accounts, Passwords};
use processes::erasure::{Erasures, Ledger};
use processes::{Commands, SystemClock, SystemIds};
use serde_json::{Value, json};
use tests::{TestDatabase, TestDirectory};

use super::http_erasure::{called, done};
use super::http_kit::{Answer, Server, SignedIn};

const ERASURES: &str = "/api/v1/erasures";
const NUMBER: &str = "+420777120003";
const REPLAYED: &str = "idempotent-replayed";

async fn ask(server: &Server, who: &SignedIn, body: Value, key: Option<&str>) -> Answer {
    let authorization = format!("Bearer {}", who.access);
    let mut headers =
        vec![("authorization", &*authorization), ("content-type", "application/json")];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    server.bare("POST", ERASURES, Some(body.to_string().into()), &headers).await
}

fn of_user(user: &str) -> Value {
    json!({ "user_id": user, "legal_basis": "GDPR art. 17" })
}

async fn sign_in_refused(server: &Server, role: Role) {
    let person = server.people().iter().find(|person| person.role == role).expect("a person");
    let body = json!({ "email": person.email, "password": person.password });
    server.open("/api/v1/auth/login", body).await.is_problem(401, "invalid-credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_who_was_erased_is_nobody_and_never_comes_in_again() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let (user, profile) =
        (format!("/api/v1/users/{}", agent.user), format!("/api/v1/agents/{}", agent.user));
    assert_eq!(server.get(&profile).await.body["display_name"], "Agent");
    let answer = ask(&server, &admin, of_user(&agent.user), None).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    // At once: no token of theirs is good, and their password is not either.
    let old = server.with(&agent.access, "GET", "/api/v1/auth/me", None).await;
    old.is_problem(401, "unauthenticated");
    sign_in_refused(&server, Role::Agent).await;
    let refresh = json!({ "refresh_token": agent.refresh });
    server.open("/api/v1/auth/refresh", refresh).await.is_problem(401, "unauthenticated");
    // Nor can anything be made of them, nor is anything told that was in memory a moment ago.
    let role = json!({ "role": "admin" });
    server.send("PATCH", &user, Some(role), &[]).await.is_problem(410, "erased");
    let slots = json!({ "max_concurrent_calls": 3 });
    let changed = server.send("PATCH", &profile, Some(slots), &[]).await;
    assert!(!changed.body.to_string().contains("Agent\""), "{}", changed.body);
    let erasure = done(&server, answer.header("location")).await;
    assert_eq!((&erasure["subject_id"], &erasure["calls"]), (&json!(agent.user), &json!(0)));
    let erased = server.get(&user).await.body;
    assert_eq!((&erased["status"], &erased["email"]), (&json!("erased"), &Value::Null));
    assert_eq!(erased["display_name"], Value::Null);
    let erased = server.get(&profile).await.body;
    assert_eq!((&erased["active"], &erased["display_name"]), (&json!(false), &Value::Null));
    assert_eq!(erased["address"], Value::Null);
    // Nothing can be asked of them, and their address is free.
    for body in [json!({ "role": "admin" }), json!({ "status": "active" })] {
        server.send("PATCH", &user, Some(body), &[]).await.is_problem(410, "erased");
    }
    ask(&server, &admin, of_user(&agent.user), None).await.is_problem(410, "erased");
    // A start in development does not keep it for them either.
    let (test, directory) = server.stopped().await;
    let server = Server::start_on(test, directory, |_| {}).await;
    assert!(server.people().iter().all(|person| person.role != Role::Agent));
    let body = json!({ "email": "agent@demo.example", "role": "agent" });
    let invited = server.send("POST", "/api/v1/users", Some(body), &[]).await;
    assert_eq!(invited.status, 201, "{}", invited.body);
    assert_ne!(invited.body["id"], json!(agent.user));
    let auditor = server.sign_in(Role::Auditor).await;
    let log = "/api/v1/audit/security?kind=user.erased";
    let log = server.with(&auditor.access, "GET", log, None).await;
    assert_eq!(log.body["items"][0]["user_id"], json!(agent.user), "{}", log.body);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_keeps_an_administrator_whoever_is_erased() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    ask(&server, &admin, of_user(&admin.user), None).await.is_problem(409, "last-admin");
    let nobody = of_user("01890000-0000-7000-8000-000000000001");
    ask(&server, &admin, nobody, None).await.is_problem(404, "not-found");
    let both = json!({ "user_id": agent.user, "number": NUMBER, "legal_basis": "x" });
    ask(&server, &admin, both, None).await.is_problem(422, "validation-failed");
    assert_eq!(server.get("/api/v1/auth/me").await.status, 200, "nothing happened");
    let path = format!("/api/v1/users/{}", agent.user);
    let role = json!({ "role": "admin" });
    assert_eq!(server.send("PATCH", &path, Some(role), &[]).await.status, 200);
    let other = server.sign_in(Role::Agent).await;
    let answer = ask(&server, &other, of_user(&admin.user), None).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    ask(&server, &other, of_user(&other.user), None).await.is_problem(409, "last-admin");
    // A server without its first administrator starts as any other.
    let (test, directory) = server.stopped().await;
    let server = Server::start_on(test, directory, |_| {}).await;
    assert!(server.people().iter().all(|person| person.role != Role::Admin));
    server.sign_in(Role::Agent).await;
    server.stop().await;
}

/// Whether somebody signs in with the agent's address, when the ledger was read and nothing else
/// has happened yet.
async fn who_is_known(test: &TestDatabase, directory: &TestDirectory) -> bool {
    let database = test.database().clone();
    let log = Log::open(&database, LogSettings::default()).await.expect("a log");
    let keyring = Keyring::new(&database, test.secrets().key("key-encryption"));
    let commands = Commands::new(log.clone(), keyring, Arc::new(SystemClock));
    let cheap = Passwords::costing(64, 1).expect("a cost");
    let ids = Arc::new(SystemIds);
    let (secrets, inner) = (test.secrets(), commands.clone());
    let accounts = Accounts::new(database.clone(), inner, ids.clone(), cheap, secrets, true);
    let ledger = Ledger::open(&directory.path().join("erasures.ledger")).expect("a ledger");
    let erasures = Erasures::new(database, commands, accounts.clone(), ids, ledger);
    assert_eq!(erasures.replay().await.expect("replayed"), 1);
    let email = EmailAddress::parse("agent@demo.example").expect("an address");
    let known = accounts.known(&email).await.expect("looked up");
    log.close().await;
    known
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_no_old_backup_lets_anybody_in() {
    let server = Server::start().await;
    server.sign_in(Role::Agent).await;
    let (test, directory) = server.stopped().await;
    let (backup, control) = (test.copy().await, test.copy().await);
    let server = Server::start_on(test, directory, |_| {}).await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    // A token that is younger than the backup: its session is not in there.
    assert_eq!(server.with(&agent.access, "GET", "/api/v1/auth/me", None).await.status, 200);
    let answer = ask(&server, &admin, of_user(&agent.user), None).await;
    let path = answer.header("location").to_owned();
    done(&server, &path).await;
    let (_gone, directory) = server.stopped().await;

    let server = Server::start_on(control, TestDirectory::create(), |_| {}).await;
    server.sign_in(Role::Agent).await;
    server.stop().await;

    assert!(!who_is_known(&backup, &directory).await, "before anything is served");
    let server = Server::start_on(backup, directory, |_| {}).await;
    let body = json!({ "email": "agent@demo.example", "password": "x" });
    server.open("/api/v1/auth/login", body).await.is_problem(401, "invalid-credentials");
    let old = server.with(&agent.access, "GET", "/api/v1/auth/me", None).await;
    old.is_problem(401, "unauthenticated");
    done(&server, &path).await;
    let user = server.get(&format!("/api/v1/users/{}", agent.user)).await.body;
    assert_eq!((&user["status"], &user["email"]), (&json!("erased"), &Value::Null));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_repeated_is_told_of_the_same_erasure() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    called(&server, NUMBER).await;
    let number = json!({ "number": NUMBER, "legal_basis": "GDPR art. 17" });
    for (key, body) in [("a", number.clone()), ("b", of_user(&agent.user))] {
        let first = ask(&server, &admin, body.clone(), Some(key)).await;
        assert_eq!(first.status, 202, "{}", first.body);
        done(&server, first.header("location")).await;
        let again = ask(&server, &admin, body, Some(key)).await;
        assert_eq!((again.status, &again.body["id"]), (202, &first.body["id"]), "{}", again.body);
        assert_eq!((first.header(REPLAYED), again.header(REPLAYED)), ("", "true"));
    }
    // The same key for somebody else, or for another reason.
    let other = json!({ "number": "+420777130003", "legal_basis": "GDPR art. 17" });
    let reason = json!({ "number": NUMBER, "legal_basis": "another" });
    for body in [other, reason, of_user(&admin.user)] {
        let reused = ask(&server, &admin, body, Some("a")).await;
        reused.is_problem(422, "idempotency-key-reused");
    }
    // Without the key nothing leads from the number to the erasure.
    ask(&server, &admin, number, None).await.is_problem(404, "not-found");
    server.stop().await;
}

/// Whoever loses a race is told of the same erasure, also when they ask again.
#[tokio::test(flavor = "multi_thread")]
async fn of_requests_at_once_each_is_told_of_the_same_erasure() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let keys = ["a", "b", "c", "d"];
    let all = keys.map(|key| ask(&server, &admin, of_user(&agent.user), Some(key)));
    let mut led_to = Vec::new();
    for (key, first) in keys.iter().zip(futures::future::join_all(all).await) {
        if first.status == 410 {
            continue; // It came too late: they were erased already.
        }
        assert_eq!(first.status, 202, "{}", first.body);
        let again = ask(&server, &admin, of_user(&agent.user), Some(key)).await;
        assert_eq!((again.status, &again.body["id"]), (202, &first.body["id"]), "{}", again.body);
        led_to.push(again.body["id"].clone());
    }
    led_to.dedup();
    assert_eq!(led_to.len(), 1);
    server.stop().await;
}

/// A first request that died before anything was destroyed: the repetition destroys it.
#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_does_what_the_first_request_left_undone() {
    use sqlx::{Connection, Executor};
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let keyring =
        Keyring::new(server.test().database(), server.test().secrets().key("key-encryption"));
    let org =
        domain::OrgId::from(uuid::Uuid::parse_str(&organization(&server).await).expect("an id"));
    let by = format!("user:{}", admin.user);
    let request = processes::ids::erasure_request(&keyring, org, &by, "k").await.expect("an id");
    let of = (agent.user.as_str(), "GDPR art. 17");
    let mark = processes::ids::erasure_mark(&keyring, org, of, "k").await.expect("a mark");
    let rows = format!(
        "INSERT INTO erasures (org_id, erasure_id, subject_id, key_mark, legal_basis, requested_by, \
             requested_at) \
         VALUES ('{org}', '{request}', '{}', '\\x0011223344556677', '{}', '{by}', now()); \
         INSERT INTO erasure_requests (org_id, request_id, mark, erasure_id, requested_at) \
         VALUES ('{org}', '{request}', '{mark}', '{request}', now())",
        of.0, of.1
    );
    let url = server.test().superuser();
    let mut superuser = sqlx::PgConnection::connect_with(&url).await.expect("in");
    superuser.execute(rows.as_str()).await.expect("planted");
    let user = format!("/api/v1/users/{}", agent.user);
    assert_eq!(server.get(&user).await.body["display_name"], "Agent");
    let answer = ask(&server, &admin, of_user(&agent.user), Some("k")).await;
    assert_eq!((answer.status, answer.header(REPLAYED)), (202, "true"), "{}", answer.body);
    assert_eq!(answer.body["ledger"]["number"], 1);
    server.settle().await;
    assert_eq!(server.get(&user).await.body["status"], "erased");
    sign_in_refused(&server, Role::Agent).await;
    server.stop().await;
}

async fn organization(server: &Server) -> String {
    let me = server.get("/api/v1/auth/me").await;
    me.body["organization"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_a_call_as_an_agent_is_not_erased() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let body = json!({ "to": "+420777120001", "ring_timeout_seconds": 60 });
    let call = server.with(&agent.access, "POST", "/api/v1/calls", Some(body)).await;
    assert_eq!(call.status, 202, "{}", call.body);
    let refused = ask(&server, &admin, of_user(&agent.user), None).await;
    refused.is_problem(409, "subject-in-call");
    let me = server.with(&agent.access, "GET", "/api/v1/auth/me", None).await;
    assert_eq!(me.status, 200, "nothing happened");
    server.stop().await;
}

/// An invitation that is repeated under its key does not keep the address of who was erased.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_of_who_was_erased_keeps_no_address() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let body = json!({ "email": "bob@example.com", "role": "agent" });
    let invite = async |key: &str| {
        server.send("POST", "/api/v1/users", Some(body.clone()), &[("idempotency-key", key)]).await
    };
    let first = invite("k").await;
    let user = first.body["id"].as_str().expect("an id").to_owned();
    let answer = ask(&server, &admin, of_user(&user), None).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    done(&server, answer.header("location")).await;
    invite("k").await.is_problem(410, "erased");
    let other = invite("another").await;
    assert_eq!(other.status, 201, "{}", other.body);
    assert_ne!(other.body["id"], first.body["id"]);
    server.stop().await;
}
