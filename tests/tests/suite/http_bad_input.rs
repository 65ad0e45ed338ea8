//! Bad input is answered, never swallowed: a problem document with the place,
//! never a 500, nothing stored.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::http_kit::Server;
use super::http_payments::{order, pay};

const CALLS: &str = "/api/v1/calls";
const FIELD: &str = "validation-failed";
const CARD: &str = "card-data-not-accepted";
const NUMBER: &str = "invalid-phone-number";
const RING: &str = "/ring_timeout_seconds";

#[tokio::test]
async fn what_is_not_strict_json_is_malformed() {
    let server = Server::start().await;
    let deep = format!("{{\"to\":{}{}}}", "[".repeat(40), "]".repeat(40));
    for body in [
        "",
        "{",
        "to=+420777120001",
        r#"{"to":"+420777120001","to":"+420777120002"}"#,
        r#"{"to":"+420777120001"} x"#,
        r#"{"to":"\ud800"}"#,
        r#"{"to":NaN}"#,
        r#"{"metadata":{"a":{"b":1,"b":2}}}"#,
        deep.as_str(),
    ] {
        let answer = server.raw("POST", CALLS, body, &[("idempotency-key", "k")]).await;
        answer.is_problem(400, "malformed-request");
    }
    server.has_no_calls().await;
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_field_is_pointed_to() {
    let server = Server::start().await;
    let to = "+420777120001";
    let long = "x".repeat(9000);
    let ring = |seconds: Value| json!({"to": to, "ring_timeout_seconds": seconds});
    let keep = |metadata: Value| json!({"to": to, "metadata": metadata});
    let cases: Vec<(Value, &str, &str)> = vec![
        (json!({}), FIELD, "/to"),
        (json!([]), FIELD, ""),
        (json!({"to": 5}), FIELD, "/to"),
        (json!({"to": null}), FIELD, "/to"),
        (json!({"to": "12345"}), NUMBER, "/to"),
        (json!({"to": "+0123456789"}), NUMBER, "/to"),
        (json!({"to": "+4207771\u{0}2000"}), FIELD, "/to"),
        (json!({"to": to, "from": "x"}), NUMBER, "/from"),
        (json!({"to": to, "org_id": "x"}), "unknown-field", "/org_id"),
        (json!({"to": to, "agent_id": "x"}), FIELD, "/agent_id"),
        (json!({"to": to, "dial_order": "x"}), FIELD, "/dial_order"),
        (ring(json!(4)), FIELD, RING),
        (ring(json!(121)), FIELD, RING),
        (ring(json!(70000)), FIELD, RING),
        (ring(json!("30")), FIELD, RING),
        (keep(json!([])), FIELD, "/metadata"),
        (keep(json!({"a": long})), FIELD, "/metadata"),
        (keep(json!({"a": "\u{7}"})), FIELD, "/metadata/a"),
        (keep(json!({"n": 9_007_199_254_740_993_i64})), FIELD, "/metadata/n"),
        (keep(json!({"a/b": "4111 1111 1111 1111"})), CARD, "/metadata/a~1b"),
        (keep(json!({"cvv": "123"})), CARD, "/metadata/cvv"),
    ];
    for (index, (body, slug, pointer)) in cases.into_iter().enumerate() {
        let answer = server.create(&format!("k{index}"), body.clone()).await;
        answer.is_problem(422, slug);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}: {}", answer.body);
    }
    server.has_no_calls().await;
    server.stop().await;
}

