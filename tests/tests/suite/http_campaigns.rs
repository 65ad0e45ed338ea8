//! Campaigns over HTTP: made, made ready, run, and their contacts called one after the other.

use domain::Role;
use serde_json::{Value, json};

use super::http_campaign_figures::{has_a_budget, has_a_goal};
use super::http_kit::{Answer, Server};

const CAMPAIGNS: &str = "/api/v1/campaigns";
const CONTACTS: &str = "/api/v1/contacts";

pub(super) async fn post(server: &Server, path: &str, body: Value) -> Answer {
    server.send("POST", path, Some(body), &[]).await
}

/// The team of the demo, which its agent belongs to and its supervisor supervises.
async fn team(server: &Server) -> Value {
    server.settle().await;
    server.get("/api/v1/teams").await.body["items"][0]["id"].clone()
}

fn windows(days: &[&str], from: &str, to: &str) -> Value {
    json!({ "schedule": { "windows": [{ "days": days, "from": from, "to": to }] } })
}

/// A campaign that lacks nothing but somebody to call.
pub(super) async fn campaign(server: &Server, fields: Value) -> String {
    let mut body = json!({ "name": "Spring", "mode": "preview", "time_zone": "Europe/Prague",
                           "caller_id": "+420777000000", "teams": [team(server).await] });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let made = post(server, CAMPAIGNS, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.header("location").to_owned()
}

pub(super) async fn contact(server: &Server, campaign: &str, phone: &str, fields: Value) -> String {
    let id = campaign.rsplit('/').next().expect("an id");
    let mut body = json!({ "campaign_id": id, "phone": phone });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let made = post(server, CONTACTS, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.header("location").to_owned()
}

/// One that calls.
pub(super) async fn active(server: &Server, fields: Value, phones: &[&str]) -> String {
    let path = campaign(server, fields).await;
    for phone in phones {
        contact(server, &path, phone, json!({})).await;
    }
    server.settle().await;
    let activated = post(server, &format!("{path}/activate"), json!({})).await;
    assert_eq!((activated.status, &activated.body["status"]), (200, &json!("active")));
    path
}

pub(super) async fn next(server: &Server, token: &str, campaign: &str) -> Value {
    server.settle().await;
    let path = format!("{campaign}/next");
    let given = server.with(token, "POST", &path, Some(json!({}))).await;
    assert_eq!(given.status, 200, "{}", given.body);
    given.body
}

/// Calls whom the agent was given, until the call is over.
pub(super) async fn call(server: &Server, token: &str, contact: &Value, key: &str) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let body = json!({ "contact_id": contact, "ring_timeout_seconds": 5 });
    server.bare("POST", "/api/v1/calls", Some(body.to_string().into()), &headers).await
}

fn codes(answer: &Answer) -> Vec<&str> {
    let errors = answer.body["errors"].as_array().expect("errors");
    errors.iter().map(|error| error["code"].as_str().expect("a code")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn campaign_p1_everything_that_is_missing_is_said_at_once() {
    let server = Server::start().await;
    let body = json!({ "name": "Bare", "mode": "manual", "dispositions": [] });
    let made = post(&server, CAMPAIGNS, body).await;
    let path = made.header("location").to_owned();
    let lacking = ["no-caller-id", "no-contacts", "nobody-assigned", "no-dispositions"];
    let refused = post(&server, &format!("{path}/activate"), json!({})).await;
    refused.is_problem(422, "campaign-not-ready");
    assert_eq!(codes(&refused), lacking);
    server.settle().await;
    let readiness = server.get(&format!("{path}/readiness")).await;
    assert_eq!(
        (readiness.body["ready"].clone(), codes(&readiness)),
        (json!(false), lacking.to_vec())
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn campaign_p2_one_that_calls_is_not_deleted_and_its_name_is_its_own() {
    let server = Server::start().await;
    let path = active(&server, json!({}), &["+420777120001"]).await;
    server.send("DELETE", &path, None, &[]).await.is_problem(409, "campaign-active");
    let locked = json!({ "caller_id": "+420777000001" });
    let refused = server.send("PATCH", &path, Some(locked.clone()), &[]).await;
    refused.is_problem(409, "campaign-active");
    let free = json!({ "attempts": { "max_attempts": 5 }, "description": "renewals" });
    let changed = server.send("PATCH", &path, Some(free), &[]).await;
    assert_eq!(changed.body["revision"], 2, "{}", changed.body);
    let twin = json!({ "name": "SPRING", "mode": "manual" });
    post(&server, CAMPAIGNS, twin.clone()).await.is_problem(409, "duplicate-resource");
    let paused = post(&server, &format!("{path}/deactivate"), json!({})).await;
    assert_eq!(paused.body["paused"], "manual", "{}", paused.body);
    assert_eq!(server.send("PATCH", &path, Some(locked), &[]).await.status, 200);
    assert_eq!(server.send("DELETE", &path, None, &[]).await.status, 204);
    server.settle().await;
    assert_eq!(server.get(&path).await.body["status"], "archived");
    let refused = post(&server, &format!("{path}/activate"), json!({})).await;
    refused.is_problem(409, "campaign-archived");
    let twin = post(&server, CAMPAIGNS, twin).await;
    twin.is_problem(409, "duplicate-resource");
    assert!(twin.body["detail"].is_string(), "a name is kept for a minute: {}", twin.body);
    let draft = server.campaign(server.token(), "Draft").await;
    let draft = format!("{CAMPAIGNS}/{draft}");
    assert_eq!(server.send("DELETE", &draft, None, &[]).await.status, 204);
    server.settle().await;
    server.get(&draft).await.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_cannot_be_is_refused_by_field() {
    let server = Server::start().await;
    for (fields, status, slug, pointer) in [
        (json!({ "mode": "mindless" }), 422, "validation-failed", "/mode"),
        (json!({ "pacing": { "max_level": 5.1 } }), 422, "validation-failed", "/pacing/max_level"),
        (
            json!({ "abandonment": { "seconds": 11 } }),
            422,
            "validation-failed",
            "/abandonment/seconds",
        ),
        (json!({ "time_zone": "Mars/Base" }), 422, "invalid-time-zone", "/time_zone"),
        (
            json!({ "teams": ["0195f3a0-0000-7000-8000-000000000000"] }),
            422,
            "invalid-reference",
            "/teams",
        ),
        (
            json!({ "agents": ["0195f3a0-0000-7000-8000-000000000000"] }),
            422,
            "invalid-reference",
            "/agents",
        ),
        (windows(&["monday"], "09:00", "09:00"), 422, "validation-failed", "/schedule/windows"),
        (windows(&[], "09:00", "10:00"), 422, "validation-failed", "/schedule/windows"),
        (windows(&["monday"], "9", "10:00"), 422, "validation-failed", "/schedule/windows/0/from"),
        (
            json!({ "attempts": { "max_attempts": 21 } }),
            422,
            "validation-failed",
            "/attempts/max_attempts",
        ),
        (json!({ "attempts": { "often": 1 } }), 422, "unknown-field", "/attempts/often"),
        (json!({ "dispositions": ["sold"] }), 422, "invalid-reference", "/dispositions"),
        (json!({ "script": "4242 4242 4242 4242" }), 422, "card-data-not-accepted", "/script"),
        (json!({ "recency": "newest" }), 422, "validation-failed", "/recency"),
        (
            json!({ "goal": { "metric": "called", "value": 0 } }),
            422,
            "validation-failed",
            "/goal/value",
        ),
        (json!({ "goal": { "value": 1 } }), 422, "validation-failed", "/goal/metric"),
        (json!({ "ring_timeout_seconds": 121 }), 422, "validation-failed", "/ring_timeout_seconds"),
    ] {
        let mut body = json!({ "name": "Spring", "mode": "manual" });
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let refused = post(&server, CAMPAIGNS, body).await;
        refused.is_problem(status, slug);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_given_one_contact_after_the_other_and_calls_them() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let supervisor = server.sign_in(Role::Supervisor).await.access;
    let phones = ["+420777120006", "+420777120002", "+420777130003"];
    let path = active(&server, json!({ "script": "Good day." }), &phones).await;
    let urgent =
        contact(&server, &path, "+420777140006", json!({ "priority": 99, "name": "Eva" })).await;
    let given = next(&server, &agent, &path).await;
    let id = &given["contact"]["id"];
    assert!(urgent.ends_with(id.as_str().expect("an id")), "by priority: {given}");
    assert_eq!(given["contact"]["name"], "Eva");
    assert_eq!(next(&server, &agent, &path).await["contact"]["id"], *id, "the same once more");
    // Nobody else is given it, or calls it, while the agent looks at it.
    let blocked = call(&server, &supervisor, id, "other").await;
    blocked.is_problem(422, "dialing-blocked");
    assert_eq!(blocked.body["reason"], "previewed");
    let made = call(&server, &agent, id, "one").await;
    assert_eq!(made.status, 202, "{}", made.body);
    assert_eq!(call(&server, &agent, id, "one").await.body["id"], made.body["id"]);
    assert_eq!(made.body["from"], "+420777000000", "the campaign's number is shown");
    let busy = call(&server, &agent, id, "two").await;
    busy.is_problem(422, "dialing-blocked");
    assert_eq!(busy.body["reason"], "in_call");
    server.until(&urgent, |contact| contact["status"] == "connected").await;
    server.until(made.header("location"), |call| call["ended_at"].is_string()).await;
    let said = json!({ "code": "sale",
                       "sale": { "amount_minor": 100, "currency": "EUR" } });
    let location = format!("{}/disposition", made.header("location"));
    assert_eq!(post(&server, &location, said).await.status, 200);
    let over = server.until(&urgent, |contact| contact["status"] == "completed").await;
    assert_eq!(over["outcome"], "sale");
    assert_eq!(over["attempts"][0]["outcome"], "connected", "{over}");
    let other = next(&server, &agent, &path).await["contact"]["id"].clone();
    assert_ne!(other, *id);
    let skipped = format!("{path}/contacts/{}/skip", other.as_str().expect("an id"));
    let reason = json!({ "reason": "speaks another language" });
    server
        .with(&supervisor, "POST", &skipped, Some(reason.clone()))
        .await
        .is_problem(422, "invalid-reference");
    let later = server.with(&agent, "POST", &skipped, Some(reason)).await;
    assert_eq!((later.status, &later.body["status"]), (200, &json!("scheduled")), "{}", later.body);
    assert_ne!(next(&server, &agent, &path).await["contact"]["id"], other);
    let stats = server.get(&format!("{path}/stats")).await.body;
    assert_eq!(
        (&stats["contacts"], &stats["attempts"], &stats["conversions"]),
        (&json!(4), &json!(1), &json!(1)),
        "{stats}"
    );
    assert_eq!(stats["by_status"], json!({ "completed": 1, "pending": 2, "scheduled": 1 }));
    assert_eq!((&stats["minutes"], &stats["spent"]), (&json!(1), &json!(null)), "{stats}");
    has_a_budget(&server, &path).await;
    has_a_goal(&server, &path).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_call_came_to_decides_when_the_next_one_is() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let path = active(&server, json!({}), &["+420777120002", "+420777120005"]).await;
    for _ in 0..2 {
        let id = next(&server, &agent, &path).await["contact"]["id"].clone();
        let made = call(&server, &agent, &id, id.as_str().expect("an id")).await;
        assert_eq!(made.status, 202, "{}", made.body);
        let contact = format!("{CONTACTS}/{}", id.as_str().expect("an id"));
        let over = server
            .until(&contact, |contact| {
                contact["call_id"].is_null() && contact["attempts"][0]["ended_at"].is_string()
            })
            .await;
        let outcome = over["attempts"][0]["outcome"].as_str().expect("an outcome").to_owned();
        match outcome.as_str() {
            "busy" => {
                assert_eq!(
                    (&over["status"], &over["scheduled"]),
                    (&json!("scheduled"), &json!("retry")),
                    "{over}"
                );
                let reasons: Vec<_> = over["blocked_by"]
                    .as_array()
                    .expect("blocks")
                    .iter()
                    .map(|block| block["reason"].as_str().expect("a reason"))
                    .collect();
                assert_eq!(reasons, ["not_due"], "{over}");
                assert_eq!(over["blocked_by"][0]["next_allowed_at"], over["next_attempt_at"]);
                let early = call(&server, &agent, &id, "early").await;
                early.is_problem(422, "dialing-blocked");
                assert_eq!(early.body["next_allowed_at"], over["next_attempt_at"]);
            }
            "invalid_number" => assert_eq!(
                (&over["status"], &over["outcome"]),
                (&json!("failed"), &json!("invalid_number"))
            ),
            other => panic!("{other}: {over}"),
        }
    }
    assert_eq!(next(&server, &agent, &path).await, json!({ "contact": null, "until": null }));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_called_who_may_not_be() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let path = active(&server, json!({}), &["+420777120001"]).await;
    // At eleven in Prague it is early in Los Angeles, and nobody knows where a satellite is.
    let far =
        contact(&server, &path, "+420777120101", json!({ "time_zone": "America/Los_Angeles" }))
            .await;
    let nowhere = contact(&server, &path, "+8821234567001", json!({})).await;
    let gone = contact(&server, &path, "+420777120201", json!({})).await;
    let said = json!({ "number": "+420777120301", "reason": "no" });
    assert_eq!(post(&server, "/api/v1/dnc", said).await.status, 201);
    let never = contact(&server, &path, "+420777120301", json!({})).await;
    server.settle().await;
    assert_eq!(server.get(&never).await.body["status"], "do_not_call");
    assert_eq!(server.send("DELETE", &gone, None, &[]).await.status, 204);
    let id = |path: &str| json!(path.rsplit('/').next().expect("an id"));
    for (contact, reason) in [
        (&far, "calling_hours"),
        (&nowhere, "unknown_time_zone"),
        (&gone, "removed"),
        (&never, "do_not_call"),
    ] {
        let blocked = call(&server, &agent, &id(contact), reason).await;
        blocked.is_problem(422, "dialing-blocked");
        assert_eq!(blocked.body["reason"], reason, "{}", blocked.body);
    }
    server.settle().await;
    let shown = server.get(&far).await.body;
    let opens = shown["blocked_by"][0]["next_allowed_at"].as_str().expect("an instant");
    assert!(opens.contains("T15:00:00") || opens.contains("T16:00:00"), "08:00 there: {opens}");
    // Whoever does not call for the campaign, calls nobody of it.
    let other = campaign(&server, json!({ "name": "Other", "teams": [] })).await;
    let theirs = contact(&server, &other, "+420777120401", json!({})).await;
    call(&server, &agent, &id(&theirs), "theirs").await.is_problem(403, "not-your-resource");
    server.with(&agent, "GET", &other, None).await.is_problem(403, "not-your-resource");
    let paused = post(&server, &format!("{path}/deactivate"), json!({})).await;
    assert_eq!(paused.status, 200);
    let given = next(&server, &agent, &path).await;
    assert_eq!(given["contact"], Value::Null);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_dials_by_itself_and_says_how() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let me = server.with(&agent, "GET", "/api/v1/auth/me", None).await;
    let me = me.body["user"]["id"].as_str().expect("an id").to_owned();
    let here = json!({ "status": "available" });
    let status = format!("/api/v1/agents/{me}/status");
    assert_eq!(server.with(&agent, "PATCH", &status, Some(here)).await.status, 200);
    let fields = json!({
        "mode": "progressive",
        "pacing": { "calls_per_minute": 600 },
        "abandonment": { "message": "This is Acme. Press 9 not to be called again." },
    });
    let path = active(&server, fields, &["+420777150006"]).await;
    let calls = format!("/api/v1/calls?campaign_id={}", path.rsplit('/').next().expect("an id"));
    let over = |list: &Value| list["items"][0]["ended_at"].is_string();
    let list = server.until(&calls, over).await;
    let call = &list["items"][0];
    assert_eq!((&call["agent_id"], &call["from"]), (&json!(me), &json!("+420777000000")), "{call}");
    server.settle().await;
    let dialer = server.get(&format!("{path}/dialer")).await.body;
    assert!(dialer["ticked_at"].is_string(), "{dialer}");
    assert_eq!((&dialer["agents"], &dialer["level"]), (&json!(1), &json!(1.0)), "{dialer}");
    assert_eq!(
        (&dialer["abandonment"]["answers"], &dialer["abandonment"]["abandoned"]),
        (&json!(1), &json!(0)),
        "{dialer}"
    );
    let wraps_up = server.with(&agent, "GET", &format!("/api/v1/agents/{me}"), None).await.body;
    assert_eq!(wraps_up["activity"], "wrap_up", "{wraps_up}");
    server.stop().await;
}
