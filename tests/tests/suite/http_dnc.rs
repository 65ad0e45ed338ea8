//! Numbers that are not to be called, over HTTP: nobody dials them, also when nobody can read them
//! any more.

use domain::Role;
use serde_json::{Value, json};

use super::http_erasure::{called, done, erase};
use super::http_kit::{Answer, Server, call_to};

const DNC: &str = "/api/v1/dnc";
const NUMBER: &str = "+420777120003";

async fn suppress(server: &Server, body: Value) -> Answer {
    server.send("POST", DNC, Some(body), &[]).await
}

async fn dial(server: &Server, key: &str, body: Value) -> Answer {
    server.create(key, body).await
}

async fn check(server: &Server, campaign: Option<&str>) -> Value {
    let body = json!({ "numbers": [NUMBER, "+420777130003"], "campaign_id": campaign });
    let checked = server.send("POST", &format!("{DNC}/check"), Some(body), &[]).await;
    assert_eq!(checked.status, 200, "{}", checked.body);
    checked.body["items"].clone()
}

fn scopes(items: &Value) -> Vec<Option<&str>> {
    items.as_array().expect("items").iter().map(|item| item["scope"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suppressed_number_is_not_dialed_until_it_is_reinstated() {
    let server = Server::start().await;
    let said = json!({ "number": "+420 777 120 003", "reason": "asked not to be called",
                       "source": "agent" });
    let made = suppress(&server, said.clone()).await;
    assert_eq!((made.status, &made.body["number"]), (201, &json!(NUMBER)), "{}", made.body);
    let again = suppress(&server, said).await;
    assert_eq!((again.status, &again.body["id"]), (201, &made.body["id"]));
    assert_eq!(again.body["version"], 1, "what is said already is no news");
    let blocked = dial(&server, "a", call_to(NUMBER)).await;
    blocked.is_problem(422, "dialing-blocked");
    assert_eq!(blocked.body["reason"], "do_not_call");
    assert_eq!(dial(&server, "b", call_to("+420777130003")).await.status, 202);
    assert_eq!(scopes(&check(&server, None).await), [Some("organization"), None]);
    server.settle().await;
    let list = server.get(&format!("{DNC}?number=%2B420777120003&active=true")).await.body;
    assert_eq!(list["items"][0]["id"], made.body["id"], "{list}");
    let path = made.header("location");
    assert_eq!(server.get(path).await.body["reason"], "asked not to be called");
    let reinstate = async |token: &str, body: Value| {
        server.with(token, "POST", &format!("{path}/reinstate"), Some(body)).await
    };
    let supervisor = server.sign_in(Role::Supervisor).await;
    let body = json!({ "reason": "asked to be called", "evidence": "letter 17" });
    reinstate(&supervisor.access, body.clone()).await.is_problem(403, "forbidden");
    reinstate(server.token(), json!({ "reason": "x" })).await.is_problem(422, "validation-failed");
    let back = reinstate(server.token(), body).await;
    assert_eq!(back.status, 200, "{}", back.body);
    assert!(back.body["reinstated_at"].is_string());
    assert_eq!(dial(&server, "c", call_to(NUMBER)).await.status, 202);
    server.settle().await;
    let list = server.get(&format!("{DNC}?active=true")).await.body;
    assert_eq!(list["items"], json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_may_have_numbers_of_its_own() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let other = server.campaign(server.token(), "other").await;
    let said = json!({ "number": NUMBER, "reason": "no", "campaign_id": campaign });
    assert_eq!(suppress(&server, said).await.status, 201);
    assert_eq!(scopes(&check(&server, None).await), [None, None]);
    assert_eq!(scopes(&check(&server, Some(&other)).await), [None, None]);
    assert_eq!(scopes(&check(&server, Some(&campaign)).await), [Some("campaign"), None]);
    let mut body = call_to(NUMBER);
    body["campaign_id"] = json!(campaign);
    dial(&server, "a", body.clone()).await.is_problem(422, "dialing-blocked");
    body["campaign_id"] = json!(other);
    assert_eq!(dial(&server, "b", body).await.status, 202);
    server.settle().await;
    let of = |query: String| format!("{DNC}?{query}");
    let list = server.get(&of(format!("campaign_id={campaign}"))).await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
    let list = server.get(&of("scope=organization".to_owned())).await.body;
    assert_eq!(list["items"], json!([]));
    server.stop().await;
}

/// N3
#[tokio::test(flavor = "multi_thread")]
async fn contact_n3_who_was_erased_is_still_not_called() {
    let server = Server::start().await;
    called(&server, NUMBER).await;
    let made = suppress(&server, json!({ "number": NUMBER, "reason": "no" })).await;
    done(&server, erase(&server, NUMBER).await.header("location")).await;
    server.settle().await;
    let entry = server.get(made.header("location")).await.body;
    assert_eq!((&entry["number"], &entry["reason"]), (&Value::Null, &json!("no")));
    dial(&server, "again", call_to(NUMBER)).await.is_problem(422, "dialing-blocked");
    assert_eq!(scopes(&check(&server, None).await), [Some("organization"), None]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_suppressed_is_said() {
    let server = Server::start().await;
    for (body, slug, pointer) in [
        (json!({ "reason": "x" }), "validation-failed", "/number"),
        (json!({ "number": NUMBER }), "validation-failed", "/reason"),
        (json!({ "number": "777", "reason": "x" }), "invalid-phone-number", "/number"),
        (json!({ "number": NUMBER, "reason": "" }), "validation-failed", "/reason"),
        (
            json!({ "number": NUMBER, "reason": "x", "expires_at": "2020-01-01T00:00:00Z" }),
            "validation-failed",
            "/expires_at",
        ),
        (
            json!({ "number": NUMBER, "reason": "x", "source": "me" }),
            "validation-failed",
            "/source",
        ),
    ] {
        let wrong = suppress(&server, body).await;
        wrong.is_problem(422, slug);
        assert_eq!(wrong.body["errors"][0]["pointer"], pointer, "{}", wrong.body);
    }
    let many: Vec<&str> = vec![NUMBER; 101];
    let path = format!("{DNC}/check");
    let check = async |numbers: Value| {
        server.send("POST", &path, Some(json!({ "numbers": numbers })), &[]).await
    };
    check(json!(many)).await.is_problem(422, "validation-failed");
    let wrong = check(json!([NUMBER, "x"])).await;
    wrong.is_problem(422, "invalid-phone-number");
    assert_eq!(wrong.body["errors"][0]["pointer"], "/numbers/1");
    server.get(&format!("{DNC}?scope=x")).await.is_problem(400, "invalid-query");
    server.stop().await;
}
