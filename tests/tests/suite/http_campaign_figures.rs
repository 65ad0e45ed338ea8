//! What a campaign has cost and reached: parts of its story.

use serde_json::{Value, json};

use super::http_kit::{Answer, Server};

async fn change(server: &Server, path: &str, changes: Value) -> Answer {
    let changed = server.send("PATCH", path, Some(changes), &[]).await;
    server.settle().await;
    changed
}

async fn stats(server: &Server, path: &str) -> Value {
    server.get(&format!("{path}/stats")).await.body
}

fn budget(amount_minor: i64, currency: &str, per_minute_minor: i64) -> Value {
    json!({ "budget": { "amount_minor": amount_minor, "currency": currency,
                        "per_minute_minor": per_minute_minor } })
}

/// A campaign that has spoken for a minute may cost so much.
pub async fn has_a_budget(server: &Server, path: &str) {
    let may = budget(50, "EUR", 20);
    let changed = change(server, path, may.clone()).await;
    assert_eq!((changed.status, &changed.body["budget"]), (200, &may["budget"]));
    let spent = json!({ "amount_minor": 20, "budget_minor": 50, "currency": "EUR" });
    assert_eq!(stats(server, path).await["spent"], spent);
    let dearer = change(server, path, budget(60, "EUR", 40)).await;
    assert_eq!(dearer.status, 200, "{}", dearer.body);
    let spent = json!({ "amount_minor": 20, "budget_minor": 60, "currency": "EUR" });
    assert_eq!(stats(server, path).await["spent"], spent, "it was begun at the old price");
    let half = json!({ "budget": { "amount_minor": 50, "currency": "EUR" } });
    for (wrong, pointer) in [
        (half, "/budget"),
        (budget(50, "XYZ", 1), "/budget/currency"),
        (budget(50, "USD", 1), "/budget/currency"),
    ] {
        let refused = change(server, path, wrong).await;
        refused.is_problem(422, "validation-failed");
        let at = refused.body["errors"][0]["pointer"].as_str().unwrap_or_default();
        assert!(at.starts_with(pointer), "{}", refused.body);
    }
    let free = change(server, path, json!({ "budget": null })).await;
    assert_eq!((free.status, &free.body["budget"]), (200, &json!(null)));
    assert_eq!(stats(server, path).await["spent"], json!(null));
}

/// A campaign with four contacts, one of which was called and is a conversion, is to reach so much.
pub async fn has_a_goal(server: &Server, path: &str) {
    assert_eq!(stats(server, path).await["goal"], json!(null));
    for (metric, value, share) in
        [("conversions", 4, 0.25), ("called", 2, 0.5), ("attempts", 1, 1.0)]
    {
        let goal = json!({ "metric": metric, "value": value });
        let changed = change(server, path, json!({ "goal": goal })).await;
        assert_eq!((changed.status, &changed.body["goal"]), (200, &goal), "{}", changed.body);
        let progress = json!({ "metric": metric, "value": value, "reached": 1, "share": share });
        assert_eq!(stats(server, path).await["goal"], progress);
    }
    let none = change(server, path, json!({ "goal": null })).await;
    assert_eq!((none.status, &none.body["goal"]), (200, &json!(null)));
}
