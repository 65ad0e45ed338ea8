//! Teams over HTTP: who belongs together, and who sees whose calls because of it.

use base64::Engine;
use domain::Role;
use serde_json::{Value, json};

use super::http_kit::{Answer, Server, SignedIn, call_to};

pub const TEAMS: &str = "/api/v1/teams";
const NOBODY: &str = "01890000-0000-7000-8000-000000000001";

/// A text that no index can make shorter.
fn incompressible(length: usize) -> String {
    let mut dice = tests::histories::Dice::new(7);
    let letter = |_| char::from(b"abcdefghijklmnopqrstuvwxyz"[dice.below(26) as usize]);
    (0..length).map(letter).collect()
}

pub async fn ask(
    server: &Server,
    who: &SignedIn,
    (method, path): (&str, &str),
    body: Option<Value>,
) -> Answer {
    server.with(&who.access, method, path, body).await
}

/// A team of this name that is made, with what else is said.
pub async fn made(server: &Server, admin: &SignedIn, body: Value) -> String {
    let made = ask(server, admin, ("POST", TEAMS), Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.header("location").to_owned()
}

async fn join(server: &Server, admin: &SignedIn, team: &str, user: &str, role: &str) {
    let body = json!({ "user_id": user, "role": role });
    let joined = ask(server, admin, ("POST", &format!("{team}/members")), Some(body)).await;
    assert_eq!(joined.status, 200, "{}", joined.body);
}

pub fn id(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_made_changed_and_found() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let body = json!({
        "name": "Night", "description": "Who is there at night", "time_zone": "Europe/Prague",
        "working_hours": { "mon": [{ "from": "20:00", "to": "24:00" }] },
        "wrap_up": { "mode": "timed", "seconds": 45 }, "skills_default": ["billing"],
    });
    let team = ask(&server, &admin, ("POST", TEAMS), Some(body)).await;
    assert_eq!((team.status, team.header("etag")), (201, "\"v1\""), "{}", team.body);
    assert_eq!(team.body["max_members"], 100);
    assert_eq!(team.body["working_hours"]["tue"], json!([]));
    let path = team.header("location").to_owned();
    server.settle().await;
    let read = ask(&server, &admin, ("GET", &path), None).await;
    assert_eq!(read.body, team.body);
    let known = [("if-none-match", "\"v1\"")];
    assert_eq!(server.send("GET", &path, None, &known).await.status, 304);
    // Names are compared without the case of their letters, and freed by another name.
    let again = ask(&server, &admin, ("POST", TEAMS), Some(json!({ "name": "NIGHT" }))).await;
    again.is_problem(409, "duplicate-resource");
    assert_eq!(again.body["errors"][0]["pointer"], "/name");
    let change = |body: Value| ask(&server, &admin, ("PATCH", &path), Some(body));
    let changed = change(json!({ "name": "Day", "description": null })).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"v2\""));
    assert_eq!(
        (&changed.body["name"], &changed.body["description"]),
        (&json!("Day"), &json!(null))
    );
    made(&server, &admin, json!({ "name": "Night" })).await;
    change(json!({ "name": "night" })).await.is_problem(409, "duplicate-resource");
    let same = change(json!({ "name": "Day" })).await;
    assert_eq!((same.status, same.header("x-event-position")), (200, ""), "no news");
    assert_eq!(change(json!({ "name": "DAY" })).await.body["name"], "DAY", "its own name");
    server.settle().await;
    let list = ask(&server, &admin, ("GET", &format!("{TEAMS}?limit=2")), None).await;
    let names: Vec<&Value> =
        list.body["items"].as_array().unwrap().iter().map(|team| &team["name"]).collect();
    assert_eq!(names, ["Night", "DAY"]);
    assert!(list.body["next_cursor"].is_string());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_team_is_named() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let team = made(&server, &admin, json!({ "name": "One" })).await;
    let (wrong, zone, unknown) = ("validation-failed", "invalid-time-zone", "unknown-field");
    let reference = "invalid-reference";
    for (body, slug, pointer) in [
        (json!({}), wrong, "/name"),
        (json!({ "name": "" }), wrong, "/name"),
        (json!({ "name": incompressible(256) }), wrong, "/name"),
        (json!({ "name": incompressible(9_000) }), wrong, "/name"),
        (json!({ "name": " x" }), wrong, "/name"),
        (json!({ "name": "x\u{200b}" }), wrong, "/name"),
        (json!({ "name": "4242 4242 4242 4242" }), "card-data-not-accepted", "/name"),
        (json!({ "name": "x", "time_zone": "Mars" }), zone, "/time_zone"),
        (json!({ "name": "x", "max_members": 501 }), wrong, "/max_members"),
        (json!({ "name": "x", "org_id": NOBODY }), unknown, "/org_id"),
        (json!({ "name": "x", "parent_team_id": NOBODY }), reference, "/parent_team_id"),
        (
            json!({ "name": "x", "working_hours": { "mon": [{ "from": "9:00", "to": "10:00" }] } }),
            wrong,
            "/working_hours/mon",
        ),
        (json!({ "name": "x", "working_hours": { "day": [] } }), unknown, "/working_hours/day"),
        (
            json!({ "name": "x", "wrap_up": { "mode": "timed", "seconds": 3601 } }),
            wrong,
            "/wrap_up/seconds",
        ),
    ] {
        let answer = ask(&server, &admin, ("POST", TEAMS), Some(body.clone())).await;
        answer.is_problem(if slug.starts_with("dup") { 409 } else { 422 }, slug);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
    }
    // A name that was refused with its team is free.
    made(&server, &admin, json!({ "name": "x" })).await;
    let nobody = format!("{TEAMS}/{NOBODY}");
    let renamed = ask(&server, &admin, ("PATCH", &nobody), Some(json!({ "name": "y" }))).await;
    renamed.is_problem(404, "not-found");
    made(&server, &admin, json!({ "name": "y" })).await;
    for body in [json!({ "name": null }), json!({ "name": incompressible(9_000) })] {
        let wrong = ask(&server, &admin, ("PATCH", &team), Some(body)).await;
        wrong.is_problem(422, "validation-failed");
        assert_eq!(wrong.body["errors"][0]["pointer"], "/name");
    }
    let versioned = [("content-type", "application/json"), ("if-match", "\"v1\"")];
    let versioned = server.raw("POST", TEAMS, "{\"name\":\"z\"}", &versioned).await;
    versioned.is_problem(412, "version-mismatch");
    let stale = [("content-type", "application/json"), ("if-match", "\"v9\"")];
    let stale = server.raw("PATCH", &team, "{\"name\":\"z\"}", &stale).await;
    stale.is_problem(412, "version-mismatch");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_join_a_team_and_leave_it() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let team = made(&server, &admin, json!({ "name": "One", "max_members": 1 })).await;
    let members = format!("{team}/members");
    let add = |user: &str, role: &str| {
        let body = json!({ "user_id": user, "role": role });
        ask(&server, &admin, ("POST", &members), Some(body))
    };
    let added = add(&agent.user, "member").await;
    assert_eq!((added.status, &added.body["members_count"]), (200, &json!(1)));
    let again = add(&agent.user, "member").await;
    assert_eq!((again.status, again.header("x-event-position")), (200, ""), "no news");
    add(&agent.user, "lead").await.is_problem(409, "already-member");
    add(&admin.user, "member").await.is_problem(409, "team-full");
    let stranger = add(NOBODY, "member").await;
    stranger.is_problem(422, "invalid-reference");
    assert_eq!(stranger.body["errors"][0]["pointer"], "/user_id");
    let analyst = server.sign_in(Role::Analyst).await;
    let unable = add(&analyst.user, "supervisor").await;
    unable.is_problem(422, "invalid-reference");
    assert_eq!(unable.body["errors"][0]["pointer"], "/role");
    let one = format!("{members}/{}", agent.user);
    let patch = |role: &str| ask(&server, &admin, ("PATCH", &one), Some(json!({ "role": role })));
    patch("supervisor").await.is_problem(422, "invalid-reference");
    assert_eq!(patch("lead").await.body["supervisors"], json!([]));
    server.settle().await;
    let list = ask(&server, &admin, ("GET", &members), None).await;
    assert_eq!(list.body["items"], json!([{ "user_id": agent.user, "role": "lead" }]));
    let me = ask(&server, &agent, ("GET", "/api/v1/auth/me"), None).await;
    assert!(me.body["teams"].as_array().unwrap().contains(&json!(id(&team))), "{}", me.body);
    for _ in 0..2 {
        let gone = ask(&server, &admin, ("DELETE", &one), None).await;
        assert_eq!((gone.status, gone.body), (204, Value::Null));
    }
    let nobody = ask(&server, &admin, ("PATCH", &one), Some(json!({ "role": "lead" }))).await;
    nobody.is_problem(404, "not-found");
    let malformed = ask(&server, &admin, ("DELETE", &format!("{members}/x")), None).await;
    malformed.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_run_their_own_teams_and_no_others() {
    let server = Server::start().await;
    let (admin, boss, agent) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
    );
    let own = made(&server, &admin, json!({ "name": "Own" })).await;
    let within =
        made(&server, &admin, json!({ "name": "Within", "parent_team_id": id(&own) })).await;
    let other = made(&server, &admin, json!({ "name": "Other" })).await;
    join(&server, &admin, &own, &boss.user, "supervisor").await;
    join(&server, &admin, &other, &boss.user, "lead").await;
    for team in [&own, &within] {
        let body = json!({ "description": "Ours", "wrap_up": { "mode": "manual" } });
        let changed = ask(&server, &boss, ("PATCH", team), Some(body)).await;
        assert_eq!((changed.status, &changed.body["description"]), (200, &json!("Ours")));
        join(&server, &boss, team, &agent.user, "member").await;
    }
    let name = ask(&server, &boss, ("PATCH", &own), Some(json!({ "name": "Mine" }))).await;
    name.is_problem(403, "forbidden");
    // Whom a supervisor adds, they see: so they add agents only.
    let body = json!({ "user_id": admin.user, "role": "member" });
    let too_far = ask(&server, &boss, ("POST", &format!("{own}/members")), Some(body)).await;
    too_far.is_problem(422, "invalid-reference");
    let body = json!({ "description": "x" });
    let others = ask(&server, &boss, ("PATCH", &other), Some(body)).await;
    others.is_problem(403, "not-your-resource");
    let archive = |team: &str| {
        let path = format!("{team}/archive");
        let (server, boss) = (&server, &boss);
        async move { ask(server, boss, ("POST", &path), None).await }
    };
    archive(&other).await.is_problem(403, "not-your-resource");
    archive(&format!("{TEAMS}/{NOBODY}")).await.is_problem(404, "not-found");
    assert_eq!(archive(&own).await.status, 204);
    // Nobody is supervised through an archived team; it itself can be brought back.
    let body = json!({ "description": "x" });
    let through = ask(&server, &boss, ("PATCH", &within), Some(body.clone())).await;
    through.is_problem(403, "not-your-resource");
    let closed = ask(&server, &boss, ("PATCH", &own), Some(body)).await;
    closed.is_problem(409, "invalid-state-transition");
    assert_eq!(closed.body["current_state"], "archived");
    let back = ask(&server, &boss, ("POST", &format!("{own}/restore")), None).await;
    assert_eq!((back.status, &back.body["archived"]), (200, &json!(false)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_see_and_touch_the_calls_of_their_teams() {
    let server = Server::start().await;
    let (admin, boss, agent) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
    );
    let calls = "/api/v1/calls";
    let mine = ask(&server, &agent, ("POST", calls), Some(call_to("+420777120003"))).await;
    let by_admin = ask(&server, &admin, ("POST", calls), Some(call_to("+420777130003"))).await;
    assert_eq!((mine.status, by_admin.status), (202, 202));
    let path = mine.header("location").to_owned();
    let metrics = "/api/v1/analytics/calls?from=2020-01-01&to=2021-01-01";
    let sees = |expected: Vec<String>| {
        let (server, boss, path) = (&server, &boss, path.clone());
        let user = agent.user.clone();
        async move {
            server.settle().await;
            let list = ask(server, boss, ("GET", calls), None).await;
            let ids: Vec<String> = list.body["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|call| call["id"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(ids, expected);
            let seen = !expected.is_empty();
            let asked = format!("{calls}?agent_id={user}");
            let asked = ask(server, boss, ("GET", &asked), None).await;
            assert_eq!(asked.status, if seen { 200 } else { 403 });
            let note = json!({ "note": "heard" });
            let noted = ask(server, boss, ("POST", &format!("{path}/notes")), Some(note)).await;
            assert_eq!(noted.status, if seen { 200 } else { 403 }, "{}", noted.body);
            let own = ask(server, boss, ("GET", metrics), None).await;
            let agents = own.body["query"]["agent_id"].as_array().unwrap().len();
            assert_eq!(agents, if seen { 2 } else { 1 });
        }
    };
    // The demo's supervisor supervises the demo's agent.
    sees(vec![id(&path).to_owned()]).await;
    let theirs = by_admin.header("location");
    ask(&server, &boss, ("GET", theirs), None).await.is_problem(403, "not-your-resource");
    let demo = "00000000-0000-7000-8000-000000000101".replacen("00000000", "01970000", 1);
    let member = format!("{TEAMS}/{demo}/members/{}", agent.user);
    assert_eq!(ask(&server, &admin, ("DELETE", &member), None).await.status, 204);
    sees(vec![]).await;
    // Through a team within one that they supervise, they do again.
    let parent = made(&server, &admin, json!({ "name": "Parent" })).await;
    let child = json!({ "name": "Child", "parent_team_id": id(&parent) });
    let child = made(&server, &admin, child).await;
    join(&server, &admin, &parent, &boss.user, "supervisor").await;
    join(&server, &admin, &child, &agent.user, "member").await;
    sees(vec![id(&path).to_owned()]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_names_the_teams_of_its_person() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let claims = agent.access.split('.').nth(1).expect("claims");
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    let me = ask(&server, &agent, ("GET", "/api/v1/auth/me"), None).await;
    assert_eq!(claims["teams"], me.body["teams"]);
    assert_eq!(claims["teams"].as_array().map(Vec::len), Some(1));
    server.stop().await;
}
