//! Figures over HTTP beside those of calls: who sees whose, and what is refused.

use domain::Role;
use serde_json::{Value, json};

use super::http_kit::Server;
use super::http_teams::{ask, id, made};

const YEAR: &str = "from=2026-01-01&to=2027-01-01";
/// What answers figures of a time.
const ROOMS: [&str; 6] = ["calls", "agents", "queues", "ivr", "dispositions", "campaigns"];

#[tokio::test]
async fn every_question_about_a_time_refuses_the_same_nonsense() {
    let server = Server::start().await;
    for room in ROOMS {
        for (asked, status, slug, pointer) in [
            ("from=2026-01-02&to=2026-01-01", 422, "invalid-range", "?from"),
            ("from=2026-01-01&to=2027-03-01", 422, "invalid-range", "?from"),
            ("from=1960-01-01&to=1960-01-02", 422, "invalid-range", "?from"),
            ("from=2026-01-01&to=2026-01-12&group_by=15m", 422, "too-many-buckets", "?group_by"),
            ("from=2026-01-01&to=2026-01-02&tz=Mars/Base", 422, "invalid-time-zone", "?tz"),
            ("from=2026-01-01&to=2026-01-02&group_by=year", 400, "invalid-query", "?group_by"),
            ("from=today&to=2026-01-02", 400, "invalid-query", "?from"),
            ("to=2026-01-02", 400, "invalid-query", "?from"),
            ("from=2026-01-01&to=2026-01-02&metric=x", 400, "invalid-query", "?metric"),
        ] {
            let answer = server.get(&format!("/api/v1/analytics/{room}?{asked}")).await;
            answer.is_problem(status, slug);
            assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{room}?{asked}");
        }
        // 1000 buckets are not too many, and what is cut short says so.
        let most = "from=2026-01-01T00:07:00Z&to=2026-01-11T10:00:00Z&group_by=15m";
        let answer = server.get(&format!("/api/v1/analytics/{room}?{most}")).await;
        assert_eq!(answer.status, 200, "{room}: {}", answer.body);
        let more = "from=2026-01-01T00:07:00Z&to=2026-01-11T10:00:01Z&group_by=15m";
        let answer = server.get(&format!("/api/v1/analytics/{room}?{more}")).await;
        answer.is_problem(422, "too-many-buckets");
    }
    server.stop().await;
}

#[tokio::test]
async fn whom_nobody_supervises_is_in_no_mix_of_a_supervisor() {
    let server = Server::start().await;
    let (admin, boss) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Supervisor).await);
    let call = format!("/api/v1/calls/{}", server.ended_call("+420777120003").await);
    let body = json!({ "code": "sale", "sale": { "amount_minor": 1, "currency": "CZK" } });
    let said = ask(&server, &admin, ("POST", &format!("{call}/disposition")), Some(body)).await;
    assert_eq!(said.status, 200, "{}", said.body);
    server.settle().await;
    let path = format!("/api/v1/analytics/dispositions?{YEAR}");
    let mix = ask(&server, &admin, ("GET", &path), None).await;
    let cells = mix.body["series"].as_array().expect("a series");
    let sale = cells.iter().find(|cell| cell["dims"]["disposition"] == "sale").expect("a sale");
    assert_eq!(sale["metrics"]["conversions"]["value"], 1, "{sale}");
    assert_eq!(sale["metrics"]["disposition_share"]["value"], 1);
    let theirs = ask(&server, &boss, ("GET", &path), None).await;
    assert_eq!(theirs.body["series"], json!([]), "{}", theirs.body);
    for room in ["queues", "ivr", "dispositions", "campaigns"] {
        let agent = server.sign_in(Role::Agent).await;
        let path = format!("/api/v1/analytics/{room}?{YEAR}");
        ask(&server, &agent, ("GET", &path), None).await.is_problem(403, "forbidden");
    }
    server.stop().await;
}

#[tokio::test]
async fn agents_see_their_own_figures_and_supervisors_those_of_their_teams() {
    let server = Server::start().await;
    let (admin, boss, agent) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
    );
    let profile = |user: &str| json!({ "user_id": user, "display_name": "Ann", "address": "sip:ann@pbx.example" });
    for who in [&admin, &agent] {
        // The demo's agent is one already.
        ask(&server, &admin, ("POST", "/api/v1/agents"), Some(profile(&who.user))).await;
        let path = format!("/api/v1/agents/{}/status", who.user);
        let there = json!({ "status": "available" });
        let set = ask(&server, &admin, ("PATCH", &path), Some(there)).await;
        assert_eq!(set.status, 200, "{}", set.body);
    }
    server.settle().await;
    let figures = "/api/v1/analytics/agents";
    let seen = async |who, more: &str| {
        let path = format!("{figures}?{YEAR}{more}");
        let answer = ask(&server, who, ("GET", &path), None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let cells = answer.body["series"].as_array().expect("a series").clone();
        let signed_in = |cell: &Value| cell["metrics"]["signed_in_seconds"]["n"] != 0;
        let agents = cells.iter().filter(|cell| signed_in(cell));
        let mut agents: Vec<String> =
            agents.map(|cell| cell["dims"]["agent"].as_str().expect("an id").to_owned()).collect();
        agents.sort();
        agents
    };
    let mut both = vec![admin.user.clone(), agent.user.clone()];
    both.sort();
    assert_eq!(seen(&admin, "").await, both);
    for who in [&agent, &boss] {
        assert_eq!(seen(who, "").await, [agent.user.as_str()], "{}", who.user);
        let other = format!("{figures}?{YEAR}&agent_id={}", admin.user);
        ask(&server, who, ("GET", &other), None).await.is_problem(403, "not-your-resource");
    }
    let team = made(&server, &admin, json!({ "name": "Nobody" })).await;
    let nobody = format!("&team_id={}", id(&team));
    server.settle().await;
    assert_eq!(seen(&admin, &nobody).await, Vec::<String>::new(), "an empty team is not all");
    let body = json!({ "user_id": admin.user, "role": "member" });
    let joined = ask(&server, &admin, ("POST", &format!("{team}/members")), Some(body)).await;
    assert_eq!(joined.status, 200, "{}", joined.body);
    server.settle().await;
    assert_eq!(seen(&admin, &nobody).await, [admin.user.as_str()]);
    assert_eq!(seen(&agent, &nobody).await, Vec::<String>::new(), "no team is a way around");
    for figures in [figures, "/api/v1/analytics/calls"] {
        let unknown = format!("{figures}?{YEAR}{nobody},{}", uuid::Uuid::max());
        let unknown = ask(&server, &admin, ("GET", &unknown), None).await;
        unknown.is_problem(422, "invalid-reference");
    }
    let answer = ask(&server, &admin, ("GET", &format!("{figures}?{YEAR}")), None).await;
    assert_eq!(answer.body["sentiment"], Value::Null);
    let occupancy = &answer.body["totals"]["occupancy"];
    assert_eq!((&occupancy["value"], &occupancy["numerator"]), (&json!(0), &json!(0)));
    server.stop().await;
}
