//! The story of a call: what happened, was said, felt and paid there.

use serde_json::{Value, json};

use super::http_kit::{Answer, Server};
use super::http_payments::{order, pay};

const NUMBER: &str = "+420777120003";

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    let done = server.send("POST", path, Some(body), &[]).await;
    assert!((200..300).contains(&done.status), "{path}: {}", done.body);
    done
}

fn said(speaker: &str, start_ms: u32, text: &str) -> Value {
    json!({ "speaker": speaker, "start_ms": start_ms, "end_ms": start_ms + 900, "text": text })
}

/// The kinds of the steps that are about something, in their order.
fn kinds<'a>(steps: &'a [Value], about: &str) -> Vec<&'a str> {
    let steps = steps.iter().filter(|step| step["about"] == about);
    steps.filter_map(|step| step["kind"].as_str()).collect()
}

/// A call in which something is said and corrected, and paid and given back; and what is paid in no
/// call.
async fn eventful(server: &Server) -> (String, Value) {
    let id = server.ended_call(NUMBER).await;
    let call = format!("/api/v1/calls/{id}");
    let segments = [
        said("agent", 0, "How can I help you?"),
        said("customer", 1_000, "This is terrible, I want my money back."),
    ];
    let transcript = format!("{call}/transcript");
    let begun = json!({ "language": "en", "segments": segments });
    post(server, &format!("{transcript}/segments"), begun).await;
    let corrected = json!({ "text": "This is a terrible mess, I want my money back." });
    let path = format!("{transcript}/segments/2");
    let changed = server.send("PATCH", &path, Some(corrected), &[]).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    post(server, &format!("{transcript}/complete"), json!({})).await;
    server.settle().await;
    post(server, &format!("/api/v1/sentiment/calls/{id}/analyze"), json!({})).await;
    let mut bill = order(1_000);
    bill["call_id"] = json!(id);
    let paid = pay(server, "bill", bill).await;
    assert_eq!((paid.status, &paid.body["status"]), (201, &json!("captured")), "{}", paid.body);
    let refund = json!({ "amount_minor": 400, "reason": "service_issue" });
    let key = [("idempotency-key", "back")];
    let path = format!("{}/refunds", paid.header("location"));
    let back = server.send("POST", &path, Some(refund), &key).await;
    assert!((200..300).contains(&back.status), "{}", back.body);
    let elsewhere = pay(server, "elsewhere", order(700)).await;
    assert_eq!(elsewhere.status, 201, "{}", elsewhere.body);
    (call, elsewhere.body["id"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_says_what_was_said_felt_and_paid_in_a_call() {
    let server = Server::start().await;
    let (call, elsewhere) = eventful(&server).await;
    let path = format!("{call}/timeline");
    let whole = server
        .until(&format!("{path}?limit=100"), |timeline| {
            timeline.to_string().contains("refund.succeeded")
        })
        .await;
    let steps = whole["items"].as_array().expect("steps");
    let said = ["transcript.started", "transcript.corrected", "transcript.completed"];
    assert_eq!(kinds(steps, "transcript"), said);
    assert_eq!(kinds(steps, "call_sentiment").last(), Some(&"sentiment.computed"));
    let paid = kinds(steps, "payment");
    let money = ["payment.created", "payment.captured", "refund.requested", "refund.succeeded"];
    let places: Vec<_> = money.iter().map(|kind| paid.iter().position(|k| k == kind)).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{paid:?}");
    assert_eq!(paid.iter().filter(|kind| **kind == "payment.created").count(), 1, "{paid:?}");
    assert_eq!(kinds(steps, "call").first(), Some(&"call.initiated"));
    assert!(steps.is_sorted_by_key(|step| step["position"].as_i64()), "as the log has it");
    let nobodys = format!("/api/v1/calls/{}/timeline", elsewhere.as_str().expect("an id"));
    server.get(&nobodys).await.is_problem(404, "not-found");
    // Neither words nor amounts.
    let told: Vec<&str> = steps.iter().filter_map(|step| step["summary"].as_str()).collect();
    for secret in ["terrible", "10.00", "1000", "400", "4242"] {
        assert!(!told.iter().any(|sentence| sentence.contains(secret)), "{secret}: {told:?}");
    }
    // Page by page it is the same.
    let (mut pages, mut next) = (Vec::new(), format!("{path}?limit=3"));
    loop {
        let page = server.get(&next).await.body;
        pages.extend(page["items"].as_array().expect("steps").iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("{path}?limit=3&cursor={cursor}");
    }
    assert_eq!(&pages, steps);
    // With the call itself stands what happened to it, up to its version.
    let detail = server.get(&call).await.body;
    let own = detail["timeline"].as_array().expect("steps");
    assert_eq!(own.len(), kinds(steps, "call").len());
    assert!(own.iter().all(|step| step["about"] == "call"), "{detail}");
    server.stop().await;
}
