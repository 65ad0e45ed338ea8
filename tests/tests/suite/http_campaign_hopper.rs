//! Whom a campaign calls next.

use domain::Role;
use serde_json::{Value, json};

use super::http_campaigns::{active, contact, next, post};
use super::http_kit::Server;

fn phones(hopper: &Value) -> Vec<&str> {
    let items = hopper["items"].as_array().expect("contacts");
    items.iter().filter_map(|one| one["phone"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hopper_says_who_is_called_next_and_what_keeps_them() {
    let server = Server::start_at_work().await;
    let path = active(&server, json!({}), &["+420777000001"]).await;
    // It is eleven in Prague and the middle of the night in Honolulu.
    let asleep = json!({ "priority": 90, "time_zone": "Pacific/Honolulu" });
    contact(&server, &path, "+18085550101", asleep).await;
    contact(&server, &path, "+420777000003", json!({ "priority": 80 })).await;
    let never = contact(&server, &path, "+420777000004", json!({ "priority": 99 })).await;
    let no = post(&server, &format!("{never}/do-not-call"), json!({ "reason": "asked" })).await;
    assert_eq!(no.status, 200, "{}", no.body);
    server.settle().await;
    let hopper = server.get(&format!("{path}/hopper")).await.body;
    assert_eq!(phones(&hopper), ["+18085550101", "+420777000003", "+420777000001"]);
    let block = &hopper["items"][0]["blocked_by"][0];
    assert_eq!(block["reason"], "calling_hours");
    assert!(block["next_allowed_at"].is_string(), "{block}");
    assert_eq!(hopper["items"][1]["blocked_by"], json!([]));
    let first = server.get(&format!("{path}/hopper?limit=1")).await.body;
    assert_eq!(phones(&first), ["+18085550101"]);
    // It is whom the next agent is given.
    let agent = server.sign_in(Role::Agent).await;
    let given = next(&server, &agent.access, &path).await;
    assert_eq!(given["contact"]["phone"], "+420777000003");

    let auditor = server.sign_in(Role::Auditor).await;
    let masked = server.with(&auditor.access, "GET", &format!("{path}/hopper"), None).await.body;
    assert!(!masked.to_string().contains("+420777000003"), "{masked}");
    for (query, status) in [("?limit=0", 400), ("?limit=51", 400), ("?after=1", 400)] {
        assert_eq!(server.get(&format!("{path}/hopper{query}")).await.status, status, "{query}");
    }
    let nobodys = "/api/v1/campaigns/00000000-0000-7000-8000-000000000001/hopper";
    server.get(nobodys).await.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_in_last_is_called_first_where_a_campaign_wants_that() {
    let server = Server::start_at_work().await;
    let phones_in = ["+420777000001", "+420777000002", "+420777000003"];
    let path = active(&server, json!({}), &phones_in).await;
    let urgent = "+420777000004";
    contact(&server, &path, urgent, json!({ "priority": 80 })).await;
    server.settle().await;
    let listed = async || server.get(&format!("{path}/hopper")).await.body;
    let [first, second, third] = phones_in;
    assert_eq!(phones(&listed().await), [urgent, first, second, third]);
    let changed = server.send("PATCH", &path, Some(json!({ "recency": "lifo" })), &[]).await;
    assert_eq!((changed.status, &changed.body["recency"]), (200, &json!("lifo")), "while it calls");
    server.settle().await;
    assert_eq!(phones(&listed().await), [urgent, third, second, first]);
    // It is the order in which agents are given them, too.
    let agent = server.sign_in(Role::Agent).await.access;
    for phone in [urgent, third] {
        let contact = next(&server, &agent, &path).await["contact"].clone();
        assert_eq!(contact["phone"], phone);
        let skip = format!("{path}/contacts/{}/skip", contact["id"].as_str().expect("an id"));
        let reason = json!({ "reason": "speaks another language" });
        assert_eq!(server.with(&agent, "POST", &skip, Some(reason)).await.status, 200);
    }
    server.stop().await;
}
