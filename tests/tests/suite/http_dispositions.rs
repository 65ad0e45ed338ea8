//! What calls can come to, over HTTP: defined, changed, retired, and chosen where it can be.

use domain::disposition::{Category, Definition, Meaning};
use domain::{OrgId, Role, UserId};
use processes::commands::Order;
use processes::dispositions;
use serde_json::{Value, json};
use uuid::Uuid;

use super::http_campaigns::{active, call, campaign, next, post};
use super::http_kit::{Answer, Server, commands, context};

const PATH: &str = "/api/v1/dispositions";

/// A code of one's own that is the end of it.
pub(super) fn own(code: &str, fields: Value) -> Value {
    let mut body = json!({ "code": code, "label": "Our own", "category": "failure" });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

pub(super) async fn defined(server: &Server, code: &str, fields: Value) -> Answer {
    let made = post(server, PATH, own(code, fields)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made
}

pub(super) async fn changed(server: &Server, code: &str, change: Value) -> Answer {
    let path = format!("{PATH}/{code}");
    let answer = server.send("PATCH", &path, Some(change), &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

async fn codes(server: &Server, query: &str) -> Vec<String> {
    let list = server.get(&format!("{PATH}{query}")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.body["items"].as_array().expect("items").iter();
    items.map(|item| item["code"].as_str().expect("a code").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_defines_changes_and_retires_codes_of_its_own() {
    let server = Server::start().await;
    let list = server.get(PATH).await;
    assert_eq!(list.body["items"].as_array().expect("items").len(), 15);
    assert_eq!(list.header("etag"), "\"v0\"", "the standard ones are there without a fact");
    let body = own("moved_away", json!({ "human_contact": true, "resolves": true }));
    let made = server.send("POST", PATH, Some(body.clone()), &[("idempotency-key", "one")]).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"v1\""), "{}", made.body);
    assert_eq!(made.header("location"), format!("{PATH}/moved_away"));
    let again = server.send("POST", PATH, Some(body), &[("idempotency-key", "one")]).await;
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&made.body, "true"));
    let other = own("moved_away", json!({ "label": "Something else" }));
    post(&server, PATH, other).await.is_problem(409, "duplicate-resource");
    let path = made.header("location");
    let got = server.get(path).await;
    assert_eq!((&got.body, got.header("etag")), (&made.body, "\"v1\""));
    assert_eq!(
        got.body,
        json!({ "code": "moved_away", "label": "Our own", "category": "failure",
                "human_contact": true, "right_party": false, "conversion": false,
                "resolves": true, "adds_to_dnc": false, "requires": [],
                "retry_after_minutes": null, "topic": null, "campaign_ids": [],
                "active": true })
    );
    let label = Some(json!({ "label": "Moved away" }));
    let seen = [("if-match", "\"v1\"")];
    let changed = server.send("PATCH", path, label.clone(), &seen).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"v2\""), "{}", changed.body);
    assert_eq!(changed.body["label"], "Moved away");
    server.send("PATCH", path, label, &seen).await.is_problem(412, "version-mismatch");
    let retired = server.send("PATCH", path, Some(json!({ "active": false })), &[]).await;
    assert_eq!((retired.status, &retired.body["active"]), (200, &json!(false)));
    assert!(!codes(&server, "?active=true").await.contains(&"moved_away".to_owned()));
    assert_eq!(codes(&server, "?active=false").await, ["moved_away"]);
    assert_eq!(codes(&server, "").await.len(), 16, "it stays: calls name it");
    let nothing = server.send("PATCH", path, Some(json!({ "active": false })), &[]).await;
    assert_eq!((nothing.status, nothing.header("x-event-position")), (200, ""));
    server.get(&format!("{PATH}/sold")).await.is_problem(404, "not-found");
    let unknown = server.send("PATCH", &format!("{PATH}/sold"), Some(json!({})), &[]).await;
    unknown.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_code_cannot_be_is_said_by_field() {
    let server = Server::start().await;
    let nobodys = "0195f3a0-0000-7000-8000-000000000000";
    for (fields, slug, pointer, reason) in [
        (json!({ "code": "Sold!" }), "validation-failed", "/code", "invalid-code"),
        (json!({ "code": "max_attempts" }), "validation-failed", "/code", "reserved"),
        (json!({ "label": "" }), "validation-failed", "/label", "empty"),
        (json!({ "category": "system" }), "validation-failed", "/category", "reserved"),
        (json!({ "category": "dnc" }), "validation-failed", "/adds_to_dnc", "inconsistent"),
        (json!({ "adds_to_dnc": true }), "validation-failed", "/adds_to_dnc", "inconsistent"),
        (json!({ "category": "callback" }), "validation-failed", "/requires", "inconsistent"),
        (json!({ "requires": ["sale"] }), "validation-failed", "/requires", "inconsistent"),
        (json!({ "category": "retry" }), "validation-failed", "/retry_after_minutes", "required"),
        (
            json!({ "category": "retry", "retry_after_minutes": 43_201 }),
            "validation-failed",
            "/retry_after_minutes",
            "out-of-range",
        ),
        (json!({ "conversion": true }), "validation-failed", "/conversion", "inconsistent"),
        (json!({ "right_party": true }), "validation-failed", "/right_party", "inconsistent"),
        (
            json!({ "campaign_ids": [nobodys] }),
            "invalid-reference",
            "/campaign_ids",
            "invalid-reference",
        ),
    ] {
        let refused = post(&server, PATH, own("moved_away", fields)).await;
        refused.is_problem(422, slug);
        let error = &refused.body["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(reason)));
    }
    for (body, slug) in [
        (own("x_1", json!({ "category": "lost" })), "validation-failed"),
        (own("x_1", json!({ "requires": ["money"] })), "validation-failed"),
        (own("x_1", json!({ "theme": "x" })), "unknown-field"),
        (own("x_1", json!({ "label": "4242 4242 4242 4242" })), "card-data-not-accepted"),
        (json!({ "code": "x_1" }), "validation-failed"),
    ] {
        post(&server, PATH, body).await.is_problem(422, slug);
    }
    for (code, change, pointer) in [
        ("no_disposition", json!({ "label": "Nothing" }), "/label"),
        ("dropped", json!({ "active": false }), "/active"),
        ("do_not_call", json!({ "adds_to_dnc": false }), "/adds_to_dnc"),
        ("sale", json!({ "category": "failure" }), "/category"),
    ] {
        let refused = server.send("PATCH", &format!("{PATH}/{code}"), Some(change), &[]).await;
        refused.is_problem(422, "validation-failed");
        let error = &refused.body["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!("fixed")));
    }
    assert_eq!(server.get(PATH).await.header("etag"), "\"v0\"", "nothing of this has happened");
    server.get(&format!("{PATH}?active=perhaps")).await.is_problem(400, "invalid-query");
    server.get(&format!("{PATH}?code=sale")).await.is_problem(400, "invalid-query");
    server.stop().await;
}

/// The catalog of another organization, which defines a code of the same name.
#[tokio::test(flavor = "multi_thread")]
async fn one_organization_has_nothing_of_what_another_one_defines() {
    let server = Server::start().await;
    let (commands, other) = (commands(&server).await, OrgId::from(Uuid::from_u128(0x0b)));
    let theirs = Definition {
        meaning: Meaning {
            label: "Theirs".to_owned(),
            category: Category::Success,
            human_contact: true,
            right_party: true,
            conversion: true,
            resolves: true,
            adds_to_dnc: false,
            retry_after_minutes: None,
            topic: None,
        },
        requires: Vec::new(),
        campaign_ids: Vec::new(),
    };
    let define = async |code: &str| {
        let order = Order::silent(context(other.uuid()));
        let by = UserId::from(Uuid::from_u128(7));
        let new = (code.to_owned(), theirs.clone());
        dispositions::define(&commands, order, new, by).await.expect("defined");
    };
    define("only_theirs").await;
    define("of_both").await;
    server.get(&format!("{PATH}/only_theirs")).await.is_problem(404, "not-found");
    defined(&server, "of_both", json!({})).await;
    assert_eq!(server.get(&format!("{PATH}/of_both")).await.body["label"], "Our own");
    let (catalog, version) = dispositions::catalog(&commands, other).await.expect("theirs");
    assert_eq!((catalog.find("of_both").expect("one").meaning(), version), (&theirs.meaning, 2));
    let id = server.ended_call("+420777120006").await;
    let said = format!("/api/v1/calls/{id}/disposition");
    let unknown = post(&server, &said, json!({ "code": "only_theirs" })).await;
    unknown.is_problem(422, "unknown-disposition");
    server.stop().await;
}

/// A call of a campaign that is over, and where to say what it came to.
async fn over(server: &Server, agent: &str, path: &str) -> String {
    let given = next(server, agent, path).await["contact"]["id"].clone();
    let made = call(server, agent, &given, given.as_str().expect("an id")).await;
    assert_eq!(made.status, 202, "{}", made.body);
    server.until(made.header("location"), |call| call["ended_at"].is_string()).await;
    format!("{}/disposition", made.header("location"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_chosen_where_the_catalog_and_the_campaign_have_it() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let all = active(&server, json!({ "name": "All" }), &["+420777120006"]).await;
    let id = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
    defined(&server, "gone", json!({})).await;
    defined(&server, "moved_away", json!({})).await;
    let few = json!({ "name": "Few", "dispositions": ["gone", "busy"] });
    let few = active(&server, few, &["+420777130006"]).await;
    defined(&server, "only_few", json!({ "campaign_ids": [id(&few)] })).await;
    changed(&server, "gone", json!({ "active": false })).await;
    assert_eq!(server.get(&all).await.body["dispositions"], Value::Null);
    let of = |path: &str| format!("?campaign_id={}", id(path));
    assert_eq!(codes(&server, &of(&few)).await, ["busy", "do_not_call"]);
    let of_all = codes(&server, &of(&all)).await;
    assert!(of_all.contains(&"moved_away".to_owned()) && of_all.len() == 16, "{of_all:?}");
    let nobodys = "?campaign_id=0195f3a0-0000-7000-8000-000000000000";
    assert_eq!(codes(&server, nobodys).await, Vec::<String>::new());
    for (campaign, code, reason) in [
        (&few, "gone", "retired"),
        (&few, "moved_away", "not_of_campaign"),
        (&few, "only_few", "not_of_campaign"),
        (&all, "only_few", "not_of_campaign"),
    ] {
        let said = if campaign == &few { &few } else { &all };
        let said = said_of(&server, &agent, said).await;
        let refused = post(&server, &said, json!({ "code": code })).await;
        refused.is_problem(422, "unknown-disposition");
        assert_eq!(refused.body["reason"], reason, "{code}: {}", refused.body);
    }
    // A code that comes later is one of those that a campaign has which names none.
    defined(&server, "later", json!({})).await;
    let said = said_of(&server, &agent, &all).await;
    assert_eq!(post(&server, &said, json!({ "code": "later" })).await.status, 200);
    let said = said_of(&server, &agent, &few).await;
    post(&server, &said, json!({ "code": "later" })).await.is_problem(422, "unknown-disposition");
    let never = post(&server, &said, json!({ "code": "do_not_call" })).await;
    assert_eq!(never.status, 200, "whoever says so is taken at their word: {}", never.body);
    server.stop().await;
}

/// Where to say what the only call of a campaign came to; it is made where there is none.
async fn said_of(server: &Server, agent: &str, campaign: &str) -> String {
    server.settle().await;
    let id = campaign.rsplit('/').next().expect("an id");
    let calls = server.get(&format!("/api/v1/calls?campaign_id={id}")).await.body;
    match calls["items"][0]["id"].as_str() {
        Some(call) => format!("/api/v1/calls/{call}/disposition"),
        None => over(server, agent, campaign).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_is_left_without_a_code_is_not_ready() {
    let server = Server::start().await;
    defined(&server, "gone", json!({})).await;
    let path = campaign(&server, json!({ "dispositions": ["gone"] })).await;
    changed(&server, "gone", json!({ "active": false })).await;
    server.settle().await;
    let readiness = server.get(&format!("{path}/readiness")).await.body;
    let lacks = |body: &Value| {
        let errors = body["errors"].as_array().expect("errors").clone();
        errors.iter().any(|error| error["code"] == "no-dispositions")
    };
    assert!(lacks(&readiness), "{readiness}");
    let refused = post(&server, &format!("{path}/activate"), json!({})).await;
    refused.is_problem(422, "campaign-not-ready");
    assert!(lacks(&refused.body), "{}", refused.body);
    // What it names already stays, what it names anew is looked at.
    let described = json!({ "description": "renewals" });
    assert_eq!(server.send("PATCH", &path, Some(described), &[]).await.status, 200);
    let other = campaign(&server, json!({ "name": "Other" })).await;
    let id = other.rsplit('/').next().expect("an id");
    defined(&server, "of_other", json!({ "campaign_ids": [id] })).await;
    for code in ["sold", "of_other"] {
        let named = Some(json!({ "dispositions": ["gone", code] }));
        let refused = server.send("PATCH", &path, named, &[]).await;
        refused.is_problem(422, "invalid-reference");
        assert_eq!(refused.body["errors"][0]["pointer"], "/dispositions");
    }
    let all = server.send("PATCH", &path, Some(json!({ "dispositions": null })), &[]).await;
    assert_eq!((all.status, &all.body["dispositions"]), (200, &Value::Null), "{}", all.body);
    server.settle().await;
    assert!(!lacks(&server.get(&format!("{path}/readiness")).await.body));
    server.stop().await;
}
