//! Another number is another contact: it has what was known, once, whoever dies in between.

use domain::contact::{Contact, ContactCommand, NewNumber};
use domain::{CampaignId, OrgId, PhoneNumber, Role, UserId};
use processes::commands::Order;
use processes::ids;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::http_campaigns::{active, call, contact, post};
use super::http_erasure::{done, erase};
use super::http_kit::{Answer, Server, commands, context};

const CONTACTS: &str = "/api/v1/contacts";
const OLD: &str = "+420777120003";
const NEW: &str = "+420777129003";

async fn known(server: &Server, campaign: &str) -> String {
    let body = json!({ "campaign_id": campaign, "phone": OLD, "name": "Eva", "priority": 70,
                       "email": "eva@example.com", "custom": { "contract": 17 }, "tags": ["vip"],
                       "time_zone": "Europe/Prague", "language": "cs" });
    let made = server.send("POST", CONTACTS, Some(body), &[]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    server.settle().await;
    made.header("location").to_owned()
}

async fn replace(server: &Server, path: &str, key: &str, phone: &str) -> Answer {
    let body = json!({ "phone": phone, "reason": "moved house" });
    let headers = [("idempotency-key", key)];
    server.send("POST", &format!("{path}/replace-number"), Some(body), &headers).await
}

fn uuid(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_another_number_is_another_contact_with_what_was_known() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let old = known(&server, &campaign).await;
    let before = server.get(&old).await.body;
    let made = replace(&server, &old, "once", NEW).await;
    assert_eq!((made.status, &made.body["phone"]), (201, &json!(NEW)), "{}", made.body);
    for field in ["name", "email", "custom", "tags", "priority", "time_zone", "language"] {
        assert_eq!(made.body[field], before[field], "{field}");
    }
    assert_eq!((&made.body["status"], &made.body["tried"]), (&json!("pending"), &json!(0)));
    assert_eq!((&made.body["replaces"], &made.body["attempts"]), (&before["id"], &json!([])));
    // However often it is asked.
    for (key, number) in [("once", NEW), ("twice", "00420 777 129 003")] {
        let again = replace(&server, &old, key, number).await;
        assert_eq!((again.status, &again.body), (201, &made.body), "{key}");
        assert_eq!(again.header("location"), made.header("location"));
    }
    let other = replace(&server, &old, "once", "+420777129004").await;
    other.is_problem(422, "idempotency-key-reused");
    let third = replace(&server, &old, "third", "+420777129004").await;
    third.is_problem(409, "invalid-state-transition");
    server.settle().await;
    let gone = server.get(&old).await.body;
    assert_eq!((&gone["status"], &gone["replaced_by"]), (&json!("removed"), &made.body["id"]));
    let items = server.get(CONTACTS).await.body["items"].clone();
    assert_eq!((&items[0]["id"], &items[1]), (&made.body["id"], &Value::Null));
    // And back again.
    let back = replace(&server, made.header("location"), "back", OLD).await;
    assert_eq!((&back.body["id"], &back.body["name"]), (&before["id"], &json!("Eva")));
    assert_eq!(
        (&back.body["replaced_by"], &back.body["replaces"]),
        (&Value::Null, &made.body["id"])
    );
    let forth = replace(&server, &old, "forth", NEW).await;
    assert_eq!((forth.status, &forth.body["status"]), (201, &json!("pending")), "{}", forth.body);
    let mut admin = PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT payload::text FROM events UNION ALL SELECT state::text FROM contacts",
    )
    .fetch_all(&mut admin)
    .await
    .expect("rows");
    assert!(told.iter().all(|text| !text.contains(NEW) && !text.contains("Eva")), "sealed");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_every_number_can_be_another_one() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let old = known(&server, &campaign).await;
    let body = json!({ "campaign_id": campaign, "phone": "+420777129005" });
    let other = server.send("POST", CONTACTS, Some(body), &[]).await;
    let path = format!("{old}/replace-number");
    let ask = async |body: Value| server.send("POST", &path, Some(body), &[]).await;
    ask(json!({})).await.is_problem(422, "validation-failed");
    ask(json!({ "phone": NEW, "number": NEW })).await.is_problem(422, "unknown-field");
    ask(json!({ "phone": NEW, "reason": "" })).await.is_problem(422, "validation-failed");
    ask(json!({ "phone": "777" })).await.is_problem(422, "invalid-phone-number");
    ask(json!({ "phone": "112" })).await.is_problem(422, "dialing-blocked");
    ask(json!({ "phone": OLD })).await.is_problem(409, "duplicate-resource");
    ask(json!({ "phone": "+420777129005" })).await.is_problem(409, "duplicate-resource");
    let stale = [("if-match", "\"v9\"")];
    let late = server.send("POST", &path, Some(json!({ "phone": NEW })), &stale).await;
    late.is_problem(412, "version-mismatch");
    let nobody = format!("{CONTACTS}/{campaign}/replace-number");
    let unknown = server.send("POST", &nobody, Some(json!({ "phone": NEW })), &[]).await;
    unknown.is_problem(404, "not-found");
    server.settle().await;
    assert_eq!(server.get(&old).await.body["status"], "pending", "nothing has happened");
    let suppressed = json!({ "number": NEW, "reason": "asked not to be" });
    assert_eq!(post(&server, "/api/v1/dnc", suppressed).await.status, 201);
    let made = replace(&server, &old, "one", NEW).await;
    assert_eq!((made.status, &made.body["status"]), (201, &json!("do_not_call")), "{}", made.body);
    // Whoever is not to be called does not get around it by another number.
    let around = replace(&server, made.header("location"), "two", "+420777129006").await;
    around.is_problem(409, "invalid-state-transition");
    assert_eq!(around.body["current_state"], "do_not_call");
    server.settle().await;
    done(&server, erase(&server, "+420777129005").await.header("location")).await;
    let erased = replace(&server, other.header("location"), "three", "+420777129007").await;
    erased.is_problem(410, "erased");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_another_number_in_the_middle_of_a_call() {
    let server = Server::start_at_work().await;
    let agent = server.sign_in(Role::Agent).await.access;
    let campaign = active(&server, json!({}), &["+420777120002"]).await;
    let path = contact(&server, &campaign, "+420777120009", json!({})).await;
    server.settle().await;
    let id = server.get(&path).await.body["id"].clone();
    let made = call(&server, &agent, &id, "one").await;
    assert_eq!(made.status, 202, "{}", made.body);
    replace(&server, &path, "one", NEW).await.is_problem(409, "contact-in-call");
    server.stop().await;
}

/// The intention is in the log, and whoever had it is dead.
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_in_the_place_of_another_does_whoever_dies_in_between() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let old = known(&server, &campaign).await;
    let id = uuid(&server.get(&old).await.body["id"]);
    let me = server.get("/api/v1/auth/me").await.body;
    let (org, by) = (uuid(&me["organization"]["id"]), UserId::from(uuid(&me["user"]["id"])));
    let commands = commands(&server).await;
    let number = PhoneNumber::parse(NEW).expect("a number");
    let of = CampaignId::from(uuid(&json!(campaign)));
    let next = ids::contact(commands.keyring(), OrgId::from(org), of, &number).await;
    let subject = commands.subject_of_number(OrgId::from(org), &number).await.expect("somebody");
    let contact_id = next.expect("an id");
    let new = Box::new(NewNumber { subject, contact_id, number, taken: false, reason: None });
    let command = ContactCommand::ReplaceNumber { new, by, at: commands.now() };
    let order = Order::<Contact>::silent(context(org));
    commands.carry_out(order, id, command).await.expect("intended");
    let path = format!("{CONTACTS}/{contact_id}");
    let made = server.until(&path, |contact| contact["status"] == "pending").await;
    assert_eq!((&made["name"], &made["phone"]), (&json!("Eva"), &json!(NEW)), "{made}");
    assert_eq!((uuid(&made["replaces"]), &made["tags"]), (id, &json!(["vip"])));
    // Whoever asks again is told of the same.
    let again = replace(&server, &old, "again", NEW).await;
    assert_eq!((again.status, uuid(&again.body["id"])), (201, contact_id.uuid()), "{}", again.body);
    server.stop().await;
}
