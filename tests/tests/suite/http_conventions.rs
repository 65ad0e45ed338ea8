//! The conventions of domain/01 over HTTP: who calls, what is found, how
//! commands are repeated, how lists are paged, how fresh an answer is.

use serde_json::{Value, json};

use super::http_kit::{Answer, Server, call_to};

#[tokio::test]
async fn everything_but_the_token_is_unauthenticated_in_the_same_words() {
    let server = Server::start().await;
    let wrong = format!("Bearer {}x", server.token());
    let basic = format!("Basic {}", server.token());
    let mut seen = Vec::new();
    for headers in [
        vec![],
        vec![("authorization", "Bearer ")],
        vec![("authorization", "Bearer x")],
        vec![("authorization", wrong.as_str())],
        vec![("authorization", basic.as_str())],
    ] {
        let answer = server.bare("GET", "/api/v1/calls", None, &headers).await;
        answer.is_problem(401, "unauthenticated");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        seen.push(answer.without_occurrence());
    }
    seen.dedup();
    assert_eq!(seen.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_seen_is_answered_alike() {
    let server = Server::start().await;
    let mut seen = Vec::new();
    for path in [
        "/api/v1/nothing",
        "/nothing",
        "/api/v1/calls/not-an-id",
        "/api/v1/calls/%00",
        "/api/v1/calls/01890000-0000-7000-8000-00000000ABCD",
        "/api/v1/calls/01890000-0000-7000-8000-000000000001",
        "/api/v1/calls/01890000-0000-7000-8000-000000000001/timeline",
        "/problems/nothing",
    ] {
        let answer = server.get(path).await;
        answer.is_problem(404, "not-found");
        assert_eq!(answer.body["instance"], path, "{path}");
        seen.push(answer.without_occurrence());
    }
    let note = json!({"note": "x"});
    let id = "01890000-0000-7000-8000-000000000001";
    for (method, path, body) in [
        ("POST", "notes", note.clone()),
        ("POST", "end", json!({})),
        ("POST", "disposition", json!({"code": "busy"})),
        ("PUT", "disposition", json!({"code": "busy"})),
    ] {
        let answer =
            server.send(method, &format!("/api/v1/calls/{id}/{path}"), Some(body), &[]).await;
        answer.is_problem(404, "not-found");
        seen.push(answer.without_occurrence());
    }
    let tags = Some(json!({"tags": ["a"], "metadata": {"a": 1}}));
    let answer = server.send("PATCH", &format!("/api/v1/calls/{id}"), tags, &[]).await;
    answer.is_problem(404, "not-found");
    seen.push(answer.without_occurrence());
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:#?}");
    server.stop().await;
}

#[tokio::test]
async fn methods_and_media_types_are_negotiated() {
    let server = Server::start().await;
    let answer = server.send("DELETE", "/api/v1/calls", None, &[]).await;
    answer.is_problem(405, "method-not-allowed");
    let allow = answer.header("allow").to_owned();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    server.send("TRACE", "/api/v1/calls", None, &[]).await.is_problem(405, "method-not-allowed");

    let head = server.send("HEAD", "/api/v1/calls", None, &[]).await;
    assert_eq!((head.status, &head.body), (200, &Value::Null));
    assert_eq!(head.header("content-type"), "application/json; charset=utf-8");

    let answer = server.send("GET", "/api/v1/calls", None, &[("accept", "text/html")]).await;
    answer.is_problem(406, "not-acceptable");
    for accept in ["*/*", "application/*", "text/html, application/json;q=0.5"] {
        let answer = server.send("GET", "/api/v1/calls", None, &[("accept", accept)]).await;
        assert_eq!(answer.status, 200, "{accept}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_trace_is_followed_and_every_answer_is_dressed() {
    let server = Server::start().await;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let answer = server.send("GET", "/nothing", None, &[("traceparent", parent)]).await;
    assert_eq!(answer.body["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let other = server.get("/nothing").await;
    assert_eq!(other.body["trace_id"].as_str().map(str::len), Some(32));
    for answer in [&answer, &other, &server.get("/health/live").await] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(answer.header("server"), "");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_makes_a_call_once() {
    let server = Server::start().await;
    let body = call_to("+420777120002");
    let missing = server.send("POST", "/api/v1/calls", Some(body.clone()), &[]).await;
    missing.is_problem(400, "idempotency-key-required");
    assert!(missing.header("link").contains("/problems/idempotency-key-required"));
    for key in ["", "\"\"", "a b", "é"] {
        let answer = server.create(key, body.clone()).await;
        answer.is_problem(400, "idempotency-key-invalid");
    }
    let longest = "k".repeat(255);
    server
        .create(&format!("{longest}k"), body.clone())
        .await
        .is_problem(400, "idempotency-key-invalid");
    assert_eq!(server.create(&longest, call_to("+420777120003")).await.status, 202);

    let first = server.create("one", body.clone()).await;
    assert_eq!(first.status, 202, "{}", first.body);
    let again = server.create("\"one\"", body.clone()).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.header("idempotent-replayed"), "");
    for name in ["etag", "location", "x-event-position"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
        assert!(!first.header(name).is_empty(), "{name}");
    }
    let spelled = r#"{ "metadata" : {}, "to":"+420777120002" }"#;
    let plain = server.create("two", json!({"to": "+420777120004", "metadata": {}})).await;
    assert_eq!(plain.status, 202);
    let other = server.raw("POST", "/api/v1/calls", spelled, &[("idempotency-key", "one")]).await;
    other.is_problem(422, "idempotency-key-reused");
    server.stop().await;
}

#[tokio::test]
async fn requests_at_the_same_time_with_one_key_make_one_call() {
    let server = Server::start().await;
    let requests = (0..8).map(|_| server.create("same", call_to("+420777120002")));
    let answers = futures::future::join_all(requests).await;
    let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 202).collect();
    assert!(!made.is_empty());
    for answer in &answers {
        if answer.status != 202 {
            answer.is_problem(409, "idempotency-in-progress");
        }
    }
    let mut ids: Vec<&Value> = made.iter().map(|answer| &answer.body["id"]).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let replayed = made.iter().filter(|answer| answer.header("idempotent-replayed") == "true");
    assert_eq!(replayed.count(), made.len() - 1);
    server.stop().await;
}

#[tokio::test]
async fn a_command_names_the_version_it_was_made_for() {
    let server = Server::start().await;
    let id = server.ended_call("+420777120002").await;
    let path = format!("/api/v1/calls/{id}");
    let current = server.get(&path).await;
    let tag = current.header("etag").to_owned();
    assert_eq!(tag, format!("\"v{}\"", current.body["version"]));
    let known = server.send("GET", &path, None, &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.header("etag")), (304, tag.as_str()));

    let notes = format!("{path}/notes");
    let note = || Some(json!({"note": "called back"}));
    let stale = server.send("POST", &notes, note(), &[("if-match", "\"v1\"")]).await;
    stale.is_problem(412, "version-mismatch");
    assert_eq!(stale.body["current_version"], current.body["version"]);
    assert_eq!(stale.header("etag"), tag);
    let fresh = server.send("POST", &notes, note(), &[("if-match", &tag)]).await;
    assert_eq!(fresh.status, 200, "{}", fresh.body);
    for bad in ["v1", "\"1\"", "\"v1\", \"v2\"", "W/\"v1\""] {
        let answer = server.send("POST", &notes, note(), &[("if-match", bad)]).await;
        answer.is_problem(400, "malformed-request");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_query_waits_for_what_the_caller_has_written() {
    let server = Server::start().await;
    let made = server.create("k", call_to("+420777120002")).await;
    let position = made.header("x-event-position").to_owned();
    let path = made.header("location").to_owned();
    let headers = [("x-min-position", position.as_str()), ("prefer", "wait=5")];
    let read = server.send("GET", &path, None, &headers).await;
    assert_eq!(read.status, 200, "{}", read.body);
    let seen: i64 = read.header("x-projection-position").parse().expect("a position");
    assert!(seen >= position.parse::<i64>().expect("a position"));
    assert!(!read.header("x-projection-lag-ms").is_empty());

    let never = [("x-min-position", "999999999"), ("prefer", "wait=0")];
    let lagging = server.send("GET", &path, None, &never).await;
    lagging.is_problem(503, "projection-lagging");
    assert_eq!(lagging.header("retry-after"), "1");
    for bad in [("x-min-position", "x"), ("x-min-position", "-1"), ("prefer", "wait=6")] {
        let answer = server.send("GET", &path, None, &[bad]).await;
        answer.is_problem(400, "malformed-request");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_list_is_walked_by_sealed_cursors() {
    let server = Server::start().await;
    for number in 0..5 {
        server.ended_call(&format!("+4207771{number}0002")).await;
    }
    server.settle().await;
    let whole = server.get("/api/v1/calls").await;
    let ids = |answer: &Answer| -> Vec<Value> {
        let items = answer.body["items"].as_array().expect("items");
        items.iter().map(|item| item["id"].clone()).collect()
    };
    assert_eq!(ids(&whole).len(), 5);
    assert_eq!(whole.body["next_cursor"], Value::Null);

    let mut walked = Vec::new();
    let mut path = "/api/v1/calls?limit=2".to_owned();
    let mut cursors = Vec::new();
    loop {
        let page = server.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        walked.extend(ids(&page));
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("/api/v1/calls?limit=2&cursor={cursor}");
        cursors.push(cursor.to_owned());
    }
    assert_eq!(walked, ids(&whole));

    let cursor = cursors.first().expect("a cursor");
    for path in [
        format!("/api/v1/calls?limit=2&direction=outbound&cursor={cursor}"),
        format!("/api/v1/calls?cursor={cursor}x"),
        "/api/v1/calls?cursor=x".to_owned(),
    ] {
        server.get(&path).await.is_problem(400, "invalid-cursor");
    }
    server.stop().await;
}
