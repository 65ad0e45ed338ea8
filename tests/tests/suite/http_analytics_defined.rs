//! What figures mean, what goes on now, and how many agents it takes.

use std::collections::BTreeMap;

use domain::Role;
use domain::call::{CallCommand, IvrOutcome};
use processes::{Clock, SystemClock};
use serde_json::{Value, json};
use uuid::Uuid;

use super::http_kit::Server;
use super::http_teams::{ask, made};
use super::http_wallboard::Callers;

const YEAR: &str = "from=2026-01-01&to=2027-01-01";

/// The definitions by the name of their figure.
async fn definitions(server: &Server) -> BTreeMap<String, Value> {
    let answer = server.get("/api/v1/analytics/definitions").await;
    assert_eq!((answer.status, &answer.body["version"]), (200, &json!(1)), "{}", answer.body);
    let figures = answer.body["figures"].as_array().expect("figures").iter();
    let named = figures.map(|one| (one["name"].as_str().expect("a name").to_owned(), one.clone()));
    let named: Vec<_> = named.collect();
    let by_name: BTreeMap<_, _> = named.iter().cloned().collect();
    assert_eq!(by_name.len(), named.len(), "a name means one thing");
    by_name
}

/// Whatever looks like figures in an answer.
fn answered(value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                if inner.get("numerator").is_some() && inner.get("n").is_some() {
                    found.push((name.clone(), inner.clone()));
                }
                answered(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| answered(item, found)),
        _ => {}
    }
}

/// Somebody calls and hears a menu of a flow.
async fn heard(server: &Server) {
    let callers = Callers::of(server).await;
    let at = SystemClock.now();
    let call = callers.comes(at).await;
    let (flow_id, menu_id) = (Uuid::now_v7().into(), Uuid::now_v7().into());
    callers.call(call, CallCommand::EnterIvr { flow_id, flow_version: 1, at }).await;
    callers.call(call, CallCommand::EnterMenu { menu_id, at }).await;
    let (outcome, target) = (IvrOutcome::Hangup, None);
    callers.call(call, CallCommand::ExitIvr { outcome, target, at }).await;
}

