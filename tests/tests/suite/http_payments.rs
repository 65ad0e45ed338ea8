//! Payments over HTTP, from the first question to the last refund.

use domain::Role;
use serde_json::{Value, json};

use super::http_kit::{Answer, Server, SignedIn};

pub const PAYMENTS: &str = "/api/v1/payments";

pub fn order(amount_minor: i64) -> Value {
    json!({ "amount": { "amount_minor": amount_minor, "currency": "EUR" }, "purpose": "invoice",
            "method": { "token": "tok_visa" }, "description": "invoice 17" })
}

pub async fn pay(server: &Server, key: &str, body: Value) -> Answer {
    server.send("POST", PAYMENTS, Some(body), &[("idempotency-key", key)]).await
}

async fn post(server: &Server, who: &str, path: &str, key: &str, body: Value) -> Answer {
    let authorization = format!("Bearer {who}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    server.bare("POST", path, Some(body.to_string().into()), &headers).await
}

async fn decide(server: &Server, settings: Value) {
    let changed = server.send("PUT", "/api/v1/organization/settings", Some(settings), &[]).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
}

fn id(answer: &Answer) -> String {
    answer.body["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn payment_m1_the_same_request_is_answered_with_the_same_payment() {
    let server = Server::start().await;
    let first = pay(&server, "k", order(1_000)).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(
        (&first.body["status"], &first.body["captured_minor"]),
        (&json!("captured"), &json!(1_000))
    );
    assert_eq!(first.body["method"]["last4"], "4242");
    assert_eq!(first.body["description"], "invoice 17");
    // What the answer shows is there for whoever asks for its position.
    let position = first.header("x-event-position").to_owned();
    let seen = [("x-min-position", position.as_str()), ("prefer", "wait=5")];
    let seen = server.send("GET", first.header("location"), None, &seen).await;
    assert_eq!(
        (seen.header("etag"), &seen.body["status"]),
        (first.header("etag"), &json!("captured"))
    );
    let again = pay(&server, "k", order(1_000)).await;
    assert_eq!((again.status, id(&again)), (201, id(&first)));
    assert_eq!(again.header("idempotent-replayed"), "true");
    pay(&server, "k", order(1_001)).await.is_problem(422, "idempotency-key-reused");
    let path = first.header("location").to_owned();
    server.settle().await;
    let read = server.get(&path).await;
    assert_eq!((read.status, id(&read)), (200, id(&first)));
    let list = server.get(&format!("{PAYMENTS}?currency=EUR&status=captured")).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    let moves = server.get(&format!("{PAYMENTS}/transactions")).await.body;
    let kinds: Vec<&str> = moves["items"]
        .as_array()
        .expect("moves")
        .iter()
        .filter_map(|one| one["type"].as_str())
        .collect();
    assert_eq!(kinds, ["capture", "authorization"], "{moves}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_paid_is_said() {
    let server = Server::start().await;
    let with = |pointer: &str, value: Value| {
        let mut body = order(1_000);
        *body.pointer_mut(pointer).expect("a field") = value;
        body
    };
    for (number, (body, slug, pointer)) in [
        (with("/amount/amount_minor", json!(0)), "validation-failed", "/amount/amount_minor"),
        (with("/amount/amount_minor", json!(-1)), "validation-failed", "/amount/amount_minor"),
        (
            with("/amount/amount_minor", json!(1_000_000_000_001_i64)),
            "validation-failed",
            "/amount/amount_minor",
        ),
        (with("/amount/amount_minor", json!(1.5)), "validation-failed", "/amount/amount_minor"),
        (with("/amount/currency", json!("eur")), "validation-failed", "/amount/currency"),
        (with("/amount/currency", json!("XXX")), "validation-failed", "/amount/currency"),
        (
            with("/method/token", json!("4242424242424242")),
            "card-data-not-accepted",
            "/method/token",
        ),
        (
            with("/description", json!("4242 4242 4242 4242")),
            "card-data-not-accepted",
            "/description",
        ),
        (with("/purpose", json!("fun")), "validation-failed", "/purpose"),
        (json!({ "amount": {}, "x": 1 }), "validation-failed", "/amount/amount_minor"),
    ]
    .into_iter()
    .enumerate()
    {
        let wrong = pay(&server, &format!("k{number}"), body).await;
        assert_eq!((wrong.status, wrong.code()), (422, slug), "{}", wrong.body);
        assert_eq!(wrong.body["errors"][0]["pointer"], pointer, "{}", wrong.body);
    }
    let none = server.send("POST", PAYMENTS, Some(order(1)), &[]).await;
    none.is_problem(400, "idempotency-key-required");
    let mut body = order(1_000);
    body["call_id"] = json!("01890000-0000-7000-8000-000000000001");
    pay(&server, "call", body).await.is_problem(422, "invalid-reference");
    let declined = pay(&server, "declined", order(1_002)).await;
    declined.is_problem(402, "payment-declined");
    assert_eq!(
        (&declined.body["decline_code"], &declined.body["retryable"]),
        (&json!("insufficient_funds"), &json!(true))
    );
    // It is there, and can be tried with another card.
    let retry = format!("{}/retry", declined.header("location"));
    let other = json!({ "method": { "token": "tok_ok" } });
    let retried = server.send("POST", &retry, Some(other), &[]).await;
    assert_eq!(
        (retried.status, &retried.body["status"]),
        (200, &json!("captured")),
        "{}",
        retried.body
    );
    decide(&server, json!({ "payments": { "currencies": ["JPY"] } })).await;
    pay(&server, "eur", order(1_000)).await.is_problem(422, "currency-not-allowed");
    // Of the yen the smallest unit is one, of the dinar a thousandth.
    let yen = json!({ "amount": { "amount_minor": 500, "currency": "JPY" }, "purpose": "invoice",
                      "method": { "token": "tok_visa" } });
    assert_eq!(pay(&server, "yen", yen).await.body["captured_minor"], 500);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payment_m4_refunds_at_the_same_time_never_exceed_what_was_captured() {
    let server = Server::start().await;
    let paid = pay(&server, "k", order(1_000)).await;
    let path = format!("{}/refunds", paid.header("location"));
    let ask = |number: usize| {
        let body = json!({ "amount_minor": 300, "reason": "duplicate" });
        let (server, path) = (&server, &path);
        async move { post(server, server.token(), path, &format!("r{number}"), body).await }
    };
    let answers = futures::future::join_all((0..8).map(ask)).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status < 300).count(), 3, "{statuses:?}");
    for refused in answers.iter().filter(|answer| answer.status >= 300) {
        refused.is_problem(409, "refund-exceeds-captured");
    }
    let rest = json!({ "reason": "other", "note": "the rest" });
    let rest = post(&server, server.token(), &path, "rest", rest).await;
    assert_eq!(rest.body["refund_state"], "full", "{}", rest.body);
    assert_eq!(rest.body["refunded_minor"], 1_000);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_authorized_is_captured_and_let_go() {
    let server = Server::start().await;
    let mut body = order(1_000);
    body["capture_method"] = json!("manual");
    let paid = pay(&server, "k", body).await;
    assert_eq!(paid.body["status"], "authorized", "{}", paid.body);
    let path = paid.header("location").to_owned();
    let act = async |verb: &str, body: Value| {
        let key = format!("{verb}{body}").replace(' ', "");
        post(&server, server.token(), &format!("{path}/{verb}"), &key, body).await
    };
    let keyless = server.send("POST", &format!("{path}/capture"), Some(json!({})), &[]).await;
    keyless.is_problem(400, "idempotency-key-required");
    act("capture", json!({ "amount_minor": 1_001 }))
        .await
        .is_problem(409, "capture-exceeds-authorization");
    act("capture", json!({ "amount_minor": 0 })).await.is_problem(422, "validation-failed");
    let part = act("capture", json!({ "amount_minor": 400 })).await;
    assert_eq!(
        (&part.body["status"], &part.body["capturable_minor"]),
        (&json!("partially_captured"), &json!(600))
    );
    let gone = act("void", json!({})).await;
    assert_eq!((gone.status, &gone.body["capturable_minor"]), (200, &json!(0)), "{}", gone.body);
    act("capture", json!({})).await.is_problem(409, "invalid-state-transition");
    act("cancel", json!({})).await.is_problem(409, "invalid-state-transition");
    let nobody = format!("{PAYMENTS}/01890000-0000-7000-8000-000000000001");
    let none = server.send("POST", &format!("{nobody}/void"), None, &[]).await;
    none.is_problem(404, "not-found");
    server.get(&nobody).await.is_problem(404, "not-found");
    // Whoever has to confirm does so, or is not waited for.
    let refused = pay(&server, "cancel", order(1_003)).await;
    let canceled = format!("{}/cancel", refused.header("location"));
    let canceled = server.send("POST", &canceled, None, &[]).await;
    assert_eq!((canceled.status, &canceled.body["status"]), (200, &json!("canceled")));
    let waits = pay(&server, "confirm", order(1_003)).await;
    assert_eq!((waits.status, &waits.body["status"]), (201, &json!("requires_action")));
    assert!(waits.body["action_url"].is_string());
    let paid = server.until(waits.header("location"), |paid| paid["status"] == "captured").await;
    assert_eq!(paid["captured_minor"], 1_003);
    server.stop().await;
}

async fn agents_call(server: &Server, agent: &SignedIn) -> String {
    let body = json!({ "to": "+420777120001", "ring_timeout_seconds": 60 });
    let call = post(server, &agent.access, "/api/v1/calls", "call", body).await;
    assert_eq!(call.status, 202, "{}", call.body);
    id(&call)
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_take_payments_in_their_own_calls_up_to_their_limit() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let call = agents_call(&server, &agent).await;
    let mut body = order(1_000);
    let ask = async |key: &str, body: &Value| {
        post(&server, &agent.access, PAYMENTS, key, body.clone()).await
    };
    ask("a", &body).await.is_problem(403, "limit-exceeded");
    decide(&server, json!({ "payments": { "agent_max_minor": { "EUR": 1_000 } } })).await;
    ask("b", &body).await.is_problem(403, "not-your-resource");
    body["call_id"] = json!(call);
    let paid = ask("c", &body).await;
    assert_eq!(paid.status, 201, "{}", paid.body);
    body["amount"]["amount_minor"] = json!(1_001);
    let above = ask("d", &body).await;
    above.is_problem(403, "limit-exceeded");
    assert_eq!(above.body["limit_minor"], 1_000);
    // Their own, and nobody else's.
    let other = pay(&server, "other", order(2_000)).await;
    server.settle().await;
    let list = server.with(&agent.access, "GET", PAYMENTS, None).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    let theirs = server.with(&agent.access, "GET", other.header("location"), None).await;
    theirs.is_problem(403, "not-your-resource");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_refund_needs_four_eyes_and_a_supervisor_has_a_limit() {
    let server = Server::start().await;
    let (admin, supervisor, agent) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
    );
    decide(
        &server,
        json!({ "payments": { "supervisor_refund_max_minor": { "EUR": 100 },
                              "refund_approval_minor": { "EUR": 500 } } }),
    )
    .await;
    let paid = post(&server, &supervisor.access, PAYMENTS, "k", order(1_000)).await;
    assert_eq!(paid.status, 201, "{}", paid.body);
    let path = format!("{}/refunds", paid.header("location"));
    let refund = |amount: i64| json!({ "amount_minor": amount, "reason": "service_issue" });
    let above = post(&server, &supervisor.access, &path, "s1", refund(101)).await;
    above.is_problem(403, "limit-exceeded");
    assert_eq!(post(&server, &supervisor.access, &path, "s2", refund(100)).await.status, 200);
    let waits = post(&server, &admin.access, &path, "a", refund(501)).await;
    assert_eq!(
        (waits.status, &waits.body["refunds"][1]["status"]),
        (200, &json!("awaiting_approval"))
    );
    assert_eq!(
        (&waits.body["refunded_minor"], &waits.body["refundable_minor"]),
        (&json!(100), &json!(399))
    );
    let one = format!("{path}/{}", waits.body["refunds"][1]["id"].as_str().expect("an id"));
    let approve = format!("{one}/approve");
    post(&server, &admin.access, &approve, "x", json!({})).await.is_problem(409, "same-approver");
    post(&server, &agent.access, &approve, "y", json!({})).await.is_problem(403, "forbidden");
    let user = format!("/api/v1/users/{}", agent.user);
    let role = json!({ "role": "admin" });
    assert_eq!(server.send("PATCH", &user, Some(role), &[]).await.status, 200);
    let second = server.sign_in(Role::Agent).await;
    let done = post(&server, &second.access, &approve, "z", json!({})).await;
    assert_eq!((done.status, &done.body["refunded_minor"]), (200, &json!(601)), "{}", done.body);
    let late = post(&server, &admin.access, &format!("{one}/cancel"), "c", json!({})).await;
    late.is_problem(409, "invalid-state-transition");
    server.stop().await;
}

/// M6
#[tokio::test(flavor = "multi_thread")]
async fn payment_m6_no_card_number_is_kept_anywhere() {
    use sqlx::Connection;
    let server = Server::start().await;
    let card = "5555555555554444";
    for (number, (pointer, value)) in [
        ("/method/token", json!(card)),
        ("/description", json!(format!("card {card}"))),
        ("/metadata", json!({ "note": card })),
        ("/metadata", json!({ "cvv": "123" })),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = order(1_000);
        body["metadata"] = json!({});
        *body.pointer_mut(pointer).expect("a field") = value;
        let refused = pay(&server, &format!("k{number}"), body).await;
        refused.is_problem(422, "card-data-not-accepted");
        assert!(!refused.body.to_string().contains(card), "{}", refused.body);
    }
    let url = server.test().superuser();
    let mut superuser = sqlx::PgConnection::connect_with(&url).await.expect("in");
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM events WHERE payload::text LIKE $1")
        .bind(format!("%{card}%"))
        .fetch_one(&mut superuser)
        .await
        .expect("a count");
    assert_eq!(kept, 0);
    server.stop().await;
}

/// Whoever was on the call is erased with what was written about them; the money stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_erased_customer_leaves_the_money_and_no_words() {
    use super::http_erasure::{called, done, erase};
    let server = Server::start().await;
    let number = "+420777120003";
    let call = called(&server, number).await;
    let mut body = order(1_000);
    body["call_id"] = json!(call.rsplit('/').next());
    body["metadata"] = json!({ "name": "Bob Smith" });
    let paid = pay(&server, "k", body.clone()).await;
    assert_eq!(paid.body["description"], "invoice 17", "{}", paid.body);
    assert_eq!(paid.body["metadata"], json!({ "name": "Bob Smith" }));
    done(&server, erase(&server, number).await.header("location")).await;
    server.settle().await;
    let read = server.get(paid.header("location")).await.body;
    assert_eq!((&read["description"], &read["captured_minor"]), (&Value::Null, &json!(1_000)));
    assert_eq!(read["metadata"], json!({}));
    // The money can be given back, and a repetition is answered as before; nothing is written about
    // them any more.
    let again = pay(&server, "k", body.clone()).await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (201, "true"),
        "{}",
        again.body
    );
    pay(&server, "new", body.clone()).await.is_problem(410, "erased");
    for field in ["description", "metadata"] {
        body.as_object_mut().expect("fields").remove(field);
    }
    assert_eq!(pay(&server, "bare", body).await.status, 201);
    let refunds = format!("{}/refunds", paid.header("location"));
    let refund = json!({ "reason": "other" });
    let refunded = post(&server, server.token(), &refunds, "r", refund).await;
    assert_eq!((refunded.status, &refunded.body["refund_state"]), (200, &json!("full")));
    let list = server.get(PAYMENTS).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2), "{list}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_decides_for_its_people() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let first = server.get("/api/v1/organization").await;
    assert_eq!((first.status, &first.body["settings"]["reason_codes"]), (200, &json!([])));
    decide(&server, json!({ "reason_codes": ["lunch"] })).await;
    let tag = [("if-match", first.header("etag"))];
    let stale = server.send("PUT", "/api/v1/organization/settings", Some(json!({})), &tag);
    stale.await.is_problem(412, "version-mismatch");
    for (settings, slug) in [
        (json!({ "reason_codes": ["Lunch"] }), "validation-failed"),
        (json!({ "payments": { "agent_max_minor": { "XXX": 1 } } }), "validation-failed"),
        (json!({ "x": 1 }), "unknown-field"),
    ] {
        let wrong = server.send("PUT", "/api/v1/organization/settings", Some(settings), &[]).await;
        wrong.is_problem(422, slug);
    }
    let status = format!("/api/v1/agents/{}/status", agent.user);
    let take = async |body: Value| server.with(&agent.access, "PATCH", &status, Some(body)).await;
    assert_eq!(take(json!({ "status": "available" })).await.status, 200);
    take(json!({ "status": "break" })).await.is_problem(422, "reason-code-required");
    let nap = take(json!({ "status": "break", "reason_code": "nap" })).await;
    nap.is_problem(422, "validation-failed");
    let lunch = take(json!({ "status": "break", "reason_code": "lunch" })).await;
    assert_eq!(lunch.body["reason_code"], "lunch", "{}", lunch.body);
    server.stop().await;
}
