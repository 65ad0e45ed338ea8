//! What is known of a person, for them to have: all of it, of nobody else, and not unseen.

use domain::Role;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::http_erasure::{called, done, erase};
use super::http_kit::Server;

const CONTACTS: &str = "/api/v1/contacts";
const NUMBER: &str = "+420777120003";
const OTHER: &str = "+420777130003";

async fn add(server: &Server, campaign: &str, number: &str) -> (String, String) {
    let body = json!({ "campaign_id": campaign, "phone": number, "name": "Eva", "tags": ["vip"],
                       "email": "eva@example.com", "custom": { "contract": 17 } });
    let made = server.send("POST", CONTACTS, Some(body), &[]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.body["id"].as_str().expect("an id").to_owned();
    (id, made.header("location").to_owned())
}

async fn pay(server: &Server, contact: &str) -> String {
    let body = json!({ "amount": { "amount_minor": 1_000, "currency": "EUR" },
                       "contact_id": contact, "purpose": "invoice",
                       "method": { "token": "tok_visa" }, "description": "of Eva" });
    let headers = [("idempotency-key", contact)];
    let paid = server.send("POST", "/api/v1/payments", Some(body), &headers).await;
    assert_eq!(paid.status, 201, "{}", paid.body);
    paid.body["id"].as_str().expect("an id").to_owned()
}

fn ids(of: &Value) -> Vec<&str> {
    of.as_array().expect("items").iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

/// How often the log of the doors tells of an export.
async fn exports(server: &Server, auditor: &str) -> Vec<Value> {
    server.settle().await;
    let log = "/api/v1/audit/security?kind=subject.exported";
    let log = server.with(auditor, "GET", log, None).await;
    log.body["items"].as_array().expect("entries").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_everything_that_is_known_of_them_and_nothing_of_others() {
    let server = Server::start().await;
    let (one, two) = (
        server.campaign(server.token(), "one").await,
        server.campaign(server.token(), "two").await,
    );
    let (contact, path) = add(&server, &one, NUMBER).await;
    let (elsewhere, gone) = add(&server, &two, NUMBER).await;
    let (stranger, _) = add(&server, &one, OTHER).await;
    // What was taken off a list is known still.
    assert_eq!(server.send("DELETE", &gone, None, &[]).await.status, 204);
    let call = called(&server, NUMBER).await;
    called(&server, OTHER).await;
    let payment = pay(&server, &contact).await;
    pay(&server, &stranger).await;
    let refuse = json!({ "reason": "asked not to be" });
    let refused = server.send("POST", &format!("{path}/do-not-call"), Some(refuse), &[]).await;
    assert_eq!(refused.status, 200, "{}", refused.body);
    server.settle().await;
    let auditor = server.sign_in(Role::Auditor).await;
    let export = format!("{path}/export");
    let told = server.with(&auditor.access, "GET", &export, None).await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(ids(&told.body["contacts"]), [&elsewhere, &contact]);
    let known = &told.body["contacts"][1];
    assert_eq!((&known["phone"], &known["name"]), (&json!(NUMBER), &json!("Eva")), "{known}");
    assert_eq!((&known["email"], &known["tags"]), (&json!("eva@example.com"), &json!(["vip"])));
    assert_eq!(known["custom"], json!({ "contract": 17 }));
    assert_eq!(ids(&told.body["calls"]), [call.rsplit('/').next().expect("an id")]);
    assert_eq!(told.body["calls"][0]["to"], NUMBER);
    assert_eq!(ids(&told.body["payments"]), [&payment]);
    assert_eq!(told.body["payments"][0]["description"], "of Eva");
    let said = &told.body["do_not_call"];
    assert_eq!(
        (&said[0]["number"], &said[0]["reason"]),
        (&json!(NUMBER), &json!("asked not to be"))
    );
    assert_eq!((said.as_array().map(Vec::len), &told.body["truncated"]), (Some(1), &json!(false)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_what_is_known_of_a_person_unseen() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let (contact, path) = add(&server, &campaign, NUMBER).await;
    let auditor = server.sign_in(Role::Auditor).await;
    let export = format!("{path}/export");
    for asked in [format!("{export}?all=true"), format!("{CONTACTS}/{campaign}/export")] {
        let refused = server.with(&auditor.access, "GET", &asked, None).await;
        assert!([400, 404].contains(&refused.status), "{}", refused.body);
    }
    assert_eq!(exports(&server, &auditor.access).await, Vec::<Value>::new());
    assert_eq!(server.with(&auditor.access, "GET", &export, None).await.status, 200);
    let entries = exports(&server, &auditor.access).await;
    let by = format!("user:{}:auditor", auditor.user);
    assert_eq!((entries.len(), &entries[0]["actor"]), (1, &json!(by)), "{entries:?}");
    let events = "SELECT payload->'SubjectExported'->>'contact_id' FROM events
                  WHERE event_type = 'SubjectExported'";
    let mut admin = PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let told: Vec<String> = sqlx::query_scalar(events).fetch_all(&mut admin).await.expect("rows");
    assert_eq!(told, [contact]);
    done(&server, erase(&server, NUMBER).await.header("location")).await;
    let late = server.with(&auditor.access, "GET", &export, None).await;
    late.is_problem(410, "erased");
    assert_eq!(exports(&server, &auditor.access).await.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_what_was_said_in_their_calls_and_how_they_felt() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let (_, path) = add(&server, &campaign, NUMBER).await;
    let (theirs, others) = (called(&server, NUMBER).await, called(&server, OTHER).await);
    let segment = |speaker: &str, at: u32, text: &str| {
        json!({ "speaker": speaker, "text": text,
                                                               "start_ms": at, "end_ms": at + 1 })
    };
    for (call, thanks) in [(&theirs, "you are wonderful, thank you"), (&others, "of somebody")] {
        let segments = [segment("customer", 9, thanks), segment("agent", 0, "hello, how are you")];
        let said = json!({ "language": "en", "segments": segments, "complete": true });
        let path = format!("{call}/transcript/segments");
        assert_eq!(server.send("POST", &path, Some(said), &[]).await.status, 200);
    }
    let id = theirs.rsplit('/').next().expect("an id");
    let run = format!("/api/v1/sentiment/calls/{id}");
    let run = server.until(&run, |run| run["transcript_version"] == 4).await;
    server.settle().await;
    let told = server.get(&format!("{path}/export")).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let said = told.body["said"].as_array().expect("calls");
    assert_eq!((said.len(), &said[0]["call_id"]), (1, &json!(id)), "{said:?}");
    assert_eq!((&said[0]["status"], &said[0]["language"]), (&json!("completed"), &json!("en")));
    let segments = said[0]["segments"].as_array().expect("segments");
    let read = segments.iter().map(|one| (one["speaker"].as_str(), one["text"].as_str()));
    let agent = (Some("agent"), Some("hello, how are you"));
    let customer = (Some("customer"), Some("you are wonderful, thank you"));
    assert_eq!(read.collect::<Vec<_>>(), [agent, customer]);
    let felt = &said[0]["sentiment"];
    assert_eq!((&felt["score"], &felt["label"]), (&run["score"], &json!("positive")), "{felt}");
    assert_eq!(felt["engine_version"], run["engine_version"]);
    assert_eq!(told.body["truncated"], false);
    server.stop().await;
}