#[tokio::test]
async fn other_media_and_sizes_are_refused() {
    let server = Server::start().await;
    let body = r#"{"to":"+420777120001"}"#;
    let key = ("idempotency-key", "k");
    for media in ["text/plain", "application/xml", "application/json; charset=latin1", ""] {
        let answer = server.raw("POST", CALLS, body, &[key, ("content-type", media)]).await;
        answer.is_problem(415, "unsupported-media-type");
    }
    let packed = [key, ("content-encoding", "gzip")];
    server.raw("POST", CALLS, body, &packed).await.is_problem(415, "unsupported-encoding");

    let fill = |size: usize| {
        let frame = r#"{"to":"+420777120001","metadata":{"a":""}}"#.len();
        format!(r#"{{"to":"+420777120001","metadata":{{"a":"{}"}}}}"#, "x".repeat(size - frame))
    };
    let limit = server.raw("POST", CALLS, &fill(1 << 20), &[key]).await;
    limit.is_problem(422, "validation-failed");
    let over = server.raw("POST", CALLS, &fill((1 << 20) + 1), &[key]).await;
    over.is_problem(413, "payload-too-large");

    let path = format!("/api/v1/calls?tag={}", "x".repeat(8192));
    server.get(&path).await.is_problem(414, "uri-too-long");
    let long = "x".repeat(9000);
    server
        .send("GET", CALLS, None, &[("x-long", &long)])
        .await
        .is_problem(431, "headers-too-large");
    let names: Vec<String> = (0..70).map(|n| format!("x-h{n}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    server.send("GET", CALLS, None, &many).await.is_problem(431, "headers-too-large");
    server.has_no_calls().await;
    server.stop().await;
}

#[tokio::test]
async fn parameters_are_known_and_given_once() {
    let server = Server::start().await;
    for (path, status, slug) in [
        ("calls?nothing=1", 400, "invalid-query"),
        ("calls?limit=1&limit=2", 400, "invalid-query"),
        ("calls?limit=0", 400, "invalid-query"),
        ("calls?limit=101", 400, "invalid-query"),
        ("calls?limit=x", 400, "invalid-query"),
        ("calls?offset=5", 400, "invalid-query"),
        ("calls?status=nothing", 400, "invalid-query"),
        ("calls?tag=%ff", 400, "invalid-query"),
        ("calls?tag=%00", 400, "invalid-query"),
        ("calls?number=12", 422, NUMBER),
        ("calls?tag=4111-1111-1111-1111", 422, CARD),
        ("calls?agent_id=x", 400, "invalid-query"),
        ("calls?from=1969-12-31T00:00:00Z", 422, "invalid-range"),
        ("calls?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 422, "invalid-range"),
        ("calls?sort=nothing", 422, "invalid-sort"),
        ("calls/01890000-0000-7000-8000-000000000001?x=1", 400, "invalid-query"),
        ("calls/01890000-0000-7000-8000-000000000001/timeline?x=1", 400, "invalid-query"),
        ("analytics/calls?from=2026-01-01&to=2026-01-02&tz=Mars/Base", 422, "invalid-time-zone"),
        ("analytics/calls?from=2026-01-02&to=2026-01-01", 422, "invalid-range"),
        ("analytics/calls?from=2020-01-01&to=2026-01-01", 422, "invalid-range"),
        ("analytics/calls?from=1960-01-01&to=1960-01-02", 422, "invalid-range"),
        ("analytics/calls?from=2026-01-01&to=2026-02-01&group_by=15m", 422, "too-many-buckets"),
        (
            "analytics/calls?from=2026-01-01&to=2026-01-02&dimensions=color",
            422,
            "unsupported-dimension",
        ),
        ("analytics/calls?from=2026-01-01&to=2026-01-02&group_by=year", 400, "invalid-query"),
        ("analytics/calls?from=2026-01-01", 400, "invalid-query"),
        ("analytics/calls?from=today&to=2026-01-02", 400, "invalid-query"),
        ("analytics/calls?from=2026-01-01&to=2026-01-02&sl_seconds=86401", 400, "invalid-query"),
        ("analytics/queues?from=2026-01-01&to=2026-01-02&sl_target=0", 400, "invalid-query"),
        ("analytics/queues?from=2026-01-01&to=2026-01-02&sl_target=1.01", 400, "invalid-query"),
        ("analytics/queues?from=2026-01-01&to=2026-01-02&sl_target=NaN", 400, "invalid-query"),
        ("analytics/calls?from=2026-01-01&to=2026-01-02&number=1", 422, NUMBER),
        ("analytics/calls?from=2026-01-01&to=2026-01-02&fcr_mode=luck", 400, "invalid-query"),
        ("analytics/calls?from=2026-01-01&to=2026-01-02&fcr_window_hours=0", 400, "invalid-query"),
        (
            "analytics/calls?from=2026-01-01&to=2026-01-02&fcr_window_hours=721",
            400,
            "invalid-query",
        ),
    ] {
        let answer = server.get(&format!("/api/v1/{path}")).await;
        assert_eq!((answer.status, answer.code()), (status, slug), "{path}: {}", answer.body);
        answer.is_problem(status, slug);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_message_framed_twice_is_refused_and_the_connection_closed() {
    let server = Server::start().await;
    for heads in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: x\r\n",
    ] {
        let mut stream = tokio::net::TcpStream::connect(server.address()).await.expect("connected");
        let request = format!(
            "POST /api/v1/calls HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             {heads}\r\n0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer and the end");
        assert!(answer.starts_with("HTTP/1.1 400"), "{heads}: {answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_message_sent_ahead_is_relied_on_only_where_its_framing_was_seen() {
    let server = Server::start().await;
    let mut stream = tokio::net::TcpStream::connect(server.address()).await.expect("connected");
    let ahead = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n\
                 POST /api/v1/calls HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
                 Content-Length: 5\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(ahead.as_bytes()).await.expect("written");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.expect("answers and the end");
    let statuses: Vec<&str> =
        answers.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect();
    assert_eq!(statuses, ["200", "400"], "{answers}");
    server.stop().await;
}

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let server = Server::start().await;
    let mut stream = tokio::net::TcpStream::connect(server.address()).await.expect("connected");
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: ").await.expect("written");
    let mut answer = Vec::new();
    let patience = std::time::Duration::from_secs(15);
    let ended = tokio::time::timeout(patience, stream.read_to_end(&mut answer)).await;
    let read = ended.expect("the end within 15 s");
    // The connection is closed, with an answer or without one, or reset.
    assert!(read.is_err() || !answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_paid_in_a_call_or_by_a_contact_that_is_not_there() {
    let server = Server::start().await;
    for field in ["call_id", "contact_id"] {
        let mut stranger = order(1_000);
        stranger[field] = json!("0195f3a0-0000-7000-8000-000000000000");
        let refused = pay(&server, field, stranger).await;
        refused.is_problem(422, "invalid-reference");
        assert_eq!(refused.body["errors"][0]["pointer"], format!("/{field}"), "{}", refused.body);
    }
    server.stop().await;
}
