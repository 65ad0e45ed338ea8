//! Segments over HTTP: defined once, asked anew every time.

use domain::Role;
use serde_json::{Value, json};

use super::http_kit::{Answer, Server};

const SEGMENTS: &str = "/api/v1/segments";

fn is(field: &str, op: &str, value: Value) -> Value {
    json!({ "field": field, "op": op, "value": value })
}

async fn define(server: &Server, name: &str, filter: Value) -> Answer {
    server.send("POST", SEGMENTS, Some(json!({ "name": name, "filter": filter })), &[]).await
}

async fn add(server: &Server, campaign: &str, number: u32, fields: Value) -> Answer {
    let mut body = json!({ "campaign_id": campaign, "phone": format!("+4207771200{number:02}") });
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    let made = server.send("POST", "/api/v1/contacts", Some(body), &[]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made
}

/// The names of those whom a segment means, newest first, and whether the count is the same.
async fn meant(server: &Server, segment: &Answer, more: &str) -> Vec<String> {
    server.settle().await;
    let id = segment.body["id"].as_str().expect("an id");
    let list = server.get(&format!("/api/v1/contacts?segment_id={id}{more}")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.body["items"].as_array().expect("contacts");
    if more.is_empty() {
        let count = server.get(&format!("{}/count", segment.header("location"))).await.body;
        assert_eq!((&count["count"], &count["segment_id"]), (&json!(items.len()), &json!(id)));
    }
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_is_defined_changed_and_taken_away() {
    let server = Server::start().await;
    let vips = is("tag", "eq", json!("vip"));
    let body = json!({ "name": "VIPs", "description": "first", "filter": vips });
    let once = [("idempotency-key", "once")];
    let made = server.send("POST", SEGMENTS, Some(body.clone()), &once).await;
    assert_eq!((made.status, &made.body["filter"]), (201, &vips), "{}", made.body);
    let again = server.send("POST", SEGMENTS, Some(body), &once).await;
    assert_eq!((again.status, &again.body), (201, &made.body));
    define(&server, "vips", vips.clone()).await.is_problem(409, "duplicate-resource");
    let path = made.header("location");
    let patch = async |body: Value| server.send("PATCH", path, Some(body), &[]).await;
    let wide = json!({ "any": [vips, is("priority", "gte", json!(80))] });
    let changed = patch(json!({ "filter": wide, "description": null })).await;
    assert_eq!((&changed.body["filter"], &changed.body["name"]), (&wide, &json!("VIPs")));
    assert_eq!(server.get(path).await.body, changed.body);
    patch(json!({ "name": null })).await.is_problem(422, "validation-failed");
    patch(json!({ "filters": wide })).await.is_problem(422, "unknown-field");
    let stale = [("if-match", "\"v1\"")];
    let late = server.send("PATCH", path, Some(json!({ "name": "x" })), &stale).await;
    late.is_problem(412, "version-mismatch");
    assert_eq!(server.get(SEGMENTS).await.body["items"], json!([changed.body]));
    let auditor = server.sign_in(Role::Auditor).await.access;
    assert_eq!(server.with(&auditor, "GET", path, None).await.body, changed.body);
    server.with(&auditor, "DELETE", path, None).await.is_problem(403, "forbidden");
    assert_eq!(server.send("DELETE", path, None, &[]).await.status, 204);
    server.send("DELETE", path, None, &[]).await.is_problem(404, "not-found");
    let count = format!("{path}/count");
    for gone in [path, &count] {
        server.get(gone).await.is_problem(404, "not-found");
    }
    assert_eq!(define(&server, "vips", vips).await.status, 201, "the name is free");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_means_those_to_whom_its_filter_applies_now() {
    let server = Server::start().await;
    let (one, two) = (
        server.campaign(server.token(), "one").await,
        server.campaign(server.token(), "two").await,
    );
    let eva = add(&server, &one, 1, json!({ "name": "Eva", "tags": ["vip"], "language": "cs" }));
    let eva = eva.await;
    add(&server, &one, 2, json!({ "name": "Jan", "priority": 90, "time_zone": "Asia/Tokyo" }))
        .await;
    add(&server, &two, 3, json!({ "name": "Ida", "tags": ["vip", "new"] })).await;
    let gone = add(&server, &two, 4, json!({ "name": "Max", "tags": ["vip"] })).await;
    assert_eq!(server.send("DELETE", gone.header("location"), None, &[]).await.status, 204);
    let vips = is("tag", "eq", json!("vip"));
    for (number, (filter, names)) in [
        (vips.clone(), vec!["Ida", "Eva"]),
        (json!({ "not": vips }), vec!["Jan"]),
        (is("language", "ne", json!("cs")), vec!["Ida", "Jan"]),
        (is("time_zone", "exists", json!(true)), vec!["Jan"]),
        (is("campaign_id", "eq", json!(two)), vec!["Ida"]),
        (
            json!({ "any": [is("priority", "gt", json!(50)), is("language", "eq", json!("cs"))] }),
            vec!["Jan", "Eva"],
        ),
        (
            json!({ "all": [vips, is("status", "in", json!(["pending"])),
                         is("attempts", "eq", json!(0))] }),
            vec!["Ida", "Eva"],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let segment = define(&server, &format!("segment {number}"), filter).await;
        assert_eq!(segment.status, 201, "{}", segment.body);
        assert_eq!(meant(&server, &segment, "").await, names, "{}", segment.body);
    }
    let segment = define(&server, "vips", vips).await;
    assert_eq!(meant(&server, &segment, &format!("&campaign_id={one}")).await, ["Eva"]);
    assert_eq!(meant(&server, &segment, "&tag=new").await, ["Ida"]);
    assert_eq!(meant(&server, &segment, "&number=%2B420777120001").await, ["Eva"]);
    assert_eq!(meant(&server, &segment, "&status=completed").await, Vec::<String>::new());
    let due = "&due_before=2020-01-01T00:00:00.000Z";
    assert_eq!(meant(&server, &segment, due).await, Vec::<String>::new());
    let id = segment.body["id"].as_str().expect("an id");
    let page = server.get(&format!("/api/v1/contacts?segment_id={id}&limit=1")).await.body;
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    assert_eq!(meant(&server, &segment, &format!("&limit=1&cursor={cursor}")).await, ["Eva"]);
    // Nobody is kept in it.
    let tags = json!({ "tags": [] });
    let changed = server.send("PATCH", eva.header("location"), Some(tags), &[]).await;
    assert_eq!(changed.status, 200);
    assert_eq!(meant(&server, &segment, "").await, ["Ida"]);
    let nobodys = format!("/api/v1/contacts?segment_id={one}");
    server.get(&nobodys).await.is_problem(400, "invalid-query");
    let agent = server.sign_in(Role::Agent).await.access;
    let asked = format!("/api/v1/contacts?campaign_id={one}&segment_id={id}");
    server.with(&agent, "GET", &asked, None).await.is_problem(403, "forbidden");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_segment_is_pointed_at() {
    let server = Server::start().await;
    let good = is("tag", "eq", json!("vip"));
    for (body, pointer) in [
        (json!({ "name": "", "filter": good }), "/name"),
        (json!({ "name": "x".repeat(121), "filter": good }), "/name"),
        (json!({ "name": "x", "filter": good, "description": "\u{7}" }), "/description"),
        (json!({ "name": "x", "filter": null }), "/filter"),
        (
            json!({ "name": "x", "filter": { "all": [good, is("name", "eq", json!("Eva"))] } }),
            "/filter/all/1/field",
        ),
        (
            json!({ "name": "x", "filter": { "not": is("priority", "like", json!(1)) } }),
            "/filter/not/op",
        ),
        (
            json!({ "name": "x", "filter": is("status", "in", json!(["pending", 1])) }),
            "/filter/value/1",
        ),
    ] {
        let refused = server.send("POST", SEGMENTS, Some(body.clone()), &[]).await;
        refused.is_problem(422, "validation-failed");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(server.get(SEGMENTS).await.body["items"], json!([]));
    server.stop().await;
}
