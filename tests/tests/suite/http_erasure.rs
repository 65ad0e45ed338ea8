//! Erasing a person: nobody reads what was sealed for them, nothing leads to them, everything
//! counts as before, and no old backup brings them back.

use domain::Role;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use tests::TestDirectory;

use super::http_kit::{Answer, Server};

const ERASURES: &str = "/api/v1/erasures";
const NUMBER: &str = "+420777120003";
const BASIS: &str = "GDPR art. 17";

pub(crate) async fn erase(server: &Server, number: &str) -> Answer {
    let body = json!({ "number": number, "legal_basis": BASIS });
    server.send("POST", ERASURES, Some(body), &[]).await
}

/// A call to a number that is over, with a note and fields of its own.
pub(crate) async fn called(server: &Server, number: &str) -> String {
    let id = server.ended_call(number).await;
    let path = format!("/api/v1/calls/{id}");
    let note = json!({ "note": "she likes tea" });
    let noted = server.send("POST", &format!("{path}/notes"), Some(note), &[]).await;
    assert_eq!(noted.status, 200, "{}", noted.body);
    let fields = json!({ "metadata": { "customer": "Eva" }, "tags": ["vip"] });
    assert_eq!(server.send("PATCH", &path, Some(fields), &[]).await.status, 200);
    server.settle().await;
    path
}

async fn found(server: &Server, number: &str) -> usize {
    let list = format!("/api/v1/calls?number={}", number.replace('+', "%2B"));
    server.settle().await;
    server.get(&list).await.body["items"].as_array().expect("items").len()
}

