//! What has come of money, day by day.

use domain::Role;
use serde_json::{Value, json};

use super::http_kit::Server;
use super::http_payments::{PAYMENTS, order, pay};

/// What was taken and given back on three days in Prague, today in the middle.
fn path(rest: &str) -> String {
    let day = |days| (chrono::Utc::now() + chrono::Duration::days(days)).format("%Y-%m-%d");
    format!("{PAYMENTS}/summary?from={}&to={}&tz=Europe/Prague{rest}", day(-1), day(2))
}

async fn money_moves(server: &Server) {
    for (key, amount) in [("one", 1_000), ("two", 2_500), ("declined", 1_002)] {
        pay(server, key, order(amount)).await;
    }
    let mut crowns = order(700);
    crowns["amount"]["currency"] = json!("CZK");
    let crowns = pay(server, "crowns", crowns).await;
    assert_eq!(crowns.status, 201, "{}", crowns.body);
    let first = pay(server, "one", order(1_000)).await;
    let refunds = format!("{}/refunds", first.header("location"));
    let refund = json!({ "amount_minor": 300, "reason": "other" });
    let refund = server.send("POST", &refunds, Some(refund), &[("idempotency-key", "r")]).await;
    assert_eq!(refund.status, 200, "{}", refund.body);
    server.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_adds_up_what_was_settled_and_never_over_currencies() {
    let server = Server::start().await;
    money_moves(&server).await;
    let summary = server.get(&path("")).await;
    assert_eq!(summary.status, 200, "{}", summary.body);
    let euros = json!({ "currency": "EUR", "captured_minor": 3_500, "captures": 2,
        "refunded_minor": 300, "refunds": 1, "lost_minor": 0, "disputes_lost": 0,
        "net_minor": 3_200, "authorized": 2, "declined": 1 });
    let crowns = json!({ "currency": "CZK", "captured_minor": 700, "captures": 1,
        "refunded_minor": 0, "refunds": 0, "lost_minor": 0, "disputes_lost": 0,
        "net_minor": 700, "authorized": 1, "declined": 0 });
    assert_eq!(summary.body["totals"], json!([crowns, euros]));
    let series = summary.body["series"].as_array().expect("days");
    assert_eq!(series.len(), 6, "three days of two currencies");
    for total in [&crowns, &euros] {
        let days = || series.iter().filter(|day| day["currency"] == total["currency"]);
        for (name, value) in total.as_object().expect("figures") {
            if let Some(value) = value.as_i64() {
                assert_eq!(
                    days().filter_map(|day| day[name].as_i64()).sum::<i64>(),
                    value,
                    "{name}"
                );
            }
        }
        assert_eq!(days().filter(|day| day["captures"] != 0).count(), 1, "all of it today");
        assert!(days().all(|day| day["partial"] == false));
    }
    let one = server.get(&path("&currency=CZK&group_by=none")).await.body;
    assert_eq!(one["totals"], json!([crowns]));
    assert_eq!(one["series"].as_array().map(Vec::len), Some(1));
    // Supervisors see what their people have asked for, and analysts nothing of money.
    let supervisor = server.sign_in(Role::Supervisor).await;
    let theirs = server.with(&supervisor.access, "GET", &path(""), None).await;
    assert_eq!((theirs.status, &theirs.body["totals"]), (200, &json!([])));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_cannot_be_made_is_refused_in_words() {
    let server = Server::start().await;
    let ask = async |query: &str| server.get(&format!("{PAYMENTS}/summary?{query}")).await;
    for (query, slug) in [
        ("from=2026-03-02&to=2026-03-02", "invalid-range"),
        ("from=2026-03-02&to=2026-03-01", "invalid-range"),
        ("from=2025-01-01&to=2026-03-01", "invalid-range"),
        ("from=2026-01-01&to=2026-02-01&group_by=15m", "too-many-buckets"),
        ("from=2026-01-01&to=2026-02-01&tz=Nowhere", "invalid-time-zone"),
        ("from=yesterday&to=2026-02-01", "invalid-query"),
        ("from=2026-01-01&to=2026-02-01&group_by=year", "invalid-query"),
        ("from=2026-01-01&to=2026-02-01&currency=EURO", "invalid-query"),
        ("from=2026-01-01", "invalid-query"),
        ("from=2026-01-01&to=2026-02-01&who=me", "invalid-query"),
    ] {
        let answer = ask(query).await;
        assert!(answer.status < 500, "{query}: {}", answer.body);
        let slug_of = answer.body["type"].as_str().unwrap_or_default().rsplit(['/', ':']).next();
        assert_eq!(slug_of, Some(slug), "{query}: {}", answer.body);
    }
    let empty = ask("from=2026-01-01&to=2026-02-01").await;
    assert_eq!((&empty.body["totals"], &empty.body["series"]), (&json!([]), &Value::Array(vec![])));
    server.stop().await;
}
