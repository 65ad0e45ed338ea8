//! Agents over HTTP: their profiles, what they do, and who may tell them.

use domain::Role;
use domain::agent::{Agent, AgentCommand};
use domain::call::WrapUp;
use domain::{CallId, Timestamp};
use processes::commands::Order;
use serde_json::{Value, json};
use uuid::Uuid;

use super::http_kit::{Answer, Server, SignedIn, commands, context};

const AGENTS: &str = "/api/v1/agents";
const NOBODY: &str = "01890000-0000-7000-8000-000000000001";

async fn status(server: &Server, who: &SignedIn, agent: &str, body: Value) -> Answer {
    server.with(&who.access, "PATCH", &format!("{AGENTS}/{agent}/status"), Some(body)).await
}

async fn get(server: &Server, who: &SignedIn, path: &str) -> Answer {
    server.with(&who.access, "GET", path, None).await
}

async fn post(server: &Server, who: &SignedIn, path: &str, body: Value) -> Answer {
    server.with(&who.access, "POST", path, Some(body)).await
}

/// A call keeps the agent, or does not any more: what a router will tell one day.
async fn on_call(server: &Server, agent: &str, on: bool) {
    let (call_id, at) = (CallId::from(Uuid::from_u128(9)), Timestamp::from_millis(1));
    let command = match on {
        true => AgentCommand::StartCall { call_id, segment_no: 1, offer_id: None, at },
        false => AgentCommand::FinishCall { call_id, wrap_up: WrapUp::DEFAULT, at },
    };
    let order = Order::<Agent>::silent(context(api::people::DEMO_ORG));
    let id = agent.parse().expect("an id");
    commands(server).await.carry_out(order, id, command).await.expect("told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_made_an_agent_once() {
    let server = Server::start().await;
    let (admin, analyst) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Analyst).await);
    let profile = |user: &str| {
        json!({ "user_id": user, "display_name": "Ann", "address": "sip:ann@pbx.example",
                "skills": [{ "name": "billing", "level": 3 }], "languages": ["en", "cs"],
                "wrap_up": { "mode": "manual" }, "max_concurrent_calls": 2 })
    };
    let made = post(&server, &admin, AGENTS, profile(&admin.user)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let agent = made.header("location").to_owned();
    assert_eq!(agent, format!("{AGENTS}/{}", admin.user));
    assert_eq!(made.body["display_name"], "Ann");
    assert_eq!(made.body["slots"], json!({ "max": 2, "used": 0 }));
    assert_eq!((&made.body["presence"], &made.body["version"]), (&json!("offline"), &json!(2)));
    server.settle().await;
    let read = get(&server, &admin, &agent).await;
    for (name, value) in made.body.as_object().unwrap() {
        assert_eq!(&read.body[name], value, "{name}");
    }
    assert_eq!(read.body["today"]["figures"]["calls"]["value"], 0, "{}", read.body);
    let again = post(&server, &admin, AGENTS, profile(&admin.user)).await;
    again.is_problem(409, "duplicate-resource");
    for user in [analyst.user.as_str(), NOBODY] {
        let refused = post(&server, &admin, AGENTS, profile(user)).await;
        refused.is_problem(422, "invalid-reference");
        assert_eq!(refused.body["errors"][0]["pointer"], "/user_id");
    }
    let mut wrong = profile(&admin.user);
    wrong["skills"][0]["level"] = json!(6);
    let long = format!("en-{}", ["abcdefgh"; 9].join("-"));
    for (body, pointer) in [
        (json!({ "languages": [long] }), "/languages"),
        (json!({ "display_name": null }), "/display_name"),
        (json!({ "wrap_up": { "mode": "none", "seconds": 5 } }), "/wrap_up/seconds"),
    ] {
        let answer = server.with(&admin.access, "PATCH", &agent, Some(body)).await;
        answer.is_problem(422, "validation-failed");
        assert_eq!(answer.body["errors"][0]["pointer"], pointer);
    }
    let patch = |body: Value| server.with(&admin.access, "PATCH", &agent, Some(body));
    patch(json!({ "skills": wrong["skills"] })).await.is_problem(422, "validation-failed");
    let changed = patch(json!({ "display_name": "Bea", "skills": [] })).await;
    assert_eq!(
        (&changed.body["display_name"], &changed.body["skills"]),
        (&json!("Bea"), &json!([]))
    );
    assert_eq!(changed.body["languages"], json!(["en", "cs"]), "what is not named stays");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_say_what_they_do_and_supervisors_say_it_of_their_teams() {
    let server = Server::start().await;
    let (admin, boss, agent) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
    );
    let online = status(&server, &agent, &agent.user, json!({ "status": "online" })).await;
    assert_eq!((online.status, &online.body["presence"]), (200, &json!("available")));
    assert_eq!(online.body["routable"], true);
    server.settle().await;
    let count = get(&server, &boss, &format!("{AGENTS}/available/count")).await;
    assert_eq!(count.body["available"], 1);
    assert_eq!(count.body["by_team"][0]["available"], 1);
    let lunch = json!({ "status": "break", "reason_code": "lunch", "note": "back at one" });
    let set = status(&server, &boss, &agent.user, lunch).await;
    assert_eq!(
        (&set.body["activity"], &set.body["reason_code"]),
        (&json!("break"), &json!("lunch"))
    );
    status(&server, &agent, &boss.user, json!({ "status": "busy" }))
        .await
        .is_problem(403, "not-your-resource");
    status(&server, &boss, &admin.user, json!({ "status": "busy" }))
        .await
        .is_problem(404, "not-found");
    for (body, pointer) in [
        (json!({}), "/status"),
        (json!({ "status": "away" }), "/status"),
        (json!({ "status": "break", "reason_code": "Lunch!" }), "/reason_code"),
        (json!({ "status": "break", "reason_code": "missed" }), "/reason_code"),
        (json!({ "status": "break", "note": "" }), "/note"),
    ] {
        let wrong = status(&server, &agent, &agent.user, body).await;
        wrong.is_problem(422, "validation-failed");
        assert_eq!(wrong.body["errors"][0]["pointer"], pointer);
    }
    server.settle().await;
    let log = get(&server, &boss, &format!("{AGENTS}/{}/presence-log", agent.user)).await;
    let did: Vec<(&Value, &Value, &Value)> = log.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| (&span["activity"], &span["set_by"], &span["note"]))
        .collect();
    let (null, note) = (json!(null), json!("back at one"));
    assert_eq!(
        did,
        [
            (&json!("break"), &json!("supervisor"), &note),
            (&json!("available"), &json!("agent"), &null),
            (&json!("offline"), &null, &null),
        ]
    );
    assert_eq!(log.body["items"][0]["ended_at"], Value::Null);
    assert!(log.body["items"][1]["duration_ms"].is_i64());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_call_keeps_an_agent_where_they_are() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let (one, demo) = (format!("{AGENTS}/{}", agent.user), "01970000-0000-7000-8000-000000000101");
    status(&server, &agent, &agent.user, json!({ "status": "available" })).await;
    on_call(&server, &agent.user, true).await;
    let wish = status(&server, &agent, &agent.user, json!({ "status": "offline" })).await;
    assert_eq!((wish.status, &wish.body["activity"]), (200, &json!("on_call")), "{}", wish.body);
    assert_eq!(wish.body["pending_presence"], "offline");
    assert_eq!(wish.body["slots"], json!({ "max": 1, "used": 1 }));
    let gone = post(&server, &admin, &format!("{one}/deactivate"), json!({})).await;
    gone.is_problem(409, "agent-has-live-call");
    let archived = format!("/api/v1/teams/{demo}/archive");
    post(&server, &admin, &archived, json!({})).await.is_problem(409, "team-in-use");
    let boss = server.sign_in(Role::Supervisor).await;
    let last = format!("/api/v1/teams/{demo}/members/{}", boss.user);
    let last = server.with(&admin.access, "DELETE", &last, None).await;
    last.is_problem(409, "team-needs-supervisor");
    // Whoever has another role now, is deactivated; not while they are on a call.
    let user = format!("/api/v1/users/{}", agent.user);
    let role = json!({ "role": "auditor" });
    assert_eq!(server.with(&admin.access, "PATCH", &user, Some(role.clone())).await.status, 200);
    server.settle().await;
    assert_eq!(get(&server, &admin, &one).await.body["active"], true);
    on_call(&server, &agent.user, false).await;
    assert_eq!(server.with(&admin.access, "PATCH", &user, Some(role)).await.status, 200);
    server.settle().await;
    let after = get(&server, &admin, &one).await;
    assert_eq!(
        (&after.body["active"], &after.body["activity"]),
        (&json!(false), &json!("offline"))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_or_takes_no_calls_any_more_is_out() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let one = format!("{AGENTS}/{}", agent.user);
    let beat = format!("{AGENTS}/me/heartbeat");
    let offline = post(&server, &agent, &beat, json!({})).await;
    assert_eq!((offline.status, &offline.body["presence"]), (200, &json!("offline")));
    assert_eq!(offline.body["every_ms"], 30_000);
    post(&server, &admin, &beat, json!({})).await.is_problem(404, "not-found");
    status(&server, &agent, &agent.user, json!({ "status": "available" })).await;
    assert_eq!(post(&server, &agent, &beat, json!({})).await.body["presence"], "available");
    let user = format!("/api/v1/users/{}", agent.user);
    let change = |body: Value| server.with(&admin.access, "PATCH", &user, Some(body));
    change(json!({ "status": "suspended" })).await;
    server.settle().await;
    assert_eq!(get(&server, &admin, &one).await.body["activity"], "offline");
    let back = status(&server, &admin, &agent.user, json!({ "status": "available" })).await;
    back.is_problem(409, "invalid-state-transition");
    change(json!({ "status": "active" })).await;
    let back = status(&server, &admin, &agent.user, json!({ "status": "available" })).await;
    assert_eq!(back.body["activity"], "available");
    let out = post(&server, &admin, &format!("{one}/sign-out"), json!({})).await;
    assert_eq!(out.body["activity"], "offline");
    let gone = post(&server, &admin, &format!("{one}/deactivate"), json!({})).await;
    assert_eq!((gone.status, &gone.body["active"]), (200, &json!(false)));
    let agent = server.sign_in(Role::Agent).await;
    let refused = status(&server, &agent, &agent.user, json!({ "status": "available" })).await;
    refused.is_problem(409, "agent-deactivated");
    assert_eq!(refused.body["allowed_commands"], json!(["reactivate"]));
    server.settle().await;
    let hidden = get(&server, &admin, AGENTS).await;
    assert_eq!(hidden.body["items"].as_array().map(Vec::len), Some(1));
    let shown = get(&server, &admin, &format!("{AGENTS}?active=false")).await;
    assert_eq!(shown.body["items"][0]["id"], agent.user.as_str());
    let again = post(&server, &admin, &format!("{one}/reactivate"), json!({})).await;
    assert_eq!(again.body["active"], true);
    // Another role is another matter.
    change(json!({ "role": "analyst" })).await;
    server.settle().await;
    assert_eq!(get(&server, &admin, &one).await.body["active"], false);
    let again = post(&server, &admin, &format!("{one}/reactivate"), json!({})).await;
    again.is_problem(409, "invalid-state-transition");
    server.stop().await;
}