/// The erasure once it is done.
pub(crate) async fn done(server: &Server, path: &str) -> Value {
    loop {
        let erasure = server.get(path).await;
        assert_eq!(erasure.status, 200, "{}", erasure.body);
        if erasure.body["state"] == "erased" {
            server.settle().await;
            return erasure.body;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// The figures of these days.
fn metrics() -> String {
    let day = |days| (chrono::Utc::now() + chrono::Duration::days(days)).format("%Y-%m-%d");
    format!("/api/v1/analytics/calls?from={}&to={}", day(-5), day(5))
}

/// Every root of the log is what its events make.
async fn the_chain_holds(server: &Server) {
    let pool = server.test().database().pool(database::Role::Auditor);
    let report = event_store::verify(pool, None, None, |_| Ok(()), |_, _| ()).await;
    let report = report.expect("read");
    assert!(report.events > 10 && report.faults.is_empty(), "{report:?}");
}

fn without_question(mut body: Value) -> Value {
    assert!(body["totals"].is_object(), "{body}");
    let members = body.as_object_mut().expect("an object");
    members.remove("as_of");
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_nobody_reads_what_was_sealed_and_everything_counts_as_before() {
    let server = Server::start().await;
    let (call, other) = (called(&server, NUMBER).await, called(&server, "+420777130003").await);
    let before = without_question(server.get(&metrics()).await.body);
    let timeline = server.get(&format!("{call}/timeline")).await;
    assert!(timeline.body.to_string().contains("she likes tea"));
    let answer = erase(&server, NUMBER).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_eq!(found(&server, NUMBER).await, 0, "nothing leads from the number to the call");
    let path = answer.header("location").to_owned();
    let erasure = done(&server, &path).await;
    assert_eq!((&erasure["calls"], &erasure["ledger"]["number"]), (&json!(1), &json!(1)));
    let read = server.get(&call).await;
    assert_eq!((&read.body["to"], &read.body["metadata"]), (&Value::Null, &json!({})));
    assert_eq!(read.body["tags"], json!(["vip"]));
    let timeline = server.get(&format!("{call}/timeline")).await.body.to_string();
    assert!(!timeline.contains("she likes tea") && timeline.contains("call.erased"), "{timeline}");
    let note = json!({ "note": "again" });
    let noted = server.send("POST", &format!("{call}/notes"), Some(note), &[]).await;
    noted.is_problem(410, "erased");
    assert_eq!(without_question(server.get(&metrics()).await.body), before);
    assert_eq!(server.get(&other).await.body["to"], "+420777130003");
    erase(&server, NUMBER).await.is_problem(404, "not-found");
    // Whoever comes back is somebody else.
    called_again(&server).await;
    assert_eq!(found(&server, NUMBER).await, 1);
    let auditor = server.sign_in(Role::Auditor).await;
    let log = "/api/v1/audit/security?kind=subject.erased";
    let log = server.with(&auditor.access, "GET", log, None).await;
    assert_eq!(log.body["items"][0]["detail"], BASIS, "{}", log.body);
    the_chain_holds(&server).await;
    server.stop().await;
}

async fn called_again(server: &Server) {
    let body = json!({ "to": NUMBER, "ring_timeout_seconds": 5 });
    assert_eq!(server.create("again", body).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_an_erasure_has_a_certificate_that_anybody_can_check() {
    let server = Server::start().await;
    called(&server, NUMBER).await;
    let erasure = done(&server, erase(&server, NUMBER).await.header("location")).await;
    let keys = server.get("/.well-known/jwks.json").await;
    let keys = keys.body["keys"].as_array().expect("keys").clone();
    let key = keys.iter().find(|key| key["kid"] == "voice-erasures").expect("a key");
    let key = DecodingKey::from_ed_components(key["x"].as_str().expect("x")).expect("a key");
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&["voice"]);
    rules.set_required_spec_claims(&["iss"]);
    rules.validate_exp = false;
    let certificate = erasure["certificate"].as_str().expect("a certificate");
    let claims = jsonwebtoken::decode::<Value>(certificate, &key, &rules).expect("signed").claims;
    for member in ["id", "subject_id", "legal_basis", "requested_by", "erased_at", "calls"] {
        assert_eq!(claims[member], erasure[member], "{member}");
    }
    assert_eq!(claims["ledger"], erasure["ledger"]);
    assert!(!claims.to_string().contains("420777"), "{claims}");
    // No certificate lets anybody in.
    let entered = server.with(certificate, "GET", "/api/v1/auth/me", None).await;
    entered.is_problem(401, "unauthenticated");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_erased_is_said() {
    let server = Server::start().await;
    let ask = async |body: Value| server.send("POST", ERASURES, Some(body), &[]).await;
    for (body, slug, pointer) in [
        (json!({ "legal_basis": BASIS }), "validation-failed", ""),
        (json!({ "number": NUMBER }), "validation-failed", "/legal_basis"),
        (json!({ "number": "777", "legal_basis": BASIS }), "invalid-phone-number", "/number"),
        (json!({ "number": NUMBER, "legal_basis": "" }), "validation-failed", "/legal_basis"),
        (
            json!({ "number": NUMBER, "legal_basis": "4242424242424242" }),
            "card-data-not-accepted",
            "/legal_basis",
        ),
        (json!({ "number": NUMBER, "legal_basis": "x", "x": 1 }), "unknown-field", "/x"),
    ] {
        let wrong = ask(body).await;
        wrong.is_problem(422, slug);
        assert_eq!(wrong.body["errors"][0]["pointer"], pointer);
    }
    erase(&server, "+420777999999").await.is_problem(404, "not-found");
    let body = json!({ "to": NUMBER, "ring_timeout_seconds": 60 });
    let live = server.create("live", body).await;
    assert_eq!(live.status, 202);
    erase(&server, NUMBER).await.is_problem(409, "subject-in-call");
    assert_eq!(server.get(live.header("location")).await.body["to"], NUMBER, "nothing happened");
    server
        .get(&format!("{ERASURES}/01890000-0000-7000-8000-000000000001"))
        .await
        .is_problem(404, "not-found");
    server.stop().await;
}

/// The drill: a backup from before the erasure is restored, and the ledger erases again before
/// anything is served. Without the ledger the person is back, so that the drill can fail.
#[tokio::test(flavor = "multi_thread")]
async fn s5_no_old_backup_brings_anybody_back() {
    let server = Server::start().await;
    let call = called(&server, NUMBER).await;
    let (test, directory) = server.stopped().await;
    let (backup, control) = (test.copy().await, test.copy().await);
    let server = Server::start_on(test, directory, |_| {}).await;
    let path = erase(&server, NUMBER).await.header("location").to_owned();
    let erased = done(&server, &path).await;
    let (_gone, directory) = server.stopped().await;

    let server = Server::start_on(control, TestDirectory::create(), |_| {}).await;
    assert_eq!(server.get(&call).await.body["to"], NUMBER, "a backup holds everything");
    server.stop().await;

    let server = Server::start_on(backup, directory, |_| {}).await;
    assert_eq!(server.get(&call).await.body["to"], Value::Null, "never served");
    assert_eq!(found(&server, NUMBER).await, 0);
    let again = done(&server, &path).await;
    assert_eq!((&again["ledger"], &again["calls"]), (&erased["ledger"], &json!(1)));
    let timeline = server.get(&format!("{call}/timeline")).await.body.to_string();
    assert!(timeline.contains("call.erased") && !timeline.contains("she likes tea"));
    the_chain_holds(&server).await;
    server.stop().await;
}

/// Wherever it dies, the next one carries it on.
#[tokio::test(flavor = "multi_thread")]
async fn s5_an_erasure_that_was_begun_is_carried_on() {
    use sqlx::{Connection, Executor};
    let server = Server::start().await;
    let call = called(&server, NUMBER).await;
    let path = erase(&server, NUMBER).await.header("location").to_owned();
    done(&server, &path).await;
    let (test, directory) = server.stopped().await;
    // As if it had died after the row, before the ledger: the key is there, the file is not.
    let mut admin = sqlx::PgConnection::connect_with(&test.superuser()).await.expect("in");
    let other = "UPDATE erasures SET due_at = now(), erased_at = NULL, ledger_number = NULL";
    admin.execute(other).await.expect("undone");
    std::fs::remove_file(directory.path().join("erasures.ledger")).expect("removed");
    let server = Server::start_on(test, directory, |_| {}).await;
    let again = done(&server, &path).await;
    assert_eq!(again["ledger"]["number"], 1);
    let timeline = server.get(&format!("{call}/timeline")).await.body;
    let steps = timeline["items"].as_array().expect("steps");
    let erased = steps.iter().filter(|step| step["kind"] == "call.erased").count();
    assert_eq!(erased, 1, "said once");
    // A ledger that was altered serves nobody.
    let (test, directory) = server.stopped().await;
    let ledger = directory.path().join("erasures.ledger");
    let text = std::fs::read_to_string(&ledger).expect("a ledger");
    assert!(!text.contains("420777"), "{text}");
    std::fs::write(&ledger, text.replace(BASIS, "no reason")).expect("altered");
    let mut settings = api::Settings::in_directory(directory.path().to_owned());
    settings.database_url = Some(test.url());
    settings.secrets = Some(test.secrets_dir().to_owned());
    settings.role_prefix = test.role_prefix();
    settings.cheap_passwords = true;
    let (clock, ids) = (processes::SystemClock, processes::SystemIds);
    let refused =
        api::Voice::start(&settings, std::sync::Arc::new(clock), std::sync::Arc::new(ids));
    let refused = refused.await.err().expect("refused").to_string();
    assert!(refused.contains("was altered"), "{refused}");
}

/// S5: whoever is behind a contact can be erased by it, in every campaign, and once.
#[tokio::test(flavor = "multi_thread")]
async fn s5_whoever_is_behind_a_contact_is_erased_everywhere_and_once() {
    let server = Server::start().await;
    let mut contacts = Vec::new();
    for (campaign, phone) in [("one", NUMBER), ("other", NUMBER), ("third", "+420777130003")] {
        let campaign = server.campaign(server.token(), campaign).await;
        let body = json!({ "campaign_id": campaign, "phone": phone, "name": "Eva" });
        let made = server.send("POST", "/api/v1/contacts", Some(body), &[]).await;
        contacts.push(made.header("location").to_owned());
    }
    let path = format!("{}/erase", contacts[0]);
    let supervisor = server.sign_in(Role::Supervisor).await.access;
    let body = || Some(json!({ "legal_basis": BASIS }));
    server.with(&supervisor, "POST", &path, body()).await.is_problem(403, "forbidden");
    let nameless = server.send("POST", &path, Some(json!({ "legal_basis": "" })), &[]).await;
    nameless.is_problem(422, "validation-failed");
    let key = [("idempotency-key", "once")];
    let erasure = server.send("POST", &path, body(), &key).await;
    assert_eq!(erasure.status, 202, "{}", erasure.body);
    let again = server.send("POST", &path, body(), &key).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (202, "true"));
    assert_eq!(again.body["id"], erasure.body["id"], "the number cannot be read any more");
    server.send("POST", &path, body(), &[]).await.is_problem(410, "erased");
    done(&server, erasure.header("location")).await;
    for (contact, status) in contacts.iter().zip(["erased", "erased", "pending"]) {
        let shown = server.until(contact, |shown| shown["status"] == status).await;
        assert_eq!(shown["name"].is_null(), status == "erased", "{shown}");
    }
    let nobody = "/api/v1/contacts/0195f3a0-0000-7000-8000-000000000000/erase";
    server.send("POST", nobody, body(), &[]).await.is_problem(404, "not-found");
    server.stop().await;
}
