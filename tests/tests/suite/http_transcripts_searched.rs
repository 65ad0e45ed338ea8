//! Calls are found by what was said in them, by whoever may see them, and whoever is erased by
//! nothing.

use std::time::{Duration, Instant};

use domain::Role;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::http_erasure::erase;
use super::http_kit::{Answer, Server};

/// How long a process may take to look.
const PATIENCE: Duration = Duration::from_secs(20);
const SEARCH: &str = "/api/v1/transcripts/search";

async fn called(server: &Server, number: u32) -> String {
    server.ended_call(&format!("+4207771{number}0003")).await
}

/// Something that was said from the beginning of the call on.
fn said(speaker: &str, at: u32, text: &str) -> Value {
    json!({ "speaker": speaker, "start_ms": at * 1_000, "end_ms": at * 1_000 + 900, "text": text })
}

async fn tell(server: &Server, call: &str, language: &str, segments: Value) {
    let path = format!("/api/v1/calls/{call}/transcript/segments");
    let body = json!({ "language": language, "segments": segments, "complete": true });
    let told = server.send("POST", &path, Some(body), &[]).await;
    assert_eq!(told.status, 200, "{}", told.body);
}

fn calls(found: &Answer) -> Vec<&str> {
    assert_eq!(found.status, 200, "{}", found.body);
    let items = found.body["items"].as_array().expect("items");
    items.iter().map(|item| item["call_id"].as_str().expect("an id")).collect()
}

