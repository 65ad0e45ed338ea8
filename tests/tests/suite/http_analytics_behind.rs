//! From a number to its calls, over HTTP: who sees which, and what is no cell.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Role;
use serde_json::{Value, json};

use super::http_kit::{Answer, Server, SignedIn, call_to};
use super::http_teams::ask;

const YEAR: &str = "from=2026-01-01&to=2027-01-01&tz=Europe/Prague";

async fn get(server: &Server, who: &SignedIn, path: &str) -> Answer {
    ask(server, who, ("GET", path), None).await
}

/// The only cell of a question.
async fn cell(server: &Server, who: &SignedIn, more: &str) -> Value {
    let answer = get(server, who, &format!("/api/v1/analytics/calls?{YEAR}{more}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["series"][0].clone()
}

fn name(cell: &Value) -> &str {
    cell["cell"].as_str().expect("a name")
}

fn ids(list: &Answer) -> Vec<String> {
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.body["items"].as_array().expect("items").iter();
    items.map(|call| call["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_a_figure_sees_its_calls_as_far_as_they_see_anyway() {
    let server = Server::start().await;
    let (admin, boss, agent, analyst) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
        server.sign_in(Role::Analyst).await,
    );
    for number in ["+420777140003", "+420777150003", "+420777160003"] {
        server.ended_call(number).await;
    }
    let theirs =
        server.with(&agent.access, "POST", "/api/v1/calls", Some(call_to("+420777120006")));
    let theirs = theirs.await.header("location").to_owned();
    server.until(&theirs, |call| call["ended_at"].is_string()).await;
    let body = json!({ "code": "not_interested" });
    let path = format!("{theirs}/disposition");
    assert_eq!(server.with(&agent.access, "POST", &path, Some(body)).await.status, 200);
    server.settle().await;
    let all = cell(&server, &admin, "").await;
    assert_eq!(all["metrics"]["calls"]["value"], 4, "{all}");
    let list = format!("/api/v1/calls?cell={}", name(&all));
    let whole = get(&server, &admin, &format!("{list}&include_total=true")).await;
    assert_eq!((ids(&whole).len(), &whole.body["total"]), (4, &json!(4)), "{}", whole.body);
    // Page by page each is there once, in the order of the list.
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&server, &admin, &format!("{list}&limit=1{cursor}")).await;
        paged.extend(ids(&page));
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, ids(&whole));
    let mine = vec![theirs.rsplit('/').next().expect("an id").to_owned()];
    let answered = format!("{list}&figure=answered_calls");
    assert_eq!(ids(&get(&server, &admin, &answered).await), mine);
    // A name is no key: agents and supervisors see what they see anyway.
    for who in [&boss, &agent] {
        assert_eq!(ids(&get(&server, who, &list).await), mine);
    }
    let other = cell(&server, &admin, &format!("&agent_id={}", admin.user)).await;
    let other = format!("/api/v1/calls?cell={}", name(&other));
    get(&server, &boss, &other).await.is_problem(403, "not-your-resource");
    let own = cell(&server, &boss, "&dimensions=disposition,hour_of_day").await;
    let own = get(&server, &admin, &format!("/api/v1/calls?cell={}", name(&own))).await;
    assert_eq!(ids(&own), mine);
    // A question for a number is not written down: it would outlive whose number it was.
    let number = cell(&server, &admin, "&number=%2B420777120006").await;
    assert_eq!((&number["metrics"]["calls"]["value"], &number["cell"]), (&json!(1), &Value::Null));
    assert_eq!(ids(&get(&server, &analyst, &list).await).len(), 4);
    // Another organization has no calls behind it, whosever agents it names.
    let zoe = json!({ "email": "zoe@example.com", "password": "a bicycle made of cheese",
                      "display_name": "Zoe", "organization_name": "Acme" });
    assert_eq!(server.open("/api/v1/auth/register", zoe).await.status, 201);
    let zoe = server.enter("zoe@example.com", "a bicycle made of cheese").await;
    for list in [&list, &other] {
        let path = format!("{list}&include_total=true");
        let seen = get(&server, &zoe, &path).await;
        assert_eq!((ids(&seen), &seen.body["total"]), (vec![], &json!(0)), "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_cell_is_refused_by_its_name() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let good = cell(&server, &admin, "&dimensions=weekday&group_by=none").await;
    assert_eq!(good, Value::Null, "nobody has called");
    let good = cell(&server, &admin, "").await;
    let good = name(&good).to_owned();
    let key = URL_SAFE_NO_PAD.decode(&good).expect("base64");
    let key: Value = serde_json::from_slice(&key).expect("JSON");
    let changed = |field: &str, value: Value| {
        let mut key = key.clone();
        key[field] = value;
        URL_SAFE_NO_PAD.encode(key.to_string())
    };
    for bad in [
        String::new(),
        "x".to_owned(),
        "x".repeat(5_000),
        format!("{good}A"),
        good[1..].to_owned(),
        URL_SAFE_NO_PAD.encode("{}"),
        URL_SAFE_NO_PAD.encode("[1]"),
        changed("to", key["from"].clone()),
        changed("to", json!("2028-01-01T00:00:00.000Z")),
        changed("from", json!("1960-01-01T00:00:00.000Z")),
        changed("tz", json!("Mars/Base")),
        changed("org", json!("x")),
        changed("groups", json!([["weekday", "8"]])),
        changed("groups", json!([["hour_of_day", null]])),
        changed("groups", json!([["queue", "a\u{0}"]])),
        changed("groups", json!([["queue", "a"], ["queue", "b"]])),
        changed("groups", json!([["queue", "a"], ["agent", "b"], ["campaign", "c"]])),
        changed("queues", json!(["01890000-0000-7000-8000-000000000001"].repeat(101))),
    ] {
        let refused = server.get(&format!("/api/v1/calls?cell={bad}")).await;
        refused.is_problem(422, "validation-failed");
        assert_eq!(refused.body["errors"][0]["pointer"], "?cell", "{bad}");
    }
    for (more, pointer) in [
        ("&figure=fcr", "?figure"),
        ("&figure=beauty", "?figure"),
        ("&tag=x", "?tag"),
        ("&live=true", "?live"),
        ("&cell=x", "?cell"),
    ] {
        let refused = server.get(&format!("/api/v1/calls?cell={good}{more}")).await;
        refused.is_problem(400, "invalid-query");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{more}: {}", refused.body);
    }
    server.get("/api/v1/calls?figure=calls").await.is_problem(400, "invalid-query");
    server.stop().await;
}
