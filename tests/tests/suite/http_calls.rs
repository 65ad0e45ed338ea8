//! Stories of calls over HTTP.

use domain::Role;
use serde_json::{Value, json};
use tests::until;

use super::http_kit::{Server, call_to};

#[tokio::test]
async fn a_call_is_dialed_rings_is_answered_and_ends() {
    let server = Server::start().await;
    let made = server
        .create(
            "story",
            json!({
                "to": "+420777120001",
                "from": "+420 222 000 111",
                "metadata": {"order": 7},
            }),
        )
        .await;
    assert_eq!(made.status, 202, "{}", made.body);
    assert_eq!(made.body["status"], "queued");
    assert_eq!(made.body["direction"], "outbound");
    assert_eq!(made.body["to"], "+420777120001");
    assert_eq!(made.body["from"], "+420222000111");
    assert_eq!(made.body["metadata"], json!({"order": 7}));
    let path = made.header("location").to_owned();
    assert_eq!(path, format!("/api/v1/calls/{}", made.body["id"].as_str().expect("an id")));

    let live = server.until(&path, |call| call["status"] == "in_progress").await;
    assert_eq!(live["to"], "+420777120001");
    assert!(live["answered_at"].is_string());

    let ended =
        server.send("POST", &format!("{path}/end"), Some(json!({"reason": "done"})), &[]).await;
    assert!(matches!(ended.status, 200 | 202), "{}", ended.body);
    let call = server.until(&path, |call| call["ended_at"].is_string()).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["end"]["status"], "completed");

    let again = server.send("POST", &format!("{path}/end"), None, &[]).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(again.header("x-event-position"), "");

    let disposed = server
        .send("POST", &format!("{path}/disposition"), Some(json!({"code": "not_interested"})), &[])
        .await;
    assert_eq!(disposed.status, 200, "{}", disposed.body);
    assert_eq!(disposed.body["disposition"], "not_interested");
    let sale = json!({
        "code": "sale",
        "sale": {"amount_minor": 1999, "currency": "EUR"},
        "reason": "called back",
    });
    let revised = server.send("PUT", &format!("{path}/disposition"), Some(sale), &[]).await;
    assert_eq!((revised.status, &revised.body["disposition"]), (200, &json!("sale")));
    let note = json!({"note": "Wants\na receipt"});
    let noted = server.send("POST", &format!("{path}/notes"), Some(note), &[]).await;
    assert_eq!(noted.status, 200, "{}", noted.body);

    let position = noted.header("x-event-position").to_owned();
    let headers = [("x-min-position", position.as_str()), ("prefer", "wait=5")];
    let timeline = server.send("GET", &format!("{path}/timeline"), None, &headers).await;
    assert_eq!(timeline.status, 200, "{}", timeline.body);
    let items = timeline.body["items"].as_array().expect("items");
    assert!(items.len() >= 6, "{}", timeline.body);
    server.stop().await;
}

