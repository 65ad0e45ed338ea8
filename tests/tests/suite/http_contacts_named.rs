//! Contacts are found by how the words of their names begin, and whoever is erased by nothing.

use std::time::{Duration, Instant};

use domain::Role;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::http_erasure::erase;
use super::http_kit::Server;

/// How long a process may take to look.
const PATIENCE: Duration = Duration::from_secs(20);
const CONTACTS: &str = "/api/v1/contacts";

async fn add(server: &Server, campaign: &str, number: u32, name: Value) -> String {
    let body = json!({ "campaign_id": campaign, "phone": format!("+4207771200{number:02}"),
                       "name": name, "tags": ["all"] });
    let made = server.send("POST", CONTACTS, Some(body), &[]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.header("location").to_owned()
}

/// Waits until a question finds these, newest first.
async fn finds(server: &Server, question: &str, names: &[&str]) {
    let fits = |list: &Value| {
        let items = list["items"].as_array().expect("contacts");
        items.iter().map(|item| item["name"].as_str().expect("a name")).eq(names.iter().copied())
    };
    let end = Instant::now() + PATIENCE;
    loop {
        // No fact tells that the process has looked.
        let list = server.get(&format!("{CONTACTS}?q={question}")).await;
        assert_eq!(list.status, 200, "{}", list.body);
        if fits(&list.body) {
            return;
        }
        assert!(Instant::now() < end, "{question} still finds {}", list.body);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn clues(server: &Server) -> i64 {
    let mut admin = PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let count = sqlx::query_scalar("SELECT count(*) FROM person_clues");
    count.fetch_one(&mut admin).await.expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_found_by_how_the_words_of_its_name_begin() {
    let server = Server::start().await;
    let (one, two) = (
        server.campaign(server.token(), "one").await,
        server.campaign(server.token(), "two").await,
    );
    let zofie = add(&server, &one, 1, json!("Žofie Nováková")).await;
    add(&server, &two, 2, json!("Jan Novák-Dvořák")).await;
    add(&server, &two, 3, Value::Null).await;
    finds(&server, "nova", &["Jan Novák-Dvořák", "Žofie Nováková"]).await;
    finds(&server, "NOV%C3%81K%20dvor", &["Jan Novák-Dvořák"]).await;
    finds(&server, "zo", &["Žofie Nováková"]).await;
    finds(&server, "novi", &[]).await;
    finds(&server, "ofie", &[]).await;
    finds(&server, &format!("nova&campaign_id={one}&tag=all"), &["Žofie Nováková"]).await;
    let segment = json!({ "name": "two", "filter": { "field": "campaign_id", "op": "eq",
                                                     "value": two } });
    let segment = server.send("POST", "/api/v1/segments", Some(segment), &[]).await.body;
    let id = segment["id"].as_str().expect("an id");
    finds(&server, &format!("nova&segment_id={id}"), &["Jan Novák-Dvořák"]).await;
    // Another name is found, and the one before no more.
    let married = json!({ "name": "Žofie Malá" });
    assert_eq!(server.send("PATCH", &zofie, Some(married), &[]).await.status, 200);
    finds(&server, "mala", &["Žofie Malá"]).await;
    finds(&server, "nova", &["Jan Novák-Dvořák"]).await;
    for question in ["z", "", "z%20-", &"x".repeat(121)] {
        let refused = server.get(&format!("{CONTACTS}?q={question}")).await;
        refused.is_problem(400, "invalid-query");
        assert_eq!(refused.body["errors"][0]["pointer"], "?q");
    }
    let auditor = server.sign_in(Role::Auditor).await.access;
    let asked = format!("{CONTACTS}?q=mala");
    server.with(&auditor, "GET", &asked, None).await.is_problem(403, "forbidden");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_the_name_of_whoever_was_erased() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    add(&server, &campaign, 1, json!("Eva")).await;
    finds(&server, "eva", &["Eva"]).await;
    assert_eq!(clues(&server).await, 2, "ev and eva");
    assert_eq!(erase(&server, "+420777120001").await.status, 202);
    // With the key, not some time after it.
    assert_eq!(clues(&server).await, 0);
    finds(&server, "eva", &[]).await;
    server.settle().await;
    assert_eq!(clues(&server).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_from_before_are_found_too() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    add(&server, &campaign, 1, json!("Eva")).await;
    finds(&server, "eva", &["Eva"]).await;
    let (test, directory) = server.stopped().await;
    // As it was before anybody could be found by their name.
    let mut admin = PgConnection::connect_with(&test.superuser()).await.expect("in");
    for gone in [
        "DELETE FROM person_clues",
        "DELETE FROM process_cursors WHERE name = 'contact-names'",
        "DELETE FROM process_tasks WHERE process = 'contact-names'",
    ] {
        sqlx::query(gone).execute(&mut admin).await.expect("gone");
    }
    let server = Server::start_on(test, directory, |_| {}).await;
    finds(&server, "eva", &["Eva"]).await;
    server.stop().await;
}
