//! Lists of people over HTTP: brought in, looked at before, stopped, and what became of each row.

use std::fmt::Write as _;

use domain::Role;
use serde_json::{Value, json};

use super::http_erasure::{done, erase};
use super::http_kit::{Answer, Server};

const IMPORT: &str = "/api/v1/contacts/import";
const NUMBER: &str = "+420777120003";

/// A form with a file, as a browser sends it.
pub(super) fn form((name, file): (&str, &str), options: &str) -> String {
    format!(
        "--b\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n{options}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{file}\r\n--b--\r\n"
    )
}

pub(super) async fn post(
    server: &Server,
    token: &str,
    (path, key): (&str, &str),
    body: String,
) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "multipart/form-data; boundary=b"),
        ("idempotency-key", key),
    ];
    let headers = if key.is_empty() { &headers[..2] } else { &headers[..] };
    server.bare("POST", path, Some(body.into()), headers).await
}

/// Brings a list in.
pub(super) async fn import(
    server: &Server,
    token: &str,
    file: (&str, &str),
    options: Value,
) -> Answer {
    post(server, token, (IMPORT, file.0), form(file, &options.to_string())).await
}

pub(super) async fn over(server: &Server, made: &Answer) -> Value {
    assert_eq!(made.status, 202, "{}", made.body);
    server.until(made.header("location"), |import| import["ended_at"].is_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_comes_in_and_says_what_became_of_every_row() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let known = json!({ "campaign_id": campaign, "phone": "+420777120009", "name": "Known" });
    assert_eq!(server.send("POST", "/api/v1/contacts", Some(known), &[]).await.status, 201);
    let no = json!({ "number": "+420777120008", "reason": "no" });
    assert_eq!(server.send("POST", "/api/v1/dnc", Some(no), &[]).await.status, 201);
    let file = "Mobile,Jméno,Email,=town\n\
                777 120 003,Eva,Eva@Example.com,=1+1\n\
                +420777120004,Adam,nobody,Brno\n\
                00420 777 120 003,Eva again,,\n\
                777120008,Not,,\n\
                777120009,Other,,\n\
                112,Help,x,\n";
    let options = json!({ "campaign_id": campaign, "default_region": "CZ", "mapping": {
        "phone": ["Mobile"], "name": ["Jméno"], "email": ["Email"], "custom.town": ["=town"]
    } });
    let made = import(&server, server.token(), ("list.csv", file), options).await;
    let shown = over(&server, &made).await;
    assert_eq!((&shown["status"], &shown["rows"]), (&json!("completed"), &json!(6)), "{shown}");
    for (field, count) in
        [("created", 1), ("duplicates", 2), ("suppressed", 1), ("rejected", 2), ("updated", 0)]
    {
        assert_eq!(shown[field], count, "{field}: {shown}");
    }
    let path = made.header("location");
    let rows = server.get(&format!("{path}/rows?limit=100")).await.body["items"].clone();
    let outcomes: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    let expected = ["created", "rejected", "duplicate", "suppressed", "duplicate", "rejected"];
    assert_eq!(outcomes, expected);
    let eva = rows[0]["contact_id"].as_str().expect("an id").to_owned();
    server.settle().await;
    let eva = server.get(&format!("/api/v1/contacts/{eva}")).await.body;
    assert_eq!((&eva["phone"], &eva["source"]), (&json!(NUMBER), &json!("import")), "{eva}");
    assert_eq!((&eva["name"], &eva["email"]), (&json!("Eva"), &json!("eva@example.com")));
    assert_eq!(eva["custom"], json!({ "town": "=1+1" }), "it is kept as it was");
    let first = server.get(&format!("{path}/errors?limit=1")).await.body;
    let next = format!("{path}/errors?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = server.get(&next).await.body;
    assert_eq!((&first["items"][0]["row"], &second["items"][0]["row"]), (&json!(2), &json!(6)));
    assert_eq!(second["items"][0]["faults"].as_array().map(Vec::len), Some(2), "every fault");
    let csv = server.get(&format!("{path}/errors?format=csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text.as_str();
    assert!(text.starts_with("row,line,column,code,message\r\n2,3,\"Email\",\"invalid-"), "{text}");
    assert_eq!(text.lines().count(), 4, "{text}");
    let list = server.get(&format!("/api/v1/contacts/imports?campaign_id={campaign}")).await;
    assert_eq!(list.body["items"][0]["id"], shown["id"]);
    let unchanged = server.get(path).await;
    let tag = unchanged.header("etag").to_owned();
    let seen = server.send("GET", path, None, &[("if-none-match", &tag)]).await;
    assert_eq!(seen.status, 304);
    server.stop().await;
}

/// N2: the file of errors names each bad row and column, and no spreadsheet runs it.
#[tokio::test(flavor = "multi_thread")]
async fn contact_n2_the_file_of_errors_lists_each_bad_row_and_column() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let mut file = String::from("=cmd|phone\n");
    for row in 0..1_500 {
        let number = if row % 10 == 4 { "none" } else { "" };
        let number = if number.is_empty() { format!("+42077{row:07}") } else { number.to_owned() };
        writeln!(file, "x|{number}").unwrap();
    }
    let file = file.replace("=cmd|phone", "x|=cmd");
    let mapping = json!({ "phone": ["=cmd"] });
    let options = json!({ "campaign_id": campaign, "mapping": mapping, "delimiter": "|" });
    let made = import(&server, server.token(), ("list.csv", &file), options).await;
    assert_eq!(over(&server, &made).await["rejected"], 150);
    let csv = server.get(&format!("{}/errors?format=csv", made.header("location"))).await;
    let lines: Vec<&str> = csv.text.lines().skip(1).collect();
    assert_eq!(lines.len(), 150);
    for (number, line) in lines.iter().enumerate() {
        let row = number * 10 + 5;
        let begins = format!("{row},{},\"'=cmd\",\"invalid-phone-number\",", row + 1);
        assert!(line.starts_with(&begins), "{line}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jsonl_comes_in_and_what_is_known_is_left_changed_or_refused() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let file = |name: &str| {
        format!(
            "{{\"phone\":\"{NUMBER}\",\"name\":\"{name}\",\"tags\":[\"vip\"],\"priority\":70}}\n\
             not json\n{{\"phone\":\"+420777120004 ext. 12\",\"custom\":{{\"city\":\"Brno\"}}}}\n"
        )
    };
    let options = |how: &str| json!({ "campaign_id": campaign, "on_duplicate": how });
    let bring = async |name: &str, how: &str| {
        let key = format!("{name}.jsonl");
        let made = import(&server, server.token(), (&key, &file(name)), options(how)).await;
        over(&server, &made).await
    };
    let first = bring("Eva", "skip").await;
    assert_eq!((&first["created"], &first["rejected"]), (&json!(2), &json!(1)), "{first}");
    let skipped = bring("Ida", "skip").await;
    assert_eq!((&skipped["duplicates"], &skipped["updated"]), (&json!(2), &json!(0)));
    let changed = bring("Ema", "update").await;
    assert_eq!((&changed["duplicates"], &changed["updated"]), (&json!(0), &json!(2)));
    let failed = bring("Ela", "fail").await;
    assert_eq!((&failed["rejected"], &failed["status"]), (&json!(3), &json!("completed")));
    server.settle().await;
    let found = server.get("/api/v1/contacts?number=%2B420777120003").await.body;
    let eva = &found["items"][0];
    assert_eq!((&eva["name"], &eva["priority"]), (&json!("Ema"), &json!(70)), "{found}");
    let found = server.get("/api/v1/contacts?number=%2B420777120004").await.body;
    let custom = &found["items"][0]["custom"];
    assert_eq!(*custom, json!({ "city": "Brno", "extension": "12" }), "{found}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_list_is_said_at_once_and_nothing_is_kept() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let nobodys = "0195f3a0-0000-7000-8000-000000000000";
    let with = |fields: Value| {
        let mut options = json!({ "campaign_id": campaign });
        for (name, value) in fields.as_object().unwrap() {
            options[name] = value.clone();
        }
        options.to_string()
    };
    let good = "phone\n+420777120003\n";
    let cases = [
        ("a.csv", "", with(json!({})), "/file"),
        ("a.csv", "who\nEva\n", with(json!({})), "/mapping"),
        ("a.csv", good, with(json!({ "mapping": { "phone": ["tel"] } })), "/mapping"),
        ("a.csv", good, with(json!({ "mapping": { "who": ["phone"] } })), "/mapping"),
        ("a.csv", "PK\u{3}\u{4}xl", with(json!({})), "/file"),
        ("a.jsonl", "[{}]", with(json!({})), "/file"),
        ("a.xyz", good, with(json!({})), "/format"),
        ("a.csv", good, with(json!({ "format": "xls" })), "/format"),
        ("a.csv", good, with(json!({ "encoding": "klingon" })), "/encoding"),
        ("a.csv", good, with(json!({ "delimiter": "::" })), "/delimiter"),
        ("a.csv", good, with(json!({ "default_region": "Mars" })), "/default_region"),
        ("a.csv", good, with(json!({ "on_duplicate": "guess" })), "/on_duplicate"),
        ("a.csv", good, with(json!({ "other": 1 })), "/other"),
        ("a.csv", good, with(json!({ "campaign_id": nobodys })), "/campaign_id"),
        ("a.csv", good, "{}".to_owned(), "/campaign_id"),
    ];
    for (number, (name, file, options, pointer)) in cases.into_iter().enumerate() {
        let key = format!("wrong{number}");
        let body = form((name, file), &options);
        let refused = post(&server, server.token(), (IMPORT, &key), body).await;
        assert_eq!(refused.status, 422, "{options}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{options}: {}", refused.body);
    }
    let token = server.token();
    let body = form(("a.csv", good), &with(json!({})));
    let keyless = post(&server, token, (IMPORT, ""), body.clone()).await;
    keyless.is_problem(400, "idempotency-key-required");
    for (body, status, slug) in [
        (body.replace("name=\"file\"", "name=\"list\""), 422, "unknown-field"),
        (body.replace("name=\"options\"", "name=\"file\""), 422, "validation-failed"),
        (body.replace("--b--", ""), 400, "malformed-request"),
        ("--b--\r\n".to_owned(), 422, "validation-failed"),
    ] {
        post(&server, token, (IMPORT, "k"), body).await.is_problem(status, slug);
    }
    let json = server.send("POST", IMPORT, Some(json!({})), &[("idempotency-key", "j")]).await;
    json.is_problem(415, "unsupported-media-type");
    let kept = "SELECT count(*) FROM import_files";
    assert_eq!(value(&server, kept).await, 0, "a file was kept");
    assert_eq!(value(&server, "SELECT count(*) FROM import_parts").await, 0);
    let imports = server.get("/api/v1/contacts/imports").await.body;
    assert_eq!(imports["items"], json!([]));
    server.stop().await;
}

async fn value(server: &Server, sql: &'static str) -> i64 {
    use sqlx::Connection;
    let url = server.test().superuser();
    let mut admin = sqlx::PgConnection::connect_with(&url).await.expect("in");
    sqlx::query_scalar(sql).fetch_one(&mut admin).await.expect("a value")
}

/// Waits for it: an import is over first, and its file is forgotten then.
async fn no_file_is_kept(server: &Server) {
    while value(server, "SELECT count(*) FROM import_files").await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_under_the_same_key_is_the_same_import() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let options = json!({ "campaign_id": campaign }).to_string();
    let bring = async |file: &str| {
        let body = form(("a.csv", file), &options);
        post(&server, server.token(), (IMPORT, "same"), body).await
    };
    let first = bring("phone\n+420777120003\n").await;
    let again = bring("phone\n+420777120003\n").await;
    assert_eq!((again.status, &again.body["id"]), (202, &first.body["id"]), "{}", again.body);
    assert_eq!(again.header("idempotent-replayed"), "true");
    bring("phone\n+420777120004\n").await.is_problem(422, "idempotency-key-reused");
    assert_eq!(over(&server, &first).await["created"], 1);
    no_file_is_kept(&server).await;
    let stranger = server.sign_in(Role::Auditor).await.access;
    let path = first.header("location");
    server.with(&stranger, "GET", path, None).await.is_problem(403, "forbidden");
    // The campaign is given up, which has nothing to do with what was said.
    let cancel = format!("/api/v1/campaigns/{campaign}/cancel");
    let reason = json!({ "reason": "the offer is over" });
    assert_eq!(server.send("POST", &cancel, Some(reason), &[]).await.status, 200);
    let late = bring("phone\n+420777120003\n").await;
    assert_eq!((late.status, late.header("idempotent-replayed")), (202, "true"), "{}", late.body);
    no_file_is_kept(&server).await;
    server.stop().await;
}

fn long(rows: u64) -> String {
    (0..rows).fold(String::from("phone\n"), |mut text, row| {
        writeln!(text, "+42077{row:07}").unwrap();
        text
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_stopped_and_what_came_in_is_counted() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let options = json!({ "campaign_id": campaign });
    let made = import(&server, server.token(), ("a.csv", &long(40_000)), options).await;
    let path = made.header("location");
    server.until(path, |import| import["rows_read"].as_u64() > Some(0)).await;
    let cancel = format!("{path}/cancel");
    let stopped = server.send("POST", &cancel, Some(json!({})), &[]).await;
    assert_eq!((stopped.status, &stopped.body["status"]), (200, &json!("canceled")));
    assert_eq!(server.send("POST", &cancel, Some(json!({})), &[]).await.status, 200);
    no_file_is_kept(&server).await;
    server.settle().await;
    let import = server.get(path).await.body;
    let created = value(&server, "SELECT count(*) FROM contacts").await;
    assert_eq!(import["created"].as_i64(), Some(created), "{import}");
    assert!(created < 40_000);
    let options = json!({ "campaign_id": campaign });
    let whole = import_of(&server, ("b.csv", "phone\n+420777120003\n"), options).await;
    let cancel = format!("{whole}/cancel");
    let late = server.send("POST", &cancel, Some(json!({})), &[]).await;
    late.is_problem(409, "invalid-state-transition");
    server.stop().await;
}

async fn import_of(server: &Server, file: (&str, &str), options: Value) -> String {
    let made = import(server, server.token(), file, options).await;
    over(server, &made).await;
    made.header("location").to_owned()
}

/// Whoever is erased while a list with them is kept is not brought back by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_does_not_bring_back_who_was_erased_meanwhile() {
    let server = Server::start().await;
    let campaign = server.campaign(server.token(), "one").await;
    let other = server.campaign(server.token(), "other").await;
    let known = json!({ "campaign_id": other, "phone": NUMBER });
    assert_eq!(server.send("POST", "/api/v1/contacts", Some(known), &[]).await.status, 201);
    let file = long(12_000) + NUMBER + "\n";
    let options = json!({ "campaign_id": campaign });
    let made = import(&server, server.token(), ("a.csv", &file), options).await;
    let erasure = erase(&server, NUMBER).await;
    let early = server.get(made.header("location")).await.body["rows_read"].as_u64();
    assert!(early < Some(11_000), "the list was too short for this test: {early:?}");
    let import = over(&server, &made).await;
    assert_eq!((&import["created"], &import["rejected"]), (&json!(12_000), &json!(1)), "{import}");
    let path = format!("{}/errors", made.header("location"));
    let errors = server.get(&path).await.body;
    let fault = &errors["items"][0]["faults"][0];
    assert_eq!(fault["code"], "erased", "{errors}");
    done(&server, erasure.header("location")).await;
    server.settle().await;
    let found = server.get("/api/v1/contacts?number=%2B420777120003").await.body;
    assert_eq!(found["items"], json!([]), "somebody has come back");
    // Whoever brings them once more, brings somebody new.
    let options = json!({ "campaign_id": campaign });
    let again = import_of(&server, ("b.csv", &format!("phone\n{NUMBER}\n")), options).await;
    assert_eq!(server.get(&again).await.body["created"], 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_looked_at_before() {
    let server = Server::start().await;
    let file = "\u{feff}Telefon;Jméno;Město\n777120003;Eva;=1+1\nx;Adam;Brno\n";
    let options = json!({ "default_region": "CZ" }).to_string();
    let path = format!("{IMPORT}/preview");
    let token = server.sign_in(Role::Supervisor).await.access;
    let seen = post(&server, &token, (&path, ""), form(("list.csv", file), &options)).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let body = &seen.body;
    assert_eq!((&body["encoding"], &body["delimiter"]), (&json!("utf-8"), &json!(";")), "{body}");
    assert_eq!(body["columns"], json!(["Telefon", "Jméno", "Město"]));
    assert_eq!(body["suggested"]["phone"], json!(["Telefon"]), "{body}");
    assert_eq!(body["rows"][0]["contact"]["phone"], NUMBER);
    assert_eq!(body["rows"][1]["contact"], Value::Null);
    assert_eq!(body["rows"][1]["faults"][0]["column"], "Telefon");
    assert_eq!(value(&server, "SELECT count(*) FROM import_files").await, 0);
    let wrong = json!({ "campaign_id": "x" }).to_string();
    let refused = post(&server, &token, (&path, ""), form(("list.csv", file), &wrong)).await;
    refused.is_problem(422, "unknown-field");
    server.stop().await;
}
