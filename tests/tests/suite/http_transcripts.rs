//! Stories of what was said in calls.

use domain::Role;
use serde_json::{Value, json};

use super::http_erasure::{done, erase};
use super::http_kit::{Answer, Server};

const NUMBER: &str = "+420777120003";

fn said(speaker: &str, (start_ms, end_ms): (u32, u32), text: &str) -> Value {
    json!({ "speaker": speaker, "start_ms": start_ms, "end_ms": end_ms, "text": text })
}

async fn append(server: &Server, call: &str, segments: Value) -> Answer {
    let path = format!("{call}/transcript/segments");
    server.send("POST", &path, Some(json!({ "segments": segments })), &[]).await
}

/// The transcript once it has seen everything.
async fn read(server: &Server, call: &str, query: &str) -> Answer {
    server.settle().await;
    server.get(&format!("{call}/transcript{query}")).await
}

async fn called(server: &Server) -> String {
    format!("/api/v1/calls/{}", server.ended_call(NUMBER).await)
}

fn texts(transcript: &Answer) -> Vec<&str> {
    let items = transcript.body["items"].as_array().expect("items");
    items.iter().filter_map(|item| item["text"].as_str()).collect()
}

#[tokio::test]
async fn what_was_said_is_read_in_the_order_in_which_it_was_said() {
    let server = Server::start().await;
    let call = called(&server).await;
    server.get(&format!("{call}/transcript")).await.is_problem(404, "not-found");
    let first = json!({
        "language": "en",
        "segments": [
            said("agent", (4_163, 7_188), "uh yeah currently we have a poodle"),
            said("customer", (2_700, 4_404), "uh do you have a pet Randy"),
        ],
    });
    let path = format!("{call}/transcript/segments");
    let begun = server.send("POST", &path, Some(first), &[]).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let (open, words) = (&begun.body["status"], &begun.body["words"]);
    assert_eq!((open, words), (&json!("open"), &json!(14)));
    let late = [said("customer", (6_509, 10_343), "a poodle miniature or uh full size")];
    let twice = append(&server, &call, json!([late[0], late[0]])).await;
    assert_eq!(twice.body["segments"], 3, "{}", twice.body);
    let nothing = append(&server, &call, json!(late)).await;
    assert_eq!((nothing.status, nothing.header("x-event-position")), (200, ""));
    let ended = server.send("POST", &format!("{call}/transcript/complete"), None, &[]).await;
    assert_eq!((ended.status, &ended.body["status"]), (200, &json!("completed")));

    let whole = read(&server, &call, "").await;
    assert_eq!(whole.status, 200, "{}", whole.body);
    let (first, second) = ("uh do you have a pet Randy", "uh yeah currently we have a poodle");
    assert_eq!(texts(&whole), [first, second, "a poodle miniature or uh full size"]);
    assert_eq!((&whole.body["total"], &whole.body["language"]), (&json!(3), &json!("en")));
    let speech = &whole.body["speech"];
    assert_eq!((&speech["overlap_ms"], &speech["turns"]), (&json!(920), &json!(3)), "{speech}");
    let customer = &speech["speakers"][0];
    assert_eq!((&customer["talk_ms"], &customer["words"]), (&json!(5_538), &json!(14)));
    assert_eq!(customer["longest_monologue_ms"], 3_834);
    let page = read(&server, &call, "?limit=2").await;
    assert_eq!(texts(&page), [first, second]);
    let cursor = page.body["next_cursor"].as_str().expect("more");
    let rest = read(&server, &call, &format!("?limit=2&cursor={cursor}")).await;
    assert_eq!(texts(&rest), ["a poodle miniature or uh full size"]);
    assert_eq!(rest.body["next_cursor"], Value::Null);
    server.stop().await;
}

#[tokio::test]
async fn what_was_written_down_wrongly_is_corrected_and_nothing_is_added_afterwards() {
    let server = Server::start().await;
    let call = called(&server).await;
    let complete = format!("{call}/transcript/complete");
    let none = server.send("POST", &complete, None, &[]).await;
    none.is_problem(409, "no-transcript");
    append(&server, &call, json!([said("customer", (0, 900), "I want to council")])).await;
    assert_eq!(server.send("POST", &complete, None, &[]).await.status, 200);
    let more = append(&server, &call, json!([said("customer", (900, 999), "bye")])).await;
    more.is_problem(409, "invalid-state-transition");
    let correct = async |seq: &str, text: &str| {
        let path = format!("{call}/transcript/segments/{seq}");
        server.send("PATCH", &path, Some(json!({ "text": text })), &[]).await
    };
    assert_eq!(correct("1", "I want to cancel it").await.body["words"], 5);
    for nowhere in ["0", "2", "-1", "+1", "01", "x", "99999999999"] {
        correct(nowhere, "bye").await.is_problem(404, "not-found");
    }
    correct("1", "4242 4242 4242 4242").await.is_problem(422, "card-data-not-accepted");
    let read = read(&server, &call, "").await;
    assert_eq!(texts(&read), ["I want to cancel it"]);
    assert!(read.body["items"][0]["corrected_at"].is_string());
    server.stop().await;
}

#[tokio::test]
async fn s4_a_card_number_that_was_said_is_masked_and_nowhere_else_accepted() {
    let server = Server::start().await;
    let call = called(&server).await;
    let card = "it is 4242 4242 4242 4242 thanks";
    let made = append(&server, &call, json!([said("customer", (0, 900), card)])).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(texts(&read(&server, &call, "").await), ["it is **** **** **** **** thanks"]);
    let mut named = said("customer", (900, 999), "thanks");
    named["provider_segment_id"] = json!("4242424242424242");
    let refused = append(&server, &call, json!([named])).await;
    refused.is_problem(422, "card-data-not-accepted");
    let note = json!({ "note": card });
    let refused = server.send("POST", &format!("{call}/notes"), Some(note), &[]).await;
    refused.is_problem(422, "card-data-not-accepted");
    server.stop().await;
}

