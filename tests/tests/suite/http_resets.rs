//! Contacts that are called anew, many at once, over HTTP.

use domain::Role;
use serde_json::json;

use super::http_campaigns::{active, campaign, post};
use super::http_imports::import;
use super::http_kit::Server;

const LIST: &str = "phone,attempts,outcome,tags\n\
                    +420777120101,1,sale,vip\n\
                    +420777120102,2,sale,\n\
                    +420777120103,3,not_interested,vip\n\
                    +420777120104,4,not_interested,\n";

#[tokio::test(flavor = "multi_thread")]
async fn contacts_of_a_campaign_are_called_anew_and_it_says_how_many() {
    let server = Server::start_at_work().await;
    let path = active(&server, json!({}), &["+420777120002"]).await;
    let id = path.rsplit('/').next().expect("an id");
    let mapping = json!({ "phone": ["phone"], "attempts": ["attempts"], "outcome": ["outcome"],
                          "tags": ["tags"] });
    let options = json!({ "campaign_id": id, "mapping": mapping });
    let made = import(&server, server.token(), ("list.csv", LIST), options).await;
    let over = server.until(made.header("location"), |import| import["ended_at"].is_string()).await;
    assert_eq!(over["created"], 4, "{over}");
    let ask = format!("{path}/reset-contacts");
    for (filter, count) in [
        (json!({ "outcome": ["sale"], "min_attempts": 2 }), 1),
        (json!({ "tag": "vip", "status": ["completed"] }), 2),
        (json!({ "status": ["failed"] }), 0),
        (json!({}), 1),
    ] {
        let begun = post(&server, &ask, json!({ "filter": filter })).await;
        assert_eq!((begun.status, &begun.body["status"]), (202, &json!("running")));
        let reset =
            server.until(begun.header("location"), |reset| reset["status"] == "completed").await;
        assert_eq!((&reset["reset"], &reset["id"]), (&json!(count), &begun.body["id"]), "{reset}");
        assert_eq!(reset["campaign_id"], id);
    }
    server.settle().await;
    let list = server.get(&format!("/api/v1/contacts?campaign_id={id}&status=pending")).await;
    assert_eq!(list.body["items"].as_array().map(Vec::len), Some(5), "{}", list.body);
    for contact in list.body["items"].as_array().expect("contacts") {
        assert_eq!(contact["tried"], 0, "{contact}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_cannot_be_is_refused_where_it_is_asked_for() {
    let server = Server::start_at_work().await;
    let path = active(&server, json!({}), &["+420777120002"]).await;
    let ask = format!("{path}/reset-contacts");
    post(&server, &ask, json!({})).await.is_problem(422, "validation-failed");
    for (filter, pointer) in [
        (json!({ "status": ["pending"] }), "/filter/status"),
        (json!({ "outcome": ["nothing"] }), "/filter/outcome"),
        (json!({ "min_attempts": 2, "max_attempts": 1 }), "/filter/max_attempts"),
    ] {
        let refused = post(&server, &ask, json!({ "filter": filter })).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!(pointer)));
    }
    assert_eq!(post(&server, &format!("{path}/complete"), json!({})).await.status, 200);
    let complete = post(&server, &ask, json!({ "filter": {} })).await;
    complete.is_problem(409, "invalid-state-transition");
    assert!(complete.body["allowed_commands"].to_string().contains("reopen"), "{}", complete.body);
    let nobody = format!("{path}/resets/0195f3a0-0000-7000-8000-000000000000");
    server.get(&nobody).await.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_resets_contacts_of_their_own_campaigns_and_a_key_asks_once() {
    let server = Server::start_at_work().await;
    let supervisor = server.sign_in(Role::Supervisor).await.access;
    let own = campaign(&server, json!({ "name": "Own" })).await;
    let other = campaign(&server, json!({ "name": "Other", "teams": [] })).await;
    let body = Some(json!({ "filter": {} }));
    for (campaign, status) in [(&own, 202), (&other, 403)] {
        let path = format!("{campaign}/reset-contacts");
        let answer = server.with(&supervisor, "POST", &path, body.clone()).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let key = [("idempotency-key", "once")];
    let path = format!("{other}/reset-contacts");
    let once = server.send("POST", &path, body.clone(), &key).await;
    let again = server.send("POST", &path, body, &key).await;
    assert_eq!((once.status, again.header("idempotent-replayed")), (202, "true"));
    assert_eq!(once.header("location"), again.header("location"));
    let theirs = server.with(&supervisor, "GET", once.header("location"), None).await;
    theirs.is_problem(403, "not-your-resource");
    server.stop().await;
}
