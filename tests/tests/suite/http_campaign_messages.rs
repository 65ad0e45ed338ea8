//! Campaigns that say something themselves, over HTTP.

use serde_json::{Value, json};

use super::http_campaigns::{active, campaign, contact, post};
use super::http_kit::Server;

const WORDS: &str = "Your order is ready. Press 8 not to be called again.";

/// What a campaign lacks, by where and why.
async fn lacks(server: &Server, path: &str) -> Vec<(Value, Value)> {
    let ready = server.get(&format!("{path}/readiness")).await.body;
    let errors = ready["errors"].as_array().expect("errors");
    assert_eq!(ready["ready"], errors.is_empty());
    errors.iter().map(|error| (error["pointer"].clone(), error["code"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_has_to_say_something_lacks_it_until_it_can() {
    let server = Server::start().await;
    let path = campaign(&server, json!({ "mode": "progressive" })).await;
    contact(&server, &path, "+420777120001", json!({})).await;
    server.settle().await;
    let missing = |pointer: &str, reason: &str| vec![(json!(pointer), json!(reason))];
    let wanted = missing("/abandonment/message", "no-safe-harbor-message");
    assert_eq!(lacks(&server, &path).await, wanted);
    let refused = post(&server, &format!("{path}/activate"), json!({})).await;
    refused.is_problem(422, "campaign-not-ready");
    assert_eq!(refused.body["errors"][0]["pointer"], "/abandonment/message");
    let change = async |fields: Value| {
        let changed = server.send("PATCH", &path, Some(fields), &[]).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        server.settle().await;
        changed.body
    };
    change(json!({ "abandonment": { "preset": "none" } })).await;
    assert_eq!(lacks(&server, &path).await, []);
    let nobody = json!({ "mode": "agentless", "teams": [], "dispositions": ["sale"] });
    change(nobody).await;
    assert_eq!(lacks(&server, &path).await, missing("/announcement", "no-announcement"));
    let said = json!({ "message": WORDS, "opt_out_key": "8", "leave_on_machine": true });
    let changed = change(json!({ "announcement": said })).await;
    assert_eq!(changed["announcement"], said);
    assert_eq!(lacks(&server, &path).await, missing("/amd", "no-message-end"));
    change(json!({ "amd": "detect_message_end" })).await;
    assert_eq!(lacks(&server, &path).await, []);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_said_or_pressed_is_refused_by_field() {
    let server = Server::start().await;
    let long = "x".repeat(501);
    for (said, slug, pointer) in [
        (json!({ "abandonment": { "message": "" } }), "validation-failed", "/abandonment/message"),
        (
            json!({ "abandonment": { "message": long } }),
            "validation-failed",
            "/abandonment/message",
        ),
        (
            json!({ "abandonment": { "opt_out_key": "99" } }),
            "validation-failed",
            "/abandonment/opt_out_key",
        ),
        (json!({ "announcement": {} }), "validation-failed", "/announcement/message"),
        (
            json!({ "announcement": { "message": long } }),
            "validation-failed",
            "/announcement/message",
        ),
        (
            json!({ "announcement": { "message": "Hello.", "opt_out_key": "a" } }),
            "validation-failed",
            "/announcement/opt_out_key",
        ),
        (
            json!({ "announcement": { "message": "4242 4242 4242 4242" } }),
            "card-data-not-accepted",
            "/announcement/message",
        ),
        (json!({ "announcement": { "key": "9" } }), "unknown-field", "/announcement/key"),
    ] {
        let mut body = json!({ "name": "Spring", "mode": "agentless" });
        body.as_object_mut().expect("fields").extend(said.as_object().expect("fields").clone());
        let refused = post(&server, "/api/v1/campaigns", body).await;
        refused.is_problem(422, slug);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_without_agents_tells_whoever_answers_and_takes_them_at_their_key() {
    let server = Server::start_at_work().await;
    let fields = json!({
        "mode": "agentless",
        "teams": [],
        "amd": "detect_message_end",
        "pacing": { "calls_per_minute": 600 },
        "announcement": { "message": WORDS, "opt_out_key": "8", "leave_on_machine": false },
    });
    let phones = ["+420777160001", "+420777160012", "+420777160004"];
    let path = active(&server, fields, &phones).await;
    let id = path.rsplit('/').next().expect("an id");
    let over = |stats: &Value| {
        let (status, outcome) = (&stats["by_status"], &stats["by_outcome"]);
        status["do_not_call"] == 1 && status["scheduled"] == 1 && outcome["message_delivered"] == 1
    };
    let stats = server.until(&format!("{path}/stats"), over).await;
    assert_eq!((&stats["called"], &stats["conversions"]), (&json!(3), &json!(0)), "{stats}");
    let dnc = server.get("/api/v1/dnc").await.body;
    let entries = dnc["items"].as_array().expect("entries");
    assert_eq!((entries.len(), &entries[0]["source"]), (1, &json!("keypress")), "{dnc}");
    assert_eq!(entries[0]["campaign_id"], Value::Null, "{dnc}");
    let span = "from=2026-01-01&to=2027-01-01";
    let figures = server.get(&format!("/api/v1/analytics/campaigns?{span}&campaign_id={id}")).await;
    let total = &figures.body["totals"];
    assert_eq!(total["attempts"]["value"], 3, "{total}");
    // Two people have answered, and a machine; none of them is a conversion.
    assert_eq!(total["contact_rate"]["numerator"], 2, "{total}");
    assert_eq!(total["conversion_per_attempt"]["numerator"], 0, "{total}");
    let standing = &figures.body["standing"][0]["metrics"]["abandonment_regulatory"];
    assert_eq!(standing["denominator"], 0, "nobody waits for an agent: {standing}");
    server.stop().await;
}
