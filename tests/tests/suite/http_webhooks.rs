//! What Stripe tells over HTTP, and who pretends to be it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::http_kit::{Answer, Server};
use super::payments::stripe::fake::{Fake, KEY, Line, SECRET, signature, signed_with};

const PAYMENTS: &str = "/api/v1/payments";
const MOST: usize = 64 * 1024;

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    i64::try_from(now).expect("a time")
}

async fn pay(server: &Server, key: &str, card: &str) -> Answer {
    let body = json!({ "amount": { "amount_minor": 1000, "currency": "EUR" },
                       "purpose": "invoice", "method": { "token": card } });
    server.send("POST", PAYMENTS, Some(body), &[("idempotency-key", key)]).await
}

async fn tell(server: &Server, path: &str, body: &str, signature: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/json; charset=utf-8")];
    headers.extend(signature.map(|value| ("stripe-signature", value)));
    server.bare("POST", path, Some(body.into()), &headers).await
}

async fn connected() -> (Fake, Server) {
    let fake = Fake::start().await;
    let server = Server::start_with(|settings| fake.connect(settings)).await;
    (fake, server)
}

/// Past every right: how many facts there are, and how many notices.
async fn stored(server: &Server) -> (i64, i64) {
    let url = server.test().superuser();
    let mut superuser = PgConnection::connect_with(&url).await.expect("in");
    let sql = "SELECT (SELECT count(*) FROM events WHERE event_type NOT LIKE 'User%'),
                      (SELECT count(*) FROM payment_notices)";
    sqlx::query_as(sql).fetch_one(&mut superuser).await.expect("counts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_at_stripe_goes_from_the_request_to_its_refund() {
    let (fake, server) = connected().await;
    let paid = pay(&server, "one", "pm_card_visa").await;
    assert_eq!((paid.status, &paid.body["status"]), (201, &json!("captured")), "{}", paid.body);
    assert_eq!(paid.body["method"]["last4"], "4242");
    let declined = pay(&server, "two", "pm_card_visa_chargeDeclined").await;
    declined.is_problem(402, "payment-declined");
    assert_eq!(declined.body["decline_code"], "generic_decline");
    // The payer confirms elsewhere; Stripe tells it.
    let asked = pay(&server, "three", "pm_card_authenticationRequired").await;
    assert_eq!(asked.body["status"], "requires_action", "{}", asked.body);
    assert_eq!(asked.body["action_url"], "https://hooks.stripe.com/3d_secure/pi_3");
    let intent = fake.with(|state| {
        state.intents[2].confirm(true);
        state.intents[2].object(false)
    });
    let body = fake.event("payment_intent.succeeded", intent);
    for _ in 0..3 {
        let told = tell(&server, server.webhooks(), &body, Some(&signature(&body, now()))).await;
        assert_eq!((told.status, &told.body), (200, &Value::Null));
    }
    let path = asked.header("location");
    let read = server.until(path, |payment| payment["status"] == "captured").await;
    assert_eq!((&read["captured_minor"], &read["method"]["last4"]), (&json!(1000), &json!("4242")));
    assert_eq!(stored(&server).await.1, 1, "told three times, kept once");
    let refund = json!({ "amount_minor": 400, "reason": "other" });
    let refunds = format!("{}/refunds", paid.header("location"));
    let refunded = server.send("POST", &refunds, Some(refund), &[("idempotency-key", "r")]).await;
    assert_eq!(refunded.body["refunded_minor"], 400, "{}", refunded.body);
    assert_eq!(fake.balance(), 1_600);
    let back = fake.asked()[0].field("return_url").map(str::to_owned);
    assert_eq!(back.as_deref(), Some("http://localhost:3000/payment-confirmed"));
    no_key_is_stored(&server).await;
    server.stop().await;
}

/// S3: neither of the keys is anywhere in the database.
async fn no_key_is_stored(server: &Server) {
    let url = server.test().superuser();
    let mut superuser = PgConnection::connect_with(&url).await.expect("in");
    for table in ["events", "payment_notices", "payments", "idempotency"] {
        let sql = format!("SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%' || $1 || '%'");
        for secret in [KEY, SECRET] {
            let found = sqlx::query_scalar::<_, i64>(&sql).bind(secret);
            let found = found.fetch_one(&mut superuser).await.expect("a count");
            assert_eq!(found, 0, "{table}");
        }
    }
}

/// M9, S6: whatever is wrong with it, the answer is the same and says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn payment_m9_a_forged_webhook_is_refused_without_a_word() {
    let (fake, server) = connected().await;
    pay(&server, "one", "pm_card_visa").await;
    let before = stored(&server).await;
    let body = fake.event("payment_intent.succeeded", fake.with(|s| s.intents[0].object(false)));
    let path = server.webhooks().to_owned();
    let elsewhere = "/webhooks/payments/stripe/01890000-0000-7000-8000-000000000001";
    let upper =
        path.to_uppercase().replace("/WEBHOOKS/PAYMENTS/STRIPE", "/webhooks/payments/stripe");
    let good = signature(&body, now());
    let changed = body.replace("1000", "9000");
    let cut = &body[..body.len() - 1];
    let (others, old) = (signed_with("whsec_x", &body, now()), signature(&body, now() - 310));
    let early = signature(&body, now() + 310);
    let twice = format!("t=1,{good}");
    let mut seen = Vec::new();
    for (path, body, signature) in [
        (path.as_str(), body.as_str(), None),
        (&path, &body, Some("")),
        (&path, &body, Some("x")),
        (&path, &body, Some(twice.as_str())),
        (&path, &body, Some(others.as_str())),
        (&path, &body, Some(old.as_str())),
        (&path, &body, Some(early.as_str())),
        (&path, &changed, Some(good.as_str())),
        (&path, cut, Some(good.as_str())),
        (&path, "", Some(good.as_str())),
        (&path, "{}", None),
        (elsewhere, &body, Some(good.as_str())),
        (&upper, &body, Some(good.as_str())),
        ("/webhooks/payments/stripe/x", &body, Some(good.as_str())),
    ] {
        let refused = tell(&server, path, body, signature).await;
        assert_eq!((refused.status, refused.code()), (403, "invalid-signature"), "{signature:?}");
        assert_eq!(refused.body["detail"], "", "nothing is told of why");
        seen.push(refused.without_occurrence());
    }
    seen.dedup();
    assert_eq!(seen.len(), 1);
    let two = [("stripe-signature", good.as_str()), ("stripe-signature", good.as_str())];
    let two = server.bare("POST", &path, Some(body.clone().into()), &two).await;
    assert_eq!(two.status, 403);
    // A token makes no difference.
    let signed_in = server.send("POST", &path, Some(json!({})), &[]).await;
    assert_eq!(signed_in.status, 403);
    assert_eq!(stored(&server).await, before);
    assert_eq!(tell(&server, &path, &body, Some(&good)).await.status, 200);
    assert_eq!(stored(&server).await.1, before.1 + 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_at_most_64_kib_and_only_where_a_provider_is_connected() {
    let (fake, server) = connected().await;
    let path = server.webhooks().to_owned();
    let sized = |size: usize| {
        let empty = json!({ "id": "evt_1", "type": "x", "data": { "object": "" } }).to_string();
        empty.replace(
            "\"object\":\"\"",
            &format!("\"object\":\"{}\"", "x".repeat(size - empty.len())),
        )
    };
    for (size, status) in [(MOST, 200), (MOST + 1, 413)] {
        let body = sized(size);
        assert_eq!(body.len(), size);
        let answer = tell(&server, &path, &body, Some(&signature(&body, now()))).await;
        assert_eq!(answer.status, status, "{size}: {}", answer.body);
    }
    // What is signed and should be understood is to be told again.
    let odd = fake.event("payment_intent.succeeded", json!({ "id": 1 }));
    let odd = tell(&server, &path, &odd, Some(&signature(&odd, now()))).await;
    odd.is_problem(400, "malformed-request");
    pay(&server, "one", "pm_card_visa").await;
    fake.lines([Line::LostBefore]);
    let dispute = json!({ "id": "dp_1", "amount": 1, "currency": "eur", "reason": "general",
                          "status": "needs_response", "payment_intent": "pi_1" });
    let dispute = fake.event("charge.dispute.created", dispute);
    let away = tell(&server, &path, &dispute, Some(&signature(&dispute, now()))).await;
    away.is_problem(503, "dependency-unavailable");
    assert_eq!(tell(&server, &path, &dispute, Some(&signature(&dispute, now()))).await.status, 200);
    let other = path.replace("stripe", "others");
    tell(&server, &other, "{}", None).await.is_problem(404, "not-found");
    server.get(&path).await.is_problem(405, "method-not-allowed");
    server.stop().await;
    let server = Server::start().await;
    let body = fake.event("payment_intent.succeeded", json!({}));
    let nobody = tell(&server, &path, &body, Some(&signature(&body, now()))).await;
    nobody.is_problem(404, "not-found");
    server.stop().await;
}