#[tokio::test]
async fn what_was_said_of_somebody_who_is_erased_is_gone() {
    let server = Server::start().await;
    let call = called(&server).await;
    append(&server, &call, json!([said("customer", (0, 900), "my name is Eva")])).await;
    assert_eq!(texts(&read(&server, &call, "").await), ["my name is Eva"]);
    let erased = erase(&server, NUMBER).await;
    done(&server, erased.header("location")).await;
    let gone = read(&server, &call, "").await;
    assert_eq!((gone.status, &gone.body["items"][0]["text"]), (200, &Value::Null));
    assert_eq!(gone.body["words"], 4, "the figures stay");
    let more = append(&server, &call, json!([said("customer", (900, 999), "it was me")])).await;
    assert_eq!(more.status, 410, "{}", more.body);
    server.stop().await;
}

#[tokio::test]
async fn a_segment_that_cannot_be_is_named_and_nothing_of_the_batch_is_taken() {
    let server = Server::start().await;
    let call = called(&server).await;
    let good = said("customer", (0, 900), "hello");
    let faults = [
        (said("customer", (900, 0), "hello"), "/segments/1/end_ms"),
        (said("customer", (0, 86_400_001), "hello"), "/segments/1/end_ms"),
        (said("nobody", (0, 900), "hello"), "/segments/1/speaker"),
        (
            json!({ "speaker": { "agent": null }, "start_ms": 0, "end_ms": 1, "text": "x" }),
            "/segments/1/speaker",
        ),
        (said("customer", (0, 900), " "), "/segments/1/text"),
        (said("customer", (0, 900), "a\nb"), "/segments/1/text"),
        (said("customer", (0, 900), &"x".repeat(8_193)), "/segments/1/text"),
        (said("customer", (0, 900), &"x".repeat(65_537)), "/segments/1/text"),
        (json!(["customer", 0, 900, "hello"]), "/segments/1"),
        (
            json!({ "speaker": "customer", "start_ms": -1, "end_ms": 1, "text": "x" }),
            "/segments/1/start_ms",
        ),
        (json!({ "speaker": "customer", "start_ms": 0, "text": "x" }), "/segments/1/end_ms"),
    ];
    for (bad, pointer) in faults {
        let refused = append(&server, &call, json!([good, bad])).await;
        refused.is_problem(422, "validation-failed");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let many: Vec<_> = (0..201).map(|at| said("customer", (at, at), "yes")).collect();
    let refused = append(&server, &call, json!(many)).await;
    assert_eq!(refused.body["errors"][0]["pointer"], "/segments", "{}", refused.body);
    let large = vec![said("customer", (0, 900), &"x".repeat(60_000)); 20];
    append(&server, &call, json!(large)).await.is_problem(413, "payload-too-large");
    let huge = said("customer", (0, 900), &"x".repeat(1 << 20));
    append(&server, &call, json!([huge])).await.is_problem(413, "payload-too-large");
    let mut bytes =
        json!({ "segments": [said("customer", (0, 900), "caf#")] }).to_string().into_bytes();
    bytes.iter_mut().filter(|byte| **byte == b'#').for_each(|byte| *byte = 0xe9);
    let path = format!("{call}/transcript/segments");
    let refused = server.raw("POST", &path, bytes, &[("idempotency-key", "latin-1")]).await;
    refused.is_problem(400, "malformed-request");
    let refused = append(&server, &call, json!([])).await;
    assert_eq!(refused.body["errors"][0]["pointer"], "/segments", "{}", refused.body);
    let path = format!("{call}/transcript/segments");
    let language = json!({ "language": "english", "segments": [good] });
    let refused = server.send("POST", &path, Some(language), &[]).await;
    assert_eq!(refused.body["errors"][0]["pointer"], "/language", "{}", refused.body);
    server.get(&format!("{call}/transcript")).await.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test]
async fn an_agent_reads_what_was_said_in_their_own_calls_and_analysts_read_nothing() {
    let server = Server::start().await;
    let (agent, other) = (server.sign_in(Role::Agent).await, server.sign_in(Role::Admin).await);
    let body = json!({ "to": "+420777150003", "ring_timeout_seconds": 5 });
    let mine = server.with(&agent.access, "POST", "/api/v1/calls", Some(body)).await;
    assert_eq!(mine.status, 202, "{}", mine.body);
    let mine = mine.header("location").to_owned();
    let theirs = called(&server).await;
    for call in [&mine, &theirs] {
        let body = json!({ "segments": [said("agent", (0, 900), "hello")] });
        let path = format!("{call}/transcript/segments");
        let made = server.with(&other.access, "POST", &path, Some(body)).await;
        assert_eq!(made.status, 200, "{}", made.body);
    }
    server.settle().await;
    let read = async |token: &str, call: &str| {
        server.with(token, "GET", &format!("{call}/transcript"), None).await
    };
    assert_eq!(read(&agent.access, &mine).await.status, 200);
    read(&agent.access, &theirs).await.is_problem(403, "not-your-resource");
    let analyst = server.sign_in(Role::Analyst).await;
    read(&analyst.access, &mine).await.is_problem(403, "forbidden");
    server.stop().await;
}