/// A server whose administrator takes calls too.
async fn with_adam() -> (Server, SignedIn) {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let body = json!({ "user_id": admin.user, "display_name": "Adam", "address": "client:adam",
                       "skills": [{ "name": "billing", "level": 1 }] });
    assert_eq!(post(&server, &admin, AGENTS, body).await.status, 201);
    server.settle().await;
    (server, admin)
}

/// The agents that a role finds, and their names.
async fn found(server: &Server, role: Role, query: &str) -> (String, Vec<Value>) {
    let who = server.sign_in(role).await;
    let list = get(server, &who, &format!("{AGENTS}{query}")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.body["items"].as_array().unwrap().clone();
    let mut names: Vec<String> =
        items.iter().map(|agent| agent["display_name"].to_string()).collect();
    names.sort();
    (names.join(" "), items)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_of_agents_what_their_role_needs() {
    let (server, admin) = with_adam().await;
    let (all, _) = found(&server, Role::Auditor, "").await;
    assert_eq!(all, r#""Adam" "Agent" "Supervisor""#);
    let (mates, items) = found(&server, Role::Agent, "").await;
    assert_eq!(mates, r#""Agent" "Supervisor""#, "of their teams only");
    let other = items.iter().find(|agent| agent["display_name"] == "Supervisor").unwrap();
    let mut seen: Vec<&String> = other.as_object().unwrap().keys().collect();
    seen.sort();
    assert_eq!(seen, ["activity", "display_name", "id", "user_id"]);
    let (nobody, items) = found(&server, Role::Analyst, "").await;
    assert_eq!(nobody, "null null null");
    assert!(items.iter().all(|agent| agent["address"].is_null() && agent["skills"].is_array()));
    // Of whoever is not in a team of theirs, supervisors see what agents see of each other.
    let (all, items) = found(&server, Role::Supervisor, "").await;
    assert_eq!(all, r#""Adam" "Agent" "Supervisor""#);
    for agent in &items {
        assert_eq!(agent.get("presence").is_some(), agent["display_name"] != "Adam", "{agent}");
    }
    let path = format!("{AGENTS}/{}", admin.user);
    let boss = server.sign_in(Role::Supervisor).await;
    get(&server, &boss, &path).await.is_problem(403, "not-your-resource");
    let agent = server.sign_in(Role::Agent).await;
    let skills = json!({ "skills": [{ "name": "sales", "level": 5 }] });
    let theirs = format!("{AGENTS}/{}", agent.user);
    let changed = server.with(&boss.access, "PATCH", &theirs, Some(skills.clone())).await;
    assert_eq!(changed.body["skills"], skills["skills"]);
    let name = json!({ "display_name": "Andy" });
    server.with(&boss.access, "PATCH", &theirs, Some(name)).await.is_problem(403, "forbidden");
    server.with(&agent.access, "PATCH", &theirs, Some(skills)).await.is_problem(403, "forbidden");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_are_found_by_what_they_are_and_by_nothing_that_is_hidden() {
    let (server, admin) = with_adam().await;
    for (query, expected) in [
        ("?skill=billing", r#""Adam""#),
        ("?language=en", r#""Agent" "Supervisor""#),
        ("?role=supervisor", r#""Supervisor""#),
        ("?team_id=01970000-0000-7000-8000-000000000101", r#""Agent" "Supervisor""#),
        ("?team_id=01970000-0000-7000-8000-000000000101&role=agent", r#""Agent""#),
        ("?q=AGE", r#""Agent""#),
        ("?q=e&limit=1", r#""Supervisor""#),
        ("?q=nobody", ""),
        ("?presence=available", ""),
        ("?activity=offline", r#""Adam" "Agent" "Supervisor""#),
    ] {
        assert_eq!(found(&server, Role::Admin, query).await.0, expected, "{query}");
    }
    let (mut all, mut cursor) = (0, String::new());
    loop {
        let page = get(&server, &admin, &format!("{AGENTS}?q=e&limit=1{cursor}")).await;
        all += page.body["items"].as_array().map_or(0, Vec::len);
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(all, 2, "Agent and Supervisor, one after the other");
    let (agent, analyst) = (server.sign_in(Role::Agent).await, server.sign_in(Role::Analyst).await);
    for hidden in ["skill=billing", "presence=break", "role=supervisor", "language=en"] {
        let asked = get(&server, &agent, &format!("{AGENTS}?{hidden}")).await;
        asked.is_problem(403, "forbidden");
    }
    get(&server, &analyst, &format!("{AGENTS}?q=a")).await.is_problem(403, "forbidden");
    get(&server, &admin, &format!("{AGENTS}?q=")).await.is_problem(400, "invalid-query");
    server.stop().await;
}

/// A supervisor who has just been given somebody, sees them with the position of that.
#[tokio::test(flavor = "multi_thread")]
async fn whose_team_it_is_is_read_after_it_was_written() {
    let server = Server::start().await;
    let (admin, boss, agent) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
    );
    let member = "/api/v1/teams/01970000-0000-7000-8000-000000000101/members";
    let authorization = format!("Bearer {}", boss.access);
    for _ in 0..5 {
        let one = format!("{member}/{}", agent.user);
        let out = server.with(&admin.access, "DELETE", &one, None).await;
        let body = json!({ "user_id": agent.user, "role": "member" });
        let back = post(&server, &admin, member, body).await;
        for (written, status) in [(&out, None), (&back, Some(200))] {
            let headers = [
                ("authorization", authorization.as_str()),
                ("x-min-position", written.header("x-event-position")),
                ("prefer", "wait=5"),
            ];
            let path = format!("{AGENTS}/{}", agent.user);
            let read = server.bare("GET", &path, None, &headers).await;
            assert!(status.is_none_or(|status| read.status == status), "{}", read.body);
        }
    }
    server.stop().await;
}

/// A word that a supervisor says is not one of the agent's program.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_agents_own_word_is_heard() {
    use sqlx::Connection;
    let server = Server::start().await;
    let (boss, agent) = (server.sign_in(Role::Supervisor).await, server.sign_in(Role::Agent).await);
    status(&server, &agent, &agent.user, json!({ "status": "available" })).await;
    let url = server.test().superuser();
    let mut database = sqlx::PgConnection::connect_with(&url).await.expect("in");
    let mut heard = async || {
        let heard = sqlx::query_scalar("SELECT heard_at::text FROM agent_heartbeats");
        heard.fetch_one(&mut database).await.expect("a row")
    };
    let first: String = heard().await;
    status(&server, &boss, &agent.user, json!({ "status": "break" })).await;
    let wrong = json!({ "status": "busy", "reason_code": "NO" });
    status(&server, &agent, &agent.user, wrong).await.is_problem(422, "validation-failed");
    assert_eq!(heard().await, first);
    status(&server, &agent, &agent.user, json!({ "status": "available" })).await;
    assert_ne!(heard().await, first);
    server.stop().await;
}
