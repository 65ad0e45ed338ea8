//! What an organization is filled with beside its calls.

use serde_json::{Value, json};

use super::super::http_kit::Server;

/// A payment with a refund, in a call.
pub(super) async fn payment(server: &Server, admin: &str, name: &str, call: &str) -> [String; 2] {
    let authorization = format!("Bearer {admin}");
    let post = async |path: &str, body: Value| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", "payment"),
        ];
        server.bare("POST", path, Some(body.to_string()), &headers).await
    };
    let body = json!({ "amount": { "amount_minor": 1_000, "currency": "EUR" }, "call_id": call,
                       "purpose": "invoice", "method": { "token": "tok_visa" },
                       "description": name });
    let paid = post("/api/v1/payments", body).await;
    assert_eq!(paid.status, 201, "{}", paid.body);
    let refunds = format!("{}/refunds", paid.header("location"));
    let refunded = post(&refunds, json!({ "amount_minor": 1, "reason": "other" })).await;
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    [text(&paid.body["id"]), text(&refunded.body["refunds"][0]["id"])]
}

/// Something that a process could not do for an organization.
pub(super) async fn dead_letter(server: &Server, org: &str) -> String {
    use sqlx::Connection;
    let url = server.test().superuser();
    let mut admin = sqlx::PgConnection::connect_with(&url).await.expect("in");
    let planted = sqlx::query_scalar(
        "INSERT INTO process_tasks (org_id, process, aggregate_type, aggregate_id, position, \
             event_id, correlation_id, attempts, error, failed_at) \
         VALUES ($1::uuid, 'test', 'call', gen_random_uuid(), 1, gen_random_uuid(), \
                 gen_random_uuid(), 8, 'it is broken', now()) RETURNING task_id::text",
    );
    planted.bind(org).fetch_one(&mut admin).await.expect("planted")
}

/// A number that is not to be called.
pub(super) async fn suppressed(server: &Server, admin: &str, number: usize) -> String {
    let body = json!({ "number": format!("+42077{number}999999"), "reason": "no" });
    let entry = server.with(admin, "POST", "/api/v1/dnc", Some(body)).await;
    assert_eq!(entry.status, 201, "{}", entry.body);
    entry.body["id"].as_str().expect("an id").to_owned()
}