/// What a question finds, once it finds these.
async fn finds(server: &Server, question: &str, expected: &[&str]) -> Answer {
    let end = Instant::now() + PATIENCE;
    loop {
        // No fact tells that the process has looked.
        let found = server.get(&format!("{SEARCH}?q={question}")).await;
        if calls(&found) == expected {
            return found;
        }
        assert!(Instant::now() < end, "{question} still finds {}", found.body);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How many rows there are of any words.
async fn rows(server: &Server) -> i64 {
    let mut admin = PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let count = "SELECT (SELECT count(*) FROM word_clues) + (SELECT count(*) FROM word_holders)";
    sqlx::query_scalar(count).fetch_one(&mut admin).await.expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_found_by_every_word_that_was_said_in_them() {
    let server = Server::start().await;
    let (first, second) = (called(&server, 1).await, called(&server, 2).await);
    let czech = called(&server, 3).await;
    let of_second = [
        said("agent", 0, "Hello, how may I help"),
        said("customer", 1, "I want to cancel"),
        said("customer", 2, "my contract"),
        said("customer", 3, "Yes: cancel the CONTRACT, the one for the café"),
        said("customer", 4, "cancel"),
    ];
    tell(&server, &second, "en", json!(of_second)).await;
    let of_first =
        [said("agent", 0, "We have cancelled nothing"), said("customer", 1, "What contracts?")];
    tell(&server, &first, "en-GB", json!(of_first)).await;
    tell(&server, &czech, "cs", json!([said("customer", 0, "Chci zrušit cancel smlouvu")])).await;

    let both = finds(&server, "contract+cancel", &[&second, &first]).await;
    let hit = &both.body["items"][0];
    let said: Vec<_> = hit["matches"].as_array().expect("matches").iter().collect();
    assert_eq!(said.iter().map(|one| &one["seq"]).collect::<Vec<_>>(), [4, 2, 3], "{hit}");
    let most = json!({ "seq": 4, "speaker": "customer", "start_ms": 3_000,
                       "text": "Yes: cancel the CONTRACT, the one for the café" });
    assert_eq!(*said[0], most);
    let made = server.get(&format!("/api/v1/calls/{second}")).await;
    assert_eq!(hit["at"], made.body["created_at"]);
    assert_eq!(both.body["total"], Value::Null);
    // In English by the stem, elsewhere by the word alone.
    finds(&server, "cancellation", &[&second, &first]).await;
    finds(&server, "cancel", &[&czech, &second, &first]).await;
    finds(&server, "ZRU%C5%A0IT+a+smlouvu", &[&czech]).await;
    finds(&server, "zrusit", &[&czech]).await;
    finds(&server, "cafe", &[&second]).await;
    finds(&server, "cancel+poodle", &[]).await;
    finds(&server, "canc", &[]).await;
    // Every word by whoever is named, and in the calls that are named.
    finds(&server, "contract+cancel&speaker=customer", &[&second]).await;
    finds(&server, "cancel&speaker=agent", &[&first]).await;
    let at = hit["at"].as_str().expect("a time");
    finds(&server, &format!("cancel&from={at}"), &[&czech, &second]).await;
    finds(&server, &format!("cancel&to={at}"), &[&first]).await;
    let nobody = "01890000-0000-7000-8000-000000000001";
    finds(&server, &format!("cancel&campaign_id={nobody}"), &[]).await;
    finds(&server, &format!("cancel&agent_id={nobody}"), &[]).await;
    // By pages, the newest first.
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{SEARCH}?q=cancel&limit=1{next}")).await;
        seen.extend(calls(&page).iter().map(|id| (*id).to_owned()));
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(seen, [&*czech, &*second, &*first]);
    let other = server.get(&format!("{SEARCH}?q=contract&limit=1{next}")).await;
    other.is_problem(400, "invalid-cursor");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_corrected_is_found_by_its_new_words_and_not_by_the_old_ones() {
    let server = Server::start().await;
    let call = called(&server, 1).await;
    tell(&server, &call, "en", json!([said("customer", 0, "I want to council it")])).await;
    finds(&server, "council", &[&call]).await;
    let path = format!("/api/v1/calls/{call}/transcript/segments/1");
    let right = json!({ "text": "I want to cancel it" });
    assert_eq!(server.send("PATCH", &path, Some(right), &[]).await.status, 200);
    finds(&server, "cancel+want", &[&call]).await;
    finds(&server, "council", &[]).await;
    // Not only because what is opened has it no more.
    let (want, to, cancel, it) = (1, 1, 1, 1);
    assert_eq!(rows(&server).await, want + to + cancel + it + 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_goes_on_is_found_and_what_is_added_to_it_too() {
    let server = Server::start().await;
    let call = called(&server, 1).await;
    let path = format!("/api/v1/calls/{call}/transcript/segments");
    for (at, text) in [(0, "a poodle"), (1, "a terrier")] {
        let body = json!({ "segments": [said("customer", at, text)] });
        assert_eq!(server.send("POST", &path, Some(body), &[]).await.status, 200);
        let word = text.split(' ').next_back().expect("a word");
        finds(&server, word, &[&call]).await;
    }
    finds(&server, "terrier+poodle", &[&call]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_what_was_said_in_calls_of_whoever_was_erased() {
    let server = Server::start().await;
    let (gone, stays) = (called(&server, 1).await, called(&server, 2).await);
    for call in [&gone, &stays] {
        tell(&server, call, "en", json!([said("agent", 0, "hello Eva")])).await;
    }
    finds(&server, "eva", &[&stays, &gone]).await;
    assert_eq!(rows(&server).await, 2 * 3);
    assert_eq!(erase(&server, "+420777110003").await.status, 202);
    // With the key, not some time after it.
    assert_eq!(rows(&server).await, 3);
    finds(&server, "eva", &[&stays]).await;
    server.settle().await;
    assert_eq!(rows(&server).await, 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_anybody_could_look_for_it_is_found_too() {
    let server = Server::start().await;
    let call = called(&server, 1).await;
    tell(&server, &call, "en", json!([said("agent", 0, "hello Eva")])).await;
    finds(&server, "eva", &[&call]).await;
    let (test, directory) = server.stopped().await;
    let mut admin = PgConnection::connect_with(&test.superuser()).await.expect("in");
    for gone in [
        "DELETE FROM word_clues",
        "DELETE FROM word_holders",
        "DELETE FROM process_cursors WHERE name = 'transcript-words'",
        "DELETE FROM process_tasks WHERE process = 'transcript-words'",
    ] {
        sqlx::query(gone).execute(&mut admin).await.expect("gone");
    }
    let server = Server::start_on(test, directory, |_| {}).await;
    finds(&server, "eva", &[&call]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_find_their_own_calls_and_supervisors_those_of_their_teams() {
    let server = Server::start().await;
    let (boss, agent) = (server.sign_in(Role::Supervisor).await, server.sign_in(Role::Agent).await);
    let auditor = server.sign_in(Role::Auditor).await;
    let dial = json!({ "to": "+420777120001", "ring_timeout_seconds": 5 });
    let made = server.with(&agent.access, "POST", "/api/v1/calls", Some(dial)).await;
    let theirs = made.body["id"].as_str().expect("an id").to_owned();
    let others = called(&server, 2).await;
    for call in [&theirs, &others] {
        tell(&server, call, "en", json!([said("agent", 0, "hello Eva")])).await;
    }
    finds(&server, "eva", &[&others, &theirs]).await;
    let asked = format!("{SEARCH}?q=eva");
    for (token, expected) in [
        (&agent.access, vec![&*theirs]),
        (&boss.access, vec![&*theirs]),
        (&auditor.access, vec![&*others, &*theirs]),
    ] {
        let found = server.with(token, "GET", &asked, None).await;
        assert_eq!(calls(&found), expected);
    }
    let of = format!("{asked}&agent_id={}", agent.user);
    assert_eq!(calls(&server.with(&boss.access, "GET", &of, None).await), [&*theirs]);
    let of = format!("{asked}&agent_id={}", boss.user);
    let refused = server.with(&agent.access, "GET", &of, None).await;
    refused.is_problem(403, "not-your-resource");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_without_a_word_or_with_too_many_is_refused_by_name() {
    let server = Server::start().await;
    let words = |last: u32| (10..=last).map(|n| n.to_string()).collect::<Vec<_>>().join("+");
    for question in ["", "a+-+b", &"x".repeat(201), &words(18)] {
        let refused = server.get(&format!("{SEARCH}?q={question}")).await;
        refused.is_problem(400, "invalid-query");
        assert_eq!(refused.body["errors"][0]["pointer"], "?q", "{question}");
    }
    server.get(SEARCH).await.is_problem(400, "invalid-query");
    let many = server.get(&format!("{SEARCH}?q={}", words(17))).await;
    assert_eq!((many.status, &many.body["items"]), (200, &json!([])), "{}", many.body);
    assert_eq!(many.body["next_cursor"], Value::Null);
    let backwards = format!("{SEARCH}?q=eva&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z");
    server.get(&backwards).await.is_problem(422, "invalid-range");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frequent_words_are_looked_for_from_the_newest_call_on_so_far_and_no_further() {
    let server = Server::start().await;
    let (first, second) = (called(&server, 1).await, called(&server, 2).await);
    for call in [&first, &second] {
        tell(&server, call, "en", json!([said("agent", 0, "hello Eva")])).await;
    }
    finds(&server, "eva+hello", &[&second, &first]).await;
    let mut admin = PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let frequent = "INSERT INTO word_clues SELECT org_id, clue, gen_random_uuid()
        FROM word_clues, generate_series(1, 10001) WHERE holder_id = $1::uuid";
    sqlx::query(frequent).bind(&first).execute(&mut admin).await.expect("frequent words");
    finds(&server, "eva+hello", &[&second, &first]).await;
    let page = server.get(&format!("{SEARCH}?q=eva+hello&limit=1")).await;
    assert_eq!(calls(&page), [&*second]);
    let cursor = page.body["next_cursor"].as_str().expect("more");
    let rest = server.get(&format!("{SEARCH}?q=eva+hello&limit=1&cursor={cursor}")).await;
    assert_eq!((calls(&rest), &rest.body["next_cursor"]), (vec![&*first], &Value::Null));
    // As many newer calls as are looked at for one answer, in which nothing was said.
    let newer = "INSERT INTO calls SELECT (jsonb_populate_record(c, jsonb_build_object(
            'call_id', gen_random_uuid(), 'created_at', c.created_at + interval '1 hour'))).*
        FROM calls c, generate_series(1, 20000) WHERE c.call_id = $1::uuid";
    sqlx::query(newer).bind(&second).execute(&mut admin).await.expect("newer calls");
    let none = server.get(&format!("{SEARCH}?q=eva+hello")).await;
    assert!(calls(&none).is_empty(), "{}", none.body);
    let cursor = none.body["next_cursor"].as_str().expect("it goes on");
    let rest = server.get(&format!("{SEARCH}?q=eva+hello&cursor={cursor}")).await;
    assert_eq!((calls(&rest), &rest.body["next_cursor"]), (vec![&*second, &*first], &Value::Null));
    server.stop().await;
}
