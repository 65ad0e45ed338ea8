//! Stories of calls that are found by how their customers felt.

use serde_json::{Value, json};

use super::http_kit::Server;
use super::http_sentiment::{called, complete, found, tell};

#[tokio::test]
async fn calls_are_found_by_how_their_customers_felt_as_the_last_run_has_it() {
    let server = Server::start().await;
    let mut calls = Vec::new();
    let told =
        [("+420777120003", "this is terrible"), ("+420777120004", "this is wonderful, thank you")];
    for (number, text) in told {
        let call = called(&server, number).await;
        tell(&server, &call, 0, &[text], Some("en")).await;
        complete(&server, &call).await;
        found(&server, &call, 3).await;
        calls.push(call);
    }
    let felt = async |label: &str| -> Vec<String> {
        let list = format!("/api/v1/calls?include_total=true&sentiment={label}");
        let list = server.get(&list).await.body;
        let items = list["items"].as_array().expect("a list");
        assert_eq!(list["total"], items.len());
        let path = |call: &Value| format!("/api/v1/calls/{}", call["id"].as_str().expect("an id"));
        items.iter().map(path).collect()
    };
    assert_eq!(felt("negative").await, calls[..1]);
    assert_eq!(felt("positive").await, calls[1..]);
    assert_eq!(felt("neutral").await, [] as [String; 0]);
    let text = json!({ "text": "this is wonderful" });
    let path = format!("{}/transcript/segments/1", calls[0]);
    assert_eq!(server.send("PATCH", &path, Some(text), &[]).await.status, 200);
    found(&server, &calls[0], 4).await;
    assert_eq!(felt("negative").await, [] as [String; 0], "an earlier run found that");
    assert_eq!(felt("positive").await.len(), 2);
    server.get("/api/v1/calls?sentiment=angry").await.is_problem(400, "invalid-query");
    server.stop().await;
}
