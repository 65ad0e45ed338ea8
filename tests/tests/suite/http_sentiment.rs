//! Stories of how people feel in calls.

use chrono::{Duration, Utc};
use domain::Role;
use serde_json::{Value, json};

use super::http_kit::{Answer, Server, call_to};

const NUMBER: &str = "+420777120003";
const ALERTS: &str = "/api/v1/sentiment/alerts";

/// What the customer says, one thing a second.
pub async fn tell(server: &Server, call: &str, from: u32, texts: &[&str], language: Option<&str>) {
    let segments: Vec<Value> = texts
        .iter()
        .zip(from..)
        .map(|(text, at)| {
            json!({ "speaker": "customer", "start_ms": at * 1_000, "end_ms": at * 1_000 + 900,
                    "text": text })
        })
        .collect();
    let body = json!({ "segments": segments, "language": language });
    let path = format!("{call}/transcript/segments");
    let told = server.send("POST", &path, Some(body), &[]).await;
    assert_eq!(told.status, 200, "{}", told.body);
}

pub async fn complete(server: &Server, call: &str) {
    let done = server.send("POST", &format!("{call}/transcript/complete"), None, &[]).await;
    assert_eq!(done.status, 200, "{}", done.body);
}

pub fn of(call: &str) -> String {
    call.replace("/api/v1/calls/", "/api/v1/sentiment/calls/")
}

pub async fn called(server: &Server, number: &str) -> String {
    format!("/api/v1/calls/{}", server.ended_call(number).await)
}

/// The last run of a call, once it is about this version of the transcript.
pub async fn found(server: &Server, call: &str, version: u64) -> Value {
    server.until(&of(call), |run| run["transcript_version"] == version).await
}

pub async fn score(server: &Server, body: Value) -> Answer {
    server.send("POST", "/api/v1/sentiment/analyze", Some(body), &[]).await
}

