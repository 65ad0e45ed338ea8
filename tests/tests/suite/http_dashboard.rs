//! Stories of the dashboard: its figures are those of analytics, and nobody is named in it.

use std::time::Duration;

use domain::Role;
use serde_json::{Value, json};

use sqlx::{Connection as _, Executor as _};
use tests::histories::Dice;

use super::http_analytics::import_calls;
use super::http_dead_letters::superuser;
use super::http_kit::{Server, call_to};

/// A call that was answered, sold something and is over, of whoever this is.
async fn sold(server: &Server, token: &str, number: &str) -> String {
    let made = server.with(token, "POST", "/api/v1/calls", Some(call_to(number))).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let path = made.header("location").to_owned();
    server.until(&path, |call| call["answered_at"].is_string()).await;
    assert!(server.with(token, "POST", &format!("{path}/end"), None).await.status < 300);
    server.until(&path, |call| call["ended_at"].is_string()).await;
    let sale = json!({ "code": "sale", "sale": { "amount_minor": 100, "currency": "EUR" } });
    let done = server.with(token, "POST", &format!("{path}/disposition"), Some(sale)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let said = json!({
        "language": "en", "complete": true,
        "segments": [{ "speaker": "customer", "start_ms": 0, "end_ms": 9, "text": "great" }],
    });
    let said = server.send("POST", &format!("{path}/transcript/segments"), Some(said), &[]).await;
    assert_eq!(said.status, 200, "{}", said.body);
    let of = path.replace("/calls/", "/sentiment/calls/");
    server.until(&of, |run| run["run_id"].is_string()).await;
    path
}

/// Somebody pays 10 EUR.
async fn pay(server: &Server) {
    let pay = json!({ "amount": { "amount_minor": 1_000, "currency": "EUR" },
                      "purpose": "invoice", "method": { "token": "tok_visa" } });
    let key = [("idempotency-key", "pay")];
    let paid = server.send("POST", "/api/v1/payments", Some(pay), &key).await;
    assert!(paid.status < 300, "{}", paid.body);
}

/// 400 calls of another system in the last 70 days, at random.
fn earlier(server: &Server, dice: &mut Dice) {
    let directory = server.directory();
    let (calls, map) = (directory.join("calls.csv"), directory.join("map.toml"));
    let columns = [
        "direction",
        "from",
        "started_at",
        "wait_seconds",
        "talk_seconds",
        "queue",
        "disposition",
        "rating",
        "resolved",
    ];
    let mut text = columns.join(",") + "\n";
    let now = chrono::Utc::now();
    let mut below = |most: u64| i64::try_from(dice.below(most)).expect("small");
    for _ in 0..400 {
        let at = (now - chrono::Duration::seconds(60 + below(70 * 86_400))).to_rfc3339();
        let talked = below(3) > 0;
        let (wait, talk) = (below(60), if talked { 1 + below(600) } else { 0 });
        let (queue, result) =
            (["a", "b"][usize::from(talked)], ["sale", "not_interested"][usize::from(wait > 30)]);
        let (rating, resolved) = (1 + below(5), below(2) == 0);
        let began = format!("inbound,+4207771200{:02},{at},{wait}", below(20));
        text += &match talked {
            true => format!("{began},{talk},{queue},{result},{rating},{resolved}\n"),
            false => format!("{began},0,{queue},,,\n"),
        };
    }
    let named = columns.map(|column| format!("{column} = \"{column}\"\n")).concat();
    let lines = format!(
        "source = \"before\"\ndelimiter = \",\"\ntime_zone = \"UTC\"\n\n\
         [columns]\nsource_id = \"#\"\n{named}"
    );
    std::fs::write(&calls, text).expect("written");
    std::fs::write(&map, lines).expect("written");
    let said = import_calls(server, &calls, &map);
    assert!(said.contains("400 imported"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_the_dashboard_is_that_of_analytics_for_any_time() {
    let server = Server::start().await;
    let mut dice = Dice::new(u64::from(std::process::id()));
    earlier(&server, &mut dice);
    let decided = json!({ "time_zone": "Asia/Kathmandu", "fcr_window_hours": 24 });
    let settings = "/api/v1/organization/settings";
    let decided = server.send("PUT", settings, Some(decided), &[]).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    server.settle().await;
    for _ in 0..24 {
        let mut pick =
            |of: &[&'static str]| of[usize::try_from(dice.below(of.len() as u64)).expect("small")];
        let period = pick(&["today", "24h", "7d", "30d"]);
        let zones = [
            "",
            "&tz=UTC",
            "&tz=Pacific/Apia",
            "&tz=America/St_Johns",
            "&tz=Asia/Tokyo",
            "&tz=America/Sao_Paulo",
            "&tz=Australia/Lord_Howe",
        ];
        let tz = pick(&zones);
        let path = format!("/api/v1/dashboard/summary?period={period}{tz}");
        let summary = server.get(&path).await;
        assert_eq!(summary.status, 200, "{}", summary.body);
        let zone = tz.strip_prefix("&tz=").unwrap_or("Asia/Kathmandu");
        assert_eq!(summary.body["period"]["tz"], zone, "that of the organization");
        for part in [&summary.body, &summary.body["compared_to_previous"]] {
            let span = if part["period"].is_object() { &part["period"] } else { part };
            let (from, to) = (span["from"].as_str().expect("a"), span["to"].as_str().expect("b"));
            let calls = format!("/api/v1/analytics/calls?from={from}&to={to}{tz}");
            let calls = server.get(&calls).await.body;
            assert_eq!(part["calls"], calls["totals"], "{path}");
            assert_eq!(calls["query"]["fcr_window_hours"], 24);
            let campaigns = format!("/api/v1/analytics/campaigns?from={from}&to={to}{tz}");
            let campaigns = server.get(&campaigns).await.body;
            for (figure, metric) in part["campaigns"].as_object().expect("figures") {
                assert_eq!(metric, &campaigns["totals"][figure], "{path}");
            }
            if period == "30d" {
                let seen = ["calls", "fcr"].map(|figure| part["calls"][figure]["n"].as_i64());
                assert!(seen[0] > Some(80) && seen[1] > Some(20), "{}", part["calls"]);
            }
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joined_a_team_counts_for_whoever_waits_for_it() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    sold(&server, &agent.access, "+420777120001").await;
    server.settle().await;
    let team = json!({ "name": "Theirs", "time_zone": "UTC" });
    let team = server.send("POST", "/api/v1/teams", Some(team), &[]).await;
    let id = team.body["id"].as_str().expect("an id").to_owned();
    server.settle().await;
    let year = "from=2026-01-01&to=2027-01-01";
    let calls = server.get(&format!("/api/v1/analytics/calls?{year}&team_id={id}")).await;
    let cell = calls.body["total_cell"].as_str().expect("a cell");
    let (members, member) =
        (format!("/api/v1/teams/{id}/members"), json!({ "user_id": agent.user, "role": "member" }));
    let mut admin = superuser(&server).await;
    for round in 0..2 {
        // The read model of teams stands still for a while.
        let mut held = admin.begin().await.expect("a transaction");
        held.execute("LOCK TABLE team_members IN SHARE MODE").await.expect("held");
        let changed = match round {
            0 => server.send("POST", &members, Some(member.clone()), &[]).await,
            _ => server.send("DELETE", &format!("{members}/{}", agent.user), None, &[]).await,
        };
        assert!(changed.status < 300, "{}", changed.body);
        let wait = [("x-min-position", changed.header("x-event-position")), ("prefer", "wait=5")];
        let summary = format!("/api/v1/dashboard/summary?period=24h&team_id={id}");
        let listed = format!("/api/v1/calls?cell={cell}&figure=calls&include_total=true");
        let release = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            held.rollback().await.expect("let go");
        };
        let (summary, listed, ()) = tokio::join!(
            server.send("GET", &summary, None, &wait),
            server.send("GET", &listed, None, &wait),
            release
        );
        let expected = json!(1 - round);
        assert_eq!(summary.body["calls"]["calls"]["value"], expected, "{round}: {}", summary.body);
        assert_eq!(listed.body["total"], expected, "{round}: {}", listed.body);
    }
    admin.close().await.expect("closed");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_says_what_goes_on_now_and_what_of_the_log_it_rests_on() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let there = format!("/api/v1/agents/{}/status", agent.user);
    let set = server.send("PATCH", &there, Some(json!({ "status": "break" })), &[]).await;
    assert_eq!(set.status, 200, "{}", set.body);
    server.settle().await;
    let summary = server.get("/api/v1/dashboard/summary").await.body;
    let realtime = server.get("/api/v1/analytics/realtime").await.body;
    let now = &summary["now"];
    let agents = now["agents"].as_object().expect("agents");
    for (activity, count) in realtime["agents"].as_object().expect("agents") {
        assert_eq!(&agents[activity], count, "{activity}: {now}");
    }
    let at_work =
        agents.iter().filter(|(what, _)| !["signed_in", "offline"].contains(&what.as_str()));
    let at_work: i64 = at_work.filter_map(|(_, count)| count.as_i64()).sum();
    assert_eq!(
        (at_work, &agents["signed_in"], &agents["break"]),
        (1, &json!(1), &json!(1)),
        "{now}"
    );
    assert_eq!((&now["calls"]["live"], &now["calls"]["waiting"]), (&json!(0), &json!(0)), "{now}");
    assert_eq!(now["calls"]["longest_wait_seconds"], Value::Null);
    assert_eq!(now["campaigns"], json!({ "active": 0, "paused": 0, "throttled": [] }));
    assert!(summary["as_of"]["position"].as_i64() > Some(0), "{summary}");
    assert!(summary["as_of"]["recorded_at"].is_string(), "{summary}");

    let made = server.create("live", call_to("+420777120001")).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let path = "/api/v1/dashboard/summary";
    let live = |summary: &Value| summary["now"]["calls"]["live"] == 1;
    server.until(path, live).await;
    let analyst = server.sign_in(Role::Analyst).await;
    let seen = server.with(&analyst.access, "GET", path, None).await.body;
    let now = (&seen["now"]["agents"], &seen["now"]["calls"]);
    assert_eq!(now, (&Value::Null, &Value::Null), "who may not see what goes on");
    assert!(seen["now"]["campaigns"].is_object(), "{seen}");
    let own = server.with(&agent.access, "GET", path, None).await.body;
    assert_eq!(own["now"]["campaigns"], Value::Null, "who sees no campaigns");
    assert_eq!(own["campaigns"], Value::Null, "{own}");
    assert_eq!(own["now"]["calls"]["live"], 0, "it is not theirs: {own}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_the_dashboard_is_that_of_analytics_for_the_same_time() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let admin = server.sign_in(Role::Admin).await;
    sold(&server, &agent.access, "+420777120001").await;
    sold(&server, &admin.access, "+420777130001").await;
    server.ended_call("+420777140003").await;
    pay(&server).await;
    server.settle().await;
    for (period, tz) in
        [("today", "Europe/Prague"), ("24h", "UTC"), ("7d", "America/New_York"), ("30d", "UTC")]
    {
        for (token, calls) in [(&admin.access, 3_u8), (&agent.access, 1)] {
            let path = format!("/api/v1/dashboard/summary?period={period}&tz={tz}");
            let summary = server.with(token, "GET", &path, None).await;
            assert_eq!(summary.status, 200, "{}", summary.body);
            for part in [&summary.body, &summary.body["compared_to_previous"]] {
                let span = if part["period"].is_object() { &part["period"] } else { part };
                let (from, to) = (span["from"].as_str(), span["to"].as_str());
                let span = format!("from={}&to={}&tz={tz}", from.expect("a"), to.expect("b"));
                let figures = async |path: &str| {
                    let path = format!("/api/v1/{path}?{span}&group_by=none");
                    server.with(token, "GET", &path, None).await.body
                };
                assert_eq!(part["calls"], figures("analytics/calls").await["totals"], "{path}");
                assert_eq!(part["sentiment"], figures("sentiment/trends").await["total"], "{path}");
                if token == &agent.access {
                    assert_eq!(part["payments"], Value::Null, "who may not see them");
                } else {
                    let settled = figures("payments/summary").await;
                    assert_eq!(part["payments"], settled["totals"], "{path}");
                }
            }
            if period != "today" {
                assert_eq!(summary.body["calls"]["calls"]["value"], calls, "{period}");
                let change = &summary.body["compared_to_previous"]["change"];
                assert_eq!(change["calls"].as_f64(), Some(f64::from(calls)), "{change}");
                assert_eq!(change["csat"], Value::Null);
            }
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_newest_first_and_names_nobody() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let admin = server.sign_in(Role::Admin).await;
    let call = sold(&server, &agent.access, "+420777120001").await;
    server.ended_call("+420777140003").await;
    pay(&server).await;
    server.settle().await;
    let feed = async |token: &str, query: &str| {
        server.with(token, "GET", &format!("/api/v1/dashboard/activity{query}"), None).await
    };
    let all = feed(&admin.access, "?limit=100").await;
    assert_eq!(all.status, 200, "{}", all.body);
    let items = all.body["items"].as_array().expect("items");
    let positions: Vec<i64> = items.iter().filter_map(|item| item["position"].as_i64()).collect();
    assert!(positions.is_sorted_by(|a, b| a > b), "{positions:?}");
    assert!(!all.text.contains("+42"), "a number in {}", all.text);
    let id = call.rsplit('/').next().expect("an id");
    let mut told: Vec<&str> = items
        .iter()
        .filter(|item| item["subject"]["id"] == id)
        .filter_map(|item| item["type"].as_str())
        .collect();
    told.reverse();
    for kind in ["call.initiated", "call.answered", "call.ended", "call.dispositioned"] {
        assert!(told.contains(&kind), "{kind} in {told:?}");
    }
    assert!(told.contains(&"transcript.completed") && told.contains(&"sentiment.computed"));

    let campaign = server.campaign(&admin.access, "Spring").await;
    let path = format!("/api/v1/campaigns/{campaign}/cancel");
    let canceled =
        server.with(&admin.access, "POST", &path, Some(json!({ "reason": "rain" }))).await;
    assert!(canceled.status < 300, "{}", canceled.body);
    server.settle().await;
    let seen = feed(&admin.access, "?types=campaign.canceled").await;
    let subject = json!({ "type": "campaign", "id": campaign, "label": "Spring" });
    assert_eq!(seen.body["items"][0]["subject"], subject, "{}", seen.body);

    let ended = feed(&admin.access, "?types=call.ended").await;
    assert_eq!(ended.body["items"][0]["subject"]["label"], Value::Null);
    assert_eq!(ended.body["items"].as_array().map(Vec::len), Some(2), "{}", ended.body);
    let first = ended.body["items"][0]["position"].as_i64().expect("a position");
    let rest = feed(&admin.access, &format!("?types=call.ended&before={first}")).await;
    assert_eq!(rest.body["items"].as_array().map(Vec::len), Some(1));
    let own = feed(&agent.access, "?types=call.ended").await;
    assert_eq!(own.body["items"].as_array().map(Vec::len), Some(1), "{}", own.body);
    assert_eq!(own.body["items"][0]["subject"]["id"], id);
    let analyst = server.sign_in(Role::Analyst).await;
    let seen = feed(&analyst.access, "?types=payment.captured").await;
    assert_eq!(seen.body["items"], json!([]), "what their role does not include");
    let seen = feed(&admin.access, "?types=payment.captured").await;
    assert_eq!(seen.body["items"].as_array().map(Vec::len), Some(1), "{}", seen.body);
    for query in ["?types=call.vanished", "?limit=101", "?limit=0", "?before=0", "?other=1"] {
        feed(&admin.access, query).await.is_problem(400, "invalid-query");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_period_a_zone_and_a_team_have_to_be_known() {
    let server = Server::start().await;
    let nobody = "01890000-0000-7000-8000-000000000001";
    for (query, status, slug) in [
        ("period=year".to_owned(), 400, "invalid-query"),
        ("tz=Mars".to_owned(), 422, "invalid-time-zone"),
        (format!("team_id={nobody}"), 422, "invalid-reference"),
        ("team_id=7".to_owned(), 400, "invalid-query"),
    ] {
        let refused = server.get(&format!("/api/v1/dashboard/summary?{query}")).await;
        assert_eq!((refused.status, refused.code()), (status, slug), "{query} {}", refused.body);
    }
    let team = json!({ "name": "Nobody's", "time_zone": "UTC" });
    let team = server.send("POST", "/api/v1/teams", Some(team), &[]).await;
    assert_eq!(team.status, 201, "{}", team.body);
    server.ended_call("+420777140003").await;
    server.settle().await;
    let id = team.body["id"].as_str().expect("an id");
    let path = format!("/api/v1/dashboard/summary?period=24h&team_id={id}");
    let summary = server.get(&path).await;
    assert_eq!(summary.body["calls"]["calls"]["value"], 0, "{}", summary.body);
    server.stop().await;
}
