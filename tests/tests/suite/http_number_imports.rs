//! Lists of numbers that are not to be called, over HTTP.

use std::fmt::Write as _;

use domain::Role;
use serde_json::{Value, json};

use super::http_erasure::erase;
use super::http_imports::{form, import, over, post};
use super::http_kit::{Answer, Server, call_to};

const IMPORT: &str = "/api/v1/dnc/import";
const NUMBER: &str = "+420777120003";

async fn numbers(server: &Server, file: (&str, &str), options: Value) -> Answer {
    post(server, server.token(), (IMPORT, file.0), form(file, &options.to_string())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_a_list_are_not_called_and_it_says_what_became_of_every_row() {
    let server = Server::start().await;
    let file = "777 120 003\r\n\r\n+420777120004\nnobody\n00420 777 120 003\n112\n";
    let options = json!({ "reason": "the list of March", "source": "regulator",
                          "default_region": "CZ", "expires_at": "2099-01-01T00:00:00.000Z" });
    let made = numbers(&server, ("march.txt", file), options).await;
    assert_eq!((made.status, &made.body["status"]), (202, &json!("requested")), "{}", made.body);
    let shown = over(&server, &made).await;
    for (field, expected) in [
        ("status", json!("completed")),
        ("source", json!("regulator")),
        ("reason", json!("the list of March")),
        ("format", json!("lines")),
        ("campaign_id", Value::Null),
        ("rows", json!(5)),
        ("suppressed", json!(2)),
        ("duplicates", json!(1)),
        ("rejected", json!(2)),
    ] {
        assert_eq!(shown[field], expected, "{field}: {shown}");
    }
    let errors = server.get(&format!("{}/errors", made.header("location"))).await.body;
    let faults: Vec<(&Value, &Value)> = errors["items"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (&row["line"], &row["faults"][0]["code"]))
        .collect();
    let expected =
        [(json!(4), json!("invalid-phone-number")), (json!(6), json!("emergency-number"))];
    assert_eq!(faults, expected.iter().map(|(line, code)| (line, code)).collect::<Vec<_>>());
    let blocked = server.create("one", call_to(NUMBER)).await;
    blocked.is_problem(422, "dialing-blocked");
    assert_eq!(blocked.body["reason"], "do_not_call");
    server.settle().await;
    let entries = server.get("/api/v1/dnc?source=regulator&active=true").await.body;
    assert_eq!(entries["items"].as_array().map(Vec::len), Some(2), "{entries}");
    assert_eq!(entries["items"][0]["expires_at"], "2099-01-01T00:00:00.000Z");
    let late = format!("{}/cancel", made.header("location"));
    let late = server.send("POST", &late, Some(json!({})), &[]).await;
    late.is_problem(409, "invalid-state-transition");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_does_not_call_the_numbers_of_its_own_list_and_is_not_kept_open_by_it() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let other = server.campaign(server.token(), "other").await;
    let file = "first,mobile,email\nEva,777120003,not an address\n";
    let options = json!({ "campaign_id": campaign, "reason": "no", "default_region": "CZ" });
    let made = numbers(&server, ("list.csv", file), options).await;
    let shown = over(&server, &made).await;
    assert_eq!((&shown["suppressed"], &shown["source"]), (&json!(1), &json!("import")), "{shown}");
    assert_eq!(shown["mapping"], json!({ "phone": ["mobile"] }), "nothing else is looked at");
    for (campaign, status) in [(&campaign, "do_not_call"), (&other, "pending")] {
        let body = json!({ "campaign_id": campaign, "phone": NUMBER });
        let contact = server.send("POST", "/api/v1/contacts", Some(body), &[]).await;
        assert_eq!(contact.body["status"], status, "{}", contact.body);
    }
    // Neither kind of list is found among the other.
    let people = json!({ "campaign_id": campaign });
    let people =
        import(&server, server.token(), ("people.csv", "phone\n+420777120009\n"), people).await;
    over(&server, &people).await;
    server.settle().await;
    let id = |answer: &Answer| answer.body["id"].as_str().expect("an id").to_owned();
    for (room, own, others) in [("contacts", &people, &made), ("dnc", &made, &people)] {
        let list = server.get(&format!("/api/v1/{room}/imports")).await.body;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
        assert_eq!(list["items"][0]["id"], own.body["id"]);
        for within in ["", "/errors"] {
            let path = format!("/api/v1/{room}/imports/{}{within}", id(others));
            server.get(&path).await.is_problem(404, "not-found");
        }
        let cancel = format!("/api/v1/{room}/imports/{}/cancel", id(others));
        server.send("POST", &cancel, Some(json!({})), &[]).await.is_problem(404, "not-found");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_numbers_that_cannot_be_taken_is_refused_by_field_and_kept_nowhere() {
    let server = Server::start().await;
    let nobody = "0195f3a0-0000-7000-8000-000000000000";
    let refused = [
        (json!({}), "validation-failed", "/reason"),
        (json!({ "reason": "" }), "validation-failed", "/reason"),
        (json!({ "reason": "no", "source": "agent" }), "validation-failed", "/source"),
        (
            json!({ "reason": "no", "expires_at": "2020-01-01T00:00:00.000Z" }),
            "validation-failed",
            "/expires_at",
        ),
        (json!({ "reason": "no", "campaign_id": nobody }), "invalid-reference", "/campaign_id"),
        (
            json!({ "reason": "no", "mapping": { "phone": ["phone"], "name": ["x"] } }),
            "validation-failed",
            "/mapping",
        ),
        (json!({ "reason": "no", "format": "xml" }), "validation-failed", "/format"),
    ];
    for (at, (options, code, pointer)) in refused.into_iter().enumerate() {
        let name = format!("{at}.csv");
        let refused = numbers(&server, (&name, "phone\n+420777120003\n"), options).await;
        refused.is_problem(422, code);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let form = form(("list.txt", NUMBER), &json!({ "reason": "no" }).to_string());
    let keyless = post(&server, server.token(), (IMPORT, ""), form.clone()).await;
    keyless.is_problem(400, "idempotency-key-required");
    let agent = server.sign_in(Role::Agent).await.access;
    post(&server, &agent, (IMPORT, "one"), form.clone()).await.is_problem(403, "forbidden");
    let supervisor = server.sign_in(Role::Supervisor).await.access;
    let first = post(&server, &supervisor, (IMPORT, "one"), form.clone()).await;
    let again = post(&server, &supervisor, (IMPORT, "one"), form).await;
    assert_eq!((first.status, again.header("idempotent-replayed")), (202, "true"));
    let list = server.with(&supervisor, "GET", "/api/v1/dnc/imports", None).await.body;
    assert!(list["items"].as_array().is_some_and(|items| items.len() <= 1), "{list}");
    over(&server, &first).await;
    server.stop().await;
}

/// Whoever is erased while a list with their number is kept is not known again because of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_numbers_does_not_bring_back_who_was_erased_meanwhile() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let known = json!({ "campaign_id": campaign, "phone": NUMBER });
    assert_eq!(server.send("POST", "/api/v1/contacts", Some(known), &[]).await.status, 201);
    let mut file = String::new();
    for row in 0..3_000 {
        writeln!(file, "+42078{row:07}").unwrap();
    }
    file.push_str(NUMBER);
    let made = numbers(&server, ("list.txt", &file), json!({ "reason": "no" })).await;
    erase(&server, NUMBER).await;
    let early = server.get(made.header("location")).await.body["rows_read"].as_u64();
    assert!(early < Some(2_500), "the list was too short for this test: {early:?}");
    let import = over(&server, &made).await;
    assert_eq!((&import["suppressed"], &import["rejected"]), (&json!(3_000), &json!(1)));
    let errors = server.get(&format!("{}/errors", made.header("location"))).await.body;
    assert_eq!(errors["items"][0]["faults"][0]["code"], "erased", "{errors}");
    server.stop().await;
}
