//! Contacts over HTTP: what cannot be gone around.

use domain::Role;
use serde_json::{Value, json};

use super::http_campaigns::{active, call, campaign, contact, next, post};
use super::http_imports::import;
use super::http_kit::{Answer, Server};

const CALLS: &str = "/api/v1/calls";

async fn ask(server: &Server, token: &str, path: &str, key: &str, body: Value) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    server.bare("POST", path, Some(body.to_string().into()), &headers).await
}

fn id(path: &str) -> Value {
    json!(path.rsplit('/').next().expect("an id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_names_the_number_meets_the_guards_of_the_contact() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let path = active(&server, json!({}), &["+420777120002"]).await;
    let far =
        contact(&server, &path, "+420777120101", json!({ "time_zone": "America/Los_Angeles" }))
            .await;
    let by_number = json!({ "to": "+420777120101", "campaign_id": id(&path) });
    let blocked = ask(&server, &agent, CALLS, "one", by_number).await;
    blocked.is_problem(422, "dialing-blocked");
    assert_eq!(blocked.body["reason"], "calling_hours");
    let by_number = json!({ "to": "+420777120002", "campaign_id": id(&path) });
    let made = ask(&server, &agent, CALLS, "two", by_number).await;
    assert_eq!(made.status, 202, "{}", made.body);
    assert!(made.body["contact_id"].is_string(), "{}", made.body);
    assert_eq!(server.get(&far).await.body["attempts"], json!([]));
    server.stop().await;
}

/// What ends by itself marks nobody, and holds until then.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_suppressed_for_a_time_is_asked_before_each_call() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let path = active(&server, json!({}), &["+420777120002"]).await;
    let list = format!("/api/v1/contacts?campaign_id={}", id(&path).as_str().expect("an id"));
    let known = server.get(&list).await.body["items"][0]["id"].clone();
    let until = json!({ "number": "+420777120002", "reason": "later",
                        "expires_at": "2099-01-01T00:00:00.000Z" });
    assert_eq!(post(&server, "/api/v1/dnc", until).await.status, 201);
    server.settle().await;
    let blocked = call(&server, &agent, &known, "one").await;
    blocked.is_problem(422, "dialing-blocked");
    assert_eq!(blocked.body["reason"], "do_not_call");
    let shown = server.get(&format!("/api/v1/contacts/{}", known.as_str().expect("an id"))).await;
    assert_eq!(shown.body["status"], "pending", "{}", shown.body);
    assert_eq!(shown.body["blocked_by"][0]["reason"], "do_not_call", "{}", shown.body);
    assert_eq!(shown.body["attempts"], json!([]), "they were not told of a call");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_touches_the_contacts_of_their_own_campaigns() {
    let server = Server::start_at_work().await;
    let supervisor = server.sign_in(Role::Supervisor).await.access;
    let own = campaign(&server, json!({ "name": "Own" })).await;
    let other = campaign(&server, json!({ "name": "Other", "teams": [] })).await;
    for (campaign, status) in [(&own, 200), (&other, 403)] {
        let known = contact(&server, campaign, "+420777120003", json!({})).await;
        let change = Some(json!({ "priority": 3 }));
        let answer = server.with(&supervisor, "PATCH", &known, change).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let removed = server.with(&supervisor, "DELETE", &known, None).await;
        assert_eq!(removed.status == 403, status == 403, "{}", removed.body);
        let body = json!({ "campaign_id": id(campaign), "phone": "+420777120004" });
        let made = server.with(&supervisor, "POST", "/api/v1/contacts", Some(body)).await;
        assert_eq!(made.status == 403, status == 403, "{}", made.body);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_where_it_is_asked_for() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let path =
        active(&server, json!({ "dispositions": ["sale", "callback"] }), &["+420777120006"]).await;
    let premium = json!({ "campaign_id": id(&path), "phone": "+420900123456" });
    post(&server, "/api/v1/contacts", premium).await.is_problem(422, "dialing-blocked");
    let given = next(&server, &agent, &path).await["contact"]["id"].clone();
    let known = format!("/api/v1/contacts/{}", given.as_str().expect("an id"));
    let nobody = json!({ "due_at": "2099-01-01T00:00:00.000Z",
                         "agent_id": "0195f3a0-0000-7000-8000-000000000000" });
    post(&server, &format!("{known}/schedule"), nobody).await.is_problem(422, "invalid-reference");
    let made = call(&server, &agent, &given, "one").await;
    server.until(made.header("location"), |call| call["ended_at"].is_string()).await;
    let said = format!("{}/disposition", made.header("location"));
    post(&server, &said, json!({ "code": "fax" })).await.is_problem(422, "unknown-disposition");
    let later = json!({ "code": "callback", "follow_up_at": "2026-12-24T10:00:00.000Z" });
    assert_eq!(post(&server, &said, later).await.status, 200);
    let scheduled = server.until(&known, |contact| contact["status"] == "scheduled").await;
    assert_eq!(scheduled["agent_id"], Value::Null, "who has said it takes no calls: {scheduled}");
    // Whoever has skipped somebody once, has not skipped them always.
    let skip = format!("{path}/contacts/{}/skip", given.as_str().expect("an id"));
    let why = json!({ "reason": "no" });
    ask(&server, &agent, &skip, "fresh", why).await.is_problem(422, "invalid-reference");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revised_reaches_the_contact() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let path = active(&server, json!({}), &["+420777120006"]).await;
    let given = next(&server, &agent, &path).await["contact"]["id"].clone();
    let known = format!("/api/v1/contacts/{}", given.as_str().expect("an id"));
    let made = call(&server, &agent, &given, "one").await;
    server.until(made.header("location"), |call| call["ended_at"].is_string()).await;
    let said = format!("{}/disposition", made.header("location"));
    assert_eq!(post(&server, &said, json!({ "code": "not_interested" })).await.status, 200);
    server.until(&known, |contact| contact["outcome"] == "not_interested").await;
    let revised = json!({ "code": "wrong_number", "reason": "misheard" });
    assert_eq!(server.send("PUT", &said, Some(revised), &[]).await.status, 200);
    server.until(&known, |contact| contact["outcome"] == "wrong_number").await;
    server.stop().await;
}

/// What speaks against a campaign when it begins, speaks against it when it begins again.
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_lacks_something_is_not_opened_again() {
    let server = Server::start_at_work().await;
    let path = active(&server, json!({}), &["+420777120002"]).await;
    assert_eq!(post(&server, &format!("{path}/complete"), json!({})).await.status, 200);
    let bare = json!({ "caller_id": null, "teams": [] });
    assert_eq!(server.send("PATCH", &path, Some(bare), &[]).await.status, 200);
    let refused = post(&server, &format!("{path}/reopen"), json!({})).await;
    refused.is_problem(422, "campaign-not-ready");
    server.stop().await;
}

/// Whoever cannot be called does not stand in the way of whoever can.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_behind_those_who_sleep_is_found() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let path = active(&server, json!({}), &["+420777120002"]).await;
    let mut list = String::from("phone,time_zone,priority\n");
    for number in 0..450 {
        list += &format!("+4207771{number:05},America/Los_Angeles,90\n");
    }
    let options = json!({ "campaign_id": id(&path) });
    let made = import(&server, server.token(), ("list.csv", &list), options).await;
    server.until(made.header("location"), |import| import["ended_at"].is_string()).await;
    server.settle().await;
    let mut asked = 0;
    let given = loop {
        asked += 1;
        let given = next(&server, &agent, &path).await;
        if !given["contact"].is_null() || asked == 20 {
            break given;
        }
    };
    assert_eq!(given["contact"]["phone"], "+420777120002", "{given}");
    assert!(asked >= 3, "{asked}");
    server.stop().await;
}
