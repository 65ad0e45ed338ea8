//! Contacts over HTTP: who comes in, who is found, who is not to be called, who is forgotten.

use domain::Role;
use serde_json::{Value, json};
use sqlx::Connection;

use super::http_erasure::{done, erase};
use super::http_kit::{Answer, Server};

const CONTACTS: &str = "/api/v1/contacts";
const NUMBER: &str = "+420777120003";

async fn add(server: &Server, campaign: &str, fields: Value) -> Answer {
    let mut body = json!({ "campaign_id": campaign, "phone": NUMBER });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    server.send("POST", CONTACTS, Some(body), &[]).await
}

async fn list(server: &Server, token: &str, query: &str) -> Value {
    server.settle().await;
    let found = server.with(token, "GET", &format!("{CONTACTS}?{query}"), None).await;
    assert_eq!(found.status, 200, "{}", found.body);
    found.body["items"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_has_a_number_once() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let other = server.campaign(server.token(), "other").await;
    let fields = json!({ "name": "Eva", "email": "Eva@Example.com", "tags": ["vip"],
                         "custom": { "contract": 17 }, "priority": 70 });
    let made = add(&server, &campaign, fields).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["email"], "eva@example.com");
    assert_eq!(made.body["custom"], json!({ "contract": 17 }));
    let twin = json!({ "phone": "00420 777 120 003" });
    add(&server, &campaign, twin).await.is_problem(409, "duplicate-resource");
    assert_eq!(add(&server, &other, json!({})).await.status, 201);
    let items = list(&server, server.token(), &format!("campaign_id={campaign}&tag=vip")).await;
    assert_eq!((&items[0]["name"], &items[0]["phone"]), (&json!("Eva"), &json!(NUMBER)), "{items}");
    let items = list(&server, server.token(), "number=%2B420777120003").await;
    assert_eq!(items.as_array().map(Vec::len), Some(2));
    let items = list(&server, server.token(), "number=%2B420777999999").await;
    assert_eq!(items, json!([]));
    let auditor = server.sign_in(Role::Auditor).await.access;
    let masked = list(&server, &auditor, &format!("campaign_id={campaign}")).await;
    assert_eq!((&masked[0]["phone"], &masked[0]["name"]), (&json!("+4•••••••••03"), &Value::Null));
    let agent = server.sign_in(Role::Agent).await.access;
    let path = format!("{CONTACTS}?campaign_id={campaign}");
    server.with(&agent, "GET", &path, None).await.is_problem(403, "not-your-resource");
    server.with(&agent, "GET", CONTACTS, None).await.is_problem(400, "invalid-query");
    server
        .with(&agent, "GET", made.header("location"), None)
        .await
        .is_problem(403, "not-your-resource");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_somebody_changes_but_for_the_number() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let made = add(&server, &campaign, json!({ "name": "Eva", "custom": { "a": 1 } })).await;
    let path = made.header("location");
    let patch = async |body: Value| server.send("PATCH", path, Some(body), &[]).await;
    patch(json!({ "phone": "+420777120004" })).await.is_problem(422, "phone-immutable");
    patch(json!({ "priority": null })).await.is_problem(422, "validation-failed");
    patch(json!({ "email": "nobody" })).await.is_problem(422, "validation-failed");
    let card = json!({ "custom": { "card": "4242 4242 4242 4242" } });
    patch(card).await.is_problem(422, "card-data-not-accepted");
    let changed = patch(json!({ "name": "Eva N.", "custom": null, "priority": 9 })).await;
    assert_eq!((&changed.body["name"], &changed.body["custom"]), (&json!("Eva N."), &Value::Null));
    assert_eq!(changed.body["version"], 2);
    for (fields, pointer) in [
        (json!({ "phone": "777" }), "/phone"),
        (json!({ "phone": "112" }), "/phone"),
        (json!({ "campaign_id": "0195f3a0-0000-7000-8000-000000000000" }), "/campaign_id"),
        (json!({ "time_zone": "Mars/Base" }), "/time_zone"),
        (json!({ "email": "x" }), "/email"),
        (json!({ "priority": 100 }), "/priority"),
        (json!({ "tags": [""] }), "/tags"),
    ] {
        let refused = add(&server, &campaign, fields).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let at = &refused.body["errors"][0]["pointer"];
        assert!(at == pointer || refused.body["reason"] == "emergency", "{}", refused.body);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_to_be_called_is_not_in_any_campaign() {
    let server = Server::start().await;
    let (one, two) = (
        server.campaign(server.token(), "one").await,
        server.campaign(server.token(), "two").await,
    );
    let first = add(&server, &one, json!({})).await;
    let second = add(&server, &two, json!({})).await;
    server.settle().await;
    let path = format!("{}/do-not-call", first.header("location"));
    let marked =
        server.send("POST", &path, Some(json!({ "reason": "asked not to be" })), &[]).await;
    assert_eq!(
        (marked.status, &marked.body["status"]),
        (200, &json!("do_not_call")),
        "{}",
        marked.body
    );
    server.until(second.header("location"), |contact| contact["status"] == "do_not_call").await;
    let third = server.campaign(server.token(), "three").await;
    assert_eq!(add(&server, &third, json!({})).await.body["status"], "do_not_call");
    let back = json!({ "reason": "asked to be called", "evidence": "letter 17" });
    let path = format!("{}/reinstate", second.header("location"));
    let early = server.send("POST", &path, Some(back.clone()), &[]).await;
    early.is_problem(422, "dialing-blocked");
    let entry = server.get("/api/v1/dnc").await.body["items"][0]["id"].clone();
    let dnc = format!("/api/v1/dnc/{}/reinstate", entry.as_str().expect("an id"));
    assert_eq!(server.send("POST", &dnc, Some(back.clone()), &[]).await.status, 200);
    let reinstated = server.send("POST", &path, Some(back), &[]).await;
    assert_eq!(reinstated.body["status"], "pending", "{}", reinstated.body);
    server.stop().await;
}

/// N3: who is erased is nowhere to be read; that they were in the campaign still counts.
#[tokio::test(flavor = "multi_thread")]
async fn contact_n3_who_is_erased_is_only_counted() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let fields = json!({ "name": "Eva Canary", "email": "canary@example.com",
                         "custom": { "note": "canary" } });
    let made = add(&server, &campaign, fields).await;
    server.settle().await;
    done(&server, erase(&server, NUMBER).await.header("location")).await;
    server.settle().await;
    let shown = server.get(made.header("location")).await;
    assert_eq!(shown.body["status"], "erased", "{}", shown.body);
    for field in ["phone", "name", "email", "custom"] {
        assert_eq!(shown.body[field], Value::Null, "{field}");
    }
    let stats = server.get(&format!("/api/v1/campaigns/{campaign}/stats")).await.body;
    assert_eq!((&stats["contacts"], &stats["by_status"]["erased"]), (&json!(1), &json!(1)));
    let mut admin = sqlx::PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let kept: Vec<String> = sqlx::query_scalar(
        "SELECT state::text FROM contacts UNION ALL SELECT payload::text FROM events",
    )
    .fetch_all(&mut admin)
    .await
    .expect("rows");
    assert!(kept.iter().all(|text| !text.to_lowercase().contains("canary")), "{kept:?}");
    add(&server, &campaign, json!({})).await.is_problem(410, "erased");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_back_is_kept_for_the_one_who_agreed_on_it() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let made = add(&server, &campaign, json!({})).await;
    let path = format!("{}/schedule", made.header("location"));
    let past = json!({ "due_at": "2020-01-01T00:00:00.000Z" });
    server.send("POST", &path, Some(past), &[]).await.is_problem(422, "validation-failed");
    let due = chrono::Utc::now() + chrono::Duration::days(2);
    let body = json!({ "due_at": due.to_rfc3339() });
    let scheduled = server.send("POST", &path, Some(body), &[]).await;
    assert_eq!(scheduled.body["scheduled"], "callback", "{}", scheduled.body);
    let query = format!("campaign_id={campaign}&status=scheduled");
    assert_eq!(list(&server, server.token(), &query).await[0]["id"], made.body["id"]);
    let reset = format!("{}/reset", made.header("location"));
    let refused = server.send("POST", &reset, Some(json!({})), &[]).await;
    refused.is_problem(409, "invalid-state-transition");
    assert_eq!(refused.body["current_state"], "scheduled");
    server.stop().await;
}
