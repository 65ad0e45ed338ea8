//! How an organization has it understood how customers feel.

use serde_json::json;

use super::http_kit::Server;
use super::http_sentiment::{complete, live, of, score, tell};

#[tokio::test]
async fn an_organization_says_what_is_positive_and_what_somebody_has_to_know() {
    let server = Server::start().await;
    let feels = json!({ "text": "it is good, thank you\nall of it", "language": "en" });
    let plain = score(&server, feels.clone()).await;
    assert_eq!((plain.status, &plain.body["label"]), (200, &json!("positive")), "{}", plain.body);
    let batch = json!({ "texts": [feels] });
    let batch = server.send("POST", "/api/v1/sentiment/analyze/batch", Some(batch), &[]).await;
    assert_eq!(batch.body["items"][0]["label"], "positive", "{}", batch.body);
    let settings = "/api/v1/organization/settings";
    let decided = json!({ "sentiment": {
        "thresholds": { "positive": 0.95, "negative": -0.95 },
        "alerts": { "satisfaction": true, "confusion": [], "escalation": ["call the papers"] },
    } });
    let done = server.send("PUT", settings, Some(decided.clone()), &[]).await;
    assert_eq!((done.status, &done.body["settings"]["sentiment"]), (200, &decided["sentiment"]));
    assert_eq!(score(&server, feels).await.body["label"], "neutral");

    let call = live(&server).await;
    let said = ["this is wonderful", "I love it, fantastic", "great, perfect, thank you so much"];
    tell(&server, &call, 0, &said, Some("en")).await;
    let happy = "/api/v1/sentiment/alerts?kind=satisfaction";
    server.until(happy, |list| list["items"][0].is_object()).await;
    // What is a phrase of everybody else's is none here, and this one is.
    tell(&server, &call, 10, &["I want to speak to a manager", "or I call the papers"], None).await;
    let escalated = "/api/v1/sentiment/alerts?kind=escalation";
    let alerts = server.until(escalated, |list| list["items"][0].is_object()).await;
    assert_eq!(alerts["items"][0]["seq"], 5, "{alerts}");
    complete(&server, &call).await;
    let run = server.until(&of(&call), |run| run["run_id"].is_string()).await;
    assert_eq!(run["label"], "neutral", "{run}");

    let wrong = |sentiment| json!({ "sentiment": sentiment });
    let (field, zone) = ("validation-failed", "invalid-time-zone");
    let thresholds = json!({ "thresholds": { "positive": -0.5, "negative": 0.5 } });
    let nothing = json!({ "alerts": { "confusion": [""] } });
    for (wrong, slug, pointer) in [
        (wrong(thresholds), field, "/sentiment/thresholds"),
        (wrong(nothing), field, "/sentiment/alerts/confusion"),
        (wrong(json!({ "mood": "good" })), "unknown-field", "/sentiment/mood"),
        (json!({ "time_zone": "Mars/Base" }), zone, "/time_zone"),
        (json!({ "fcr_window_hours": 0 }), field, "/fcr_window_hours"),
    ] {
        let refused = server.send("PUT", settings, Some(wrong), &[]).await;
        refused.is_problem(422, slug);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    server.stop().await;
}
