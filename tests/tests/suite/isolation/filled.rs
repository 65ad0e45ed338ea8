//! What an organization is filled with beside its calls.

use serde_json::{Value, json};

use super::super::http_analytics_exports::{asked, whole};
use super::super::http_imports::{form, import, post};
use super::super::http_kit::Server;
use super::Org;

/// A payment with a refund, in a call.
pub(super) async fn payment(server: &Server, admin: &str, name: &str, call: &str) -> [String; 2] {
    let authorization = format!("Bearer {admin}");
    let post = async |path: &str, body: Value| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", "payment"),
        ];
        server.bare("POST", path, Some(body.to_string().into()), &headers).await
    };
    let body = json!({ "amount": { "amount_minor": 1_000, "currency": "EUR" }, "call_id": call,
                       "purpose": "invoice", "method": { "token": "tok_visa" },
                       "description": name });
    let paid = post("/api/v1/payments", body).await;
    assert_eq!(paid.status, 201, "{}", paid.body);
    let refunds = format!("{}/refunds", paid.header("location"));
    let refunded = post(&refunds, json!({ "amount_minor": 1, "reason": "other" })).await;
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    [text(&paid.body["id"]), text(&refunded.body["refunds"][0]["id"])]
}

/// Something that a process could not do for an organization.
pub(super) async fn dead_letter(server: &Server, org: &str) -> String {
    use sqlx::Connection;
    let url = server.test().superuser();
    let mut admin = sqlx::PgConnection::connect_with(&url).await.expect("in");
    let planted = sqlx::query_scalar(
        "INSERT INTO process_tasks (org_id, process, aggregate_type, aggregate_id, position, \
             event_id, correlation_id, attempts, error, failed_at) \
         VALUES ($1::uuid, 'test', 'call', gen_random_uuid(), 1, gen_random_uuid(), \
                 gen_random_uuid(), 8, 'it is broken', now()) RETURNING task_id::text",
    );
    planted.bind(org).fetch_one(&mut admin).await.expect("planted")
}

