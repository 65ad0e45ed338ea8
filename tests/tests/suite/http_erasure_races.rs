//! What is on its way while somebody is erased: nobody gets a key again, and nothing is lost.

use serde_json::{Value, json};
use sqlx::Connection;
use tests::TestDirectory;

use super::http_erasure::{called, done, erase};
use super::http_kit::Server;

/// How many keys there are of people who were erased.
async fn keys_of_the_erased(server: &Server) -> i64 {
    let options = server.test().superuser();
    let mut admin = sqlx::PgConnection::connect_with(&options).await.expect("in");
    let count = "SELECT count(*) FROM subject_keys k JOIN erasures e USING (org_id, subject_id)
                 WHERE k.wrapped IS NOT NULL OR k.blind IS NOT NULL";
    sqlx::query_scalar(count).fetch_one(&mut admin).await.expect("counted")
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_note_that_is_on_its_way_is_not_kept() {
    let server = Server::start().await;
    let number = "+420777140003";
    let call = called(&server, number).await;
    let path = erase(&server, number).await.header("location").to_owned();
    // Whether the call says so already or not.
    for _ in 0..40 {
        let note = json!({ "note": "she likes tea" });
        let noted = server.send("POST", &format!("{call}/notes"), Some(note), &[]).await;
        noted.is_problem(410, "erased");
        let fields = json!({ "metadata": { "customer": "Eva" } });
        let changed = server.send("PATCH", &call, Some(fields), &[("idempotency-key", "p")]).await;
        assert!(changed.status == 410 || changed.status == 200, "{}", changed.body);
    }
    done(&server, &path).await;
    assert_eq!(keys_of_the_erased(&server).await, 0);
    let read = server.get(&call).await.body;
    assert_eq!((&read["to"], &read["metadata"]), (&Value::Null, &json!({})));
    server.stop().await;
}

/// Somebody is erased and, a moment later, dialed: where their erasure is, if there is one.
async fn raced(server: &Server, turn: u64) -> Option<(String, String)> {
    let number = format!("+42077{:03}0003", 200 + turn);
    called(server, &number).await;
    let key = format!("race-{turn}");
    let dial = async {
        tokio::time::sleep(std::time::Duration::from_millis(2 * turn)).await;
        server.create(&key, json!({ "to": number, "ring_timeout_seconds": 5 })).await
    };
    let (erasure, dialed) = tokio::join!(erase(server, &number), dial);
    match (erasure.status, dialed.status) {
        (202, 202 | 409 | 410) => Some((erasure.header("location").to_owned(), number)),
        // The call was first.
        (409, 202) => None,
        other => panic!("{other:?} {} {}", erasure.body, dialed.body),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_who_is_dialed_while_they_are_erased_is_erased_or_somebody_new() {
    let server = Server::start().await;
    let mut erased = Vec::new();
    // How long it takes until somebody is erased is the machine's: the calls come later and later.
    for round in (0..).step_by(16) {
        let turns = (round..round + 16).map(|turn| raced(&server, turn));
        erased.extend(futures::future::join_all(turns).await.into_iter().flatten());
        if erased.len() > 3 {
            break;
        }
    }
    for (path, number) in erased {
        done(&server, &path).await;
        server.settle().await;
        let list = format!("/api/v1/calls?number={}", number.replace('+', "%2B"));
        let found = server.get(&list).await.body["items"].as_array().expect("items").len();
        assert!(found <= 1, "whoever is known now was not before");
    }
    assert_eq!(keys_of_the_erased(&server).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_by_several_at_once_is_erased_once() {
    let server = Server::start().await;
    let number = "+420777150003";
    called(&server, number).await;
    let asked = (0..6).map(|_| erase(&server, number));
    let mut paths: Vec<String> = Vec::new();
    for answer in futures::future::join_all(asked).await {
        match answer.status {
            202 => paths.push(answer.header("location").to_owned()),
            _ => answer.is_problem(404, "not-found"),
        }
    }
    paths.dedup();
    assert_eq!(paths.len(), 1, "{paths:?}");
    let erasure = done(&server, &paths[0]).await;
    assert_eq!((&erasure["calls"], &erasure["ledger"]["number"]), (&json!(1), &json!(1)));
    let ledger = std::fs::read_to_string(server.directory().join("erasures.ledger"));
    assert_eq!(ledger.expect("a ledger").lines().count(), 1, "and is in the ledger once");
    server.stop().await;
}

/// A ledger that was lost is written again from what the database knows.
#[tokio::test(flavor = "multi_thread")]
async fn s5_a_lost_ledger_is_written_again() {
    let server = Server::start().await;
    let mut paths = Vec::new();
    for number in ["+420777160003", "+420777170003"] {
        called(&server, number).await;
        let path = erase(&server, number).await.header("location").to_owned();
        done(&server, &path).await;
        paths.push(path);
    }
    let (test, directory) = server.stopped().await;
    let file = directory.path().join("erasures.ledger");
    let written = std::fs::read_to_string(&file).expect("a ledger");
    for lost in ["", &written[..=written.find('\n').expect("a line")]] {
        std::fs::write(&file, lost).expect("cut");
        let (test, directory) = (test.copy().await, TestDirectory::create());
        std::fs::copy(&file, directory.path().join("erasures.ledger")).expect("copied");
        let server = Server::start_on(test, directory, |_| {}).await;
        for path in &paths {
            assert_eq!(server.get(path).await.body["state"], "erased");
        }
        let (_gone, directory) = server.stopped().await;
        let again = std::fs::read_to_string(directory.path().join("erasures.ledger"));
        assert_eq!(again.expect("a ledger"), written);
    }
}