#[tokio::test]
async fn every_figure_that_is_answered_is_defined_and_every_defined_one_is_answered() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let settings = json!({ "name": "Spring", "mode": "manual", "time_zone": "Europe/Prague" });
    let campaign = ask(&server, &admin, ("POST", "/api/v1/campaigns"), Some(settings)).await;
    assert_eq!(campaign.status, 201, "{}", campaign.body);
    let body = json!({ "campaign_id": campaign.body["id"], "phone": "+420777120003" });
    let contact = ask(&server, &admin, ("POST", "/api/v1/contacts"), Some(body)).await;
    assert_eq!(contact.status, 201, "{}", contact.body);
    server.ended_call("+420777120003").await;
    heard(&server).await;
    server.settle().await;
    let mut defined = definitions(&server).await;
    let operations = [
        ("calls", "getCallMetrics"),
        ("agents", "getAgentPerformance"),
        ("queues", "getQueueMetrics"),
        ("ivr", "getIvrMetrics"),
        ("dispositions", "getDispositionMetrics"),
        ("campaigns", "getCampaignAnalytics"),
    ];
    let mut seen = Vec::new();
    for (room, operation) in operations {
        let answer = server.get(&format!("/api/v1/analytics/{room}?{YEAR}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut figures = Vec::new();
        answered(&answer.body, &mut figures);
        assert!(figures.len() > 3, "{room}: {}", answer.body);
        for (name, metric) in figures {
            let definition = defined.get(&name).unwrap_or_else(|| panic!("{room}: {name}"));
            let by = definition["answered_by"].as_array().expect("operations");
            assert!(by.contains(&json!(operation)), "{operation} {definition}");
            for part in ["numerator", "denominator"] {
                let said = !definition[part].is_null();
                assert_eq!(said, !metric[part].is_null(), "{room} {name}: {part} of {metric}");
            }
            // Who divides what is there gets the value.
            if let (Some(value), Some(top), Some(bottom)) = (
                metric["value"].as_f64(),
                metric["numerator"].as_f64(),
                metric["denominator"].as_f64(),
            ) {
                assert!((value - top / bottom).abs() < 0.000_51, "{room} {name}: {metric}");
            }
            for said in ["formula", "unit", "cohort"] {
                assert!(!definition[said].is_null() && definition[said] != "", "{definition}");
            }
            seen.push(name);
        }
    }
    let trends = server.get(&format!("/api/v1/sentiment/trends?{YEAR}&group_by=month")).await;
    for (name, definition) in &defined {
        let trend = definition["answered_by"] == json!(["getSentimentTrends"]);
        let there = [&trends.body, &trends.body["series"][0]].map(|of| of.get(name).is_some());
        if trend && there.contains(&true) {
            seen.push(name.clone());
        }
    }
    // What only attempts by their number and no campaign of this test have, is in the sheet too.
    defined.retain(|name, _| !seen.contains(name));
    assert_eq!(defined.keys().collect::<Vec<_>>(), Vec::<&String>::new());
    let one = server.get("/api/v1/analytics/definitions?name=occupancy,asa_seconds").await;
    assert_eq!(one.body["figures"].as_array().map(Vec::len), Some(2), "{}", one.body);
    let unknown = server.get("/api/v1/analytics/definitions?name=occupancy,beauty").await;
    unknown.is_problem(400, "invalid-query");
    assert_eq!(unknown.body["errors"][0]["pointer"], "?name");
    server.stop().await;
}

#[tokio::test]
async fn the_forecast_is_erlangs() {
    let server = Server::start().await;
    let path = "/api/v1/analytics/forecast";
    let asked = "calls=100&interval_seconds=1800&aht_seconds=180&target=0.8&within_seconds=20\
                 &shrinkage=0.3";
    let answer = server.get(&format!("{path}?{asked}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = &answer.body;
    assert_eq!((&body["traffic"], &body["agents"]), (&json!(10.0), &json!(14)), "{body}");
    assert_eq!((&body["scheduled"], &body["occupancy"]), (&json!(20), &json!(0.714_286)));
    let levels = body["service_levels"].as_array().expect("levels");
    assert_eq!(levels[0], json!({ "agents": 13, "service_level": 0.795_595 }));
    assert_eq!(levels[1], json!({ "agents": 14, "service_level": 0.888_35 }));
    assert_eq!(levels[2]["agents"], 15);
    // With one agent less the queue grows without an end.
    let few = server.get(&format!("{path}?calls=1&interval_seconds=1&aht_seconds=1")).await;
    assert_eq!((&few.body["service_levels"][0]["service_level"]), &Value::Null, "{}", few.body);
    for (asked, pointer) in [
        ("aht_seconds=180", "?calls"),
        ("calls=0&aht_seconds=180", "?calls"),
        ("calls=100001&aht_seconds=180", "?calls"),
        ("calls=-1&aht_seconds=180", "?calls"),
        ("calls=1&aht_seconds=0.5", "?aht_seconds"),
        ("calls=1&aht_seconds=NaN", "?aht_seconds"),
        ("calls=1&aht_seconds=inf", "?aht_seconds"),
        ("calls=1&aht_seconds=180&interval_seconds=0", "?interval_seconds"),
        ("calls=1&aht_seconds=180&target=1", "?target"),
        ("calls=1&aht_seconds=180&target=0", "?target"),
        ("calls=1&aht_seconds=180&shrinkage=1", "?shrinkage"),
        ("calls=1&aht_seconds=180&shrinkage=-0.1", "?shrinkage"),
        ("calls=1&aht_seconds=180&within_seconds=86401", "?within_seconds"),
        ("calls=100000&aht_seconds=86400&interval_seconds=1", "?calls"),
    ] {
        let refused = server.get(&format!("{path}?{asked}")).await;
        refused.is_problem(400, "invalid-query");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{asked}: {}", refused.body);
    }
    let most = server.get(&format!("{path}?calls=100000&aht_seconds=180&target=0.999")).await;
    assert_eq!(most.status, 200, "{}", most.body);
    server.stop().await;
}

#[tokio::test]
async fn what_goes_on_now_is_seen_by_teams() {
    let server = Server::start().await;
    let (admin, agent) = (server.sign_in(Role::Admin).await, server.sign_in(Role::Agent).await);
    let profile = |user: &str| json!({ "user_id": user, "display_name": "Ann", "address": "sip:ann@pbx.example" });
    for who in [&admin, &agent] {
        ask(&server, &admin, ("POST", "/api/v1/agents"), Some(profile(&who.user))).await;
        let path = format!("/api/v1/agents/{}/status", who.user);
        let status = if who.user == admin.user { "training" } else { "available" };
        let there = json!({ "status": status });
        let set = ask(&server, &admin, ("PATCH", &path), Some(there)).await;
        assert_eq!(set.status, 200, "{}", set.body);
    }
    server.settle().await;
    let path = "/api/v1/analytics/realtime";
    let now = async |who, more: &str| {
        let path = format!("{path}{more}");
        ask(&server, who, ("GET", &path), None).await
    };
    let all = now(&admin, "").await;
    let agents = &all.body["agents"];
    assert_eq!((&agents["training"], &agents["available"]), (&json!(1), &json!(1)), "{agents}");
    assert_eq!(
        (&all.body["waiting"], &all.body["longest_wait_seconds"]),
        (&json!(0), &Value::Null)
    );
    let own = now(&agent, "?tz=Europe/Prague").await;
    assert_eq!(own.body["agents"]["training"], Value::Null, "{}", own.body);
    assert_eq!(own.body["agents"]["available"], 1);
    let team = made(&server, &admin, json!({ "name": "Trainees" })).await;
    let body = json!({ "user_id": admin.user, "role": "member" });
    let joined = ask(&server, &admin, ("POST", &format!("{team}/members")), Some(body)).await;
    assert_eq!(joined.status, 200, "{}", joined.body);
    server.settle().await;
    let id = team.rsplit('/').next().expect("an id");
    let trainees = now(&admin, &format!("?team_id={id}")).await;
    assert_eq!(trainees.body["agents"], json!({ "training": 1 }), "{}", trainees.body);
    now(&agent, &format!("?team_id={id}")).await.is_problem(403, "not-your-resource");
    now(&admin, "?tz=Mars/Base").await.is_problem(422, "invalid-time-zone");
    let analyst = server.sign_in(Role::Analyst).await;
    now(&analyst, "").await.is_problem(403, "forbidden");
    server.stop().await;
}