#[tokio::test]
async fn metadata_is_merged_and_tags_are_set() {
    let server = Server::start().await;
    let id = server.ended_call("+420777120002").await;
    let path = format!("/api/v1/calls/{id}");
    let patch = json!({"metadata": {"a": 1, "b": {"c": 2}}, "tags": ["vip", "late"]});
    let changed = server.send("PATCH", &path, Some(patch), &[]).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.body["metadata"], json!({"a": 1, "b": {"c": 2}}));
    let patch = json!({"metadata": {"a": null, "b": {"d": 3}}, "tags": ["vip"]});
    let changed = server.send("PATCH", &path, Some(patch.clone()), &[]).await;
    assert_eq!(changed.body["metadata"], json!({"b": {"c": 2, "d": 3}}));
    assert_eq!(changed.body["tags"], json!(["vip"]));
    let version = changed.body["version"].clone();
    let same = server.send("PATCH", &path, Some(json!({"tags": ["vip"]})), &[]).await;
    assert_eq!((same.status, &same.body["version"]), (200, &version));

    for (patch, slug) in [
        (json!({}), "validation-failed"),
        (json!({"status": "completed"}), "unknown-field"),
        (json!({"tags": "vip"}), "validation-failed"),
        (json!({"metadata": null, "tags": ["vip"]}), "validation-failed"),
        (json!({"metadata": {"order": 90071992547409931234.0}}), "validation-failed"),
        (json!({"metadata": {"cvvCode": "123"}}), "card-data-not-accepted"),
        (json!({"metadata": {"a": "x".repeat(9000)}}), "validation-failed"),
    ] {
        server.send("PATCH", &path, Some(patch), &[]).await.is_problem(422, slug);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_rules_refuse_in_their_own_words() {
    let server = Server::start().await;
    let made = server.create("live", call_to("+420777120001")).await;
    let path = made.header("location").to_owned();
    server.until(&path, |call| call["status"] == "in_progress").await;

    let twice = server.create("second", call_to("+420777120001")).await;
    twice.is_problem(409, "duplicate-live-call");
    let replayed = server.create("second", call_to("+420777120001")).await;
    replayed.is_problem(409, "duplicate-live-call");
    assert_eq!(replayed.header("idempotent-replayed"), "true");

    let early = json!({"code": "busy"});
    let early = server.send("POST", &format!("{path}/disposition"), Some(early), &[]).await;
    assert_eq!(early.status, 409, "{}", early.body);
    assert!(early.body["allowed_commands"].is_array(), "{}", early.body);

    let id = server.ended_call("+420777120003").await;
    let disposition = format!("/api/v1/calls/{id}/disposition");
    let unknown = server.send("POST", &disposition, Some(json!({"code": "nothing"})), &[]).await;
    unknown.is_problem(422, "unknown-disposition");
    let bare = server.send("POST", &disposition, Some(json!({"code": "sale"})), &[]).await;
    bare.is_problem(422, "validation-failed");
    assert_eq!(bare.body["errors"][0]["pointer"], "/sale");
    for emergency in ["911", "112", "+1911"] {
        let answer = server.create(&format!("e{emergency}"), call_to(emergency)).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
    }
    server.stop().await;
}

#[tokio::test]
async fn of_many_at_once_one_reaches_the_number() {
    let server = Server::start().await;
    let keys: Vec<String> = (0..8).map(|number| format!("many{number}")).collect();
    let requests = keys.iter().map(|key| server.create(key, call_to("+420777120001")));
    let answers = futures::future::join_all(requests).await;
    let (made, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 202);
    assert_eq!(made.len(), 1);
    for other in others {
        other.is_problem(409, "duplicate-live-call");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_number_is_free_again_when_a_call_was_refused_or_has_ended() {
    let server = Server::start_with(|settings| settings.max_live_calls = 1).await;
    let wrong = json!({"to": "+420777120002", "metadata": {"a": "x".repeat(9000)}});
    server.create("wrong", wrong).await.is_problem(422, "validation-failed");
    let id = server.ended_call("+420777120002").await;
    let again = server.create("again", call_to("+420777120002")).await;
    assert_eq!(again.status, 202, "{}", again.body);
    assert_ne!(again.body["id"], id);
    let more = server.create("more", call_to("+420777120003")).await;
    more.is_problem(422, "dialing-blocked");
    assert_eq!(more.body["reason"], "concurrency_limit", "{}", more.body);
    server.stop().await;
}

#[tokio::test]
async fn calls_are_found_by_what_is_known_of_them() {
    let server = Server::start().await;
    let busy = server.ended_call("+420777120002").await;
    let silent = server.ended_call("+420777120003").await;
    let tags = json!({"tags": ["vip"]});
    server.send("PATCH", &format!("/api/v1/calls/{busy}"), Some(tags), &[]).await;
    server.settle().await;
    for (query, expected) in [
        ("status=busy", vec![&busy]),
        ("status=busy,no_answer", vec![&silent, &busy]),
        ("number=%2B420777120003", vec![&silent]),
        ("number=%2B420777120009", vec![]),
        ("tag=vip", vec![&busy]),
        ("direction=inbound", vec![]),
        ("live=true", vec![]),
    ] {
        let answer = server.get(&format!("/api/v1/calls?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        let items = answer.body["items"].as_array().expect("items");
        let ids: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    let total = server.get("/api/v1/calls?include_total=true&limit=1").await;
    assert_eq!(total.body["total"], 2);
    let first = server.get("/api/v1/calls?status=busy").await;
    assert_eq!(first.body["items"][0]["to"], "+420777120002");
    assert_eq!(first.body["total"], Value::Null);
    server.stop().await;
}

/// K, guard 11: a call is refused at once, and asked for again under the same key it may be made.
#[tokio::test]
async fn while_the_provider_does_not_answer_calls_are_refused_at_once() {
    let server = Server::start().await;
    let breaker = async || server.get("/api/v1/circuit-breakers").await.body["items"][0].clone();
    let closed = breaker().await;
    assert_eq!(
        (&closed["service"], &closed["state"]),
        (&json!("telephony:simulator"), &json!("closed"))
    );
    assert_eq!(closed["window"]["failure_rate"], Value::Null);
    for number in 0..5 {
        let key = format!("silent{number}");
        let made = server.create(&key, call_to(&format!("+42077{number}000010"))).await;
        assert_eq!(made.status, 202, "{}", made.body);
    }
    until("the provider is left alone", async || breaker().await["state"] == "open").await;
    let open = breaker().await;
    assert_eq!(
        (&open["window"]["failures"], &open["last_error"]["class"]),
        (&json!(5), &json!("timeout"))
    );
    assert_eq!(open["instances"].as_array().map(Vec::len), Some(1));
    for to in ["+420777120001", "+420777120002"] {
        // Nothing is kept with the key, so another body under it is not another request.
        let refused = server.create("refused", call_to(to)).await;
        refused.is_problem(503, "circuit-open");
        assert_eq!(refused.body["reason"], "provider_down");
        let seconds: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=30).contains(&seconds), "{seconds}");
    }
    let calls = server.get("/api/v1/calls?number=%2B420777120001").await;
    assert_eq!(calls.body["items"], json!([]));
    // No campaign begins to call either.
    let campaign = format!("/api/v1/campaigns/{}", server.campaign(server.token(), "Spring").await);
    let refused = server.send("POST", &format!("{campaign}/activate"), Some(json!({})), &[]).await;
    refused.is_problem(422, "campaign-not-ready");
    assert!(refused.body["errors"].to_string().contains("provider-down"), "{}", refused.body);
    // What was asked for before is answered as before.
    let again = server.create("silent0", call_to("+420770000010")).await;
    assert_eq!(again.status, 202, "{}", again.body);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_on_a_call_makes_no_other_one() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let at_work = format!("/api/v1/agents/{}/status", agent.user);
    let at_work =
        server.with(&agent.access, "PATCH", &at_work, Some(json!({ "status": "online" }))).await;
    assert_eq!(at_work.status, 200, "{}", at_work.body);
    let authorization = format!("Bearer {}", agent.access);
    let call = async |key: &str, to: &str| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        server.bare("POST", "/api/v1/calls", Some(call_to(to).to_string().into()), &headers).await
    };
    let first = call("first", "+420777120001").await;
    assert_eq!(first.status, 202, "{}", first.body);
    let path = format!("/api/v1/agents/{}", agent.user);
    server.until(&path, |agent| agent["activity"] == "on_call").await;
    let second = call("second", "+420777130001").await;
    second.is_problem(409, "agent-has-live-call");
    assert_eq!(second.body["reason"], "agent_busy");
    let calls = server.get("/api/v1/calls?number=%2B420777130001").await;
    assert_eq!(calls.body["items"], json!([]), "nobody was asked for it");
    assert_eq!(call("first", "+420777120001").await.status, 202, "as before");
    let nobody = "01890000-0000-7000-8000-000000000001";
    let for_nobody = json!({ "to": "+420777140001", "agent_id": nobody });
    let refused = server.create("nobody", for_nobody).await;
    refused.is_problem(422, "invalid-reference");
    assert_eq!(refused.body["errors"][0]["pointer"], "/agent_id");
    server.stop().await;
}
