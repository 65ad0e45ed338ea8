//! What a code of one's own brings about: who is called again and when, who never is, and what is
//! counted, also after the catalog has become another one.

use domain::call::{Call, CallCommand};
use domain::{CallId, OrgId, Role};
use processes::commands::Order;
use processes::dispositions;
use projections::rebuild::{RebuildOptions, rebuild_projection};
use projections::registry;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::http_campaigns::{active, call, campaign, next, post};
use super::http_dispositions::{changed, defined};
use super::http_imports::import;
use super::http_kit::{Server, commands, context};

/// Calls the next contact of a campaign: the contact, and the call, which is over.
async fn ended(server: &Server, agent: &str, path: &str) -> (String, String) {
    let given = next(server, agent, path).await["contact"]["id"].clone();
    let id = given.as_str().expect("somebody to call").to_owned();
    let made = call(server, agent, &given, &id).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let of = made.header("location").to_owned();
    server.until(&of, |call| call["ended_at"].is_string()).await;
    (format!("/api/v1/contacts/{id}"), of)
}

/// The same, and says what the call came to.
async fn came_to(server: &Server, agent: &str, path: &str, said: Value) -> (String, String) {
    let (contact, of) = ended(server, agent, path).await;
    let answer = post(server, &format!("{of}/disposition"), said).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (contact, of)
}

async fn organization(server: &Server) -> OrgId {
    let organization = server.get("/api/v1/organization").await;
    organization.body["id"].as_str().expect("an id").parse().expect("an id")
}