#[tokio::test]
async fn a_call_that_is_over_is_looked_at_by_itself_and_again_when_it_is_corrected() {
    let server = Server::start().await;
    let call = called(&server, NUMBER).await;
    let analyze = format!("{}/analyze", of(&call));
    server.send("POST", &analyze, None, &[]).await.is_problem(409, "no-transcript");
    server.get(&of(&call)).await.is_problem(404, "not-found");
    let texts = [
        "this is a terrible disaster and I am angry",
        "it is awful, really bad",
        "ok, that helps",
        "great, thank you, you are wonderful",
    ];
    tell(&server, &call, 0, &texts, Some("en")).await;
    complete(&server, &call).await;
    let run = found(&server, &call, 6).await;
    assert_eq!((&run["engine"], &run["label"]), (&json!("vader"), &json!("negative")));
    assert_eq!(run["trend"], "improving", "{run}");
    assert_eq!(run["by_speaker"]["customer"]["utterances"], 4);
    let scores: Vec<f64> = run["utterances"]
        .as_array()
        .expect("utterances")
        .iter()
        .map(|one| one["score"].as_f64().expect("a score"))
        .collect();
    assert!(scores[0] < -0.5 && scores[3] > 0.5, "{scores:?}");
    let first = &run["utterances"][0]["triggers"][0];
    assert!(first["impact"].as_f64().expect("an impact") < 0.0, "{first}");
    let moments = run["critical_moments"].as_array().expect("moments");
    assert_eq!(moments.iter().map(|moment| &moment["seq"]).collect::<Vec<_>>(), [3, 4]);

    let again = server.send("POST", &analyze, None, &[]).await;
    assert_eq!((again.status, &again.body["run_id"]), (200, &run["run_id"]), "{}", again.body);
    let text = json!({ "text": "it is wonderful, really good" });
    let path = format!("{call}/transcript/segments/2");
    assert_eq!(server.send("PATCH", &path, Some(text), &[]).await.status, 200);
    let later = found(&server, &call, 7).await;
    assert_ne!(later["run_id"], run["run_id"]);
    assert!(later["score"].as_f64() > run["score"].as_f64(), "{later}");
    let by_id = format!("{}?run_id={}", of(&call), run["run_id"].as_str().expect("an id"));
    assert_eq!(server.get(&by_id).await.body["score"], run["score"], "earlier runs stay");
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_nobody_understands_has_no_score_and_is_not_neutral() {
    let server = Server::start().await;
    let call = called(&server, NUMBER).await;
    let texts = ["dobrý den, chtěl bych zrušit svou objednávku", "to je hrozné"];
    tell(&server, &call, 0, &texts, None).await;
    complete(&server, &call).await;
    let run = found(&server, &call, 4).await;
    assert_eq!((&run["score"], &run["label"]), (&Value::Null, &Value::Null), "{run}");
    assert_eq!((&run["reason"], &run["language"]), (&json!("language_unsupported"), &json!("cs")));
    let unknown = score(&server, json!({ "text": "to je hrozné", "language": "cs" })).await;
    assert_eq!((unknown.status, &unknown.body["label"]), (200, &Value::Null));
    assert_eq!(unknown.body["reason"], "language_unsupported");
    server.stop().await;
}

#[tokio::test]
async fn somebody_is_told_while_the_customer_is_angry_and_can_say_that_they_know() {
    let server = Server::start().await;
    let call = live(&server).await;
    let angry = ["this is terrible", "it is awful and horrible", "I hate it, you are useless"];
    tell(&server, &call, 0, &angry, Some("en")).await;
    let live = format!("{}/live", of(&call));
    let heard = server.until(&live, |live| live["heard"] == 3).await;
    assert_eq!(heard["alerts"][0]["kind"], "frustration", "{heard}");
    assert!(heard["rolling"].as_f64().expect("a score") < -0.5, "{heard}");
    let list = "/api/v1/sentiment/alerts?state=open";
    let alerts = server.until(list, |list| list["items"][0].is_object()).await;
    let alert = &alerts["items"][0];
    assert_eq!((&alert["kind"], &alert["seq"]), (&json!("frustration"), &json!(3)));
    let id = alert["id"].as_str().expect("an id");
    let known = format!("/api/v1/sentiment/alerts/{id}/acknowledge");
    let done = server.send("POST", &known, None, &[]).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(done.body["alerts"][0]["acknowledged_by"].is_string(), "{}", done.body);
    let acknowledged = "/api/v1/sentiment/alerts?state=acknowledged&kind=frustration";
    server.until(acknowledged, |list| list["items"][0]["id"] == id).await;

    let manager = ["I want to speak to a manager"];
    tell(&server, &call, 10, &manager, None).await;
    let more = "/api/v1/sentiment/alerts?kind=escalation&severity=critical";
    server.until(more, |list| list["items"][0].is_object()).await;
    complete(&server, &call).await;
    server.until("/api/v1/sentiment/alerts?state=cleared", |l| l["items"][1].is_object()).await;
    let over = server.send("POST", &known, None, &[]).await;
    over.is_problem(404, "not-found");
    let unknown = "/api/v1/sentiment/alerts?state=loud";
    server.get(unknown).await.is_problem(400, "invalid-query");
    server.stop().await;
}

#[tokio::test]
async fn a_trend_counts_each_call_once_and_is_null_where_nothing_is_known() {
    let server = Server::start().await;
    let days = |days| (Utc::now() + Duration::days(days)).format("%Y-%m-%d").to_string();
    let path = format!("/api/v1/sentiment/trends?from={}&to={}", days(-2), days(1));
    let empty = server.get(&path).await;
    assert_eq!(empty.status, 200, "{}", empty.body);
    assert_eq!((&empty.body["engine_version"], &empty.body["slope"]), (&Value::Null, &Value::Null));
    assert_eq!(empty.body["series"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        (&empty.body["total"]["n"], &empty.body["total"]["mean"]),
        (&json!(0), &Value::Null)
    );

    let mut scores = Vec::new();
    let texts = ["this is terrible", "it is great", "see you on monday"];
    for (number, text) in (0..).zip(texts) {
        let call = answered(&server, &format!("+42077712{number:03}1")).await;
        tell(&server, &call, 0, &[text], Some("en")).await;
        complete(&server, &call).await;
        let run = found(&server, &call, 3).await;
        scores.push(run["score"].as_f64().expect("a score"));
    }
    server.settle().await;
    let trend = server.get(&path).await.body;
    let can_change = |bucket: usize| trend["series"][bucket]["provisional"].clone();
    assert_eq!((can_change(0), can_change(2)), (json!(false), json!(true)), "today is not over");
    let total = &trend["total"];
    assert_eq!((&total["n"], &trend["engine_version"]), (&json!(3), &json!("3.3.2-1")), "{trend}");
    let mean = scores.iter().sum::<f64>() / 3.0;
    assert!((total["mean"].as_f64().expect("a mean") - mean).abs() < 0.000_051, "{total}");
    assert_eq!(total["median"].as_f64(), Some(0.0));
    assert_eq!(total["negative_share"].as_f64(), Some(0.333_333));
    let counted = |bucket: &Value| bucket["n"].as_i64().expect("a count");
    let series = trend["series"].as_array().expect("buckets");
    assert_eq!(series.iter().map(counted).sum::<i64>(), 3);
    assert_eq!(trend["direction"], "insufficient_data");
    let other = server.get(&format!("{path}&engine_version=0")).await.body;
    assert_eq!((&other["total"]["n"], &other["versions"][0]["calls"]), (&json!(0), &json!(3)));

    for (query, status, slug) in [
        ("from=2026-03-02&to=2026-03-01", 422, "invalid-range"),
        ("from=2024-03-02&to=2026-03-01", 422, "invalid-range"),
        ("from=2026-03-01&to=2026-04-30&group_by=15m", 422, "too-many-buckets"),
        ("from=2026-03-01&to=2026-03-02&tz=Mars", 422, "invalid-time-zone"),
        ("from=2026-03-01&to=2026-03-02&group_by=year", 400, "invalid-query"),
        ("from=2026-03-01", 400, "invalid-query"),
    ] {
        let refused = server.get(&format!("/api/v1/sentiment/trends?{query}")).await;
        assert_eq!((refused.status, refused.code()), (status, slug), "{query} {}", refused.body);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_call_whose_score_is_gone_is_in_no_trend() {
    let server = Server::start().await;
    let days = |days| (Utc::now() + Duration::days(days)).format("%Y-%m-%d").to_string();
    let path = format!("/api/v1/sentiment/trends?from={}&to={}", days(-2), days(1));
    let call = answered(&server, "+420777120001").await;
    tell(&server, &call, 0, &["this is a wonderful day and I am so very happy with everything that you have done for us"], None).await;
    complete(&server, &call).await;
    found(&server, &call, 3).await;
    server.settle().await;
    assert_eq!(server.get(&path).await.body["total"]["n"], 1);
    let text = json!({ "text": "dobrý den, chtěl bych zrušit svou objednávku" });
    let segment = format!("{call}/transcript/segments/1");
    assert_eq!(server.send("PATCH", &segment, Some(text), &[]).await.status, 200);
    let run = found(&server, &call, 4).await;
    assert_eq!(run["reason"], "language_unsupported", "{run}");
    server.settle().await;
    assert_eq!(server.get(&path).await.body["total"]["n"], 0);
    server.stop().await;
}

#[tokio::test]
async fn nobody_has_to_know_of_a_call_that_is_over_and_of_what_is_so_no_longer() {
    let server = Server::start().await;
    let call = live(&server).await;
    let angry = ["this is terrible", "it is awful and horrible", "I hate it, you are useless"];
    let happy = ["great, wonderful", "perfect, I love it", "excellent, thank you so much"];
    tell(&server, &call, 0, &angry, Some("en")).await;
    let first = server.until(ALERTS, |list| list["items"][0]["state"] == "open").await;
    tell(&server, &call, 10, &happy, None).await;
    server.until(ALERTS, |list| list["items"][0]["state"] == "cleared").await;
    tell(&server, &call, 20, &angry, None).await;
    let open = server.until(ALERTS, |list| list["items"][0]["state"] == "open").await;
    let id = first["items"][0]["id"].as_str().expect("an id");
    assert_ne!(open["items"][0]["id"], id);
    let known = format!("/api/v1/sentiment/alerts/{id}/acknowledge");
    server.send("POST", &known, None, &[]).await.is_problem(404, "not-found");
    assert!(server.send("POST", &format!("{call}/end"), None, &[]).await.status < 300);
    server.until(ALERTS, |list| list["items"][0]["state"] == "cleared").await;
    server.stop().await;
}

#[tokio::test]
async fn a_burst_of_what_was_said_is_heard_whole() {
    let server = Server::start().await;
    let call = live(&server).await;
    for batch in 0..3_u32 {
        let segments: Vec<Value> = (0..200_u32)
            .map(|one| {
                let at = batch * 200 + one;
                let text = if at % 4 == 0 { "what do you mean" } else { "well" };
                json!({ "speaker": "customer", "start_ms": at, "end_ms": at, "text": text })
            })
            .collect();
        let body = json!({ "segments": segments, "language": "en" });
        let path = format!("{call}/transcript/segments");
        assert_eq!(server.send("POST", &path, Some(body), &[]).await.status, 200);
    }
    server.until(&format!("{}/live", of(&call)), |live| live["heard"] == 600).await;
    server.stop().await;
}

#[tokio::test]
async fn a_call_of_nothing_but_emojis_has_a_sentiment() {
    let server = Server::start().await;
    let call = called(&server, NUMBER).await;
    let laughing = "\u{1f600}".repeat(2_000);
    tell(&server, &call, 0, &[laughing.as_str(); 60], Some("en")).await;
    complete(&server, &call).await;
    let run = found(&server, &call, 62).await;
    assert_eq!(run["label"], "positive");
    server.stop().await;
}

/// A call that was answered and goes on.
pub async fn live(server: &Server) -> String {
    let made = server.create("live", call_to("+420777120001")).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let path = made.header("location").to_owned();
    server.until(&path, |call| call["answered_at"].is_string()).await;
    path
}

/// A call that was answered and is over.
async fn answered(server: &Server, number: &str) -> String {
    let made = server.create(number, call_to(number)).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let path = made.header("location").to_owned();
    server.until(&path, |call| call["answered_at"].is_string()).await;
    assert!(server.send("POST", &format!("{path}/end"), None, &[]).await.status < 300);
    path
}

#[tokio::test]
async fn texts_of_nobody_are_scored_and_bad_ones_are_named() {
    let server = Server::start().await;
    let good = score(&server, json!({ "text": "I love it!", "language": "en-GB" })).await;
    assert_eq!((good.status, &good.body["label"]), (200, &json!("positive")), "{}", good.body);
    assert_eq!(good.body["triggers"][0]["term"], "love");
    let batch = json!({ "texts": [{ "text": "I love it", "language": "en" }, { "text": "?" }] });
    let batch = server.send("POST", "/api/v1/sentiment/analyze/batch", Some(batch), &[]).await;
    assert_eq!((batch.status, &batch.body["items"][1]["score"]), (200, &Value::Null));
    for (body, pointer) in [
        (json!({ "text": "" }), "/text"),
        (json!({ "text": "x".repeat(5_001) }), "/text"),
        (json!({ "text": "a\u{7}" }), "/text"),
        (json!({ "text": "a", "language": "english" }), "/language"),
        (json!({}), "/text"),
    ] {
        let refused = score(&server, body).await;
        refused.is_problem(422, "validation-failed");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let card = json!({ "text": "4242 4242 4242 4242" });
    score(&server, card).await.is_problem(422, "card-data-not-accepted");
    for texts in [json!([]), json!(vec![json!({ "text": "a" }); 51])] {
        let body = json!({ "texts": texts });
        let many = server.send("POST", "/api/v1/sentiment/analyze/batch", Some(body), &[]).await;
        assert_eq!(many.body["errors"][0]["pointer"], "/texts", "{}", many.body);
    }
    server.stop().await;
}

#[tokio::test]
async fn an_agent_sees_how_their_own_customers_feel() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let call = called(&server, NUMBER).await;
    tell(&server, &call, 0, &["this is great"], Some("en")).await;
    complete(&server, &call).await;
    found(&server, &call, 3).await;
    for path in [of(&call), format!("{}/live", of(&call))] {
        let seen = server.with(&agent.access, "GET", &path, None).await;
        seen.is_problem(403, "not-your-resource");
    }
    let analyst = server.sign_in(Role::Analyst).await;
    let seen = server.with(&analyst.access, "GET", &of(&call), None).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert!(!seen.text.contains("this is great"), "no analyst reads what was said");
    server.stop().await;
}

#[tokio::test]
async fn a_call_says_how_much_was_said_and_what_was_found_and_its_tag_tells_them_apart() {
    let server = Server::start().await;
    let call = called(&server, NUMBER).await;
    let bare = server.get(&call).await;
    assert_eq!((&bare.body["transcript"], &bare.body["sentiment"]), (&Value::Null, &Value::Null));
    let mut tags = vec![bare.header("etag").to_owned()];
    tell(&server, &call, 0, &["this is great, thank you", "you are wonderful"], Some("en")).await;
    complete(&server, &call).await;
    // Started, said twice, completed.
    let run = found(&server, &call, 4).await;
    let look = async |texts: &[(&str, Value)]| {
        let fits = |seen: &Value| texts.iter().all(|(path, fits)| seen.pointer(path) == Some(fits));
        server.until(&call, fits).await;
        let full = server.get(&call).await;
        let tag = full.header("etag").to_owned();
        let same = server.send("GET", &call, None, &[("if-none-match", &tag)]).await;
        assert_eq!((same.status, same.header("etag")), (304, tag.as_str()));
        tag
    };
    let seen = json!({ "status": "completed", "segments": 2, "words": 8, "language": "en" });
    let felt = json!({ "score": run["score"], "label": "positive", "trend": "insufficient_data",
                       "engine_version": run["engine_version"] });
    tags.push(look(&[("/transcript", seen), ("/sentiment", felt)]).await);
    // The call does not change by what is corrected in its transcript, but what is answered does.
    let path = format!("{call}/transcript/segments/1");
    let body = json!({ "text": "this is awful" });
    assert_eq!(server.send("PATCH", &path, Some(body), &[]).await.status, 200);
    let again = found(&server, &call, 5).await;
    assert_ne!(again["score"], run["score"]);
    let corrected = [("/transcript/words", json!(6)), ("/sentiment/score", again["score"].clone())];
    tags.push(look(&corrected).await);
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{tags:?}");
    let old = server.send("GET", &call, None, &[("if-none-match", &tags[1])]).await;
    assert_eq!(old.status, 200, "it is another answer");
    // Whoever changes the call may name what was read of it.
    let fields = json!({ "tags": ["vip"] });
    let change = async |tag: &str| {
        let headers = [("if-match", tag)];
        server.send("PATCH", &call, Some(fields.clone()), &headers).await
    };
    for malformed in ["\"v7-\"", "\"v-t1\"", "\"v7-t 1\""] {
        change(malformed).await.is_problem(400, "malformed-request");
    }
    assert_eq!(change(&tags[2]).await.status, 200);
    change(&tags[2]).await.is_problem(412, "version-mismatch");
    server.stop().await;
}