/// A segment that only an organization has.
pub(super) async fn segment(server: &Server, admin: &str, name: &str) -> String {
    let body = json!({ "name": format!("segment of {name}"),
                       "filter": { "field": "tag", "op": "eq", "value": name } });
    let made = server.with(admin, "POST", "/api/v1/segments", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

/// A list of people that was brought in, one of whom cannot be called.
pub(super) async fn imported(
    server: &Server,
    admin: &str,
    (name, number): (&str, usize),
    filters: &[(&'static str, String)],
) -> String {
    let campaign = filters.iter().find(|(filter, _)| *filter == "campaign_id").expect("one");
    let rows = format!("phone,name\n+42077{number}777777,{name}\n{name},x\n");
    let options = json!({ "campaign_id": campaign.1, "mapping": { "phone": ["phone"] } });
    let made = import(server, admin, ("list.csv", &rows), options).await;
    assert_eq!(made.status, 202, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

/// A list of numbers that was brought in, one of which is none.
pub(super) async fn numbers(server: &Server, admin: &str, (name, number): (&str, usize)) -> String {
    let rows = format!("+42077{number}666666\n{name}\n");
    let options = json!({ "reason": name }).to_string();
    let form = form(("numbers.txt", &rows), &options);
    let made = post(server, admin, ("/api/v1/dnc/import", "numbers"), form).await;
    assert_eq!(made.status, 202, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

/// Contacts that are called anew.
pub(super) async fn reset(
    server: &Server,
    admin: &str,
    filters: &[(&'static str, String)],
) -> String {
    let campaign = filters.iter().find(|(filter, _)| *filter == "campaign_id").expect("one");
    let path = format!("/api/v1/campaigns/{}/reset-contacts", campaign.1);
    let made = server.with(admin, "POST", &path, Some(json!({ "filter": {} }))).await;
    assert_eq!(made.status, 202, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

/// A file of its calls that is whole.
pub(super) async fn exported(
    server: &Server,
    admin: &str,
    filters: &[(&'static str, String)],
) -> String {
    let campaign = filters.iter().find(|(filter, _)| *filter == "campaign_id").expect("one");
    let body = json!({ "report": "call_facts", "format": "csv", "from": "2020-01-01",
                       "to": "2020-02-01", "campaign_id": [campaign.1] });
    let location = asked(server, admin, "isolated", body).await.header("location").to_owned();
    whole(server, admin, &location).await["id"].as_str().expect("an id").to_owned()
}

/// A rule that only an organization has.
pub(super) async fn rule(server: &Server, admin: &str, name: &str) -> String {
    let body = json!({ "name": format!("rule of {name}"), "metric": "longest_wait",
                       "scope": { "type": "org" }, "operator": "gt", "threshold": 60,
                       "severity": "info" });
    let made = server.with(admin, "POST", "/api/v1/alert-rules", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

/// What only its calls can come to.
pub(super) async fn defined(server: &Server, admin: &str, code: &str) {
    let body = json!({ "code": code, "label": code, "category": "failure" });
    let made = server.with(admin, "POST", "/api/v1/dispositions", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

/// What somebody had to know of one of its calls, once nothing more is found in any of them.
pub(super) async fn alert(server: &Server, admin: &str, calls: usize) -> String {
    loop {
        let path = "/api/v1/sentiment/alerts?state=cleared&limit=100";
        let alerts = server.with(admin, "GET", path, None).await;
        assert_eq!(alerts.status, 200, "{}", alerts.body);
        let cleared = alerts.body["items"].as_array().expect("alerts");
        if cleared.len() >= calls.min(100) {
            return cleared[0]["id"].as_str().expect("an id").to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// A number that is not to be called.
pub(super) async fn suppressed(server: &Server, admin: &str, number: usize) -> String {
    let body = json!({ "number": format!("+42077{number}999999"), "reason": "no" });
    let entry = server.with(admin, "POST", "/api/v1/dnc", Some(body)).await;
    assert_eq!(entry.status, 201, "{}", entry.body);
    entry.body["id"].as_str().expect("an id").to_owned()
}

/// Has an organization call people, for a campaign.
pub(super) async fn called(
    server: &Server,
    org: &mut Org,
    name: &str,
    number: usize,
    calls: usize,
) {
    let (_, admin) = &org.tokens[0];
    let campaign = server.campaign(admin, &format!("campaign of {name}")).await;
    for call in 0..calls {
        let (of, number) = (number, format!("+42077{number}{call:03}0003"));
        let theirs = format!("+42077{of}{call:03}0004");
        let contact = self::contact(server, admin, &campaign, (&theirs, name)).await;
        let body = json!({ "to": number, "campaign_id": campaign, "ring_timeout_seconds": 5,
                           "metadata": { "what": name } });
        let authorization = format!("Bearer {admin}");
        let key = format!("call{call}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key.as_str()),
        ];
        let made =
            server.bare("POST", "/api/v1/calls", Some(body.to_string().into()), &headers).await;
        assert_eq!(made.status, 202, "{}", made.body);
        let path = made.header("location").to_owned();
        let note = json!({ "note": format!("a note of {name}") });
        let noted = server.with(admin, "POST", &format!("{path}/notes"), Some(note)).await;
        assert_eq!(noted.status, 200);
        let angry = |at: u32| {
            json!({ "speaker": "customer", "start_ms": at, "end_ms": at,
                                      "text": format!("the terrible awful word of {name}") })
        };
        let said = json!({ "language": "en", "segments": [angry(0), angry(1), angry(2)] });
        let path_of_said = format!("{path}/transcript/segments");
        let said = server.with(admin, "POST", &path_of_said, Some(said)).await;
        assert_eq!(said.status, 200, "{}", said.body);
        let tags = json!({ "tags": [name] });
        assert_eq!(server.with(admin, "PATCH", &path, Some(tags)).await.status, 200);
        org.ids.push(made.body["id"].as_str().expect("an id").to_owned());
        org.ids.push(contact.clone());
        if call == 0 {
            let made = made.body["id"].as_str().expect("an id").to_owned();
            org.filters.push(("call_id", made));
            org.filters.push(("contact_id", contact));
            org.filters.push(("campaign_id", campaign.clone()));
            org.filters.push(("number", number.replace('+', "%2B")));
            org.filters.push(("number", theirs.replace('+', "%2B")));
            org.filters.push(("tag", name.to_owned()));
        }
    }
    org.ids.push(campaign);
}

/// Somebody whom a campaign is to call.
async fn contact(
    server: &Server,
    admin: &str,
    campaign: &str,
    (number, name): (&str, &str),
) -> String {
    let body = json!({ "campaign_id": campaign, "phone": number, "name": name, "tags": [name],
                       "custom": { "what": name } });
    let made = server.with(admin, "POST", "/api/v1/contacts", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}