fn millis(value: &Value) -> i64 {
    let text = value.as_str().expect("an instant");
    text.parse::<domain::Timestamp>().expect("an instant").millis()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_ones_own_says_when_the_next_attempt_is() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let again = json!({ "category": "retry", "retry_after_minutes": 77 });
    defined(&server, "asked_later", again).await;
    let path = active(&server, json!({}), &["+420777120006"]).await;
    let (contact, of) = ended(&server, &agent, &path).await;
    // The catalog becomes another one between the look and the fact: it is too late for this call.
    let (commands, org) = (commands(&server).await, organization(&server).await);
    let call: CallId = of.rsplit('/').next().expect("an id").parse().expect("an id");
    let found = dispositions::found(&commands, org, call, "asked_later").await.expect("found");
    changed(&server, "asked_later", json!({ "retry_after_minutes": 1, "label": "Soon" })).await;
    let said = CallCommand::Disposition {
        code: "asked_later".to_owned(),
        found,
        resolved: None,
        right_party: None,
        sale: None,
        follow_up_at: None,
        note: None,
        by: "user:kit".to_owned(),
        at: server.get(&of).await.body["ended_at"].as_str().expect("one").parse().expect("one"),
    };
    let order = Order::<Call>::silent(context(org.uuid()));
    commands.carry_out(order, call.uuid(), said).await.expect("said");
    let waiting = server.until(&contact, |contact| contact["status"] == "scheduled").await;
    let said = server.until(&of, |call| call["disposition_detail"].is_object()).await;
    let said = &said["disposition_detail"];
    assert_eq!(said["label"], "Our own");
    let minutes = (millis(&waiting["next_attempt_at"]) - millis(&said["at"])) / 60_000;
    assert_eq!(minutes, 77, "{waiting}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_ones_own_keeps_the_number_from_being_called() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let never = json!({ "category": "dnc", "adds_to_dnc": true, "human_contact": true });
    defined(&server, "lawyer", never).await;
    let listed = json!({ "dispositions": ["sale"] });
    let path = active(&server, listed, &["+420777120006"]).await;
    let (contact, _) = came_to(&server, &agent, &path, json!({ "code": "lawyer" })).await;
    server.until(&contact, |contact| contact["status"] == "do_not_call").await;
    let list = "/api/v1/dnc?number=%2B420777120006&active=true";
    let list = server.until(list, |list| list["items"][0].is_object()).await;
    assert_eq!(list["items"][0]["reason"], "the call came to lawyer", "{list}");
    let blocked = server.create("again", json!({ "to": "+420777120006" })).await;
    blocked.is_problem(422, "dialing-blocked");
    server.stop().await;
}

/// The conversions that the campaign's figures and the analytics tell.
async fn conversions(server: &Server, path: &str) -> (Value, Value) {
    server.settle().await;
    let stats = server.get(&format!("{path}/stats")).await.body;
    let calls = server.get("/api/v1/calls?limit=1").await.body;
    let day = &calls["items"][0]["created_at"].as_str().expect("an instant")[..10];
    let (day, year) = (format!("{day}T00:00:00Z"), &day[..4]);
    let next: i32 = year.parse::<i32>().expect("a year") + 1;
    let asked = format!("/api/v1/analytics/calls?from={day}&to={next}-01-31");
    let metrics = server.get(&asked).await;
    assert_eq!(metrics.status, 200, "{}", metrics.body);
    (stats["conversions"].clone(), metrics.body["totals"]["conversions"]["value"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_stays_whatever_becomes_of_the_code() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let won = json!({ "category": "success", "human_contact": true, "conversion": true });
    defined(&server, "bought_both", won).await;
    let phones = ["+420777120006", "+420777130006", "+420777140006"];
    let path = active(&server, json!({}), &phones).await;
    let (first, of) = came_to(&server, &agent, &path, json!({ "code": "bought_both" })).await;
    let over = server.until(&first, |contact| contact["status"] == "completed").await;
    assert_eq!(over["outcome"], "bought_both");
    let counted = conversions(&server, &path).await;
    assert_eq!(counted, (json!(1), json!(1)));
    // From now on it is none; and what is retired still counts as what it was.
    changed(&server, "bought_both", json!({ "conversion": false, "label": "Other" })).await;
    assert_eq!(conversions(&server, &path).await, counted);
    let (second, _) = came_to(&server, &agent, &path, json!({ "code": "bought_both" })).await;
    server.until(&second, |contact| contact["status"] == "completed").await;
    assert_eq!(conversions(&server, &path).await, counted);
    changed(&server, "bought_both", json!({ "active": false })).await;
    // A standard code counts as the organization says, too.
    changed(&server, "transferred", json!({ "conversion": true })).await;
    let (third, _) = came_to(&server, &agent, &path, json!({ "code": "transferred" })).await;
    server.until(&third, |contact| contact["status"] == "completed").await;
    assert_eq!(conversions(&server, &path).await, (json!(2), json!(2)));
    let detail = server.get(&of).await.body["disposition_detail"].clone();
    assert_eq!(detail["label"], "Our own", "as it was called when it was said");
    let by_tag = server.get(&format!("{path}/stats")).await.body["by_outcome"].clone();
    assert_eq!(by_tag, json!({ "bought_both": 2, "transferred": 1 }));
    // A rebuild reads the same facts, and no catalog.
    for projection in registry() {
        let (options, never) = (RebuildOptions::default(), CancellationToken::new());
        let (name, database) = (projection.name(), server.test().database());
        let report = rebuild_projection(database, projection, &options, &|_| (), &never).await;
        let differences = report.unwrap_or_else(|fault| panic!("{name}: {fault}")).differences;
        assert_eq!(differences, Some(vec![]), "{name}");
    }
    assert_eq!(conversions(&server, &path).await, (json!(2), json!(2)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_what_another_system_came_to_in_codes_of_ones_own() {
    let server = Server::start().await;
    let won = json!({ "category": "success", "human_contact": true, "conversion": true });
    defined(&server, "bought_both", won).await;
    changed(&server, "bought_both", json!({ "active": false })).await;
    let path = campaign(&server, json!({})).await;
    let id = path.rsplit('/').next().expect("an id");
    let rows = "phone,attempts,outcome\n+420777120003,2,bought_both\n+420777120004,1,sold\n";
    let mapping = json!({ "phone": ["phone"], "attempts": ["attempts"], "outcome": ["outcome"] });
    let options = json!({ "campaign_id": id, "mapping": mapping });
    let made = import(&server, server.token(), ("list.csv", rows), options).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let over = server.until(made.header("location"), |import| import["ended_at"].is_string());
    let over = over.await;
    assert_eq!((&over["created"], &over["rejected"]), (&json!(1), &json!(1)), "{over}");
    server.settle().await;
    let stats = server.get(&format!("{path}/stats")).await.body;
    assert_eq!(
        (&stats["conversions"], &stats["by_outcome"]),
        (&json!(1), &json!({ "bought_both": 1 })),
        "{stats}"
    );
    // And whoever came to that can be called anew.
    let reset = format!("{path}/reset-contacts");
    let unknown = post(&server, &reset, json!({ "filter": { "outcome": ["sold"] } })).await;
    unknown.is_problem(422, "invalid-reference");
    let ours = post(&server, &reset, json!({ "filter": { "outcome": ["bought_both"] } })).await;
    assert_eq!(ours.status, 202, "{}", ours.body);
    let over = server.until(ours.header("location"), |reset| reset["ended_at"].is_string()).await;
    assert_eq!(over["reset"], 1, "{over}");
    server.stop().await;
}

/// Facts of a release that knew the standard codes alone say nothing of what they meant.
#[tokio::test(flavor = "multi_thread")]
async fn facts_from_before_the_catalog_count_as_they_always_did() {
    let server = Server::start().await;
    let id = server.ended_call("+420777120006").await;
    let said = json!({ "code": "sale", "sale": { "amount_minor": 100, "currency": "EUR" } });
    let path = format!("/api/v1/calls/{id}/disposition");
    assert_eq!(post(&server, &path, said).await.status, 200);
    changed(&server, "sale", json!({ "conversion": false, "requires": [] })).await;
    server.settle().await;
    let old = older(&server).await;
    assert_eq!(old, 1, "the fact is of version 1 now");
    for projection in registry().into_iter().filter(|known| known.name() == "call_facts") {
        let (options, never) = (RebuildOptions::default(), CancellationToken::new());
        let database = server.test().database();
        let report = rebuild_projection(database, projection, &options, &|_| (), &never).await;
        assert_eq!(report.expect("rebuilt").differences, Some(vec![]), "it was a conversion then");
    }
    server.stop().await;
}

/// Takes out of a fact what its code meant, as if an earlier release had written it.
async fn older(server: &Server) -> u64 {
    use sqlx::{Connection, Executor};
    let mut admin = sqlx::PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    admin.execute("ALTER TABLE events DISABLE TRIGGER ALL").await.expect("disabled");
    let changed = sqlx::query(
        "UPDATE events SET event_version = 1, \
             payload = (payload::jsonb #- '{CallDispositioned,meaning}')::json \
         WHERE event_type = 'CallDispositioned'",
    );
    changed.execute(&mut admin).await.expect("changed").rows_affected()
}
